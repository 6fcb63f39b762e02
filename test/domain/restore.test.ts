import { describe, expect, it } from 'vitest';
import { nextCheck, stepRestore, swappedPod, type Restore, type RestoreEvent } from '../../electron/domain/restore';
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

function play(restore: Restore, ...events: readonly RestoreEvent[]) {
  let state = restore;
  const asked: string[] = [];
  for (const [index, event] of events.entries()) {
    const [next, effects] = stepRestore(state, event, (index + 1) * 1000);
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
    const early = play(ready, { type: 'restore' }, { type: 'restore-write', result: done }, back(0));
    expect(early.state.state.is).toBe('restoring');
    expect(play(early.state, back(1))).toMatchObject({
      state: { state: { is: 'free', how: 'restored' } },
      asked: ['restored'],
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
      { type: 'restore-write', result: done },
      { type: 'pod-seen', pod: back },
      { type: 'timer', name: 'start' },
    );
    expect(state.state).toMatchObject({ is: 'free', how: 'restored' });
    // going back to the mirror now would restart a healthy container
    expect(asked).not.toContain('swap-back');
  });

  it('goes back to the mirror, once, when the restored container does not start', () => {
    const restoring = play(start, check, pulled, { type: 'restore' }, { type: 'restore-write', result: done }).state;
    const { state, asked } = play(
      restoring,
      { type: 'timer', name: 'start' },
      { type: 'swap-back-write', result: done },
    );
    expect([state.state, asked]).toEqual([
      expect.objectContaining({ is: 'held', why: { is: 'failed-and-swapped-back' }, retryAt: null }),
      ['swap-back'],
    ]);
  });

  it('is free when the pod is replaced, and a check under way is cleaned up', () => {
    expect(play(start, check, { type: 'pod-gone', finished: false })).toMatchObject({
      state: { state: { is: 'free', how: 'pod-replaced' } },
      asked: ['create-proof', 'delete-proof'],
    });
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
