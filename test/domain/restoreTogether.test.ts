import { describe, expect, it } from 'vitest';
import { stepRestore, swappedPod } from '../../electron/domain/restore/restore';
import { dueRestores } from '../../electron/domain/restore/restorePacing';
import { isRestoreRecord } from '../../electron/domain/restore/restoreRecord';
import { restoringPod } from '../../electron/domain/restore/wayBack';
import { restoreLimits, type Restore, type RestoreEvent } from '../../electron/domain/restore/restoreState';
import type { ContainerState } from '../../electron/domain/podSnapshot';
import { container, pod, unreachable, waiting } from '../setup/pods';
import {
  proxied,
  running,
  done,
  play,
  playFrom,
  pulled,
  check,
  start,
  minutes,
  ready,
  restoring,
  restarted,
} from '../setup/restores';

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

  it('what was proven long ago is proven anew first: the setting may be taken back meanwhile', () => {
    const later = restoreLimits.proofHolds + 10 * minutes;
    const all = [of('a'), of('b'), of('c', { ...ready, state: { is: 'ready', at: later } }, null)];
    expect(dueRestores(all, byItself, later, restoreLimits)).toMatchObject({ checks: ['a'], restores: ['c'] });
    expect(dueRestores(all, { ...byItself, restores: false }, later, restoreLimits)).toMatchObject({
      checks: [],
      restores: [],
    });
  });

  it('a few at one time', () => {
    expect(go(...'abcdefgh'.split('').map((each) => of(each, ready, null)))).toHaveLength(5);
  });
});
