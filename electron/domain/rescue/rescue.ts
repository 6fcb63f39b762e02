import type { PodSnapshot } from '../podSnapshot';
import { hasImage } from '../diagnosis/pullFailure';
import { cacheStepped, enterCache, isCacheSettled, leaveCache, resumeCache, takeAway } from './rescueCache';
import { rescueLimits, type RescueEffect, type RescueEvent, type RescueLimits, type RescueState } from './rescueState';
import {
  allFailed,
  candidate,
  inPhase,
  isSwapped,
  judgedByCanary,
  mapTargets,
  mirrorFailure,
  outcomeOf,
  remember,
  timerName,
  withTarget,
} from './rescueTargets';
import { putBackWritten, swapEffect, swapWritten } from './rescueWrites';

/** The state, and what is to be done now. */
type Next = readonly [RescueState, readonly RescueEffect[]];

/**
 * The rescue of one incident: cache on the nodes, swap, verify; on failure the next mirror; when none is left,
 * put back. Pure: whoever runs it performs the effects and answers with events.
 */
export function step(state: RescueState, event: RescueEvent, limits: RescueLimits = rescueLimits): Next {
  if (state.step === 'ended') return [state, []];
  return chain(taken(state, event, limits), (next) => advance(next, limits));
}

function taken(state: RescueState, event: RescueEvent, limits: RescueLimits): Next {
  switch (event.type) {
    case 'begin':
      return state.candidates.length > 0 ? enterCache(state, limits) : enterPutBack(allFailed(state));
    case 'resume':
      return resume(state, limits);
    case 'prepull':
      return cacheStepped(state, event.event, limits);
    case 'swap-write':
      return swapWritten(state, event.podUid, event.result, limits);
    case 'put-back-write':
      return putBackWritten(state, event.podUid, event.result, limits);
    case 'pod-seen':
      return podSeen(state, event.pod);
    case 'pod-gone':
      return [withPhase(state, event.podUid, 'left'), []];
    case 'timer':
      return timerFired(state, event.name, limits);
  }
}

/** Goes on when nothing is under way any more: to verify, to the next mirror, to putting back, to the end. */
function advance(state: RescueState, limits: RescueLimits): Next {
  if (state.step === 'ended') return [state, []];
  if (state.step === 'cache') {
    if (inPhase(state, 'waiting').length === 0) return chain(leaveCache(state), end);
    if (!isCacheSettled(state)) return [state, []];
    return chain(leaveCache(judgedByCanary(state)), (next) =>
      chain(enterSwap(next), (swapping) => advance(swapping, limits)),
    );
  }
  if (inPhase(state, 'swapping', 'putting-back').length > 0) return [state, []];
  if (inPhase(state, 'swapped').length > 0)
    return state.step === 'verify' ? [state, []] : [{ ...state, step: 'verify' }, [verifyTimer(state, limits)]];
  if (inPhase(state, 'waiting').length > 0) return [state, []];
  if (inPhase(state, 'failed').length === 0) return end(state);
  if (state.refused || state.step === 'put-back') return putBackOrEnd(state);
  return nextMirror(state, limits);
}

function enterSwap(state: RescueState): Next {
  const effects = inPhase(state, 'waiting').map((target) => swapEffect(state, target));
  const swapping = mapTargets(state, (target) =>
    target.phase === 'waiting' ? { ...target, phase: 'swapping' } : target,
  );
  return [{ ...swapping, step: 'swap' }, effects];
}

function nextMirror(state: RescueState, limits: RescueLimits): Next {
  if (state.mirror + 1 >= state.candidates.length) return putBackOrEnd(allFailed(state));
  const again = mapTargets({ ...state, mirror: state.mirror + 1 }, (target) =>
    target.phase === 'failed'
      ? { ...target, phase: 'waiting', containers: target.containers.map((c) => ({ ...c, hasImage: false })) }
      : target,
  );
  return chain(enterCache(again, limits), (next) => advance(next, limits));
}

/** Only what was swapped has something to put back; a rescue that never got that far just ends. */
function enterPutBack(state: RescueState): Next {
  const going = mapTargets(state, (target) =>
    target.phase === 'failed' && isSwapped(target) ? { ...target, phase: 'putting-back' } : target,
  );
  const effects = inPhase(going, 'putting-back').map((target): RescueEffect => ({ do: 'put-back', target }));
  return [{ ...going, step: 'put-back' }, effects];
}

function putBackOrEnd(state: RescueState): Next {
  const [going, effects] = enterPutBack(state);
  return effects.length > 0 ? [going, effects] : end(state);
}

function end(state: RescueState): Next {
  const outcome = outcomeOf(state);
  return [{ ...state, step: 'ended', outcome }, [{ do: 'report', report: { event: 'ended', outcome } }]];
}

function podSeen(state: RescueState, pod: PodSnapshot): Next {
  const target = state.targets[pod.uid];
  if (!target || (target.phase !== 'waiting' && target.phase !== 'swapped')) return [state, []];
  const current = target.containers.map((known) => ({
    known,
    seen: pod.containers.find(({ name }) => name === known.name),
  }));
  if (current.some(({ known, seen }) => known.before !== null && seen?.image === known.before)) return [state, []];
  if (pod.deleting || current.some(({ known, seen }) => seen?.image !== known.image)) {
    // another instance has found that no mirror is left, or a person wants it so: not to be begun anew at once
    const isBack = current.every(({ known, seen }) => known.image !== known.original && seen?.image === known.original);
    return [withPhase(state, pod.uid, isBack && !pod.deleting ? 'put-back' : 'left'), []];
  }
  const containers = current.map(({ known, seen }) => ({
    ...known,
    before: null,
    hasImage: known.hasImage || (seen !== undefined && hasImage(seen)),
  }));
  const all = containers.every((container) => container.hasImage);
  if (target.phase === 'waiting') return [all ? withPhase(state, pod.uid, 'left') : state, []];
  const updated = withTarget(state, { ...target, containers });
  if (all) {
    const { proxied } = candidate(state);
    const reports = containers.map(({ name, original }): RescueEffect => ({
      do: 'report',
      report: { event: 'healed', target, container: name, image: original, proxied },
    }));
    return [withPhase(updated, pod.uid, 'healed'), reports];
  }
  const failure = mirrorFailure(
    state,
    current.flatMap(({ seen }) => seen ?? []),
  );
  if (!failure) return [updated, []];
  return [withPhase({ ...updated, failures: remember(updated.failures, failure) }, pod.uid, 'failed'), []];
}

function timerFired(state: RescueState, name: string, limits: RescueLimits): Next {
  const [mirror, what, about = '', ...rest] = name.split('/');
  if (mirror !== String(state.mirror)) return [state, []];
  const target = state.targets[about];
  switch (what) {
    case 'prepull':
      if (about === 'slow') return cacheStepped(state, { type: 'slow' }, limits);
      return cacheStepped(
        state,
        { type: 'timer', what: about === 'look' ? 'look' : 'none', name: rest.join('/') },
        limits,
      );
    case 'verify':
      return [state.step === 'verify' ? verifyTimedOut(state) : state, []];
    case 'swap':
      return [state, target?.phase === 'swapping' ? [swapEffect(state, target)] : []];
    case 'put-back':
      return [state, target?.phase === 'putting-back' ? [{ do: 'put-back', target }] : []];
    default:
      return [state, []];
  }
}

function verifyTimedOut(state: RescueState): RescueState {
  const failure = { host: candidate(state).mirror, cause: 'interrupted', message: '' } as const;
  const failed = mapTargets(state, (target) => (target.phase === 'swapped' ? { ...target, phase: 'failed' } : target));
  return { ...failed, failures: remember(state.failures, failure) };
}

/** Asks anew for what the step needs, and takes away what a killed run may have left of an earlier one. */
function resume(state: RescueState, limits: RescueLimits): Next {
  switch (state.step) {
    case 'cache':
      return resumeCache(state, limits);
    case 'verify':
      return [state, [...takeAway(state), verifyTimer(state, limits)]];
    case 'put-back':
      return [
        state,
        [...takeAway(state), ...inPhase(state, 'putting-back').map((target) => ({ do: 'put-back', target }) as const)],
      ];
    default:
      return [state, [...takeAway(state), ...inPhase(state, 'swapping').map((target) => swapEffect(state, target))]];
  }
}

function verifyTimer(state: RescueState, limits: RescueLimits): RescueEffect {
  return { do: 'timer', name: timerName(state, 'verify'), ms: limits.verify };
}

function withPhase(state: RescueState, podUid: string, phase: 'left' | 'healed' | 'failed' | 'put-back'): RescueState {
  const target = state.targets[podUid];
  return !target || target.phase === phase ? state : withTarget(state, { ...target, phase });
}

function chain([state, effects]: Next, then: (state: RescueState) => Next): Next {
  const [next, more] = then(state);
  return [next, [...effects, ...more]];
}
