import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { imageCacheName } from '../../electron/domain/prepull/imageCache';
import { imageCacheDefinition } from '../../electron/demo/fledged/crd';
import { fledgedImages } from '../../electron/demo/fledged/fledgedInstall';
import type { RunningApp } from '../scenarios/runningApp';
import { app, nginx, proxied, Stage } from '../scenarios/stage';
import { image, runs, waitsForImage } from '../scenarios/workloads';
import { startSimulatedCluster, type SimulatedCluster } from '../cluster/simulation';
import { eventually } from '../setup/eventually';

const caches = '/apis/kubefledged.io/v1alpha2/namespaces/kube-fledged/imagecaches';
const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const fledgedUser = 'system:serviceaccount:kube-fledged:kubefledged';
const always = Number.MAX_SAFE_INTEGER;

/** What kube-fledged does where it brings nothing, and what a rescue makes of it. */
describe('kube-fledged', () => {
  const stage = new Stage();
  let cluster: SimulatedCluster;
  beforeAll(async () => {
    cluster = await startSimulatedCluster();
    stage.open(cluster);
  });
  afterAll(() => stage.close());
  beforeEach(() => stage.set());
  afterEach(() => stage.clear());

  const mirrors = () => cluster.mirrors;
  const begin = async (): Promise<RunningApp> => {
    await cluster.registries.publish(nginx, ['first']);
    await stage.shop.createNamespace();
    await stage.shop.barePod('web', { nodeName: 'node-1', ...app() });
    await stage.shop.pod('web', waitsForImage);
    return stage.launch({ mode: 'auto' });
  };
  const healedByPullPod = async (engine: RunningApp, why: RegExp, ms: number) => {
    expect(image(await stage.shop.pod('web', runs))).toBe(proxied(mirrors().first));
    const left = await engine.next('way-left');
    expect(left).toMatchObject({ way: 'image-cache', node: 'node-1', why: expect.stringMatching(why) as string });
    const began = await engine.next('cache-started', { way: 'image-cache' });
    expect(Date.parse(left.time) - Date.parse(began.time)).toBeLessThan(ms);
    await engine.next('cache-started', { way: 'pull-pods' });
    await engine.next('cached', { node: 'node-1' });
    await engine.next('healed');
    expect(engine.events.filter(({ event }) => event === 'cache-failed')).toEqual([]);
    const nothing = async () => (await stage.shop.imageCaches()).length + (await stage.shop.pullPods()).length === 0;
    expect(await eventually(async () => (await nothing()) && 'gone')).toBe('gone');
  };
  const onJobs = ({ user, verb, resource }: { user: string; verb: string; resource: string }) =>
    user === fledgedUser && verb === 'create' && resource === 'jobs';

  it('takes the image for present because another name contains it: its success proves nothing', async () => {
    const wanted = proxied(mirrors().first);
    await cluster.registries.publish(`${wanted.slice(wanted.indexOf('/') + 1)}-alpine`, ['first']);
    const [kubelet] = cluster.simulation.kubelets;
    const longer = { name: `${wanted}-alpine` };
    cluster.simulation.registries.publish(longer.name);
    await stage.shop.createNamespace();
    await stage.shop.barePod('other', { nodeName: 'node-1', ...app(longer.name) });
    await stage.shop.pod('other', runs);
    await eventually(async () => {
      const { body } = await cluster.api.request({ method: 'GET', path: `/api/v1/nodes/${kubelet?.name ?? ''}` });
      return JSON.stringify(body).includes(longer.name);
    });
    await cluster.registries.publish(nginx, ['first']);
    await stage.shop.barePod('web', { nodeName: 'node-1', ...app() });
    const engine = stage.launch({ mode: 'auto' });
    await healedByPullPod(engine, /shows nothing of it \(Succeeded/, 10_000);
  });

  it.each([
    ['a quota', 'exceeded quota: pods, requested: count/jobs.batch=1, used: count/jobs.batch=5, limited: 5'],
    ['pod security', 'violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false'],
  ])('may make no job for %s', async (_what, message) => {
    cluster.simulation.faults.answerNext(always, onJobs, { status: 403, reason: 'Forbidden', message });
    await healedByPullPod(await begin(), /shows nothing of it \(NoImagesPulledOrDeleted/, 10_000);
  });

  it('has left an object in Processing, whose final status could not be written', async () => {
    const name = imageCacheName(proxied(mirrors().first), ['host-1']);
    const nodeSelector = { 'kubernetes.io/hostname': 'host-1' };
    const status = {
      status: 'Processing',
      reason: 'ImageCacheCreate',
      message: 'm',
      startTime: '2026-01-01T00:00:00Z',
    };
    const body = {
      apiVersion: 'kubefledged.io/v1alpha2',
      kind: 'ImageCache',
      metadata: { name },
      spec: { cacheSpec: [{ images: [proxied(mirrors().first)], nodeSelector }] },
      status,
    };
    expect((await cluster.api.request({ method: 'POST', path: caches, body })).status).toBe(201);
    await healedByPullPod(await begin(), /nothing of it was seen for 15 s/, 30_000);
  });

  it('is restarted while it pulls, and deletes its jobs', async () => {
    const engine = await begin();
    cluster.simulation.registries.host(mirrors().first).pullMs = 2_000;
    // the app sees the pull pod, and then another controller's start takes its job
    const jobs = '/apis/batch/v1/namespaces/kube-fledged/jobs';
    await engine.next('cache-started');
    await eventually(() => {
      const [view] = engine.application.state().caches;
      return view?.nodes.some(({ pull }) => pull.is === 'helper' || pull.is === 'pulling');
    });
    await cluster.api.request({ method: 'DELETE', path: jobs, body: { propagationPolicy: 'Background' } });
    await healedByPullPod(engine, /its pod went before its end|shows nothing/, 12_000);
    cluster.simulation.registries.host(mirrors().first).pullMs = 10;
  });

  it('has a webhook that does not answer: no object can be made', async () => {
    cluster.simulation.faults.answerNext(
      always,
      ({ user, verb, resource }) => user === 'app' && verb === 'create' && resource === 'imagecaches',
      { status: 500, reason: 'InternalError', message: 'failed calling webhook "validate-image-cache.kubefledged.io"' },
    );
    await healedByPullPod(await begin(), /failed calling webhook/, 10_000);
  });

  it('lacks its helper image, which it cannot pull', async () => {
    for (const { images } of cluster.simulation.kubelets) images.clear();
    const engine = await begin();
    await healedByPullPod(engine, /its own helper cannot pull there/, 10_000);
    expect(fledgedImages.helper).toContain('docker.io');
  });

  it.each([
    ['is served in v1alpha1 only', 'v1alpha1'],
    ['is not served at all', null],
  ])('%s, and is no way at all', async (_what, version) => {
    await cluster.fledged.stop();
    if (version !== null) {
      const { spec, ...rest } = imageCacheDefinition;
      const body = { ...rest, spec: { ...spec, versions: spec.versions.map((each) => ({ ...each, name: version })) } };
      expect((await cluster.api.request({ method: 'POST', path: definitions, body })).status).toBe(201);
      const path = `/apis/kubefledged.io/${version}/imagecaches`;
      await eventually(async () => (await cluster.api.request({ method: 'GET', path })).status === 200);
    }
    const engine = await begin();
    expect(image(await stage.shop.pod('web', runs))).toBe(proxied(mirrors().first));
    await engine.next('cached');
    expect(engine.events.filter(({ event }) => event === 'cache-started')).toMatchObject([{ way: 'pull-pods' }]);
    expect(engine.events.some(({ event }) => event === 'way-left')).toBe(false);
    const path = `${definitions}/${imageCacheDefinition.metadata.name}`;
    await cluster.api.request({ method: 'DELETE', path });
  });

  it('pulls in a namespace that is not watched: its pods are read', async () => {
    await cluster.registries.publish(nginx, ['second']);
    await stage.shop.createNamespace();
    await stage.shop.barePod('web', { nodeName: 'node-1', ...app() });
    await stage.shop.pod('web', waitsForImage);
    // as long as a small image takes on a real node: what is over between two readings is not seen
    const second = cluster.simulation.registries.host(mirrors().second);
    second.pullMs = 2_500;
    const engine = stage.launch({ mode: 'auto', namespaces: [stage.shop.namespace] });
    const failed = await engine.next('cache-failed');
    const began = await engine.next('cache-started');
    expect([began.way, failed.cause]).toEqual(['image-cache', 'not-found']);
    // the object itself tells of it after a deadline of 8 s
    expect(Date.parse(failed.time) - Date.parse(began.time)).toBeLessThan(7_000);
    await engine.next('cached', { proxied: proxied(mirrors().second) });
    second.pullMs = 10;
    expect(engine.events.some(({ event }) => event === 'way-left')).toBe(false);
    expect(image(await stage.shop.pod('web', runs))).toBe(proxied(mirrors().second));
  });

  it.each([
    ['amd64', 28_000_000],
    ['arm64', null],
  ] as const)('shows the size that a mirror has told for nodes of this kind: %s', async (architecture, bytes) => {
    await cluster.registries.publish(nginx, ['first']);
    await stage.shop.createNamespace();
    await stage.shop.barePod('web', { nodeName: 'node-1', ...app() });
    const wantedFor: unknown[] = [];
    const engine = stage.launch({
      mode: 'auto',
      mirrorProbe: async (_proxied, wanted) => {
        wantedFor.push(await wanted?.());
        return { availability: 'available', size: { bytes: 28_000_000, architecture }, errors: 0 };
      },
    });
    await stage.shop.pod('web', runs);
    await engine.next('healed');
    expect(wantedFor).toEqual(['amd64', 'amd64']);
    expect(engine.application.state().caches.map((row) => [row.image, row.bytes])).toEqual([
      [proxied(mirrors().first), bytes],
    ]);
  });

  it('may not be used, and neither may pods: swapped at once, and said that nothing is cached', async () => {
    const denied = ({ user, verb, resource }: { user: string; verb: string; resource: string }) =>
      user === 'app' && verb === 'create' && (resource === 'imagecaches' || resource === 'pods');
    cluster.simulation.faults.answerNext(always, denied, { status: 403, reason: 'Forbidden', message: 'no' });
    const engine = await begin();
    expect(image(await stage.shop.pod('web', runs))).toBe(proxied(mirrors().first));
    expect(await engine.next('not-cached')).toMatchObject({ node: 'node-1', image: nginx });
    expect((await stage.shop.pullPods()).length).toBe(0);
  });
});
