import type { ActivityEntry, AffectedPod, CacheView, ContextView, IncidentView } from '../../electron/domain/appState';
import type { Cause, Diagnosis } from '../../electron/domain/diagnosis/cause';

/** The clock of every picture and test: 14:06 in UTC. */
export const now = Date.UTC(2026, 2, 12, 14, 6, 0);
export const seconds = 1000;
export const minutes = 60 * seconds;
export const hours = 60 * minutes;

export function context(parts: Partial<ContextView> & { name: string }): ContextView {
  return {
    server: '10.8.0.4:6443',
    status: { is: 'live', since: now - 5 * hours },
    watch: true,
    auto: false,
    agreed: false,
    pods: 96,
    fledged: 'present',
    ...parts,
  };
}

const healableCauses: readonly Cause[] = ['unreachable', 'rate-limited', 'mirror-error', 'interrupted'];

export function diagnosis(cause: Cause, host: string): Diagnosis {
  const healable = healableCauses.includes(cause) ? 'yes' : cause === 'unknown' ? 'offer' : 'no';
  return { cause, healable, ambiguous: false, host, sandbox: false, needsLogin: false };
}

function pod(namespace: string, name: string, container: string, node: string): AffectedPod {
  return { uid: `uid-${namespace}-${name}`, namespace, name, container, node, owner: 'ReplicaSet/owner' };
}

export function incident(parts: Partial<IncidentView> & { image: string; context: string }): IncidentView {
  const host = /^[^/]*\.[^/]*(?=\/)/.exec(parts.image)?.[0] ?? 'docker.io';
  const path = parts.image.includes('/') ? parts.image.slice(parts.image.indexOf('/') + 1) : `library/${parts.image}`;
  return {
    id: parts.image,
    firstSeen: now - 12 * minutes,
    diagnosis: diagnosis('unreachable', host),
    message: `failed to pull and unpack image "${parts.image}": failed to do request: Head "https://${host}/v2/": dial tcp 203.0.113.9:443: i/o timeout`,
    pods: [pod('shop', 'web-7f9c5d8b4-x8kzp', 'web', 'cn-sh-01')],
    refusal: null,
    candidates: [{ mirror: 'm.daocloud.io', proxied: `m.daocloud.io/${host}/${path}` }],
    progress: { is: 'failing' },
    ...parts,
  };
}

export const contexts = {
  prod: context({ name: 'prod-shanghai', pods: 412, server: '47.100.8.21:6443' }),
  staging: context({ name: 'staging-hangzhou', auto: true, agreed: true }),
  edge: context({ name: 'k3s-edge-03', agreed: true, pods: 31, server: '192.168.31.9:6443', fledged: 'absent' }),
};

export const mysql = incident({
  image: 'docker.io/apecloud/mysql_audit_log:5.7.44',
  context: 'prod-shanghai',
  pods: [
    pod('db', 'mysql-0', 'audit', 'cn-sh-02'),
    pod('db', 'mysql-1', 'audit', 'cn-sh-04'),
    pod('db', 'mysql-2', 'audit', 'cn-sh-04'),
  ],
  candidates: [
    { mirror: 'm.daocloud.io', proxied: 'm.daocloud.io/docker.io/apecloud/mysql_audit_log:5.7.44' },
    { mirror: 'harbor.corp.example', proxied: 'harbor.corp.example/hub/apecloud/mysql_audit_log:5.7.44' },
  ],
});

export const metrics = incident({
  image: 'registry.k8s.io/kube-state-metrics/kube-state-metrics:v2.13.0',
  context: 'prod-shanghai',
  firstSeen: now - 14 * minutes,
  pods: [
    pod('monitoring', 'kube-state-metrics-0', 'main', 'cn-sh-01'),
    pod('monitoring', 'kube-state-metrics-1', 'main', 'cn-sh-02'),
    pod('monitoring', 'kube-state-metrics-2', 'main', 'cn-sh-04'),
  ],
  progress: {
    is: 'rescuing',
    since: now - 42 * seconds,
    step: 'cache',
    mirror: 1,
    mirrors: 1,
    host: 'm.daocloud.io',
    done: 2,
    total: 3,
    earlier: [],
  },
});

export const ledger = incident({
  image: 'registry.corp.example/pay/ledger-api:2.8.1',
  context: 'prod-shanghai',
  firstSeen: now - 26 * minutes,
  diagnosis: diagnosis('unauthorized', 'registry.corp.example'),
  refusal: { code: 'cause', about: 'unauthorized' },
  candidates: [],
  pods: [pod('pay', 'ledger-api-5b7f9c6d8-hx2vq', 'api', 'cn-sh-01')],
  message:
    'failed to resolve reference "registry.corp.example/pay/ledger-api:2.8.1": unexpected status from HEAD request: 401 Unauthorized',
});

export const modeldb = incident({
  image: 'docker.io/mitdbg/modeldb-backend:kf0.4',
  context: 'staging-hangzhou',
  firstSeen: now - 3 * minutes,
  pods: [
    pod('ml', 'modeldb-6f8c9d7b4-q2xkw', 'backend', 'cn-hz-01'),
    pod('ml', 'modeldb-6f8c9d7b4-z7p5n', 'backend', 'cn-hz-02'),
  ],
  candidates: [
    { mirror: 'm.daocloud.io', proxied: 'm.daocloud.io/docker.io/mitdbg/modeldb-backend:kf0.4' },
    { mirror: 'harbor.corp.example', proxied: 'harbor.corp.example/hub/mitdbg/modeldb-backend:kf0.4' },
  ],
  message:
    'Failed to pull image "docker.io/mitdbg/modeldb-backend:kf0.4": failed to do request: Head "https://registry-1.docker.io/v2/mitdbg/modeldb-backend/manifests/kf0.4": dial tcp: lookup registry-1.docker.io on 10.96.0.10:53: no such host',
  progress: {
    is: 'rescuing',
    since: now - 67 * seconds,
    step: 'cache',
    mirror: 2,
    mirrors: 2,
    host: 'harbor.corp.example',
    done: 1,
    total: 2,
    earlier: [{ host: 'm.daocloud.io', cause: 'not-found', message: '403 Forbidden: not in the allow list' }],
  },
});

export const kubewarden = incident({
  image: 'ghcr.io/kubewarden/kubewarden-controller:v1.17.0',
  context: 'staging-hangzhou',
  firstSeen: now - 31 * minutes,
  progress: {
    is: 'gave-up',
    at: now - 4 * minutes,
    why: { is: 'no-mirror-left' },
    earlier: [
      {
        host: 'm.daocloud.io',
        cause: 'rate-limited',
        message: 'unexpected status from HEAD request: 429 Too Many Requests',
      },
    ],
    retryAt: now + 14 * minutes,
  },
});

export const argocd = incident({
  image: 'quay.io/argoproj/argocd:v2.13.1',
  context: 'staging-hangzhou',
  firstSeen: now - 9 * minutes,
  progress: { is: 'healed', at: now - 8 * seconds, via: 'm.daocloud.io' },
});

export const busybox = incident({
  image: 'busybox:1.36',
  context: 'k3s-edge-03',
  firstSeen: now - 3 * minutes,
  pods: Array.from({ length: 6 }, (_, index) => pod('jobs', `cleanup-2900${String(index)}-x`, 'sh', 'edge-03')),
});

export const redis = incident({
  image: 'bitnami/redis:7.2',
  context: 'k3s-edge-03',
  firstSeen: now - 40 * minutes,
  diagnosis: diagnosis('rate-limited', 'docker.io'),
});

export const wrongTag = incident({
  image: 'nginx:1.27.9-alpine',
  context: 'k3s-edge-03',
  firstSeen: now - hours,
  diagnosis: diagnosis('not-found', 'docker.io'),
  refusal: { code: 'cause', about: 'not-found' },
  candidates: [],
  pods: [pod('web', 'shop-front-7c5d8b6f9-mm4tr', 'web', 'edge-03')],
  message:
    'Failed to pull image "nginx:1.27.9-alpine": rpc error: code = NotFound desc = failed to resolve reference "docker.io/library/nginx:1.27.9-alpine": docker.io/library/nginx:1.27.9-alpine: not found',
});

/** Its nodes give it its own name. */
export const retagged = incident({
  image: 'quay.io/prometheus/node-exporter:v1.8.2',
  context: 'k3s-edge-03',
  pods: ['a', 'b', 'c'].map((name) => pod('monitoring', `node-exporter-${name}4x2`, 'node-exporter', `edge-0${name}`)),
  progress: {
    is: 'rescuing',
    since: now - 9 * seconds,
    step: 'retag',
    mirror: 1,
    mirrors: 1,
    host: 'm.daocloud.io',
    done: 1,
    total: 3,
    earlier: [],
    maySwap: 2,
  },
});

export const caches: readonly CacheView[] = [
  {
    id: 'c1',
    context: 'prod-shanghai',
    image: 'm.daocloud.io/registry.k8s.io/kube-state-metrics/kube-state-metrics:v2.13.0',
    way: 'image-cache',
    left: [],
    bytes: 12_400_000,
    startedAt: now - 42 * seconds,
    endedAt: null,
    nodes: [
      { node: 'cn-sh-01', pull: { is: 'pulled', at: now - 11 * seconds } },
      { node: 'cn-sh-02', pull: { is: 'pulled', at: now - 4 * seconds } },
      { node: 'cn-sh-04', pull: { is: 'pulling', since: now - 42 * seconds } },
    ],
  },
  {
    id: 'c2',
    context: 'prod-shanghai',
    image: 'm.daocloud.io/docker.io/library/postgres:16.4',
    way: 'image-cache',
    left: [],
    bytes: 28_000_000,
    startedAt: now - 20 * minutes,
    endedAt: now - 18 * minutes,
    nodes: [
      { node: 'cn-sh-01', pull: { is: 'pulled', at: now - 19 * minutes } },
      {
        node: 'cn-sh-02',
        pull: { is: 'failed', at: now - 18 * minutes, cause: 'disk-full', message: 'no space left on device' },
      },
    ],
  },
  {
    id: 'c3',
    context: 'prod-shanghai',
    image:
      'm.daocloud.io/quay.io/cilium/operator-generic:v1.11.3@sha256:5b81db7a32cb7e2d00bb3cf332277ec2b3be239d9e94a8d979915f4e6648c787',
    way: 'image-cache',
    left: [],
    bytes: null,
    startedAt: now - 26 * hours,
    endedAt: now - 26 * hours + minutes,
    nodes: ['cn-sh-01', 'cn-sh-02', 'cn-sh-04'].map((node) => ({
      node,
      pull: { is: 'pulled', at: now - 26 * hours + 30 * seconds } as const,
    })),
  },
  {
    id: 'c4',
    context: 'staging-hangzhou',
    image: 'harbor.corp.example/hub/mitdbg/modeldb-backend:kf0.4',
    way: 'image-pull-job',
    left: [],
    bytes: 1_240_000_000,
    startedAt: now - 44 * seconds,
    endedAt: null,
    nodes: [
      { node: 'cn-hz-01', pull: { is: 'pulled', at: now - 6 * seconds } },
      { node: 'cn-hz-02', pull: { is: 'pulling', since: now - 44 * seconds, percent: 42 } },
    ],
  },
  {
    id: 'c5',
    context: 'staging-hangzhou',
    image: 'm.daocloud.io/quay.io/argoproj/argocd:v2.13.1',
    way: 'pull-pods',
    left: [
      {
        way: 'image-cache',
        why: { is: 'shows-nothing', detail: 'Succeeded: All requested images pulled succesfully to respective nodes' },
      },
    ],
    bytes: 171_000_000,
    startedAt: now - 2 * minutes,
    endedAt: now - minutes,
    nodes: [
      { node: 'cn-hz-01', pull: { is: 'pulled', at: now - 80 * seconds } },
      { node: 'cn-hz-02', pull: { is: 'unproven', at: now - minutes, why: 'slow' } },
    ],
  },
];

const patch = JSON.stringify([
  { op: 'test', path: '/metadata/uid', value: '0b6f2c1e-5d1c-4a7e-9a53-1f0d6f1f7a2e' },
  { op: 'test', path: '/spec/containers/0/image', value: 'quay.io/argoproj/argocd:v2.13.1' },
  {
    op: 'add',
    path: '/metadata/annotations/pullthrough.dev~1original-images',
    value: '{"server":"quay.io/argoproj/argocd:v2.13.1"}',
  },
  { op: 'replace', path: '/spec/containers/0/image', value: 'm.daocloud.io/quay.io/argoproj/argocd:v2.13.1' },
]);

function entry(parts: Partial<ActivityEntry> & Pick<ActivityEntry, 'id' | 'kind' | 'object'>): ActivityEntry {
  return { at: now, context: 'prod-shanghai', outcome: 'done', detail: '', sent: patch, ...parts };
}

export const activity: readonly ActivityEntry[] = [
  entry({
    id: 'a1',
    at: now - 8 * seconds,
    kind: 'swapped',
    context: 'staging-hangzhou',
    object: 'argocd/argocd-server-6c9db7f6d4-x8kzp',
  }),
  entry({
    id: 'a2',
    at: now - 48 * seconds,
    kind: 'cache-created',
    context: 'staging-hangzhou',
    object: 'kube-fledged/pullthrough-argocd-3f9ac1',
    sent: JSON.stringify({
      apiVersion: 'kubefledged.io/v1alpha2',
      kind: 'ImageCache',
      metadata: { name: 'pullthrough-argocd-3f9ac1', namespace: 'kube-fledged' },
      spec: { cacheSpec: [{ images: ['m.daocloud.io/quay.io/argoproj/argocd:v2.13.1'] }] },
    }),
  }),
  entry({
    id: 'a3',
    at: now - 62 * seconds,
    kind: 'swapped',
    outcome: 'refused',
    detail: '409: the pod changed meanwhile',
    object: 'db/mysql-0',
  }),
  entry({
    id: 'a4',
    at: now - 19 * minutes,
    kind: 'restored',
    context: 'k3s-edge-03',
    object: 'infra/nats-box-5f6d8-kx2lq',
  }),
  entry({ id: 'a5', at: now - 25 * minutes, kind: 'pull-pod-created', object: 'monitoring/pullthrough-pull-9c1e' }),
  entry({ id: 'a6', at: now - 35 * minutes, kind: 'cache-deleted', object: 'kube-fledged/pullthrough-redis-c41e07' }),
  entry({ id: 'a7', at: now - 20 * hours, kind: 'put-back', object: 'db/mysql-1' }),
];
