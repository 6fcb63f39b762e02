import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { imageCacheName } from '../../electron/domain/prepull/imageCache';
import { startSimulatedCluster, type SimulatedCluster } from '../cluster/simulation';
import { openWatch, type OpenWatch } from '../conformance/watching';
import type { RunningApp } from '../scenarios/runningApp';
import { app, nginx, proxied, Stage } from '../scenarios/stage';
import { image, runs, waitsForImage } from '../scenarios/workloads';
import { eventually } from '../setup/eventually';
import { TurnableClock } from '../setup/turnableClock';

const cachesIn = (namespace: string) => `/apis/kubefledged.io/v1alpha2/namespaces/${namespace}/imagecaches`;
const home = 'kube-fledged';
const fledgedUser = 'system:serviceaccount:kube-fledged:kubefledged';
const refreshEvery = 15 * 60_000;

/** What kube-fledged's controller does to an object over time, and that a rescue ends well in the middle of it. */
describe("kube-fledged's controller", () => {
  const stage = new Stage();
  const clock = new TurnableClock(1);
  let cluster: SimulatedCluster;
  let watches: OpenWatch[] = [];
  beforeAll(async () => {
    cluster = await startSimulatedCluster({ clock });
    stage.open(cluster);
  });
  afterAll(() => stage.close());
  beforeEach(() => stage.set());
  afterEach(async () => {
    for (const watch of watches) watch.stop();
    watches = [];
    await stage.clear();
    for (const host of Object.values(cluster.mirrors)) cluster.simulation.registries.host(host).pullMs = 10;
  });

  const wanted = () => proxied(cluster.mirrors.first);
  /** As a rescue names what it makes for node-1. */
  const ourName = () => imageCacheName(wanted(), ['host-1']);
  const slowMirror = (ms: number) => (cluster.simulation.registries.host(cluster.mirrors.first).pullMs = ms);

  async function createCache(namespace: string, name: string, wantedImage: string): Promise<void> {
    const nodeSelector = { 'kubernetes.io/hostname': 'host-1' };
    const body = {
      apiVersion: 'kubefledged.io/v1alpha2',
      kind: 'ImageCache',
      metadata: { name },
      spec: { cacheSpec: [{ images: [wantedImage], nodeSelector }] },
    };
    expect((await cluster.api.request({ method: 'POST', path: cachesIn(namespace), body })).status).toBe(201);
  }

  interface CacheStatus {
    readonly status: string;
    readonly reason: string;
    readonly failures?: Readonly<Record<string, unknown>>;
  }
  async function statusOf(namespace: string, name: string): Promise<CacheStatus | undefined> {
    const { body } = await cluster.api.request({ method: 'GET', path: `${cachesIn(namespace)}/${name}` });
    return (body as { status?: CacheStatus }).status;
  }
  const ends = (namespace: string, name: string, status: string) =>
    eventually(async () => {
      const now = await statusOf(namespace, name);
      return now?.status === status && now;
    }, 45_000);

  /** Every status and its reason that an object of this name gets from now on. */
  async function followed(name: string): Promise<() => readonly string[]> {
    const watch = await openWatch(cluster.api, cachesIn(home), { fieldSelector: `metadata.name=${name}` });
    watches.push(watch);
    return () =>
      watch.events.flatMap(({ object }) => {
        const { status, reason } = (object.status ?? {}) as Partial<CacheStatus>;
        return status === undefined ? [] : [`${status} ${reason ?? ''}`];
      });
  }
  async function labelled(path: string, name: string): Promise<number> {
    const query = { labelSelector: `imagecache=${name}` };
    const { body } = await cluster.api.request({ method: 'GET', path, query });
    return (body as { items: unknown[] }).items.length;
  }
  const pullPodsOf = (name: string) => labelled(`/api/v1/namespaces/${home}/pods`, name);

  async function waitingPod(): Promise<void> {
    await cluster.registries.publish(nginx, ['first']);
    await stage.shop.createNamespace();
    await stage.shop.barePod('web', { nodeName: 'node-1', ...app() });
    await stage.shop.pod('web', waitsForImage);
  }
  async function healedAndCleared(engine: RunningApp): Promise<void> {
    expect(image(await stage.shop.pod('web', runs))).toBe(wanted());
    await engine.next('healed', { node: 'node-1' });
    expect(engine.events.filter(({ event }) => event === 'cache-failed' || event === 'error')).toEqual([]);
    expect(engine.events.filter(({ event }) => event === 'swapped')).toHaveLength(1);
    const left = async () => [...(await stage.shop.pullPods()), ...(await ourCaches())];
    expect(await eventually(async () => (await left()).length === 0 && 'gone', 45_000)).toBe('gone');
    expect(engine.application.state().caches).toMatchObject([{ endedAt: expect.any(Number) as number }]);
  }
  const ourCaches = async () => (await namesOfCaches()).filter((name) => name.startsWith('pullthrough-'));
  async function namesOfCaches(): Promise<readonly string[]> {
    const { body } = await cluster.api.request({ method: 'GET', path: cachesIn(home) });
    return (body as { items: { metadata: { name: string } }[] }).items.map(({ metadata }) => metadata.name);
  }
  const sees = (engine: RunningApp, ...is: readonly string[]) =>
    eventually(
      () => engine.application.state().caches.some(({ nodes }) => nodes.some(({ pull }) => is.includes(pull.is))),
      45_000,
    );
  /** The controller's final status of this object meets an error, once its first one was written. */
  function failFinalStatus(name: string): () => number {
    let writes = 0;
    cluster.simulation.faults.answerNext(
      Number.MAX_SAFE_INTEGER,
      (asked) =>
        asked.user === fledgedUser &&
        asked.resource === 'imagecaches' &&
        asked.verb === 'update' &&
        asked.name === name &&
        ++writes > 1,
      { status: 500, reason: 'InternalError', message: 'failed calling webhook "validate-image-cache.kubefledged.io"' },
    );
    return () => writes;
  }

  it('cannot write the final status of an object, which then stays Processing: another way is taken', async () => {
    await waitingPod();
    const writes = failFinalStatus(ourName());
    await createCache(home, ourName(), wanted());
    await eventually(() => writes() === 2, 45_000);
    await eventually(async () => (await pullPodsOf(ourName())) === 0, 45_000);
    expect(await statusOf(home, ourName())).toMatchObject({ status: 'Processing', reason: 'ImageCacheCreate' });
    const engine = stage.launch({ mode: 'auto' });
    const why = 'nothing of it was seen for 15 s';
    expect(await engine.next('way-left')).toMatchObject({ way: 'image-cache', why });
    expect(await statusOf(home, ourName())).not.toMatchObject({ status: 'Succeeded' });
    await engine.next('cache-started', { way: 'pull-pods' });
    await healedAndCleared(engine);
    // nobody has written it again
    expect(writes()).toBe(2);
  });

  it('cannot write the final status of what a rescue pulls: what its pods show is enough', async () => {
    await waitingPod();
    slowMirror(500);
    failFinalStatus(ourName());
    const statuses = await followed(ourName());
    const engine = stage.launch({ mode: 'auto' });
    await engine.next('cached', { node: 'node-1' });
    await healedAndCleared(engine);
    expect(engine.has('way-left')).toBe(false);
    expect([...new Set(statuses())]).toEqual(['Processing ImageCacheCreate']);
  });

  it('is restarted while it pulls: its jobs go, its object is Aborted and begun anew', async () => {
    await waitingPod();
    slowMirror(3_000);
    await cluster.registries.publish('tool:1', ['first']);
    const statuses = await followed(ourName());
    const others = await followed('tools');
    const engine = stage.launch({ mode: 'auto' });
    await sees(engine, 'helper', 'pulling');
    await createCache(home, 'tools', proxied(cluster.mirrors.first, 'library/tool:1'));
    await eventually(async () => (await pullPodsOf('tools')) === 1, 45_000);
    await cluster.simulation.fledged.restart();
    await healedAndCleared(engine);
    await eventually(() => new Set(statuses()).size >= 2, 45_000);
    expect([...new Set(statuses())].slice(0, 2)).toEqual(['Processing ImageCacheCreate', 'Aborted ImageCacheAborted']);
    await eventually(() => others().some((each) => each.startsWith('Succeeded ')), 45_000);
    expect([...new Set(others())]).toEqual([
      'Processing ImageCacheCreate',
      'Aborted ImageCacheAborted',
      'Processing ImageCacheRefresh',
      'Succeeded ImagesPulledSuccessfully',
    ]);
    expect(await namesOfCaches()).toEqual(['tools']);
  });

  it('mixes the results of two objects of one name: ours is Failed with what failed for the other', async () => {
    const twin = `twin-${stage.shop.namespace}`;
    await cluster.api.request({ method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name: twin } } });
    await waitingPod();
    slowMirror(4_000);
    const missing = proxied(cluster.mirrors.second, 'library/absent:1');
    await createCache(twin, ourName(), missing);
    await ends(twin, ourName(), 'Processing');
    await eventually(async () => (await labelled(`/api/v1/namespaces/${twin}/pods`, ourName())) === 1, 45_000);
    clock.turn(6_000);
    await createCache(home, ourName(), wanted());
    const { failures } = await ends(home, ourName(), 'Failed');
    expect(Object.keys(failures ?? {})).toContain(missing);
    const engine = stage.launch({ mode: 'auto' });
    await healedAndCleared(engine);
    expect((await engine.next('way-left')).why).toContain('Image pull failed for some images');
    // the other one is somebody else's
    expect((await statusOf(twin, ourName()))?.status).toBe('Failed');
  });

  it('shows pods of another object of this name, which fail: they are not the pods of ours', async () => {
    const twin = `twin-${stage.shop.namespace}`;
    await cluster.api.request({ method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name: twin } } });
    await waitingPod();
    await createCache(twin, ourName(), proxied(cluster.mirrors.second, 'library/absent:1'));
    // a node pulls one image after the other: it has failed before ours begins
    await eventually(async () => {
      const { body } = await cluster.api.request({ method: 'GET', path: `/api/v1/namespaces/${twin}/pods` });
      return JSON.stringify(body).includes('ErrImagePull');
    }, 45_000);
    slowMirror(1_000);
    const engine = stage.launch({ mode: 'auto' });
    await engine.next('cached', { node: 'node-1' });
    await healedAndCleared(engine);
    expect(engine.has('way-left')).toBe(false);
    expect((await statusOf(twin, ourName()))?.status).toMatch(/Processing|Failed/);
  });

  it('refreshes an object of ours that a killed app has left: its pods are taken for what they show', async () => {
    await waitingPod();
    await createCache(home, ourName(), wanted());
    await ends(home, ourName(), 'Succeeded');
    // the node has run out of room meanwhile
    await cluster.simulation.resetNodes();
    slowMirror(5_000);
    clock.turn(refreshEvery);
    expect(await ends(home, ourName(), 'Processing')).toMatchObject({ reason: 'ImageCacheRefresh' });
    const engine = stage.launch({ mode: 'auto' });
    await engine.next('cached', { node: 'node-1' });
    await healedAndCleared(engine);
  });

  it("refreshes while a rescue pulls, when another's image is pulled anew: each keeps to its own", async () => {
    const other = `${cluster.mirrors.second}/docker.io/library/tool:latest`;
    await cluster.registries.publish('tool:latest', ['second']);
    await waitingPod();
    await createCache(home, 'tools', other);
    await ends(home, 'tools', 'Succeeded');
    const statuses = await followed('tools');
    slowMirror(5_000);
    const engine = stage.launch({ mode: 'auto' });
    await sees(engine, 'pulling');
    // the time for the pull is over with it, too
    clock.turn(refreshEvery);
    await healedAndCleared(engine);
    await eventually(() => statuses().some((each) => each.endsWith('ImageCacheRefresh')), 45_000);
    await ends(home, 'tools', 'Succeeded');
    expect(await namesOfCaches()).toEqual(['tools']);
  });

  it('tells of a failed pull after its deadline; its pod does at once, and so do we', async () => {
    await stage.shop.createNamespace();
    await stage.shop.barePod('web', { nodeName: 'node-1', ...app() });
    await stage.shop.pod('web', waitsForImage);
    const statuses = await followed(ourName());
    const pods = await openWatch(cluster.api, `/api/v1/namespaces/${home}/pods`, {
      labelSelector: `imagecache=${ourName()}`,
    });
    watches.push(pods);
    const hasFailed = () => pods.events.some(({ object }) => JSON.stringify(object.status).includes('ErrImagePull'));
    const podFailed = eventually(() => hasFailed() && Date.now(), 45_000);
    const engine = stage.launch({ mode: 'auto', mirrors: [cluster.mirrors.first] });
    const failed = await engine.next('cache-failed');
    expect(failed).toMatchObject({ cause: 'not-found', node: 'node-1', proxied: wanted() });
    expect(Date.parse(failed.time) - (await podFailed)).toBeLessThan(3_000);
    expect([...new Set(statuses())]).toEqual(['Processing ImageCacheCreate']);
  });
});
