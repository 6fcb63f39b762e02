import { afterEach, describe, expect, it } from 'vitest';
import { step } from '../../electron/domain/rescue/rescue';
import { isRescueRecord } from '../../electron/domain/rescue/rescueRecord';
import type { RescueState } from '../../electron/domain/rescue/rescueState';
import { planned } from '../../electron/domain/rescue/rescueTargets';
import { restoreLimits } from '../../electron/domain/restore/restoreState';
import { retagLimits } from '../../electron/domain/retag/retagState';
import { rescueLimits } from '../../electron/domain/rescue/rescueState';
import { defaultSettings, type ContextSettings } from '../../electron/domain/settings';
import { ContextEngine } from '../../electron/engine/contextEngine';
import type { EngineEvent } from '../../electron/engine/engineEvent';
import type { Cluster, JournalEntry, PodEvent } from '../../electron/engine/ports';
import { eventually } from '../setup/eventually';
import { HandClock } from '../setup/handClock';
import { unlimitedMirrors } from '../setup/mirrors';
import { start as startPlayed } from '../setup/playedCluster';
import { container, pod, waiting } from '../setup/pods';
import { noWays } from '../setup/prepull';

const proxied = 'one.example/docker.io/library/nginx:1.25';
const begun: RescueState = step(
  planned({
    id: 'r1',
    incident: 'docker.io/library/nginx:1.25',
    image: 'nginx:1.25',
    startedAt: 0,
    candidates: [{ mirror: 'one.example', proxied }],
    targets: [
      {
        podUid: 'uid-1',
        namespace: 'shop',
        pod: 'web-1',
        node: 'node-1',
        containers: [{ name: 'app', image: 'nginx:1.25', original: 'nginx:1.25' }],
      },
    ],
    ...noWays,
  }),
  { type: 'begin' },
)[0];

let engine: ContextEngine | null = null;
afterEach(async () => {
  await engine?.stop(false);
});

/** A context that was started with this in its journal, and its first full list. */
function start(rescues: readonly unknown[], settings: Partial<ContextSettings> = {}, pods = [pod()]) {
  const live = new Map(rescues.map((rescue, index) => [`r${String(index + 1)}`, rescue]));
  const events: Pick<EngineEvent, 'event' | 'why'>[] = [];
  const writes: string[] = [];
  const deleted: string[] = [];
  const clock = new HandClock();
  let stream: (event: PodEvent) => void = () => undefined;
  const cluster: Cluster = {
    watchPods: (_namespaces, listener) => {
      stream = listener;
      return { stop: () => undefined, resume: () => undefined };
    },
    failureEvents: () => Promise.resolve([]),
    readPod: () => Promise.resolve(pods[0] ?? null),
    patchPod: () => {
      writes.push('patch');
      const healed = container({ image: proxied, state: { is: 'running' }, imageId: 'sha256:1' });
      return Promise.resolve({ is: 'done', pod: pod({ originalImages: { app: 'nginx:1.25' }, containers: [healed] }) });
    },
    createObject: () => Promise.resolve({ is: 'done' }),
    patchObject: () => Promise.resolve({ is: 'done' }),
    deleteObject: ({ apiVersion, kind, namespace, name }) => {
      deleted.push(`${apiVersion} ${kind} ${namespace}/${name}`);
      return Promise.resolve({ is: 'done' });
    },
    readObject: () => Promise.resolve(null),
    listObjects: () => Promise.resolve([]),
    listPods: () => Promise.resolve([]),
    servedVersions: () => Promise.resolve([]),
    serverVersion: () => Promise.resolve('v1.35.4'),
    listOurs: () =>
      Promise.resolve(
        (['pull-pod', 'image-cache', 'image-pull-job'] as const).map((kind) => ({
          kind,
          namespace: 'shop',
          name: 'left',
          createdAt: -60_000,
        })),
      ),
    findFledged: () => Promise.resolve({ status: 'absent' as const, namespace: '' }),
    namespaceOptedOut: () => Promise.resolve(false),
    mayI: () => Promise.resolve(true),
    close: () => undefined,
  };
  engine = new ContextEngine({
    handle: { name: 'prod', server: '', namespace: 'default', fingerprint: '', connect: () => cluster },
    clock,
    journal: {
      path: '/journal',
      load: () => ({
        entries: [...live].map(([id, state]): JournalEntry => ({ id, context: 'prod', what: 'rescue', state })),
        problem: null,
      }),
      record: ({ id, state }) => {
        if (state === null) live.delete(id);
        else live.set(id, state);
      },
    },
    settings: () => defaultSettings,
    context: () => ({ watch: true, auto: false, agreed: true, ...settings }),
    namespaces: [],
    dryRun: false,
    mirrors: unlimitedMirrors,
    limits: { rescue: rescueLimits, restore: restoreLimits, retag: retagLimits },
    changed: () => undefined,
    event: (event) => events.push(event),
    activity: () => undefined,
  });
  engine.start();
  stream({ is: 'page', namespace: '', first: true, pods });
  stream({ is: 'synced', namespace: '' });
  return { live, events, writes, deleted, clock, engine };
}

describe('what a killed run left in the journal', () => {
  it('is gone on with, and leaves it', async () => {
    const { live, writes } = start([begun]);
    await eventually(() => live.size === 0);
    expect(writes).toEqual(['patch']);
  });

  it.each([
    ['another shape', { step: 'swap', somethingNew: true }],
    ['a step of another version', { ...begun, step: 'warm-up' }],
    ['a mirror that it does not name', { ...begun, mirror: 3 }],
    ['no object at all', 'rescue'],
  ])('with %s is dropped and told, and takes nothing along', async (_what, rescue) => {
    const { live, events, engine: running } = start([rescue, { ...begun, id: 'r2' }]);
    await eventually(() => live.size === 0);
    expect(events).toContainEqual({ event: 'error', why: expect.stringContaining('r1') as string });
    expect(running.view({ watch: true, auto: false, agreed: true }).pods).toBe(1);
  });

  it('waits where nothing may be written: flags of another run are no consent', async () => {
    const { live, writes, clock } = start([begun], { agreed: false });
    clock.advance(60_000);
    await Promise.resolve();
    expect([live.size, writes]).toEqual([1, []]);
  });

  it('restarts no pod that has come to run without us', async () => {
    const healthy = pod({ containers: [container({ state: { is: 'running' }, imageId: 'sha256:1' })] });
    const { live, writes, engine: running } = start([begun], {}, [healthy]);
    await eventually(() => live.size === 0);
    expect(writes).toEqual([]);
    expect(running.view({ watch: true, auto: false, agreed: true }).pods).toBe(1);
  });

  it('takes no mirror image away that has come to run after all', async () => {
    const target = { ...begun.targets['uid-1'], phase: 'putting-back' };
    const containers = [{ name: 'app', original: 'nginx:1.25', image: proxied, before: null, hasImage: false }];
    const back = { ...begun, step: 'put-back', targets: { 'uid-1': { ...target, containers } } };
    const mirrored = container({ image: proxied, state: { is: 'running' }, imageId: 'sha256:1' });
    const {
      live,
      writes,
      engine: running,
    } = start([back], {}, [pod({ originalImages: { app: 'nginx:1.25' }, containers: [mirrored] })]);
    await eventually(() => live.size === 0);
    expect(writes).toEqual([]);
    expect(running.incidents()).toEqual([]);
  });

  it('is a record that the check lets pass at every step', () => {
    for (const each of ['cache', 'swap', 'verify', 'put-back', 'ended'])
      expect(isRescueRecord(JSON.parse(JSON.stringify({ ...begun, step: each })))).toBe(true);
  });
});

it('what the journal holds goes first, also while the pods of another namespace are still being listed', async () => {
  const state = waiting('ContainerCreating');
  const swapped = pod({ originalImages: { app: 'nginx:1.25' }, containers: [container({ image: proxied, state })] });
  const entry: JournalEntry = { id: 'r1', context: 'prod', what: 'rescue', state: begun };
  const { cluster, pass, application, incident } = await startPlayed([swapped], {
    listed: false,
    parts: {
      journal: { path: '', load: () => ({ entries: [entry], problem: null }), record: () => undefined },
    },
  });
  cluster.tell({ is: 'scope', namespace: '', namespaces: ['shop', 'bank'] });
  cluster.tell({ is: 'page', namespace: 'shop', first: true, pods: [swapped] });
  cluster.tell({ is: 'synced', namespace: 'shop' });
  await pass(3_000);
  expect(application.state().restores).toEqual([]);
  expect(incident()?.progress).toMatchObject({ is: 'rescuing', step: 'verify' });
});

it('leftovers that are too young at the start are taken away later', async () => {
  const { deleted, clock } = start([], { auto: true }, []);
  await eventually(() => clock.waiting > 0);
  expect(deleted).toEqual([]);
  clock.advance(900_000);
  await eventually(() => deleted.some((each) => each.includes('ImagePullJob')));
  expect([...new Set(deleted)]).toEqual([
    'v1 Pod shop/left',
    'kubefledged.io/v1alpha2 ImageCache shop/left',
    'apps.kruise.io/v1alpha1 ImagePullJob shop/left',
  ]);
});
