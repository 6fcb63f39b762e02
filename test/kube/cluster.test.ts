import { expect, it } from 'vitest';
import { machineClock } from '../../electron/engine/machineClock';
import { ApiConnection } from '../../electron/kube/apiConnection';
import { KubeCluster } from '../../electron/kube/cluster';

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
  const [optOuts, hostnames] = await Promise.all([
    Promise.all(names.map((name) => cluster.namespaceOptedOut(name))),
    cluster.hostnameLabels(names),
  ]);
  expect([optOuts.length, hostnames.size, most]).toEqual([100, 100, 8]);
});
