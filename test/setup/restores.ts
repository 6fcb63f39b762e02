import { stepRestore, swappedPod } from '../../electron/domain/restore/restore';
import type { Restore, RestoreEvent } from '../../electron/domain/restore/restoreState';
import type { ContainerState } from '../../electron/domain/podSnapshot';
import { container, pod, unreachable, waiting } from './pods';

/** A swapped pod on its way back, and what may happen to it. */

export const proxied = 'one.example/docker.io/library/nginx:1.25';
export const running = { is: 'running' } as const;
export const swapped = (fields = {}) =>
  pod({
    originalImages: { app: 'nginx:1.25' },
    containers: [container({ image: proxied, state: running, imageId: 'sha256:1', ...fields })],
  });
export const done = { is: 'done' } as const;
export const written: RestoreEvent = { type: 'restore-write', result: done, pod: null };

export function play(restore: Restore, ...events: readonly RestoreEvent[]) {
  return playFrom(0, restore, ...events);
}

export function playFrom(start: number, restore: Restore, ...events: readonly RestoreEvent[]) {
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

export const proof = (
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
export const pulled = proof({ is: 'terminated', reason: 'StartError', exitCode: 128 }, 'sha256:1');
export const check: RestoreEvent = { type: 'check' };
export const start = swappedPod(swapped(), 0);

export const minutes = 60_000;
export const ready = play(start, check, pulled).state;
export const restoring = play(ready, { type: 'restore' }, written).state;
export const restarted = (fields = {}) =>
  pod({ containers: [container({ state: running, imageId: 'sha256:1', restartCount: 1, ...fields })] });
