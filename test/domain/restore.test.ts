import { describe, expect, it } from 'vitest';
import { nextCheck, nextFree, originalsOf, stepRestore, swappedPod } from '../../electron/domain/restore';
import { dueRestores } from '../../electron/domain/restorePacing';
import { isRestoreRecord } from '../../electron/domain/restoreRecord';
import { restoreLimits, type Restore, type RestoreEvent } from '../../electron/domain/restoreState';
import { restoringPod } from '../../electron/domain/wayBack';
import { pullPodManifest } from '../../electron/domain/pullPod';
import type { ContainerState } from '../../electron/domain/podSnapshot';
import { container, pod, unreachable, waiting } from '../setup/pods';

const proxied = 'one.example/docker.io/library/nginx:1.25';
const running = { is: 'running' } as const;
const swapped = (fields = {}) =>
  pod({
    originalImages: { app: 'nginx:1.25' },
    containers: [container({ image: proxied, state: running, imageId: 'sha256:1', ...fields })],
  });
const done = { is: 'done' } as const;
const written: RestoreEvent = { type: 'restore-write', result: done, pod: null };

function play(restore: Restore, ...events: readonly RestoreEvent[]) {
  return playFrom(0, restore, ...events);
}

function playFrom(start: number, restore: Restore, ...events: readonly RestoreEvent[]) {
  let state = restore;
  const asked: string[] = [];
  for (const [index, event] of events.entries()) {
    const [next, effects] = stepRestore(state, event, start + (index + 1) * 1000);
    state = next;
    asked.push(
      ...effects.flatMap((effect) => (effect.do === 'timer' ? [] : effect.do === 'report' ? effect.report : effect.do)),
    );
  }
  return { state, asked };
}

const proof = (
  state: ContainerState = waiting('ErrImagePull', unreachable('nginx:1.25')),
  imageId = '',
): RestoreEvent => ({
  type: 'proof-seen',
  pod: pod({
    name: 'pull',
    pullsFor: { kind: 'pull-pod', name: 'pull' },
    containers: [container({ name: 'pull-0', state, imageId })],
  }),
});
const pulled = proof({ is: 'terminated', reason: 'StartError', exitCode: 128 }, 'sha256:1');
const check: RestoreEvent = { type: 'check' };
const start = swappedPod(swapped(), 0);

describe('the way back', () => {
  it('is ready when the pull pod has the original, and takes the pull pod away', () => {
    const { state, asked } = play(start, check, { type: 'proof-write', result: done }, pulled);
    expect([state.state.is, asked]).toEqual(['ready', ['create-proof', 'delete-proof', 'restore-ready']]);
  });

  it('is held, with growing pauses, while the original cannot be pulled', () => {
    const once = play(start, check, proof()).state;
    expect(once.state).toMatchObject({ is: 'held', why: { is: 'cause', cause: 'unreachable' }, tries: 1 });
    const twice = play(once, check, proof()).state;
    const pause = (restore: Restore) => (nextCheck(restore) ?? 0) - 2000;
    expect([pause(once), pause(twice)]).toEqual([600_000, 1_200_000]);
  });

  it('is never ready for pull policy Always, and no pull pod is made', () => {
    const always = swappedPod(swapped({ pullPolicy: 'Always' }), 0);
    expect(play(always, check, { type: 'restore' })).toMatchObject({
      state: { state: { is: 'held', retryAt: null } },
      asked: [],
    });
  });

  it('restarts nothing without the proof', () => {
    expect(play(start, { type: 'restore' }).asked).toEqual([]);
  });

  it('counts as done only when the container was started anew', () => {
    const ready = play(start, check, pulled).state;
    const back = (restartCount: number): RestoreEvent => ({
      type: 'pod-seen',
      pod: pod({ containers: [container({ state: running, imageId: 'sha256:1', restartCount })] }),
    });
    const early = play(ready, { type: 'restore' }, written, back(0));
    expect(early.state.state.is).toBe('restoring');
    expect(play(early.state, back(1))).toMatchObject({
      state: { state: { is: 'free', how: 'restored' } },
      asked: ['forget-restore', 'restored'],
    });
  });

  it.each([
    [
      'an init container that has ended, which never starts anew',
      {
        name: 'setup',
        kind: 'init',
        state: { is: 'terminated', reason: 'Completed', exitCode: 0 },
        imageId: 'sha256:2',
      },
      { state: { is: 'terminated', reason: 'Completed', exitCode: 0 }, imageId: 'sha256:2' },
    ],
    [
      'a container that never ran before, whose first start counts no restart',
      { name: 'late', state: waiting('ErrImagePull', 'no route to host'), imageId: '' },
      { state: running, imageId: 'sha256:2' },
    ],
  ] as const)('does not wait for a restart of %s', (_what, before, after) => {
    const images = (...[app, other]: readonly [string, string]) => [
      container({ image: app, state: running, imageId: 'sha256:1', restartCount: app === proxied ? 0 : 1 }),
      container({ ...before, ...(other === 'busybox:1' && after), image: other }),
    ];
    const originalImages = { app: 'nginx:1.25', [before.name]: 'busybox:1' };
    const both = swappedPod(pod({ originalImages, containers: images(proxied, 'one.example/docker.io/busybox:1') }), 0);
    const back = pod({ containers: images('nginx:1.25', 'busybox:1') });
    const { state, asked } = play(
      both,
      check,
      pulled,
      { type: 'restore' },
      written,
      { type: 'pod-seen', pod: back },
      { type: 'timer', name: 'start' },
    );
    expect(state.state).toMatchObject({ is: 'free', how: 'restored' });
    // going back to the mirror now would restart a healthy container
    expect(asked).not.toContain('swap-back');
  });

  it('goes back to the mirror, once, when the restored container does not start', () => {
    const restoring = play(start, check, pulled, { type: 'restore' }, written).state;
    const { state, asked } = play(
      restoring,
      { type: 'timer', name: 'start' },
      { type: 'swap-back-write', result: done },
    );
    expect([state.state, asked]).toEqual([
      expect.objectContaining({ is: 'held', why: { is: 'failed-and-swapped-back' }, retryAt: null }),
      ['swap-back', 'swapped-back'],
    ]);
  });

  it('is free when the pod is replaced, and a check under way is cleaned up', () => {
    expect(play(start, check, { type: 'pod-gone', finished: false })).toMatchObject({
      state: { state: { is: 'free', how: 'pod-replaced' } },
      asked: ['create-proof', 'delete-proof'],
    });
  });
});

const minutes = 60_000;
const ready = play(start, check, pulled).state;
const restoring = play(ready, { type: 'restore' }, written).state;
const restarted = (fields = {}) =>
  pod({ containers: [container({ state: running, imageId: 'sha256:1', restartCount: 1, ...fields })] });

describe('a proof', () => {
  it('holds for half an hour; a click on an older one proves again, and then restores', () => {
    const at = (ms: number) => playFrom(ms, ready, { type: 'restore' });
    expect(at(29 * minutes)).toMatchObject({ state: { state: { is: 'restoring' } }, asked: ['put-back'] });
    const late = at(31 * minutes);
    expect(late).toMatchObject({ state: { state: { is: 'checking', then: 'restore' } }, asked: ['create-proof'] });
    expect(play(late.state, pulled)).toMatchObject({
      state: { state: { is: 'restoring' } },
      asked: ['delete-proof', 'put-back'],
    });
    // the kubelet has taken it away since: nothing that runs is touched
    expect(play(late.state, proof())).toMatchObject({ state: { state: { is: 'held' } }, asked: ['delete-proof'] });
  });

  it('is worth nothing for another original', () => {
    const other = pod({
      originalImages: { app: 'nginx:1.26' },
      containers: [container({ image: proxied.replace('1.25', '1.26'), state: running })],
    });
    expect(play(ready, { type: 'pod-seen', pod: other }).state.state.is).toBe('unchecked');
    expect(play(ready, { type: 'pod-seen', pod: swapped({ restartCount: 3 }) }).state).toMatchObject({
      state: { is: 'ready' },
      containers: [{ nextStart: 4 }],
    });
  });
});

describe('what goes back for nothing', () => {
  const ended = (exitCode: number): ContainerState => ({ is: 'terminated', reason: 'Completed', exitCode });
  const setup = { name: 'setup', kind: 'init', image: proxied, state: ended(0), imageId: 'sha256:2' } as const;
  const of = (fields: Parameters<typeof container>[0], phase = 'Running') =>
    swappedPod(
      pod({ phase, originalImages: { app: 'nginx:1.25' }, containers: [container({ image: proxied, ...fields })] }),
      0,
    );

  it.each([
    ['an init container that has succeeded', { kind: 'init', state: ended(0) }, 'Pending', true],
    ['one of a Job that has ended', { state: ended(1), restartPolicy: 'Never' }, 'Running', true],
    [
      'one that succeeded and is only restarted after a failure',
      { state: ended(0), restartPolicy: 'OnFailure' },
      'Running',
      true,
    ],
    ['one of a pod that is over', { state: ended(137) }, 'Failed', true],
    ['one that runs', { state: running }, 'Running', false],
    ['one that is restarted after a failure', { state: ended(1), restartPolicy: 'OnFailure' }, 'Running', false],
    ['one that is always restarted', { state: ended(0) }, 'Running', false],
    ['an init container that is tried again', { kind: 'init', state: ended(1) }, 'Pending', false],
    ['a sidecar that is started again', { kind: 'sidecar', state: ended(0) }, 'Running', false],
    ['one that waits after a crash', { state: waiting('CrashLoopBackOff'), imageId: 'x' }, 'Running', false],
    ['one that is about to start', { state: waiting('PodInitializing') }, 'Pending', false],
    ['one whose mirror fails', { state: waiting('ImagePullBackOff', 'x') }, 'Pending', false],
  ] as const)('%s', (_what, fields, phase, free) => {
    const restore = of(fields, phase);
    expect(restore.state.is === 'free').toBe(free);
    expect(nextFree(restore) !== null).toBe(free);
    expect(play(restore, { type: 'free' }).asked).toEqual(free ? ['put-back-ended'] : []);
  });

  it('goes alone while another container of the pod runs, and is no part of what has to be proven', () => {
    const both = swappedPod(
      pod({
        originalImages: { setup: 'busybox:1', app: 'nginx:1.25' },
        containers: [
          container({ ...setup, image: 'one.example/busybox:1' }),
          container({ image: proxied, state: running }),
        ],
      }),
      0,
    );
    expect(originalsOf(both)).toEqual(['nginx:1.25']);
    const [next, effects] = stepRestore(both, { type: 'free' }, 5);
    expect(effects).toEqual([{ do: 'put-back-ended', containers: [expect.objectContaining({ name: 'setup' })] }]);
    expect(next.state.is).toBe('unchecked');
    // a refused write is tried again much later
    expect(nextFree(next)).toBe(5 + restoreLimits.firstPause);
    const after = play(next, { type: 'pod-seen', pod: swapped() }).state;
    expect([after.containers.map(({ name }) => name), nextFree(after)]).toEqual([['app'], null]);
  });

  it('is told as restored once it is written, also of a pod that finished', () => {
    const finished = play(start, { type: 'pod-gone', finished: true }).state;
    expect(finished.state).toMatchObject({ is: 'free', how: 'not-running' });
    const [next, [effect]] = stepRestore(finished, { type: 'free' }, 1);
    if (effect?.do !== 'put-back-ended') throw new Error('nothing is put back');
    const refused = { is: 'rejected', detail: 'no' } as const;
    expect(play(next, { type: 'ended-write', result: refused, containers: effect.containers })).toMatchObject({
      state: { state: { how: 'not-running' } },
      asked: [],
    });
    const { state, asked } = play(next, { type: 'ended-write', result: done, containers: effect.containers });
    expect([state.state, asked]).toEqual([expect.objectContaining({ how: 'restored' }), ['restored']]);
  });
});

describe('a restore that is not alone', () => {
  const noted = (state: ContainerState, restartCount: number) =>
    pod({
      restoring: { app: { proxied, nextStart: 1 } },
      containers: [container({ state, restartCount, imageId: 'sha256:1' })],
    });

  it('is taken up by its note where nobody goes on with it, and undone when the container does not start', () => {
    const down = noted(waiting('ErrImagePull', unreachable('nginx:1.25')), 0);
    const adopted = restoringPod(down, 0);
    if (!adopted) throw new Error('the note tells nothing');
    const { state, asked } = play(
      adopted,
      { type: 'resume' },
      { type: 'pod-seen', pod: down },
      { type: 'timer', name: 'start' },
    );
    expect([state.state, asked]).toEqual([
      expect.objectContaining({ is: 'restoring', step: 'swap-back' }),
      ['swap-back'],
    ]);
    expect(play(adopted, { type: 'pod-seen', pod: noted(running, 1) }).asked).toEqual(['forget-restore', 'restored']);
    expect(play(adopted, { type: 'pod-seen', pod: noted(running, 0) }).asked).toEqual([]);
    expect(restoringPod(pod({ restoring: {} }), 0)).toBeNull();
  });

  it('that another instance has undone is not undone again, and not tried again by itself', () => {
    const undone = pod({
      originalImages: { app: 'nginx:1.25' },
      restoreFailed: true,
      containers: [container({ image: proxied, state: waiting('ContainerCreating') })],
    });
    const { state, asked } = play(restoring, { type: 'pod-seen', pod: undone });
    expect([state, asked]).toMatchObject([{ state: { is: 'held', retryAt: null }, burnt: true }, ['swapped-back']]);
    expect(swappedPod(undone, 0)).toMatchObject({ burnt: true, state: { is: 'held', retryAt: null } });
  });

  it('counts as started from a container that has crashed since, which no mirror would mend', () => {
    const crashed = pod({
      containers: [container({ state: waiting('CrashLoopBackOff'), imageId: 'sha256:1', restartCount: 1 })],
    });
    expect(play(restoring, { type: 'pod-seen', pod: crashed }).asked).toContain('restored');
  });

  it('is undone later where the way back to the mirror was not answered, unless it has come to run', () => {
    const trying = play(restoring, { type: 'timer', name: 'start' }).state;
    const unavailable = { is: 'unavailable', detail: 'no answer' } as const;
    const waits = play(trying, { type: 'swap-back-write', result: unavailable }).state;
    expect(waits.state).toMatchObject({ is: 'restoring', step: 'start' });
    expect(play(waits, { type: 'timer', name: 'start' }).asked).toEqual(['swap-back']);
    expect(play(waits, { type: 'pod-seen', pod: restarted() }).state.state).toMatchObject({
      is: 'free',
      how: 'restored',
    });
  });
});

describe('what a killed run was doing', () => {
  const resume: RestoreEvent = { type: 'resume' };
  const clicked = play(ready, { type: 'restore' }).state;

  it.each([
    ['a check', play(start, check).state, 1000, ['create-proof'], 'checking'],
    ['the end of a check', ready, 1000, ['delete-proof'], 'ready'],
    ['a put-back that may not have been written', clicked, 5 * minutes, ['delete-proof', 'put-back'], 'restoring'],
    ['a put-back that was meant long ago', clicked, 60 * minutes, ['delete-proof'], 'unchecked'],
    ['a wait for the start', restoring, 60 * minutes, [], 'restoring'],
    [
      'the way back to the mirror',
      play(restoring, { type: 'timer', name: 'start' }).state,
      60 * minutes,
      ['swap-back'],
      'restoring',
    ],
    [
      'the end of a restore',
      play(restoring, { type: 'pod-seen', pod: restarted() }).state,
      5,
      ['forget-restore'],
      'free',
    ],
    ['a finished pod', play(start, { type: 'pod-gone', finished: true }).state, 5, ['put-back-ended'], 'free'],
  ] as const)('%s is gone on with, and is a record that the check lets pass', (_what, restore, now, asked, is) => {
    const known = JSON.parse(JSON.stringify(restore)) as unknown;
    if (!isRestoreRecord(known)) throw new Error('the record is refused');
    const { state, asked: effects } = playFrom(now, known, resume);
    expect([effects, state.state.is]).toEqual([asked, is]);
  });

  it('is still undone in time: what is left of the two minutes is left', () => {
    const ms = (now: number) => {
      const effect = stepRestore(restoring, resume, now)[1].find((each) => each.do === 'timer');
      return effect?.do === 'timer' && effect.ms;
    };
    const since = restoring.state.is === 'restoring' ? restoring.state.since : 0;
    expect([ms(since + 30_000), ms(since + minutes * 60), ms(since - minutes)]).toEqual([90_000, 10_000, 120_000]);
  });

  it.each([[null], [{}], [{ ...ready, state: { is: 'melting' } }], [{ ...ready, containers: [{ name: 'app' }] }]])(
    'of another version is no record: %j',
    (value) => {
      expect(isRestoreRecord(value)).toBe(false);
    },
  );
});

describe('without a click', () => {
  const byItself = { checks: false, frees: false, restores: true, sees: () => true };
  const go = (...all: Restore[]) => dueRestores(all, byItself, 0, restoreLimits).restores;
  const of = (podUid: string, restore: Restore = ready, owner: string | null = 'ReplicaSet/web'): Restore => ({
    ...restore,
    podUid,
    owner,
  });
  const back = play(restoring, { type: 'pod-seen', pod: restarted() }).state;

  it('one pod of an owner is restored at a time', () => {
    expect(go(of('a'), of('b'), of('c', ready, 'DaemonSet/log'), of('d', ready, null), of('e', ready, null))).toEqual([
      'a',
      'c',
      'd',
      'e',
    ]);
    expect(go(of('a', restoring), of('b'))).toEqual([]);
  });

  it('the next one when the former is ready again, not before', () => {
    const starting = play(restoring, { type: 'pod-seen', pod: restarted({ ready: false }) }).state;
    expect(starting.state).toMatchObject({ is: 'free', how: 'restored' });
    expect(go(of('a', starting), of('b'))).toEqual([]);
    const again = play(starting, { type: 'pod-seen', pod: restarted() }).state;
    expect(go(of('a', again), of('b'))).toEqual(['b']);
    expect(go(of('a', back), of('b'))).toEqual(['b']);
  });

  it('none of an owner whose other pod did not start, and not that one again', () => {
    const burnt = play(restoring, { type: 'timer', name: 'start' }, { type: 'swap-back-write', result: done }).state;
    expect(go(of('a', burnt), of('b'), of('c', ready, 'Job/x'))).toEqual(['c']);
    const proven = play(burnt, check, pulled).state;
    expect(proven.state.is).toBe('ready');
    expect(go(of('a', proven))).toEqual([]);
    // its pod is gone, and the trouble with it
    expect(go(of('a', play(burnt, { type: 'pod-gone', finished: false }).state), of('b'))).toEqual(['b']);
  });

  it('nothing where the context does not say so, and nothing that is not seen', () => {
    expect(dueRestores([of('a')], { ...byItself, restores: false }, 0, restoreLimits).restores).toEqual([]);
    expect(dueRestores([of('a')], { ...byItself, sees: () => false }, 0, restoreLimits).restores).toEqual([]);
  });

  it('a few at one time', () => {
    expect(go(...'abcdefgh'.split('').map((each) => of(each, ready, null)))).toHaveLength(5);
  });
});

it('a pull pod runs nothing of the image, may do nothing, and pulls with the secrets of the workload', () => {
  const { spec } = pullPodManifest(pod({ pullSecrets: ['corp'], serviceAccount: 'web' }), ['nginx:1.25', 'redis:7']);
  expect(spec).toMatchObject({
    nodeName: 'node-1',
    serviceAccountName: 'web',
    automountServiceAccountToken: false,
    imagePullSecrets: [{ name: 'corp' }],
    containers: [{ image: 'nginx:1.25' }, { image: 'redis:7' }],
  });
  const { containers } = spec as { containers: { command: string[]; securityContext: { capabilities: unknown } }[] };
  for (const { command, securityContext } of containers)
    expect([command, securityContext.capabilities]).toEqual([['/pullthrough/never-runs'], { drop: ['ALL'] }]);
});
