import type { HeldReason, RestoreState } from '../appState';
import { hasEnded } from './endedContainer';
import type { PodSnapshot } from '../podSnapshot';
import { hasImage } from '../diagnosis/pullFailure';
import type { WriteResult } from '../writeResult';
import type {
  Restore,
  RestoreContainer,
  RestoreEvent,
  RestoreLimits,
  RestoreReport,
  RestoreStep,
  RestoreEffect,
} from './restoreState';

/**
 * From the click to the container that runs again, or back to the mirror: put-back -> start -> free, or put-back ->
 * start -> swap-back -> held. From the put-back on the pod itself carries what undoes it, for any instance of the app.
 */
type Restoring = Extract<RestoreState, { is: 'restoring' }>;

export function begun(restore: Restore, now: number): RestoreStep {
  return [{ ...restore, state: { is: 'restoring', since: now, step: 'put-back' } }, [{ do: 'put-back' }]];
}

/**
 * A pod whose restore somebody has begun, this app before it was killed or another instance. It gets the whole time to
 * start from now on: another computer's clock may be wrong.
 */
export function restoringPod(pod: PodSnapshot, now: number): Restore | null {
  const containers = pod.containers.flatMap(({ name, image }): RestoreContainer[] => {
    const note = pod.restoring?.[name];
    return note ? [{ name, original: image, ...note }] : [];
  });
  if (containers.length === 0) return null;
  return {
    podUid: pod.uid,
    namespace: pod.namespace,
    pod: pod.name,
    node: pod.node,
    owner: pod.owner,
    swappedAt: null,
    containers,
    state: { is: 'restoring', since: now, step: 'start' },
    tries: 0,
    burnt: false,
    inService: isInService(pod),
    freeAt: 0,
  };
}

export function onTheWayBack(
  restore: Restore,
  state: Restoring,
  event: RestoreEvent,
  now: number,
  limits: RestoreLimits,
): RestoreStep {
  switch (event.type) {
    case 'restore-write': {
      if (event.result.is !== 'done') return [held(restore, heldBy(event.result), now, limits), []];
      const next: Restore = {
        ...restore,
        containers: restore.containers.map((container) => ({
          ...container,
          // as it was when it was written
          nextStart: event.pod?.restoring?.[container.name]?.nextStart ?? container.nextStart,
        })),
        state: { is: 'restoring', since: now, step: 'start' },
      };
      return [next, [timer(limits.start), report(next, 'restoring')]];
    }
    case 'pod-seen':
      return state.step === 'put-back' ? [restore, []] : seenOnTheWayBack(restore, event.pod, now, limits);
    case 'timer':
      if (event.name !== 'start' || state.step !== 'start') return [restore, []];
      return [{ ...restore, burnt: true, state: { ...state, step: 'swap-back' } }, [{ do: 'swap-back' }]];
    case 'swap-back-write':
      return swappedBack(restore, state, event.result, now, limits);
    default:
      return [restore, []];
  }
}

/** The rest of what a killed run had begun; a put-back that was meant long ago is no longer meant. */
export function resumedOnTheWayBack(
  restore: Restore,
  state: Restoring,
  now: number,
  limits: RestoreLimits,
): RestoreStep {
  switch (state.step) {
    case 'put-back':
      return now - state.since > limits.proofHolds
        ? [{ ...restore, state: { is: 'unchecked', since: now } }, []]
        : [restore, [{ do: 'put-back' }]];
    case 'start':
      // the pod is looked at before it is judged
      return [restore, [timer(Math.min(limits.start, Math.max(limits.again, state.since + limits.start - now)))]];
    case 'swap-back':
      return [restore, [{ do: 'swap-back' }]];
  }
}

function seenOnTheWayBack(restore: Restore, pod: PodSnapshot, now: number, limits: RestoreLimits): RestoreStep {
  const seen: Restore = { ...restore, inService: isInService(pod) };
  if (startedAgain(restore, pod))
    return [
      { ...seen, state: { is: 'free', at: now, how: 'restored' } },
      [{ do: 'forget-restore' }, report(seen, 'restored')],
    ];
  // by another instance
  const isSwapped = restore.containers.some(
    ({ name, original }) =>
      pod.originalImages[name] === original &&
      pod.containers.some((one) => one.name === name && one.image !== original),
  );
  if (!isSwapped) return [seen, []];
  const undone = { ...seen, burnt: seen.burnt || pod.restoreFailed };
  return [held(undone, { is: 'failed-and-swapped-back' }, now, limits), [report(undone, 'swapped-back')]];
}

function swappedBack(
  restore: Restore,
  state: Restoring,
  result: WriteResult,
  now: number,
  limits: RestoreLimits,
): RestoreStep {
  switch (result.is) {
    case 'done':
      return [held(restore, { is: 'failed-and-swapped-back' }, now, limits), [report(restore, 'swapped-back')]];
    case 'gone':
      return [restore, []];
    case 'conflict':
    case 'unavailable':
      // it may have come to run after all; if not, the workload is down until this is written
      return [{ ...restore, state: { ...state, step: 'start' } }, [timer(limits.again)]];
    default:
      return [held(restore, heldBy(result), now, limits), []];
  }
}

/** Every container has its own text again, and the ones that start anew for it have done so. */
function startedAgain(restore: Restore, pod: PodSnapshot): boolean {
  return restore.containers.every(({ name, original, nextStart }) => {
    const container = pod.containers.find((candidate) => candidate.name === name);
    if (container?.image !== original) return false;
    return nextStart === null || (container.restartCount >= nextStart && hasImage(container));
  });
}

/** Whether everything of the pod that is not to end is ready. */
export function isInService(pod: PodSnapshot): boolean {
  return pod.containers
    .filter(({ kind }) => kind === 'regular' || kind === 'sidecar')
    .every((container) => container.ready || hasEnded(pod, container));
}

export function held(restore: Restore, why: HeldReason, now: number, limits: RestoreLimits): Restore {
  const tries = restore.tries + 1;
  const pause = Math.min(limits.longestPause, limits.firstPause * 2 ** (tries - 1));
  const lasting = why.is === 'denied' || restore.burnt;
  return { ...restore, tries, state: { is: 'held', why, retryAt: lasting ? null : now + pause, tries } };
}

export function heldBy(result: WriteResult): HeldReason {
  if (result.is === 'denied') return { is: 'denied', verb: result.verb, resource: result.resource };
  if (result.is === 'rejected' || result.is === 'unavailable') return { is: 'error', detail: result.detail };
  return { is: 'error', detail: 'the pod changed meanwhile; nothing was written' };
}

function timer(ms: number): RestoreEffect {
  return { do: 'timer', name: 'start', ms };
}

function report(restore: Restore, what: RestoreReport): RestoreEffect {
  return { do: 'report', report: what, containers: restore.containers };
}
