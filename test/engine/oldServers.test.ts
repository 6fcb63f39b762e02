import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { FaultyRequest } from '../../electron/demo/apiServer/faults';
import type { AppState } from '../../electron/domain/appState';
import { startSimulatedCluster, type SimulatedCluster } from '../cluster/simulation';
import type { TestUser } from '../cluster/testCluster';
import type { RunningApp } from '../scenarios/runningApp';
import { app, nginx, proxied, Stage } from '../scenarios/stage';
import { image, runs, type TestPod } from '../scenarios/workloads';
import { eventually } from '../setup/eventually';

/** Slow enough that an app starts while the pod waits for its next attempt. */
const timings = { backOffMs: 2_000, maxBackOffMs: 60_000 };

const waitingOf = (pod: TestPod) => pod.status.containerStatuses?.[0]?.state?.waiting;
const isSilent = (pod: TestPod) => waitingOf(pod)?.message === 'Back-off pulling image "nginx:1.25"';

let cluster: SimulatedCluster;
const stage = new Stage();
let states: AppState[];
beforeEach(() => stage.set());
beforeEach(() => {
  states = [];
});
afterEach(() => stage.clear());
afterAll(() => stage.close());

/** An app that started while the pod of `web` waits for its third attempt, at least. */
async function watchSilent(options: { mode: 'watch' | 'auto'; user?: TestUser }): Promise<RunningApp> {
  await stage.shop.createNamespace();
  await stage.shop.deployment('web', app());
  await eventually(async () => (await attempts()) > 1, 30_000);
  await stage.shop.pod('web', (pod) => waitingOf(pod)?.reason === 'ImagePullBackOff');
  const engine = stage.launch(options);
  engine.application.onState((state) => states.push(state));
  return engine;
}

/** As the kubelet has counted them. */
async function attempts(): Promise<number> {
  const { items } = (await stage.shop.get(`/api/v1/namespaces/${stage.shop.namespace}/events`)) as {
    items: { message: string; count: number }[];
  };
  return items.find(({ message }) => message.startsWith('Failed to pull image'))?.count ?? 0;
}

const eventRequests = (user: TestUser = 'app') =>
  cluster.simulation.audit.of(user).filter(({ resource }) => resource === 'events');
const causesShown = () => new Set(states.flatMap(({ incidents }) => incidents.map(({ diagnosis }) => diagnosis.cause)));
/** Breaks the stream of pods, and waits until the app has begun another one in this way. */
const broken = async (verb: 'watch' | 'list', breaks: () => void) => {
  const begun = () =>
    cluster.simulation.audit.of('app').filter((each) => each.resource === 'pods' && each.verb === verb).length;
  const before = begun();
  breaks();
  await eventually(() => begun() > before, 20_000);
};
const incident = (engine: RunningApp) => engine.application.state().incidents[0];

describe('a server older than 1.32', () => {
  beforeAll(async () => {
    cluster = await startSimulatedCluster({ minor: 31, timings });
    stage.open(cluster);
  });

  it('tells the cause of a pod that only waits in an event, and nobody sees it unknown before', async () => {
    const version = await cluster.api.request({ method: 'GET', path: '/version' });
    expect(version.body).toMatchObject({ major: '1', minor: '31', gitVersion: 'v1.31.4' });
    const engine = await watchSilent({ mode: 'watch' });
    expect((await stage.shop.pods('web')).map(isSilent)).toEqual([true]);
    await engine.next('diagnosed', { image: nginx });
    expect(engine.events.filter(({ event }) => event === 'diagnosed')).toMatchObject([
      { cause: 'unreachable', healable: 'yes' },
    ]);
    expect(incident(engine)).toMatchObject({
      diagnosis: { cause: 'unreachable' },
      message: expect.stringMatching(/^Failed to pull image "nginx:1\.25": .*connection refused$/) as string,
    });
    await eventually(() => causesShown().size > 0);
    expect(causesShown()).toEqual(new Set(['unreachable']));
    expect(eventRequests()).toMatchObject([{ verb: 'list', namespace: stage.shop.namespace, code: 200 }]);
  });

  it('is not asked for events again, whatever the kubelet says later and however often the stream breaks', async () => {
    const engine = await watchSilent({ mode: 'watch' });
    await engine.next('diagnosed', { image: nginx });
    const told = await attempts();
    await broken('watch', () => {
      cluster.simulation.faults.resetConnections();
    });
    await eventually(async () => (await attempts()) > told, 30_000);
    await broken('list', () => {
      const { faults } = cluster.simulation;
      const isWatch = ({ user, verb, resource }: FaultyRequest) =>
        user === 'app' && verb === 'watch' && resource === 'pods';
      faults.answerNext(1, isWatch, { status: 410, reason: 'Expired' });
      faults.resetConnections();
    });
    await stage.shop.pod('web', isSilent);
    await eventually(() => engine.application.state().contexts[0]?.status.is === 'live', 20_000);
    expect(incident(engine)).toMatchObject({ diagnosis: { cause: 'unreachable' } });
    expect(incident(engine)?.message).toContain('connection refused');
    expect(causesShown()).toEqual(new Set(['unreachable']));
    expect(eventRequests()).toHaveLength(1);
  });

  it('heals by itself what it learned the cause of', async () => {
    await stage.cluster.registries.publish(nginx, ['first']);
    await watchSilent({ mode: 'auto' });
    expect(image(await stage.shop.pod('web', runs))).toBe(proxied(stage.cluster.mirrors.first));
    expect(causesShown()).toEqual(new Set(['unreachable']));
  });

  it('leaves the cause unknown where events may not be listed, and says so once', async () => {
    const engine = await watchSilent({ mode: 'watch', user: 'viewer' });
    const why = `may not list events in namespace ${stage.shop.namespace}, which would tell causes that pods do not`;
    expect(await engine.next('error')).toMatchObject({ namespace: stage.shop.namespace, why });
    await engine.next('diagnosed', { image: nginx });
    expect(incident(engine)).toMatchObject({ diagnosis: { cause: 'unknown', healable: 'offer' } });
    expect(eventRequests('viewer')).toMatchObject([{ code: 403 }]);
    // the status names it at the next attempt
    await engine.next('diagnosed', { image: nginx, cause: 'unreachable' });
    expect(engine.events.filter(({ event }) => event === 'error')).toHaveLength(1);
    expect(eventRequests('viewer')).toHaveLength(1);
  });
});

describe('a server since 1.32', () => {
  it('is never asked for events, whenever the app starts', async () => {
    cluster = await startSimulatedCluster({ minor: 32, timings });
    const newer = new Stage();
    newer.open(cluster);
    try {
      await newer.set();
      await newer.shop.createNamespace();
      await newer.shop.deployment('web', app());
      await newer.shop.pod('web', (pod) => waitingOf(pod)?.reason === 'ImagePullBackOff');
      const engine = newer.launch({ mode: 'watch' });
      await engine.next('diagnosed', { image: nginx, cause: 'unreachable' });
      await newer.shop.pod('web', (pod) => waitingOf(pod)?.reason === 'ErrImagePull');
      await newer.shop.pod('web', (pod) => waitingOf(pod)?.reason === 'ImagePullBackOff');
      expect(eventRequests()).toEqual([]);
    } finally {
      await newer.clear();
      await newer.close();
    }
  });
});
