import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Fields, KubeObject, Pod } from '../../electron/demo/objects';
import { controllerOf } from '../../electron/demo/objects';
import { patchTypes } from '../../electron/demo/apiServer/patch';
import { eventually } from '../setup/eventually';
import { TurnableClock } from '../setup/turnableClock';
import type { NodesServer } from './testNodes';
import { statusOf, TestNodes } from './testNodes';
import { openWatch } from './watching';

const namespace = 'kube-fledged';
const caches = `/apis/kubefledged.io/v1alpha2/namespaces/${namespace}/imagecaches`;
/** In milliseconds of the controller's time, which is turned on: no machine is too slow for it. */
const deadline = 60_000;

/** How the simulated kube-fledged pulls images, flaws included, on any API server. */
export function describeFledged(tier: string, startServer: () => Promise<NodesServer>): void {
  describe(`kube-fledged: ${tier}`, () => {
    let cluster: TestNodes;
    const clock = new TurnableClock(1);
    let count = 0;
    let name = '';
    beforeAll(async () => {
      cluster = await TestNodes.start(startServer, {
        nodes: [
          { name: 'node-1', hostname: 'host-1' },
          { name: 'node-2', hostname: 'host-2' },
        ],
        fledged: true,
        fledgedTimings: { pullDeadlineMs: deadline },
        clock,
      });
    });
    afterAll(() => cluster.stop());
    beforeEach(() => {
      count += 1;
      name = `cache-${String(count)}`;
      cluster.registries.publish(`mirror.example/app:${name}`);
    });

    async function create(cacheName: string, images: readonly string[], hostname: string | null, more: Fields = {}) {
      const nodeSelector = hostname === null ? {} : { nodeSelector: { 'kubernetes.io/hostname': hostname } };
      const body = {
        apiVersion: 'kubefledged.io/v1alpha2',
        kind: 'ImageCache',
        metadata: { name: cacheName },
        spec: { cacheSpec: [{ images, ...nodeSelector }] },
        ...more,
      };
      expect((await cluster.api.request({ method: 'POST', path: caches, body })).status).toBe(201);
    }

    type CacheStatus = Record<string, unknown> & { status: string };

    async function statusOfCache(cacheName: string): Promise<CacheStatus | undefined> {
      const { body } = await cluster.api.request({ method: 'GET', path: `${caches}/${cacheName}` });
      return (body as { status?: CacheStatus }).status;
    }

    function ended(cacheName: string): Promise<CacheStatus> {
      return eventually(async () => {
        const status = await statusOfCache(cacheName);
        return status !== undefined && status.status !== 'Processing' && status;
      });
    }

    async function owned(path: string, cacheName: string): Promise<KubeObject[]> {
      const query = { labelSelector: `imagecache=${cacheName}` };
      const { body } = await cluster.api.request({ method: 'GET', path, query });
      return (body as { items: KubeObject[] }).items;
    }
    const pullPods = async (cacheName: string) => (await owned('/api/v1/pods', cacheName)) as Pod[];
    const jobsOf = (cacheName: string) => owned('/apis/batch/v1/jobs', cacheName);

    async function remove(cacheName: string): Promise<void> {
      await cluster.api.request({ method: 'DELETE', path: `${caches}/${cacheName}` });
    }

    /** As soon as its only pod is so, all the time that a pull is given has passed. */
    async function tooLate(cacheName: string, isSo: (pod: Pod) => boolean): Promise<void> {
      await eventually(async () => {
        const [pod] = await pullPods(cacheName);
        return pod && isSo(pod);
      });
      expect((await statusOfCache(cacheName))?.status).toBe('Processing');
      clock.turn(deadline);
    }
    const isMissing = (pod: Pod) => statusOf(pod, 'imagepuller').state.waiting?.message?.includes('not found') === true;

    test('an image is pulled by a Job on each node, with the labels of kube-fledged, and the Jobs go', async () => {
      const { registries } = cluster;
      registries.host('mirror.example').pullMs = 300;
      const watch = await openWatch(cluster.api, '/api/v1/pods', { labelSelector: `imagecache=${name}` });
      await create(name, [`mirror.example/app:${name}`], null);
      const jobs = await eventually(async () => {
        const found = await jobsOf(name);
        return found.length === 2 && found;
      });
      expect(await statusOfCache(name)).toMatchObject({ status: 'Processing', reason: 'ImageCacheCreate' });
      for (const { metadata } of jobs) {
        expect(metadata.name).toMatch(new RegExp(`^${name}-[a-z0-9]{5}$`));
        expect(metadata).toMatchObject({
          namespace,
          labels: {
            app: 'kubefledged',
            kubefledged: 'kubefledged-image-manager',
            imagecache: name,
            controller: 'fledged',
          },
        });
        expect(metadata.ownerReferences?.[0]).toMatchObject({ kind: 'ImageCache', name });
      }
      // finished pods go with their Jobs at once, so only a watch is sure to see them
      const pods = await eventually(() => {
        const finished = watch.events
          .map(({ object }) => object as Pod)
          .filter(({ status }) => status?.phase === 'Succeeded');
        return new Set(finished.map(({ metadata }) => metadata.name)).size === 2 && finished;
      });
      watch.stop();
      for (const pod of pods) {
        expect(statusOf(pod, 'imagepuller').imageID).toContain('mirror.example/app@sha256:');
        expect(statusOf(pod, 'busybox').state.terminated?.exitCode).toBe(0);
        expect(controllerOf(pod)?.kind).toBe('Job');
      }
      expect(await ended(name)).toMatchObject({ status: 'Succeeded' });
      await eventually(async () => (await jobsOf(name)).length + (await pullPods(name)).length === 0);
      registries.host('mirror.example').pullMs = 10;
    });

    test('a pull that fails is seen in its pod at once, and in the object only at the deadline', async () => {
      await create(name, ['mirror.example/app:missing'], 'host-1');
      await tooLate(name, isMissing);
      expect(await ended(name)).toMatchObject({
        status: 'Failed',
        reason: 'ImagePullFailedForSomeImages',
        failures: {
          'mirror.example/app:missing': [{ node: 'node-1', reason: expect.stringMatching(/Err|BackOff/) as string }],
        },
      });
    });

    test('an image whose name is part of one on the node counts as present: no Job, and success', async () => {
      await create(name, [`mirror.example/app:${name}`], 'host-1');
      await ended(name);
      await eventually(async () => {
        const { body } = await cluster.api.request({ method: 'GET', path: '/api/v1/nodes/node-1' });
        return JSON.stringify((body as KubeObject).status).includes(`app:${name}`);
      });
      const jobs = await openWatch(cluster.api, '/apis/batch/v1/jobs', { labelSelector: `imagecache=${name}-part` });
      await create(`${name}-part`, [`app:${name}`], 'host-1');
      expect(await ended(`${name}-part`)).toMatchObject({ status: 'Succeeded' });
      expect(jobs.events).toEqual([]);
      jobs.stop();
    });

    test('a selector by node name, where the label differs, matches nothing', async () => {
      await create(name, ['mirror.example/app:1'], 'node-1');
      expect(await ended(name)).toMatchObject({ status: 'NoImagesPulledOrDeleted' });
    });

    test('a name of more than 63 characters cannot be a label: nothing is pulled', async () => {
      for (const [length, status] of [
        [63, 'Succeeded'],
        [64, 'NoImagesPulledOrDeleted'],
      ] as const) {
        const long = name.padEnd(length, 'x');
        await create(long, [`mirror.example/app:${name}`], 'host-1');
        expect(await ended(long)).toMatchObject({ status });
        await cluster.machinery.resetNodes();
      }
    });

    test('an object that comes with a status is not looked at', async () => {
      const status = { status: 'Succeeded', reason: 'r', message: 'm', startTime: '2026-01-01T00:00:00Z' };
      await create(name, [`mirror.example/app:${name}`], 'host-1', { status });
      await create(`${name}-next`, [`mirror.example/app:${name}`], 'host-1');
      await ended(`${name}-next`);
      expect(await statusOfCache(name)).toEqual(status);
    });

    test('the Jobs of a deleted object go', async () => {
      await create(name, ['mirror.example/app:missing'], 'host-1');
      await eventually(async () => (await pullPods(name)).length === 1);
      await remove(name);
      await eventually(async () => (await jobsOf(name)).length + (await pullPods(name)).length === 0);
    });

    test('a changed spec is ignored while the object is worked on, and taken up by a refresh', async () => {
      const watch = await openWatch(cluster.api, caches, { fieldSelector: `metadata.name=${name}` });
      await create(name, ['mirror.example/app:missing'], 'host-1');
      await eventually(async () => (await jobsOf(name)).length === 1);
      const nodeSelector = { 'kubernetes.io/hostname': 'host-1' };
      const spec = { cacheSpec: [{ images: [`mirror.example/app:${name}`], nodeSelector }] };
      const path = `${caches}/${name}`;
      const merge = (body: object) =>
        cluster.api.request({ method: 'PATCH', path, contentType: patchTypes.merge, body });
      await merge({ spec });
      await tooLate(name, isMissing);
      expect(await ended(name)).toMatchObject({ status: 'Failed' });
      await merge({ metadata: { annotations: { 'kubefledged.io/refresh-imagecache': '' } } });
      // asked of the watch, which may be behind what a GET already shows
      const reasons = await eventually(() => {
        const seen = new Set(watch.events.map(({ object }) => (object.status as CacheStatus | undefined)?.reason));
        return seen.has('ImagesPulledSuccessfully') && [...seen];
      });
      watch.stop();
      expect(reasons).toEqual([
        undefined,
        'ImageCacheCreate',
        'ImagePullFailedForSomeImages',
        'ImageCacheRefresh',
        'ImagesPulledSuccessfully',
      ]);
    });

    test('a helper image that cannot be had shows as PodInitializing', async () => {
      for (const { images } of cluster.machinery.kubelets) images.clear();
      cluster.registries.host('docker.io').answer = 'refused';
      await create(name, [`mirror.example/app:${name}`], 'host-1');
      await tooLate(name, (pod) => statusOf(pod, 'imagepuller').state.waiting?.reason === 'PodInitializing');
      const { failures } = await ended(name);
      expect(failures).toMatchObject({ [`mirror.example/app:${name}`]: [{ reason: 'PodInitializing' }] });
      await cluster.machinery.resetNodes();
    });

    test('without kube-fledged its type is not served, and nothing of it is left', async () => {
      await create(name, ['mirror.example/app:missing'], 'host-1');
      await eventually(async () => (await jobsOf(name)).length === 1);
      await cluster.machinery.fledged.stop();
      expect(await cluster.api.request({ method: 'GET', path: caches })).toMatchObject({ status: 404 });
      expect(await jobsOf(name)).toEqual([]);
      await cluster.machinery.fledged.start();
      await create(name, [`mirror.example/app:${name}`], 'host-1');
      expect(await ended(name)).toMatchObject({ status: 'Succeeded' });
    });
  });
}
