import { afterAll, beforeAll, expect, it } from 'vitest';
import { FaultyCluster } from './streamFaults';

let cluster: FaultyCluster;
beforeAll(async () => {
  cluster = await FaultyCluster.start();
});
afterAll(() => cluster.stop());

it('after whatever happens to it, the stream has told what the server has, and no event twice', async () => {
  await expect(cluster.play(100, 1)).resolves.toBeUndefined();
});
