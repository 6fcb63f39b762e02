import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RunningApp } from '../scenarios/runningApp';
import { app, nginx, proxied, Stage } from '../scenarios/stage';
import { image, runs } from '../scenarios/workloads';
import { startSimulatedCluster, type SimulatedCluster } from '../cluster/simulation';

/** A rescue on nodes on which not everything that pulls can run. */
describe('the node of a failing pod', () => {
  const stage = new Stage();
  let cluster: SimulatedCluster;
  beforeAll(async () => {
    cluster = await startSimulatedCluster();
    stage.open(cluster);
  });
  afterAll(() => stage.close());
  beforeEach(() => stage.set());
  afterEach(() => stage.clear());

  /** What the node says of itself from now on. */
  const says = async (status: object) => {
    const path = '/api/v1/nodes/node-1/status';
    const contentType = 'application/merge-patch+json';
    expect((await cluster.api.request({ method: 'PATCH', path, body: { status }, contentType })).status).toBe(200);
  };
  const healed = async (): Promise<RunningApp> => {
    await cluster.registries.publish(nginx, ['first']);
    await stage.shop.createNamespace();
    await stage.shop.barePod('web', { nodeName: 'node-1', ...app() });
    const engine = stage.launch({ mode: 'auto' });
    expect(image(await stage.shop.pod('web', runs))).toBe(proxied(cluster.mirrors.first));
    await engine.next('healed');
    return engine;
  };
  const made = async () =>
    (await stage.written('app'))
      .filter(({ verb, resource }) => verb === 'create' && /^(pods|imagecaches)$/.test(resource))
      .map(({ resource }) => resource);

  describe('that is not ready', () => {
    beforeEach(() => says({ conditions: [{ type: 'Ready', status: 'Unknown' }] }));
    afterEach(() => says({ conditions: [{ type: 'Ready', status: 'True' }] }));

    it('has nothing made for it that could not run there: the pod is swapped at once, and that is said', async () => {
      const engine = await healed();
      const why = 'the node is not ready, and nothing would pull there';
      expect(await engine.next('not-cached')).toMatchObject({ node: 'node-1', image: nginx, why });
      expect(await made()).toEqual([]);
      expect(engine.has('cache-started')).toBe(false);
    });
  });

  describe('that runs Windows', () => {
    beforeEach(() => says({ nodeInfo: { operatingSystem: 'windows' } }));
    afterEach(() => says({ nodeInfo: { operatingSystem: 'linux' } }));

    it('is not given to kube-fledged, whose helper is for Linux: a pod of the image alone pulls there', async () => {
      const engine = await healed();
      const why = expect.stringContaining('Windows') as string;
      expect(await engine.next('way-left')).toMatchObject({ node: 'node-1', way: 'image-cache', why });
      await engine.next('cached', { node: 'node-1' });
      expect(await made()).toEqual(['pods']);
      expect(engine.application.state().caches).toMatchObject([
        { way: 'pull-pods', left: [{ way: 'image-cache', why: { is: 'windows' } }] },
      ]);
    });
  });
});
