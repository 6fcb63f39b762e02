import type { RestoreView } from '../../electron/domain/appState';
import { hours, minutes, now } from './stateParts';

function restore(parts: Partial<RestoreView> & Pick<RestoreView, 'id' | 'state'>, original: string): RestoreView {
  return {
    context: 'prod-shanghai',
    namespace: 'monitoring',
    pod: 'grafana-0',
    node: 'cn-sh-01',
    owner: 'StatefulSet/grafana',
    swappedAt: now - 3 * hours,
    containers: [{ name: 'main', original, proxied: `m.daocloud.io/${original}` }],
    ...parts,
  };
}

export const restores: readonly RestoreView[] = [
  restore(
    {
      id: 'r1',
      context: 'staging-hangzhou',
      pod: 'blackbox-exporter-5f7d9-x8kzp',
      owner: 'ReplicaSet/blackbox-exporter-5f7d9',
      state: { is: 'ready', at: now },
    },
    'quay.io/prometheus/blackbox-exporter:v0.25.0',
  ),
  {
    ...restore({ id: 'r2', namespace: 'cache', pod: 'redis-master-0', state: { is: 'ready', at: now } }, ''),
    containers: ['redis', 'metrics'].map((name) => ({
      name,
      original: 'docker.io/bitnami/redis:7.2',
      proxied: 'm.daocloud.io/docker.io/bitnami/redis:7.2',
    })),
  },
  restore(
    {
      id: 'r3',
      namespace: 'web',
      pod: 'shop-front-7c5d8b6f9-mm4tr',
      owner: null,
      swappedAt: now - 26 * hours,
      state: { is: 'unchecked', since: now },
    },
    'docker.io/library/nginx:1.27',
  ),
  restore(
    {
      id: 'r4',
      namespace: 'ingress-nginx',
      pod: 'ingress-nginx-controller-7d4b8c6f95-p9wzt',
      state: {
        is: 'held',
        why: { is: 'cause', cause: 'unreachable', host: 'registry.k8s.io' },
        retryAt: now + 154 * minutes,
        tries: 4,
      },
    },
    'registry.k8s.io/ingress-nginx/controller:v1.11.3',
  ),
  restore(
    {
      id: 'r5',
      context: 'staging-hangzhou',
      namespace: 'auth',
      pod: 'dex-58f7c9b8d-4vzqk',
      state: { is: 'held', why: { is: 'pull-policy-always' }, retryAt: null, tries: 0 },
    },
    'ghcr.io/dexidp/dex:v2.41.1',
  ),
  restore(
    {
      id: 'r6',
      state: { is: 'held', why: { is: 'failed-and-swapped-back' }, retryAt: now + 5.5 * hours, tries: 1 },
    },
    'docker.io/grafana/grafana:11.2.2',
  ),
  restore(
    { id: 'r7', pod: 'prometheus-0', state: { is: 'free', at: now - 14 * minutes, how: 'pod-replaced' } },
    'prom/prometheus:v2.54.1',
  ),
  restore(
    { id: 'r8', pod: 'nats-0', state: { is: 'free', at: now - 19 * minutes, how: 'not-running' } },
    'nats:2.10-alpine',
  ),
];
