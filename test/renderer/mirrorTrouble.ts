import type { MirrorView } from '../../electron/domain/appState';
import { defaultSettings, type MirrorRule } from '../../electron/domain/settings';
import { diagnosis, incident, minutes, now } from './stateParts';

/** Failures that have to do with the mirrors themselves, and mirrors that were asked much. */

const spared = { code: 'budget', about: 'm.daocloud.io', until: now + 26 * minutes } as const;

/** The one mirror there is has been asked enough; in a context that heals by itself, and in one that does not. */
export const sparedQueued = incident({
  image: 'quay.io/argoproj/argocd:v2.13.1',
  context: 'staging-hangzhou',
  refusal: spared,
});
export const sparedByHand = incident({
  image: 'docker.io/grafana/grafana:11.2.2',
  context: 'prod-shanghai',
  refusal: spared,
});

export const notListed = incident({
  image: 'ghcr.io/acme/checkout:4.1.0',
  context: 'prod-shanghai',
  refusal: { code: 'not-on-allow-list', about: 'm.daocloud.io' },
  candidates: [],
});

export const mirrorLogin = incident({
  image: 'docker.io/library/postgres:16.4',
  context: 'staging-hangzhou',
  candidates: [{ mirror: 'harbor.corp.example', proxied: 'harbor.corp.example/hub/library/postgres:16.4' }],
  progress: {
    is: 'gave-up',
    at: now - 4 * minutes,
    why: { is: 'no-mirror-left' },
    earlier: [
      {
        host: 'harbor.corp.example',
        cause: 'mirror-error',
        message:
          'failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://harbor.corp.example/service/token: 401 Unauthorized',
        needsLogin: true,
      },
    ],
    retryAt: null,
  },
});

export const ambiguous = incident({
  image: 'acme/billing-worker:3.2',
  context: 'k3s-edge-03',
  diagnosis: { ...diagnosis('not-found', 'docker.io'), healable: 'offer', ambiguous: true },
  candidates: [{ mirror: 'm.daocloud.io', proxied: 'm.daocloud.io/docker.io/acme/billing-worker:3.2' }],
  message:
    'Failed to pull image "acme/billing-worker:3.2": failed to resolve reference "docker.io/acme/billing-worker:3.2": pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
});

export const cutOffOnce = incident({
  image: 'registry.k8s.io/ingress-nginx/controller:v1.11.3',
  context: 'staging-hangzhou',
  firstSeen: now - 2 * minutes,
  diagnosis: { ...diagnosis('interrupted', 'registry.k8s.io'), healable: 'offer' },
  message: 'Failed to pull image "registry.k8s.io/ingress-nginx/controller:v1.11.3": context deadline exceeded',
});

/** Its pod was swapped, and the last mirror there is fails too. */
export const onLastMirror = incident({
  image: 'docker.io/bitnami/kafka:3.8',
  context: 'k3s-edge-03',
  firstSeen: now - 6 * minutes,
  diagnosis: diagnosis('mirror-error', 'm.daocloud.io'),
  candidates: [],
  message:
    'Failed to pull image "m.daocloud.io/docker.io/bitnami/kafka:3.8": unexpected status from HEAD request: 502 Bad Gateway',
});

export const severalMirrors: readonly MirrorRule[] = [
  ...defaultSettings.mirrors,
  { name: 'harbor.corp.example', match: 'docker.io', template: 'harbor.corp.example/hub/{path}' },
  {
    name: 'registry.cn-hangzhou.aliyuncs.com',
    match: 'registry.k8s.io',
    template: 'registry.cn-hangzhou.aliyuncs.com/google_containers/{name}',
  },
];

function mirror(parts: Partial<MirrorView> & { host: string }): MirrorView {
  const unlimited = { used: 3, stopsAt: null };
  return { requests: unlimited, errors: unlimited, pulls: unlimited, stopped: null, ...parts };
}

export const daoCloudInUse = mirror({
  host: 'm.daocloud.io',
  requests: { used: 4, stopsAt: 16 },
  errors: { used: 12, stopsAt: 80 },
  pulls: { used: 0, stopsAt: 8 },
});

export const mirrorsInUse: readonly MirrorView[] = [
  daoCloudInUse,
  mirror({ host: 'harbor.corp.example' }),
  mirror({ host: 'registry.cn-hangzhou.aliyuncs.com' }),
];

/** The first of them is asked nothing until 14:32. */
export const mirrorsSpared: readonly MirrorView[] = [
  {
    ...daoCloudInUse,
    errors: { used: 80, stopsAt: 80 },
    stopped: { by: 'errors', until: now + 26 * minutes },
  },
  ...mirrorsInUse.slice(1),
];

/** Rules as a colleague's file may hold them. */
export const rulesOfAColleague: readonly MirrorRule[] = [
  { name: 'nexus.corp.example', match: 'docker.io', template: 'nexus.corp.example/docker-proxy/{path}' },
  { name: 'hub', match: 'docker.io', template: 'harbor.corp.example/hub/{path}' },
  {
    name: 'quay',
    match: 'quay.io',
    except: ['quay.io/acme/*'],
    template: 'harbor.corp.example/quay/{path}',
  },
];
