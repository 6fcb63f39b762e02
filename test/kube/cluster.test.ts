import { expect, it } from 'vitest';
import { machineClock } from '../../electron/engine/machineClock';
import { ApiConnection } from '../../electron/kube/apiConnection';
import { KubeCluster } from '../../electron/kube/cluster';

it('finds what is ours in each kind that is made to pull, whichever of them the cluster has', async () => {
  const connection = new ApiConnection({ server: 'http://127.0.0.1:1', options: () => Promise.resolve({}) });
  const asked: unknown[] = [];
  let served = true;
  connection.request = ({ path, query }) => {
    asked.push([path, query?.labelSelector]);
    const custom = path.startsWith('/apis/');
    if (custom && !served) return Promise.resolve({ status: 404, retryAfter: null, body: {} });
    const metadata = { name: path.split('/').at(-1), namespace: 'shop', creationTimestamp: '2026-01-01T00:00:00Z' };
    return Promise.resolve({ status: 200, retryAfter: null, body: { items: [{ metadata }] } });
  };
  const cluster = new KubeCluster(connection, machineClock, () => 0.5, 'default');
  const createdAt = Date.parse('2026-01-01T00:00:00Z');
  const pods = { kind: 'pull-pod', namespace: 'shop', name: 'pods', createdAt };
  expect(await cluster.listOurs('fledged')).toEqual([
    { kind: 'image-cache', namespace: 'shop', name: 'imagecaches', createdAt },
    { kind: 'image-pull-job', namespace: 'shop', name: 'imagepulljobs', createdAt },
    pods,
  ]);
  const ours = 'app.kubernetes.io/managed-by=pullthrough';
  expect(asked).toEqual([
    ['/apis/kubefledged.io/v1alpha2/namespaces/fledged/imagecaches', ours],
    ['/api/v1/pods', `${ours},pullthrough.dev/pull-pod=true`],
    ['/apis/apps.kruise.io/v1alpha1/imagepulljobs', ours],
  ]);
  served = false;
  expect(await cluster.listOurs('fledged')).toEqual([pods]);
});

it('many reads at once are sent a few at a time, so that a great failure is no burst for the server', async () => {
  const connection = new ApiConnection({ server: 'http://127.0.0.1:1', options: () => Promise.resolve({}) });
  let [underWay, most] = [0, 0];
  connection.request = async () => {
    underWay += 1;
    most = Math.max(most, underWay);
    await new Promise(setImmediate);
    underWay -= 1;
    return { status: 200, retryAfter: null, body: { metadata: { labels: { 'kubernetes.io/hostname': 'host' } } } };
  };
  const cluster = new KubeCluster(connection, machineClock, () => 0.5, 'default');
  const names = Array.from({ length: 100 }, (_, index) => `name-${String(index)}`);
  const [optOuts, nodes] = await Promise.all([
    Promise.all(names.map((name) => cluster.namespaceOptedOut(name))),
    Promise.all(names.map((name) => cluster.readObject({ apiVersion: 'v1', kind: 'Node', namespace: '', name }))),
  ]);
  expect([optOuts.length, nodes.length, most]).toEqual([100, 100, 8]);
});
