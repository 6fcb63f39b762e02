import type { AppState, ContextView, IncidentView, RestoreView } from '../../electron/domain/appState';
import { defaultSettings } from '../../electron/domain/settings';

/** Snapshots for tests: whole and valid, with what the test is about given by name. */
export function sampleState(parts: Partial<AppState> = {}): AppState {
  return {
    version: 1,
    at: 0,
    demo: false,
    kubeconfigFiles: ['/home/me/.kube/config'],
    problems: [],
    contexts: [sampleContext()],
    incidents: [],
    caches: [],
    restores: [],
    mirrors: [],
    activity: [],
    settings: defaultSettings,
    ...parts,
  };
}

export function sampleContext(parts: Partial<ContextView> = {}): ContextView {
  return {
    name: 'staging',
    server: '127.0.0.1:6443',
    status: { is: 'live', since: 0 },
    watch: true,
    auto: false,
    agreed: true,
    pods: 12,
    fledged: 'present',
    ...parts,
  };
}

export function sampleIncident(parts: Partial<IncidentView> = {}): IncidentView {
  return {
    id: 'nginx:1.25',
    context: 'staging',
    image: 'nginx:1.25',
    firstSeen: 0,
    diagnosis: {
      cause: 'unreachable',
      healable: 'yes',
      ambiguous: false,
      host: 'registry-1.docker.io',
      sandbox: false,
      needsLogin: false,
    },
    message: 'dial tcp: i/o timeout',
    pods: [
      {
        uid: 'uid-1',
        namespace: 'shop',
        name: 'web-7f9',
        container: 'web',
        node: 'node-1',
        owner: 'ReplicaSet/web',
      },
    ],
    refusal: null,
    candidates: [{ mirror: 'm.daocloud.io', proxied: 'm.daocloud.io/docker.io/library/nginx:1.25' }],
    progress: { is: 'failing' },
    ...parts,
  };
}

export const rescuing = (since = 0): IncidentView['progress'] => ({
  is: 'rescuing',
  since,
  step: 'cache',
  mirror: 1,
  mirrors: 1,
  host: 'm.daocloud.io',
  done: 0,
  total: 1,
  earlier: [],
});

export const gaveUp = (at = 0, retryAt: number | null = null): IncidentView['progress'] => ({
  is: 'gave-up',
  at,
  why: { is: 'no-mirror-left' },
  earlier: [],
  retryAt,
});

export const healed = (at = 0): IncidentView['progress'] => ({ is: 'healed', at, via: 'm.daocloud.io' });

export function sampleRestore(parts: Partial<RestoreView> = {}): RestoreView {
  return {
    id: 'shop/web-7f9',
    context: 'staging',
    namespace: 'shop',
    pod: 'web-7f9',
    node: 'node-1',
    owner: 'ReplicaSet/web',
    swappedAt: null,
    containers: [{ name: 'web', original: 'nginx:1.25', proxied: 'm.daocloud.io/docker.io/library/nginx:1.25' }],
    state: { is: 'unchecked', since: 0 },
    ...parts,
  };
}
