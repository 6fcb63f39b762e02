import { describe, expect, it } from 'vitest';
import type { NodePull } from '../../electron/domain/appState';
import { imageCacheManifest, imageCacheName, readImageCache } from '../../electron/domain/prepull/imageCache';
import { imagePullJobManifest, imagePullJobName, readImagePullJob } from '../../electron/domain/prepull/imagePullJob';
import type { KubeObject } from '../../electron/domain/kubeObject';
import { canaryPodManifest, canaryPodName } from '../../electron/domain/prepull/pullPod';
import {
  allSettled,
  batchOf,
  wayInUse,
  type Prepull,
  type PrepullEffect,
  type PrepullEvent,
  type PrepullLook,
  type PrepullPlan,
} from '../../electron/domain/prepull/prepull';
import { abandonPrepull, beginPrepull, resumePrepull, stepPrepull } from '../../electron/domain/prepull/prepullSteps';

const image = 'one.example/docker.io/library/nginx:1.25';
const pinned = `one.example/docker.io/library/nginx@sha256:${'a'.repeat(64)}`;
const puller = { namespace: 'shop', serviceAccount: 'web', pullSecrets: ['corp'] };
const everyWay: PrepullPlan = {
  ways: [
    { is: 'image-cache', namespace: 'kube-fledged' },
    { is: 'image-pull-job', namespace: 'shop' },
    { is: 'pull-pods' },
  ],
  hostnames: { 'node-1': 'host-1', 'node-2': 'host-2' },
  pullers: { 'node-1': puller, 'node-2': puller, 'node-3': puller },
};
const withoutKruise: PrepullPlan = { ...everyWay, ways: everyWay.ways.filter(({ is }) => is !== 'image-pull-job') };

type About = PrepullEvent extends infer Event ? (Event extends { name: string } ? Omit<Event, 'name'> : never) : never;

/** One prepull, whose events are about whatever object counts for a node. */
function play(plan: PrepullPlan, nodes: readonly string[] = ['node-1'], of = image) {
  let [state, effects]: readonly [Prepull, readonly PrepullEffect[]] = beginPrepull(plan, of, 'one.example', nodes);
  const all = [...effects];
  const tell = (node: string, about: About) => {
    const name = batchOf(state, node)?.name ?? '';
    [state, effects] = stepPrepull(plan, state, { ...about, name });
    all.push(...effects);
    return effects;
  };
  return {
    tell,
    looked: (node: string, look: Partial<Extract<PrepullLook, { is: 'read' }>>) =>
      tell(node, { type: 'looked', look: { is: 'read', object: 'working', detail: '', pulls: null, ...look } }),
    slow: () => {
      [state, effects] = stepPrepull(plan, state, { type: 'slow' });
    },
    get state() {
      return state;
    },
    get last() {
      return effects;
    },
    /** `ImageCache`, `- ImageCache`: what was made, and what was taken away. */
    get written() {
      return all.flatMap((effect) => {
        if (effect.do === 'create-puller') return effect.manifest.kind;
        return effect.do === 'delete-puller' ? `- ${effect.object.kind}` : [];
      });
    },
    get reports() {
      return all.flatMap((effect) => (effect.do === 'report' ? effect.report : []));
    },
  };
}

const pulling: NodePull = { is: 'pulling', since: 1 };
const pulled: NodePull = { is: 'pulled', at: 2 };
const failed: NodePull = { is: 'failed', at: 2, cause: 'not-found', message: 'not found' };
const timers = (effects: readonly PrepullEffect[]) =>
  effects.flatMap((effect) => (effect.do === 'timer' ? effect.ms : []));

describe('bringing an image onto nodes', () => {
  it('is done through the first way, once each node has it, and then nothing is left of it', () => {
    const run = play(everyWay, ['node-1', 'node-2']);
    run.tell('node-1', { type: 'pull', node: 'node-1', pull: pulling });
    run.tell('node-1', { type: 'pull', node: 'node-1', pull: pulled });
    expect(run.written).toEqual(['ImageCache']);
    run.tell('node-2', { type: 'pull', node: 'node-2', pull: pulled });
    expect(run.written).toEqual(['ImageCache', '- ImageCache']);
    expect([allSettled(run.state), wayInUse(everyWay, run.state)]).toEqual([true, 'image-cache']);
    expect(run.reports.map(({ event }) => event)).toEqual(['cache-started', 'cached', 'cached']);
  });

  it.each([
    ['may not be made', { is: 'denied', verb: 'create', resource: 'imagecaches', namespace: 'kube-fledged' }, false],
    ['is refused', { is: 'rejected', detail: '500: failed calling webhook' }, false],
    ['gets no answer', { is: 'unavailable', detail: 'no byte for 15 s' }, true],
    ['has no namespace', { is: 'gone' }, false],
  ] as const)('goes to the next way where the object %s', (_what, result, mayBeThere) => {
    const run = play(everyWay);
    run.tell('node-1', { type: 'made', result });
    expect(run.written.sort()).toEqual(['ImageCache', 'ImagePullJob', ...(mayBeThere ? ['- ImageCache'] : [])].sort());
    expect(run.reports).toContainEqual(expect.objectContaining({ event: 'way-left', way: 'image-cache' }));
    expect(run.state.nodes['node-1']).toEqual({ is: 'queued' });
  });

  it.each([
    ['Succeeded, and no pod came: the image only looks present', 'succeeded'],
    ['NoImagesPulledOrDeleted: no job could be made', 'over'],
    ['gone', 'missing'],
  ] as const)('goes to the next way as soon as the status is %s', (_status, object) => {
    const run = play(withoutKruise);
    expect(timers(run.last)).toContain(2_000);
    run.looked('node-1', { object, detail: 'Succeeded: all images' });
    expect(run.written).toEqual(['ImageCache', 'Pod', '- ImageCache']);
    expect(run.state.nodes['node-1']).toEqual({ is: 'queued' });
  });

  it('takes no status for a proof: only a pod that was seen to pull is confirmed by it', () => {
    const unseen = play(withoutKruise);
    unseen.looked('node-1', { object: 'succeeded' });
    expect(unseen.state.nodes['node-1']?.is).toBe('queued');
    const seen = play(withoutKruise);
    seen.tell('node-1', { type: 'pull', node: 'node-1', pull: pulling });
    expect(seen.looked('node-1', { object: 'succeeded' })).toEqual([]);
    seen.tell('node-1', { type: 'gone', node: 'node-1' });
    expect(seen.last).toMatchObject([{ do: 'look' }]);
    seen.looked('node-1', { object: 'succeeded' });
    expect(seen.state.nodes['node-1']?.is).toBe('pulled');
    // a pod that never came as far as to pull gives the object nothing to confirm
    const helping = play(withoutKruise);
    helping.tell('node-1', { type: 'pull', node: 'node-1', pull: { is: 'helper' } });
    helping.tell('node-1', { type: 'gone', node: 'node-1' });
    helping.looked('node-1', { object: 'succeeded' });
    expect([helping.state.nodes['node-1']?.is, helping.written.includes('Pod')]).toEqual(['queued', true]);
  });

  it('goes to the next way where a restart of the controller took the job, unless its end is only late', () => {
    const run = play(withoutKruise);
    run.tell('node-1', { type: 'pull', node: 'node-1', pull: { is: 'helper' } });
    run.tell('node-1', { type: 'gone', node: 'node-1' });
    run.looked('node-1', { object: 'working' });
    run.looked('node-1', { object: 'working' });
    expect(run.written).toEqual(['ImageCache']);
    run.looked('node-1', { object: 'working' });
    expect(run.written).toEqual(['ImageCache', 'Pod', '- ImageCache']);
    const aborted = play(withoutKruise);
    aborted.tell('node-1', { type: 'pull', node: 'node-1', pull: { is: 'queued' } });
    aborted.tell('node-1', { type: 'gone', node: 'node-1' });
    aborted.looked('node-1', { object: 'over', detail: 'Aborted' });
    expect(aborted.written).toContain('Pod');
  });

  it('goes to the next way where nothing was seen for 15 s, on those nodes alone', () => {
    const run = play(withoutKruise, ['node-1', 'node-2']);
    run.tell('node-1', { type: 'pull', node: 'node-1', pull: pulling });
    run.tell('node-1', { type: 'timer', what: 'none' });
    expect(batchOf(run.state, 'node-1')?.way).toBe(0);
    expect(batchOf(run.state, 'node-2')).toMatchObject({ way: 1, nodes: ['node-2'], namespace: 'shop' });
    expect(run.written).toEqual(['ImageCache', 'Pod']);
  });

  it('goes to the next way where the helper image cannot be had', () => {
    const run = play(withoutKruise);
    run.tell('node-1', { type: 'pull', node: 'node-1', pull: { is: 'unproven', at: 1, why: 'helper-failed' } });
    expect(run.written).toEqual(['ImageCache', 'Pod', '- ImageCache']);
  });

  it('is over with a failure of the pull itself: that is the mirror’s, and no way’s', () => {
    const run = play(everyWay);
    run.tell('node-1', { type: 'pull', node: 'node-1', pull: failed });
    expect(run.written).toEqual(['ImageCache', '- ImageCache']);
    expect(run.reports.at(-1)).toMatchObject({ event: 'cache-failed', cause: 'not-found' });
    run.tell('node-1', { type: 'pull', node: 'node-1', pull: pulled });
    expect(run.state.nodes['node-1']).toEqual(failed);
  });

  it('leaves a slow pull to the kubelet, and tries no other way', () => {
    const run = play(everyWay);
    run.tell('node-1', { type: 'pull', node: 'node-1', pull: pulling });
    run.slow();
    expect(run.state.nodes['node-1']).toMatchObject({ is: 'unproven', why: 'slow' });
    const cut = play(everyWay);
    cut.tell('node-1', { type: 'pull', node: 'node-1', pull: pulling });
    cut.tell('node-1', { type: 'gone', node: 'node-1' });
    cut.looked('node-1', { object: 'over', detail: 'Failed' });
    expect(cut.state.nodes['node-1']).toMatchObject({ is: 'unproven', why: 'slow' });
    expect(cut.written).toEqual(['ImageCache', '- ImageCache']);
  });

  it('serves nodes without a hostname label by a pod that names the node, and says so', () => {
    const run = play(withoutKruise, ['node-1', 'node-3']);
    expect(run.written).toEqual(['ImageCache', 'Pod']);
    expect(run.reports).toContainEqual(expect.objectContaining({ event: 'way-left', nodes: ['node-3'] }));
    expect(batchOf(run.state, 'node-3')?.way).toBe(1);
  });

  it('says that nothing is cached where no way is left, and where there never was one', () => {
    const none = play({ ways: [], hostnames: {}, pullers: {} });
    expect([none.written, allSettled(none.state)]).toEqual([[], true]);
    expect(none.reports).toMatchObject([{ event: 'not-cached', nodes: ['node-1'] }]);
    const last = play({ ...everyWay, ways: [{ is: 'pull-pods' }] });
    last.tell('node-1', { type: 'gone', node: 'node-1' });
    expect(last.reports.map(({ event }) => event)).toEqual(['cache-started', 'way-left', 'not-cached']);
  });

  it('makes nothing on a node that is not ready, and says so', () => {
    const run = play({ ...everyWay, barred: { 'node-2': 'not-ready' } }, ['node-1', 'node-2']);
    expect(run.written).toEqual(['ImageCache']);
    expect(run.reports).toContainEqual(
      expect.objectContaining({ event: 'not-cached', nodes: ['node-2'], why: { is: 'not-ready' } }),
    );
    expect(run.reports.some(({ event }) => event === 'way-left')).toBe(false);
    expect(run.state.nodes).toMatchObject({
      'node-1': { is: 'queued' },
      'node-2': { is: 'unproven', why: 'node-not-ready' },
    });
  });

  it('asks no helper for Linux to pull on Windows: a pod of the image alone does, where one may be made', () => {
    const run = play({ ...everyWay, barred: { 'node-1': 'windows' } });
    expect(run.written).toEqual(['Pod']);
    const left = { event: 'way-left', way: 'image-cache', nodes: ['node-1'], why: { is: 'windows' } };
    expect(run.reports).toContainEqual(expect.objectContaining(left));
    const none = play({ ...everyWay, pullers: {}, barred: { 'node-1': 'windows' } });
    expect([none.written, allSettled(none.state)]).toEqual([[], true]);
    expect(none.reports).toMatchObject([{ event: 'not-cached', nodes: ['node-1'], why: { is: 'windows' } }]);
  });

  it('reads every second where no stream shows the pods, and takes one that is no longer listed for gone', () => {
    const run = play(withoutKruise);
    const again = run.looked('node-1', { pulls: { 'node-1': pulling } });
    expect(timers(again)).toEqual([1_000]);
    run.looked('node-1', { pulls: {}, object: 'succeeded' });
    expect(run.state.nodes['node-1']?.is).toBe('pulled');
  });

  it('keeps an image with a digest from OpenKruise, whose daemon cannot pull it', () => {
    const run = play(everyWay, ['node-3'], pinned);
    expect(run.written).toEqual(['Pod']);
  });

  it('begins again after a restart with what was made, and takes away what was to go', () => {
    const run = play(withoutKruise, ['node-1', 'node-2']);
    run.tell('node-2', { type: 'timer', what: 'none' });
    run.tell('node-2', { type: 'pull', node: 'node-2', pull: pulled });
    const kept = JSON.parse(JSON.stringify(run.state)) as Prepull;
    const [, effects] = resumePrepull(withoutKruise, kept);
    const done = effects.flatMap((effect) => {
      if (effect.do === 'create-puller') return [effect.manifest.kind];
      return effect.do === 'delete-puller' ? [`- ${effect.object.kind}`] : [];
    });
    // both nodes have left kube-fledged, and both have what is left of their pods to be dealt with
    expect(done.sort()).toEqual(['- ImageCache', '- Pod', 'Pod'].sort());
    expect(abandonPrepull(withoutKruise, run.state)[1]).toMatchObject([
      { do: 'delete-puller', object: { kind: 'Pod' } },
    ]);
  });
});

describe('what is made for it', () => {
  const images = [image, pinned, `one.example/${'very-long-name/'.repeat(12)}app:${'t'.repeat(120)}`];

  it('has names of at most 63 characters, that depend on the image and the nodes alone', () => {
    const names = images.flatMap((each) => [
      imageCacheName(each, ['host-1', 'host-2']),
      imagePullJobName(each, ['host-1', 'host-2']),
      canaryPodName(each, 'host-1'),
      imageCacheName(each, ['host-1']),
      imagePullJobName(each, ['host-1']),
    ]);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])$/);
    expect(imageCacheName(image, ['b', 'a'])).toBe(imageCacheName(image, ['a', 'b']));
    expect(imagePullJobName(image, ['b', 'a'])).toBe(imagePullJobName(image, ['a', 'b']));
  });

  it('says whose it is and for which image and nodes', () => {
    const made = [
      imageCacheManifest('kube-fledged', 'cache', image, ['host-1']),
      imagePullJobManifest('shop', image, ['host-1'], []),
      canaryPodManifest(puller, image, 'host-1'),
    ];
    for (const { metadata } of made) {
      expect(metadata.labels).toMatchObject({ 'app.kubernetes.io/managed-by': 'pullthrough' });
      const note = metadata.annotations?.['pullthrough.dev/pulls'] ?? '';
      expect(JSON.parse(note)).toEqual({ image, nodes: ['host-1'], madeBy: 'Pullthrough' });
    }
  });

  it('asks OpenKruise for all nodes at once, one try, and its own end', () => {
    expect(imagePullJobManifest('shop', image, ['a', 'b'], ['corp']).spec).toEqual({
      image,
      selector: { names: ['a', 'b'] },
      parallelism: 2,
      pullPolicy: { timeoutSeconds: 600, backoffLimit: 0 },
      completionPolicy: { type: 'Always', activeDeadlineSeconds: 900, ttlSecondsAfterFinished: 300 },
      pullSecrets: ['corp'],
    });
  });
});

describe('what an object says of itself', () => {
  const cache = (status?: object): KubeObject => ({
    apiVersion: 'kubefledged.io/v1alpha2',
    kind: 'ImageCache',
    metadata: { name: 'cache' },
    ...(status && { status }),
  });

  it.each([
    [null, 'missing'],
    [cache(), 'working'],
    [cache({ status: 'Processing' }), 'working'],
    [cache({ status: 'Succeeded', message: 'all' }), 'succeeded'],
    [cache({ status: 'NoImagesPulledOrDeleted' }), 'over'],
    [cache({ status: 'Aborted' }), 'over'],
  ] as const)('is read of an ImageCache: %j is %s', (object, is) => {
    expect(readImageCache(object, null, 5, 'one.example')).toMatchObject({ object: is, pulls: null });
  });

  const job = (status: object = {}): KubeObject => ({
    apiVersion: 'apps.kruise.io/v1alpha1',
    kind: 'ImagePullJob',
    metadata: { name: 'job', uid: 'job-1' },
    status,
  });
  const name = 'one.example/docker.io/library/nginx';
  const nodeImage = (tag: object, owner = 'job-1', version = 3): KubeObject => ({
    apiVersion: 'apps.kruise.io/v1alpha1',
    kind: 'NodeImage',
    metadata: { name: 'node-1' },
    spec: { images: { [name]: { tags: [{ tag: '1.25', version, ownerReferences: [{ uid: owner }] }] } } },
    status: { imageStatuses: { [name]: { tags: [{ tag: '1.25', version: 3, ...tag }] } } },
  });
  const read = (found: KubeObject | null, status: object = {}) =>
    readImagePullJob(job(status), new Map(found ? [['node-1', found]] : []), ['node-1'], image, 5, 'one.example');

  it.each([
    ['pulled', nodeImage({ phase: 'Succeeded' }), { is: 'pulled', at: 5 }],
    [
      'pulling, with no percentage where none was measured',
      nodeImage({ phase: 'Pulling' }),
      { is: 'pulling', since: 5 },
    ],
    [
      'pulling, as far as was measured',
      nodeImage({ phase: 'Pulling', progress: 40 }),
      { is: 'pulling', since: 5, percent: 40 },
    ],
    ['queued while the report is of an earlier wish', nodeImage({ phase: 'Succeeded' }, 'job-1', 4), { is: 'queued' }],
    ['nothing while the wish is another’s', nodeImage({ phase: 'Succeeded' }, 'job-2'), undefined],
    [
      'failed with the cause',
      nodeImage({ phase: 'Failed', message: `failed to resolve reference "${image}": ${image}: not found` }),
      expect.objectContaining({ is: 'failed', cause: 'not-found' }) as unknown,
    ],
    [
      'unproven where the daemon itself is the trouble',
      nodeImage({ phase: 'Failed', message: 'node has not responded for a long time' }),
      expect.objectContaining({ is: 'unproven' }) as unknown,
    ],
  ])('is read of a NodeImage: %s', (_what, object, pull) => {
    const look = read(object);
    expect(look.is === 'read' && look.pulls?.['node-1']).toEqual(pull);
  });

  it('is read of a job alone where NodeImages may not be read: all or nothing', () => {
    const end = { completionTime: '2026-01-01T00:00:00Z', desired: 1 };
    expect(read(null, { ...end, succeeded: 1 })).toMatchObject({
      object: 'succeeded',
      pulls: { 'node-1': { is: 'pulled' } },
    });
    expect(read(null, { ...end, succeeded: 0, failed: 1 })).toMatchObject({ object: 'over', pulls: {} });
    // the node has no daemon, so that the job has nothing to do and is done
    expect(read(null, { ...end, desired: 0, succeeded: 0 })).toMatchObject({ object: 'over', pulls: {} });
  });
});
