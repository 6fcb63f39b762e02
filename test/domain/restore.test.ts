import { describe, expect, it } from 'vitest';
import { nextCheck, nextFree, originalsOf, stepRestore, swappedPod } from '../../electron/domain/restore/restore';
import { pullPodManifest } from '../../electron/domain/prepull/pullPod';
import { restoreLimits, type Restore, type RestoreEvent } from '../../electron/domain/restore/restoreState';
import type { ContainerState } from '../../electron/domain/podSnapshot';
import { container, pod, waiting } from '../setup/pods';
import {
  proxied,
  running,
  swapped,
  done,
  written,
  play,
  playFrom,
  proof,
  pulled,
  check,
  start,
  minutes,
  ready,
} from '../setup/restores';

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
