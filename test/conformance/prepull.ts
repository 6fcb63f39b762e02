import { describe, expect, it } from 'vitest';
import type { PrepullWay } from '../../electron/domain/appState';
import type { TestCluster } from '../cluster/testCluster';
import type { RunningApp } from '../scenarios/runningApp';
import { app, nginx, proxied, type Stage } from '../scenarios/stage';
import { image, runs, waitsForImage } from '../scenarios/workloads';
import { eventually } from '../setup/eventually';

const ways: readonly PrepullWay['is'][] = ['image-cache', 'image-pull-job', 'pull-pods'];

/** What each way to an image does in the same way, on every cluster that has it; OpenKruise is only ever simulated. */
export function describePrepull(stage: Stage, tier: TestCluster['tier']): void {
  const there = ways.filter((way) => way !== 'image-pull-job' || tier !== 'node');
  describe.each(there)('an image ahead of need, by %s', (way) => {
    /** Leaves the cluster with no way that would be taken before this one. */
    const prepare = async (): Promise<void> => {
      const { fledged, kruise } = stage.cluster;
      if (way !== 'image-cache') await fledged.stop();
      if (way === 'image-pull-job') await kruise?.start();
      await stage.shop.createNamespace();
    };
    const pinned = (nodeName: string | undefined, more: object = {}) => ({
      nodeName: nodeName ?? '',
      ...app(),
      ...more,
    });
    const leftovers = async () => [
      ...(way === 'image-cache' ? await stage.shop.imageCaches() : []),
      ...(await stage.shop.pullPods()),
      ...(await pullJobs()),
    ];
    const pullJobs = async (): Promise<readonly string[]> => {
      const path = '/apis/apps.kruise.io/v1alpha1/imagepulljobs';
      const { status, body } = await stage.cluster.api.request({ method: 'GET', path });
      if (status === 404) return [];
      return (body as { items: { metadata: { name: string } }[] }).items.map(({ metadata }) => metadata.name);
    };

    /** A simulated node may have pulled before anybody saw it pull: then the next way has to prove it. Gives these nodes. */
    const pulledUnseen = ({ events }: RunningApp) => {
      const left = events.filter(({ event }) => event === 'way-left');
      for (const { why } of left) expect(why, JSON.stringify(events)).toContain('its pod went before its end');
      expect(left.length === 0 || stage.tier !== 'node').toBe(true);
      return left.map(({ node }) => node);
    };

    it('is on each node of the incident before a pod is touched, and nothing is left of what pulled', async () => {
      await prepare();
      const { mirrors, nodes, registries } = stage.cluster;
      await registries.publish(nginx, ['first']);
      for (const node of nodes) await stage.shop.barePod(node, pinned(node));
      for (const node of nodes) await stage.shop.pod(node, waitsForImage);
      const engine = stage.launch({ mode: 'auto' });
      for (const node of nodes) expect(image(await stage.shop.pod(node, runs))).toBe(proxied(mirrors.first));
      for (const node of nodes) await engine.next('healed', { node });
      const told = engine.events.filter(({ event }) => ['cache-started', 'cached', 'swapped'].includes(event));
      const started = told.filter(({ event }) => event === 'cache-started');
      expect(started.slice(0, nodes.length).map((event) => event.way)).toEqual(nodes.map(() => way));
      const proven = told.filter(({ event }) => event !== 'cache-started').map(({ event }) => event);
      expect(proven).toEqual(['cached', 'swapped'].flatMap((event) => nodes.map(() => event)));
      const left = pulledUnseen(engine);
      expect(engine.application.state().caches).toMatchObject([
        {
          ...(left.length === 0 && { way }),
          endedAt: expect.any(Number) as number,
          nodes: nodes.map(() => ({ pull: { is: 'pulled' } })),
        },
      ]);
      expect(await eventually(async () => (await leftovers()).length === 0 && 'gone')).toBe('gone');
    });

    it('fails with its cause within seconds where the mirror lacks it, and the next mirror is tried', async () => {
      await prepare();
      const { mirrors, nodes, registries } = stage.cluster;
      await registries.publish(nginx, ['second']);
      await stage.shop.barePod('web', pinned(nodes[0]));
      await stage.shop.pod('web', waitsForImage);
      const engine = stage.launch({ mode: 'auto' });
      const failed = await engine.next('cache-failed');
      expect(failed).toMatchObject({ proxied: proxied(mirrors.first), cause: 'not-found', node: nodes[0] });
      const began = await engine.next('cache-started');
      // before the simulated kube-fledged gives up, after 8 s; a real one and the other ways leave it minutes
      const limit = stage.tier !== 'node' && way === 'image-cache' ? 7_900 : 30_000;
      expect(Date.parse(failed.time) - Date.parse(began.time)).toBeLessThan(limit);
      expect(image(await stage.shop.pod('web', runs))).toBe(proxied(mirrors.second));
      expect(engine.events.filter(({ event }) => event === 'swapped')).toMatchObject([
        { proxied: proxied(mirrors.second) },
      ]);
      expect(await eventually(async () => (await leftovers()).length === 0 && 'gone')).toBe('gone');
    });

    it('goes onto further nodes once it has healed, where these are named, and is there for a pod to come', async () => {
      await prepare();
      const { mirrors, nodes, registries } = stage.cluster;
      const [first, second] = nodes;
      await registries.publish(nginx, ['first']);
      await stage.shop.barePod('web', pinned(first));
      const engine = stage.launch({ mode: 'auto', prepull: 'kubernetes.io/os=linux' });
      await stage.shop.pod('web', runs);
      await engine.next('cached', { node: second ?? '' });
      const left = pulledUnseen(engine);
      const started = engine.events.filter(({ event }) => event === 'cache-started');
      expect(started).toHaveLength(2 + left.length);
      const began = started.filter((one, index) => started.findIndex(({ node }) => node === one.node) === index);
      expect(began.map(({ node, way: by }) => [node, by])).toEqual([
        [first, way],
        [second, way],
      ]);
      expect(await eventually(async () => (await leftovers()).length === 0 && 'gone')).toBe('gone');
      const never = { containers: [{ name: 'app', image: proxied(mirrors.first), imagePullPolicy: 'Never' }] };
      await stage.shop.barePod('next', pinned(second, never));
      await stage.shop.pod('next', runs);
      expect(engine.application.state().caches).toMatchObject([
        { ...(!left.includes(first) && { way }), nodes: [{ node: first }] },
        {
          ...(!left.includes(second) && { way }),
          endedAt: expect.any(Number) as number,
          nodes: [{ node: second, pull: { is: 'pulled' } }],
        },
      ]);
    });
  });
}
