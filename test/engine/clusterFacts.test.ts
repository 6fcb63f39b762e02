import { expect, it } from 'vitest';
import { askAgain, ClusterFacts } from '../../electron/engine/clusterFacts';
import type { Cluster } from '../../electron/engine/ports';
import { HandClock } from '../setup/handClock';

it.each([
  ['a reading of a node that got no answer is made again soon', { unanswered: '503: etcd is down' }, true],
  ['one that this user may not make is not', { forbidden: '403: nodes is forbidden' }, false],
])('%s', async (_, failure, again) => {
  const clock = new HandClock();
  const labels = { 'kubernetes.io/hostname': 'host-1' };
  const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-1', labels } };
  const answers = [failure, node];
  const cluster: Partial<Cluster> = { readObject: () => Promise.resolve(answers.shift() ?? null) };
  const facts = new ClusterFacts(cluster as Cluster, clock, () => '');
  expect((await facts.nodes(['node-1'])).size).toBe(0);
  clock.advance(askAgain);
  const known = await facts.nodes(['node-1']);
  expect(known.get('node-1')?.hostname).toBe(again ? 'host-1' : undefined);
});
