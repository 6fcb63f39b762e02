import type { RescueEffect, RescueLimits, RescueState, Target } from './rescueState';
import type { WriteResult } from '../writeResult';
import { candidate, isSwapped, timerName, withTarget } from './rescueTargets';

/** What came of the writes to pods, and how they are asked for. */

type Next = readonly [RescueState, readonly RescueEffect[]];

export function swapEffect(state: RescueState, target: Target): RescueEffect {
  const { proxied } = candidate(state);
  return {
    do: 'swap',
    target,
    changes: target.containers.map(({ name, image }) => ({ container: name, from: image, to: proxied })),
  };
}

export function swapWritten(state: RescueState, podUid: string, result: WriteResult, limits: RescueLimits): Next {
  const target = state.targets[podUid];
  if (target?.phase !== 'swapping') return [state, []];
  if (result.is !== 'done') return writeFailed(state, target, result, 'swap', limits);
  const { proxied } = candidate(state);
  const containers = target.containers.map((container) => ({
    ...container,
    image: proxied,
    before: container.image === proxied ? null : container.image,
  }));
  const swapped: Target = { ...target, phase: 'swapped', unanswered: 0, containers };
  const reports = containers.map(({ name, original }): RescueEffect => ({
    do: 'report',
    report: { event: 'swapped', target: swapped, container: name, image: original, proxied },
  }));
  return [withTarget(state, swapped), reports];
}

export function putBackWritten(state: RescueState, podUid: string, result: WriteResult, limits: RescueLimits): Next {
  const target = state.targets[podUid];
  if (target?.phase !== 'putting-back') return [state, []];
  if (result.is !== 'done') return writeFailed(state, target, result, 'put-back', limits);
  const reports = target.containers.map(({ name, original, image }): RescueEffect => ({
    do: 'report',
    report: { event: 'put-back', target, container: name, image: original, proxied: image },
  }));
  return [withTarget(state, { ...target, phase: 'put-back', unanswered: 0 }), reports];
}

function writeFailed(
  state: RescueState,
  target: Target,
  result: WriteResult,
  timer: 'swap' | 'put-back',
  limits: RescueLimits,
): Next {
  if (result.is === 'unavailable' && target.unanswered + 1 < limits.unanswered) {
    const waiting = withTarget(state, { ...target, unanswered: target.unanswered + 1 });
    return [waiting, [{ do: 'timer', name: timerName(state, timer, target.podUid), ms: limits.retryWrite }]];
  }
  // what carries a mirror's image already has to go back to its own
  const phase =
    timer === 'swap' && isSwapped(target) && result.is !== 'gone' && result.is !== 'conflict' ? 'failed' : 'left';
  const left = withTarget(state, { ...target, phase });
  if (result.is === 'denied') {
    const { verb, resource, namespace } = result;
    return [{ ...left, refused: { is: 'denied', verb, resource, namespace } }, []];
  }
  if (result.is === 'rejected' || result.is === 'unavailable') {
    const is = result.is === 'rejected' ? 'rejected' : 'unreachable';
    return [{ ...left, refused: { is, detail: result.detail } }, []];
  }
  return [left, []];
}
