import { describe, expect, it } from 'vitest';
import type { PodSnapshot } from '../../electron/domain/podSnapshot';
import { pullPodName } from '../../electron/domain/pullPod';
import type { ClusterWrites } from '../../electron/engine/clusterWrites';
import { RestoreRunner } from '../../electron/engine/restoreRunner';
import { eventually } from '../setup/eventually';
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

/** `left`: a pull pod of the same name that is there already. */
function setUp(left: PodSnapshot | null = null) {
  let there = left;
  const asked: string[] = [];
  const clock = new HandClock();
  const answer = (what: string) => {
    asked.push(what);
    return Promise.resolve({ is: 'done' as const });
  };
  const writes = {
    createPullPod: ({ uid }) => (there ? Promise.resolve({ is: 'conflict' as const }) : answer(`create for ${uid}`)),
    deletePullPod: () => {
      there = null;
      return answer('delete');
    },
  } satisfies Pick<ClusterWrites, 'createPullPod' | 'deletePullPod'>;
  const runner = new RestoreRunner(writes as Partial<ClusterWrites> as ClusterWrites, clock, {
    changed: () => undefined,
    report: () => undefined,
    pod: (uid) => swapped(uid),
    readPod: (_namespace, name) => Promise.resolve(there?.name === name ? there : null),
    seen: () => undefined,
  });
  const check = async () => {
    const before = asked.length;
    runner.check('uid-1');
    await eventually(() => asked.length > before);
  };
  return { runner, clock, asked, check };
}

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
    expect(runner.checkDue(() => false)).toBeNull();
    expect(asked).toEqual([]);
    runner.checkDue((namespace) => namespace === 'shop');
    await eventually(() => asked.length === 1);
  });

  it('is made of a few pods at a time, the rest waits for its turn', async () => {
    const { runner, clock, asked } = setUp();
    for (let i = 0; i < 8; i += 1) runner.podSeen(swapped(`uid-${String(i)}`), false);
    clock.advance(600_000);
    expect(runner.checkDue(() => true)).toBe(605_000);
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
