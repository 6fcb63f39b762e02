import type { AppState } from '../../electron/domain/appState';
import { defaultSettings } from '../../electron/domain/settings';
import {
  now,
  seconds,
  minutes,
  context,
  incident,
  contexts,
  mysql,
  metrics,
  ledger,
  modeldb,
  kubewarden,
  argocd,
  busybox,
  redis,
  wrongTag,
  retagged,
  caches,
  activity,
} from './stateParts';
import { restores } from './restoreParts';

import {
  ambiguous,
  cutOffOnce,
  mirrorLogin,
  mirrorsInUse,
  mirrorsSpared,
  notListed,
  onLastMirror,
  severalMirrors,
  sparedByHand,
  sparedQueued,
} from './mirrorTrouble';

export function appState(parts: Partial<AppState> = {}): AppState {
  return {
    version: 1,
    at: now,
    demo: false,
    kubeconfigFiles: ['/home/me/.kube/config'],
    problems: [],
    contexts: Object.values(contexts),
    incidents: [],
    caches: [],
    restores: [],
    mirrors: [],
    activity: [],
    settings: {
      ...defaultSettings,
      contexts: { 'prod-shanghai': { watch: true, auto: false, agreed: false } },
    },
    ...parts,
  };
}

/** Nearly every state of a row at once. */
export const busy = appState({
  incidents: [mysql, metrics, ledger, modeldb, kubewarden, argocd, busybox, redis, wrongTag],
  caches,
  restores,
  activity,
});

/** Failures that have to do with the mirrors, and all that the settings can say about them. */
const mirrorTrouble = appState({
  contexts: [contexts.prod, contexts.staging, contexts.edge],
  incidents: [sparedByHand, notListed, sparedQueued, mirrorLogin, cutOffOnce, ambiguous, onLastMirror],
  mirrors: mirrorsSpared,
  settings: {
    ...busy.settings,
    mirrors: [...severalMirrors],
    probedMirrors: ['m.daocloud.io'],
    allowList: '/home/me/clusters/allows.txt',
  },
});

const blindSince = now - 35 * minutes;

/** One snapshot per screen and state worth looking at. */
export const states = {
  busy,
  calm: appState({ restores: restores.slice(0, 1) }),
  loading: appState({
    contexts: [
      context({ name: 'prod-shanghai', status: { is: 'syncing', pods: 6500 }, pods: 6500 }),
      context({ name: 'staging-hangzhou', status: { is: 'connecting' }, pods: 0 }),
      contexts.edge,
    ],
    incidents: [mysql],
  }),
  blind: appState({
    contexts: [
      context({
        name: 'prod-shanghai',
        status: {
          is: 'blind',
          since: blindSince,
          why: '47.100.8.21:6443 did not answer within 10 seconds',
          retryAt: now + 24 * seconds,
        },
      }),
      context({
        name: 'staging-hangzhou',
        auto: true,
        agreed: true,
        status: {
          is: 'blind',
          since: now - 8 * minutes,
          why: 'kubelogin, which renews the login, was not found. Install it, or change exec.command in the kubeconfig.',
          retryAt: now + 55 * seconds,
        },
      }),
      contexts.edge,
    ],
    incidents: [
      mysql,
      incident({
        image: 'busybox:1.36',
        context: 'k3s-edge-03',
        progress: {
          is: 'gave-up',
          at: now - minutes,
          why: { is: 'denied', verb: 'patch', resource: 'pods', namespace: 'shop' },
          earlier: [],
          retryAt: null,
        },
      }),
    ],
  }),
  contexts: appState({
    contexts: [
      contexts.prod,
      contexts.staging,
      contexts.edge,
      context({ name: 'arm-lab', status: { is: 'syncing', pods: 4000 } }),
      context({
        name: 'dr-beijing',
        auto: true,
        agreed: true,
        status: { is: 'blind', since: blindSince, why: '10.20.0.1:6443 did not answer', retryAt: now + 24 * seconds },
      }),
      context({
        name: 'gke-tokyo',
        status: { is: 'denied', verb: 'list', resource: 'pods', namespace: '', retryAt: now + 5 * minutes },
      }),
      context({ name: 'minikube', watch: false, status: { is: 'off' } }),
    ],
    incidents: busy.incidents,
  }),
  /** A context with everything of its own switched on. */
  ownSettings: appState({
    ...busy,
    incidents: [retagged, busybox],
    settings: {
      ...busy.settings,
      contexts: {
        ...busy.settings.contexts,
        'k3s-edge-03': {
          watch: true,
          auto: false,
          agreed: true,
          restore: true,
          retag: true,
          prepull: 'disk=ssd, zone in (a, b)',
          namespaces: ['shop', 'jobs', 'web'],
        },
      },
    },
  }),
  /** Some that go back without restarting anything, one of a Job, one of nobody's, and a context that cannot be seen. */
  restoresFree: appState({
    contexts: [
      context({ name: 'prod-shanghai', agreed: true }),
      context({
        name: 'staging-hangzhou',
        agreed: true,
        status: {
          is: 'blind',
          since: now - 8 * minutes,
          why: '10.8.0.4:6443 did not answer',
          retryAt: now + 9 * seconds,
        },
      }),
    ],
    restores: [
      ...restores.slice(0, 2),
      ...restores.slice(2, 4).map((one, index) => ({
        ...one,
        owner: index === 0 ? 'Job/migrate-29001' : null,
        restarts: 0,
        state: { is: 'unchecked', since: now } as const,
      })),
    ],
    settings: {
      ...busy.settings,
      contexts: { 'prod-shanghai': { watch: true, auto: true, agreed: true, restore: true } },
    },
  }),
  mirrorTrouble,
  allowListUnusable: {
    ...mirrorTrouble,
    problems: [
      {
        kind: 'allow-list-unusable',
        path: '/home/me/clusters/allows.txt',
        detail: 'ENOENT: no such file or directory',
      },
    ],
  },
  settings: appState({
    mirrors: mirrorsInUse,
    kubeconfigFiles: ['/home/me/.kube/config', '/home/me/clusters/edge.yaml'],
    settings: {
      ...busy.settings,
      kubeconfigs: ['/home/me/clusters/edge.yaml'],
      mirrors: [...severalMirrors],
      noProxy: ['registry.corp.example', '*.internal'],
      excludedNamespaces: ['kube-system'],
    },
  }),
  firstStart: appState({
    contexts: ['prod-shanghai', 'staging-hangzhou', 'k3s-edge-03', 'minikube'].map((name, index) =>
      context({ name, watch: false, status: { is: 'off' }, pods: 0, server: `10.8.0.${String(index + 4)}:6443` }),
    ),
    settings: defaultSettings,
  }),
  allOff: appState({
    contexts: [context({ name: 'minikube', watch: false, status: { is: 'off' } })],
    settings: { ...defaultSettings, contexts: { minikube: { watch: false, auto: false, agreed: false } } },
  }),
  noKubeconfig: appState({
    contexts: [],
    problems: [{ kind: 'no-kubeconfig', path: '/home/me/.kube/config' }],
    settings: defaultSettings,
  }),
  brokenKubeconfig: appState({
    contexts: [],
    problems: [
      {
        kind: 'kubeconfig-broken',
        path: '/home/me/.kube/config',
        detail: 'line 14, column 12: nested mappings are not allowed in compact mappings',
      },
    ],
    settings: defaultSettings,
  }),
  oneFileBroken: appState({
    ...busy,
    problems: [
      {
        kind: 'kubeconfig-broken',
        path: '/home/me/clusters/edge.yaml',
        detail: 'line 3: this is not a kubeconfig, clusters is missing',
      },
    ],
  }),
  demo: appState({ ...busy, demo: true }),
} satisfies Record<string, AppState>;

/** Incidents by what their details are about. */
export const incidents = {
  mysql,
  metrics,
  ledger,
  modeldb,
  kubewarden,
  argocd,
  busybox,
  wrongTag,
  sparedByHand,
  notListed,
  mirrorLogin,
  cutOffOnce,
  ambiguous,
  onLastMirror,
  retagged,
};
