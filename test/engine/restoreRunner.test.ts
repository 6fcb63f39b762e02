import { describe, expect, it } from 'vitest';
import type { PodSnapshot } from '../../electron/domain/podSnapshot';
import { pullPodName } from '../../electron/domain/prepull/pullPod';
import { restoreLimits } from '../../electron/domain/restore/restoreState';
import { ClusterWrites } from '../../electron/engine/clusterWrites';
import { RestoreJournal } from '../../electron/engine/restore/restoreJournal';
import { RestoreRunner } from '../../electron/engine/restore/restoreRunner';
import { eventually } from '../setup/eventually';
import { FakeCluster } from '../setup/fakeCluster';
import { HandClock } from '../setup/handClock';
import { container, pod, unreachable, waiting } from '../setup/pods';

const proxied = 'one.example/docker.io/library/nginx:1.25';
const swapped = (uid = 'uid-1') =>
  pod({
    uid,
    originalImages: { app: 'nginx:1.25' },
    containers: [container({ image: proxied, state: { is: 'running' }, imageId: 'sha256:1' })],
  });
const putBack = pod({ containers: [container({ state: { is: 'running' } })] });
const pullPod = (uid: string): PodSnapshot => {
  const name = pullPodName('uid-1', ['nginx:1.25']);
  return pod({
    uid,
    name,
    pullsFor: { kind: 'pull-pod', name },
    containers: [container({ name: 'pull-0', state: waiting('ErrImagePull', unreachable('nginx:1.25')) })],
  });
};

const pulled = (uid: string): PodSnapshot => ({
  ...pullPod(uid),
  containers: [
    container({
      name: 'pull-0',
      state: { is: 'terminated', reason: 'StartError', exitCode: 128 },
      imageId: 'sha256:1',
    }),
  ],
});

/** `left`: a pull pod of the same name that is there already. `sends`: other writes than those that are only noted. */
function setUp(left: PodSnapshot | null = null, mayUndo = true, sends?: ClusterWrites) {
  let there = left;
  const asked: string[] = [];
  const clock = new HandClock();
  /** What is on the disk, and the disk's refusal. */
  const live = new Map<string, unknown>();
  const disk = { isFull: false };
  const answer = (what: string) => {
    // journal first, whatever is written
    asked.push(live.size > 0 || disk.isFull ? what : `${what}, unknown to the journal`);
    return Promise.resolve({ is: 'done' as const });
  };
  const writes = {
    createPullPod: ({ uid }) => (there ? Promise.resolve({ is: 'conflict' as const }) : answer(`create for ${uid}`)),
    deletePullPod: () => {
      there = null;
      return answer('delete');
    },
    restore: async () => ({ result: await answer('restore'), pod: null }),
    putBack: async () => ({ result: await answer('put back'), pod: null }),
    swap: async (_pod, changes, undoes) => {
      const [change, ...more] = changes;
      expect([change, more, undoes]).toEqual([{ container: 'app', from: 'nginx:1.25', to: proxied }, [], true]);
      return { result: await answer('swap back'), pod: null };
    },
    forgetRestore: async () => ({ result: await answer('forget'), pod: null }),
  } satisfies Partial<ClusterWrites>;
  const told: string[] = [];
  const journal = new RestoreJournal(
    'prod',
    {
      path: '/journal',
      load: () => ({ entries: [], problem: null }),
      record: ({ id, state }) => {
        if (disk.isFull) throw new Error('the disk is full');
        if (state === null) live.delete(id);
        else live.set(id, state);
      },
    },
    (why) => told.push(why),
  );
  const runner = new RestoreRunner(sends ?? (writes as Partial<ClusterWrites> as ClusterWrites), journal, clock, {
    changed: () => undefined,
    report: (_restore, report) => told.push(report),
    pod: (uid) => swapped(uid),
    readPod: (_namespace, name) => Promise.resolve(there?.name === name ? there : null),
    seen: () => undefined,
    mayUndo: () => mayUndo,
  });
  const check = async () => {
    const before = asked.length;
    runner.check('uid-1');
    await eventually(() => asked.length > before);
  };
  /** Up to the put-back that was written. */
  const restore = async () => {
    runner.podSeen(swapped(), false);
    await check();
    runner.pullPodSeen(pulled('proof'));
    runner.restore('uid-1');
    await eventually(() => asked.includes('restore'));
    const state = () => runner.get('uid-1')?.state;
    await eventually(() => {
      const now = state();
      return now?.is === 'restoring' && now.step === 'start';
    });
    return state;
  };
  return { runner, clock, asked, check, restore, live, disk, told };
}

const byItself = { checks: true, frees: false, restores: false, sees: () => true };

describe('a check of the original', () => {
  it('takes what another one has shown a moment ago', async () => {
    const { runner } = setUp(pullPod('first'));
    runner.podSeen(swapped(), false);
    runner.check('uid-1');
    await eventually(() => runner.get('uid-1')?.state.is === 'held');
  });

  it('takes away what another one has shown long ago, and pulls anew', async () => {
    const { runner, clock, asked, check } = setUp(pullPod('first'));
    clock.advance(300_001);
    runner.podSeen(swapped(), false);
    await check();
    await eventually(() => asked.includes('create for uid-1'));
    expect(asked).toEqual(['delete', 'create for uid-1']);
    expect(runner.get('uid-1')?.state.is).toBe('checking');
  });

  it('of a dry run shows the pull pod that it would make, and none that it would take away', async () => {
    const shown: string[] = [];
    const dry = new ClusterWrites(new FakeCluster([]), ({ kind }) => shown.push(kind), true, new HandClock());
    const { runner } = setUp(null, true, dry);
    runner.podSeen(swapped(), false);
    runner.check('uid-1');
    await eventually(() => runner.get('uid-1')?.state.is === 'held');
    await runner.stop();
    expect(shown).toEqual(['pull-pod-created']);
  });

  it('has the whole of its time, whatever was left of the time of the one before', async () => {
    const { runner, clock, check } = setUp();
    runner.podSeen(swapped(), false);
    await check();
    runner.pullPodSeen(pullPod('first'));
    expect(runner.get('uid-1')?.state).toMatchObject({ is: 'held', why: { is: 'cause', cause: 'unreachable' } });
    clock.advance(200_000);
    await check();
    clock.advance(200_000);
    expect(runner.get('uid-1')?.state.is).toBe('checking');
    clock.advance(100_000);
    expect(runner.get('uid-1')?.state).toMatchObject({ is: 'held', why: { cause: 'interrupted' } });
  });

  it.each([
    ['the runner stops', (runner: RestoreRunner) => void runner.stop()],
    [
      'somebody puts the original back',
      (runner: RestoreRunner) => {
        runner.podSeen(putBack, false);
      },
    ],
    [
      'a rescue takes the pod over',
      (runner: RestoreRunner) => {
        runner.podSeen(swapped(), true);
      },
    ],
  ])('leaves no pull pod behind when %s', async (_what, end) => {
    const { runner, asked, check } = setUp();
    runner.podSeen(swapped(), false);
    await check();
    end(runner);
    await eventually(() => asked.length === 2);
    expect(asked).toEqual(['create for uid-1', 'delete']);
  });

  it('is not made by itself where the pod cannot be seen', async () => {
    const { runner, clock, asked } = setUp();
    runner.podSeen(swapped(), false);
    clock.advance(600_000);
    expect(runner.doDue({ ...byItself, sees: () => false })).toBeNull();
    expect(asked).toEqual([]);
    runner.doDue({ ...byItself, sees: (namespace) => namespace === 'shop' });
    await eventually(() => asked.length === 1);
  });

  it('is made of a few pods at a time, the rest waits for its turn', async () => {
    const { runner, clock, asked } = setUp();
    for (let i = 0; i < 8; i += 1) runner.podSeen(swapped(`uid-${String(i)}`), false);
    clock.advance(600_000);
    expect(runner.doDue(byItself)).toBe(605_000);
    await eventually(() => asked.length === 5);
    expect(runner.list.filter(({ state }) => state.is === 'checking')).toHaveLength(5);
  });
});

it('a pod that is swapped again while it is still listed as put back is listed as swapped', () => {
  const { runner, clock } = setUp();
  runner.podSeen(swapped(), false);
  runner.podGone('uid-1', false);
  expect(runner.get('uid-1')?.state).toMatchObject({ is: 'free' });
  clock.advance(600_000);
  runner.podSeen(swapped(), false);
  expect(runner.get('uid-1')?.state).toEqual({ is: 'unchecked', since: 600_000 });
  clock.advance(3_600_000);
  expect(runner.get('uid-1')?.state.is).toBe('unchecked');
});

describe('a restore in the journal', () => {
  const down = pod({
    restoring: { app: { proxied, nextStart: 1 } },
    containers: [container({ state: waiting('ErrImagePull', unreachable('nginx:1.25')), imageId: 'sha256:1' })],
  });
  const runs = pod({
    restoring: { app: { proxied, nextStart: 1 } },
    containers: [container({ state: { is: 'running' }, imageId: 'sha256:1', restartCount: 1 })],
  });

  it('stands there before each write and until the last one, and no longer', async () => {
    const { runner, asked, restore, live } = setUp();
    await restore();
    expect([...live.keys()]).toEqual(['restore/prod/uid-1']);
    runner.podSeen(runs, false);
    await eventually(() => live.size === 0);
    expect(asked).toEqual(['create for uid-1', 'delete', 'restore', 'forget']);
    expect(runner.get('uid-1')?.state).toMatchObject({ is: 'free', how: 'restored' });
  });

  it('stands there while it is undone', async () => {
    const { clock, asked, restore, live, told } = setUp();
    const state = await restore();
    clock.advance(119_000);
    expect(asked).not.toContain('swap back');
    clock.advance(1_000);
    await eventually(() => live.size === 0);
    expect(asked.at(-1)).toBe('swap back');
    expect([state()?.is, told.at(-1)]).toEqual(['held', 'swapped-back']);
  });

  it('stands there no longer when another instance has undone it', async () => {
    const { runner, asked, restore, live, told } = setUp();
    await restore();
    runner.podSeen({ ...swapped(), restoreFailed: true }, false);
    expect([[...live.keys()], told.at(-1), runner.get('uid-1')?.state.is]).toEqual([[], 'swapped-back', 'held']);
    expect(asked.at(-1)).toBe('restore');
  });

  it('is gone on with by the next start, and undone if the container does not start', async () => {
    const first = setUp();
    await first.restore();
    await first.runner.stop();
    const [restore] = first.live.values();
    const { runner, clock, asked, live } = setUp();
    runner.resume(restore as Parameters<RestoreRunner['resume']>[0]);
    await eventually(() => asked.length === 2);
    runner.podSeen(down, false);
    clock.advance(restoreLimits.start);
    await eventually(() => live.size === 0);
    expect(asked).toEqual(['delete', 'restore', 'swap back']);
  });

  it('without it the note in the pod is enough, and the pod is no incident meanwhile', async () => {
    const { runner, clock, asked, live } = setUp();
    runner.podSeen(down, false);
    expect(runner.isRestoring('uid-1')).toBe(true);
    clock.advance(restoreLimits.start);
    await eventually(() => asked.length === 1 && live.size === 0);
    expect(asked).toEqual(['swap back']);
  });

  it('withholds every write that it cannot take, and says why', async () => {
    const { runner, asked, disk, told } = setUp();
    disk.isFull = true;
    runner.podSeen(swapped(), false);
    runner.check('uid-1');
    await eventually(() => runner.get('uid-1')?.state.is === 'held');
    await eventually(() => asked.length === 1);
    // nothing was made; what may be left of an earlier run is taken away all the same
    expect(asked).toEqual(['delete']);
    expect(told).toContain('the journal /journal cannot be written: the disk is full');
  });
});

it('goes on with nothing of others where the app may not write', () => {
  const { runner } = setUp(null, false);
  runner.podSeen(pod({ restoring: { app: { proxied, nextStart: 1 } } }), false);
  expect(runner.list).toEqual([]);
});

it('a restore whose pod is gone leaves the journal at once', async () => {
  const { runner, restore, live } = setUp();
  await restore();
  expect(live.size).toBe(1);
  runner.podGone('uid-1', false);
  expect(await eventually(() => live.size === 0)).toBe(true);
});
