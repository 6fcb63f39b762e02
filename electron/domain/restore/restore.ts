import type { HeldReason, RestoreState } from '../appState';
import { diagnose } from '../diagnosis/diagnosis';
import { hasEnded, nextStartOf } from './endedContainer';
import { pullProgress } from '../prepull/imageCache';
import { pullPodName } from '../prepull/pullPod';
import type { PodSnapshot } from '../podSnapshot';
import { imageReasons } from '../diagnosis/pullFailure';
import {
  restoreLimits,
  type Restore,
  type RestoreContainer,
  type RestoreEffect,
  type RestoreEvent,
  type RestoreLimits,
  type RestoreStep,
} from './restoreState';
import { begun, heldBy, held, isInService, onTheWayBack, resumedOnTheWayBack } from './wayBack';

/** A swapped pod that nobody is rescuing. */
export function swappedPod(pod: PodSnapshot, now: number): Restore {
  const swapped = swappedContainers(pod);
  return {
    podUid: pod.uid,
    namespace: pod.namespace,
    pod: pod.name,
    node: pod.node,
    owner: pod.owner,
    swappedAt: pod.swappedAt,
    containers: swapped.map((container) => ({
      name: container.name,
      original: pod.originalImages[container.name] ?? container.image,
      proxied: container.image,
      nextStart: nextStartOf(pod, container),
    })),
    state: firstState(pod, now),
    tries: 0,
    burnt: pod.restoreFailed,
    inService: isInService(pod),
    freeAt: 0,
  };
}

function firstState(pod: PodSnapshot, now: number): RestoreState {
  const open = swappedContainers(pod).filter((container) => !hasEnded(pod, container));
  if (open.length === 0) return { is: 'free', at: now, how: 'not-running' };
  const why = open.some(({ pullPolicy }) => pullPolicy === 'Always')
    ? ({ is: 'pull-policy-always' } as const)
    : ({ is: 'failed-and-swapped-back' } as const);
  if (why.is === 'pull-policy-always' || pod.restoreFailed) return { is: 'held', why, retryAt: null, tries: 0 };
  return { is: 'unchecked', since: now };
}

/** The proof's name: the same for two instances of the app. */
export function proofName(restore: Restore): string {
  return pullPodName(restore.podUid, originalsOf(restore));
}

/** What has to be on the node before the restore; nothing pulls what has ended. */
export function originalsOf({ containers }: Restore): readonly string[] {
  return [...new Set(containers.filter(({ nextStart }) => nextStart !== null).map(({ original }) => original))];
}

export function stepRestore(restore: Restore, event: RestoreEvent, now: number, limits = restoreLimits): RestoreStep {
  switch (event.type) {
    case 'pod-gone':
      return gone(restore, event.finished, now);
    case 'free':
      return freed(restore, now, limits);
    case 'ended-write':
      return endedWritten(restore, event, now);
    case 'resume':
      return resumed(restore, now, limits);
    default:
  }
  switch (restore.state.is) {
    case 'unchecked':
    case 'ready':
    case 'held':
      return offered(restore, event, now, limits);
    case 'checking':
      return checking(restore, restore.state, event, now, limits);
    case 'restoring':
      return onTheWayBack(restore, restore.state, event, now, limits);
    case 'free':
      return event.type === 'pod-seen' ? seenFree(restore, event.pod, now) : [restore, []];
  }
}

function offered(restore: Restore, event: RestoreEvent, now: number, limits: RestoreLimits): RestoreStep {
  const { state } = restore;
  if (event.type === 'pod-seen') return seenAgain(restore, event.pod, now);
  if (event.type === 'check' && !isAlways(restore)) return toBeProven(restore, 'offer', now, limits);
  if (event.type === 'restore' && state.is === 'ready')
    return now - state.at > limits.proofHolds ? toBeProven(restore, 'restore', now, limits) : begun(restore, now);
  return [restore, []];
}

function toBeProven(restore: Restore, then: 'offer' | 'restore', now: number, limits: RestoreLimits): RestoreStep {
  return [
    { ...restore, state: { is: 'checking', since: now, then } },
    [
      { do: 'create-proof', name: proofName(restore) },
      { do: 'timer', name: 'proof', ms: limits.proof },
    ],
  ];
}

function checking(
  restore: Restore,
  state: Extract<RestoreState, { is: 'checking' }>,
  event: RestoreEvent,
  now: number,
  limits: RestoreLimits,
): RestoreStep {
  const hold = (why: HeldReason): RestoreStep => [held(restore, why, now, limits), cleanUp(restore)];
  switch (event.type) {
    case 'pod-seen':
      return seenAgain(restore, event.pod, now);
    case 'proof-write':
      return event.result.is === 'done' || event.result.is === 'conflict' ? [restore, []] : hold(heldBy(event.result));
    case 'proof-seen': {
      const pull = pullProgress(event.pod, now);
      if (pull.is === 'pulled') return proven({ ...restore, tries: restore.tries + 1 }, state.then, now);
      if (pull.is !== 'failed') return [restore, []];
      const failing = event.pod.containers.find(
        ({ state: shown }) => shown.is === 'waiting' && imageReasons.has(shown.reason),
      );
      const { host } = diagnose({ message: pull.message, reason: 'ErrImagePull', image: failing?.image ?? '' });
      return hold({ is: 'cause', cause: pull.cause, host });
    }
    case 'proof-gone':
      return hold({ is: 'error', detail: 'the pull pod was deleted before it had pulled' });
    case 'timer':
      return event.name === 'proof' ? hold({ is: 'cause', cause: 'interrupted', host: '' }) : [restore, []];
    default:
      return [restore, []];
  }
}

function proven(restore: Restore, then: 'offer' | 'restore', now: number): RestoreStep {
  const clean = cleanUp(restore);
  if (then === 'offer')
    return [{ ...restore, state: { is: 'ready', at: now } }, [...clean, reported(restore, 'restore-ready')]];
  const [next, effects] = begun(restore, now);
  return [next, [...clean, ...effects]];
}

/** A newer look at a pod that is still swapped. Other containers or originals than before are another question. */
function seenAgain(restore: Restore, pod: PodSnapshot, now: number): RestoreStep {
  const fresh = swappedPod(pod, now);
  // somebody has put it back: whoever keeps the list of the swapped pods forgets it
  if (fresh.containers.length === 0) return [restore, []];
  const { state, tries, freeAt } = restore;
  const next = { ...fresh, tries, freeAt, burnt: restore.burnt || fresh.burnt };
  return isSameQuestion(restore, fresh) ? [{ ...next, state }, []] : [next, cleanUp(restore)];
}

function isSameQuestion(before: Restore, after: Restore): boolean {
  const isFree = after.state.is === 'free';
  if (isFree || before.state.is === 'free') return isFree && before.state.is === 'free';
  return isAlways(before) === isAlways(after) && originalsOf(before).join('\n') === originalsOf(after).join('\n');
}

function seenFree(restore: Restore, pod: PodSnapshot, now: number): RestoreStep {
  if (restore.state.is !== 'free' || restore.state.how === 'pod-replaced') return [restore, []];
  if (restore.state.how === 'restored') return [{ ...restore, inService: isInService(pod) }, []];
  if (swappedContainers(pod).length > 0) return seenAgain(restore, pod, now);
  return [{ ...restore, state: { is: 'free', at: now, how: 'restored' } }, []];
}

/** `finished`: all of its containers have ended, and nothing was replaced. */
function gone(restore: Restore, finished: boolean, now: number): RestoreStep {
  const { state } = restore;
  if (state.is === 'free' && state.how !== 'not-running') return [restore, []];
  if (!finished) return [{ ...restore, state: { is: 'free', at: now, how: 'pod-replaced' } }, cleanUp(restore)];
  const containers = restore.containers.map((container) => ({ ...container, nextStart: null }));
  const noted: readonly RestoreEffect[] = state.is === 'restoring' ? [{ do: 'forget-restore' }] : [];
  return [
    { ...restore, containers, state: { is: 'free', at: now, how: 'not-running' } },
    [...cleanUp(restore), ...noted],
  ];
}

function freed(restore: Restore, now: number, limits: RestoreLimits): RestoreStep {
  const ended = endedOf(restore);
  if (ended.length === 0) return [restore, []];
  return [{ ...restore, freeAt: now + limits.firstPause }, [{ do: 'put-back-ended', containers: ended }]];
}

function endedOf({ state, containers }: Restore): readonly RestoreContainer[] {
  if (state.is === 'restoring' || (state.is === 'free' && state.how !== 'not-running')) return [];
  return containers.filter(({ nextStart }) => nextStart === null);
}

function endedWritten(
  restore: Restore,
  { result, containers }: Extract<RestoreEvent, { type: 'ended-write' }>,
  now: number,
): RestoreStep {
  const wasAll = restore.state.is === 'free' && restore.state.how === 'not-running';
  if (wasAll && result.is === 'gone') return [{ ...restore, state: { is: 'free', at: now, how: 'pod-replaced' } }, []];
  if (result.is !== 'done') return [restore, []];
  const next: Restore = wasAll ? { ...restore, state: { is: 'free', at: now, how: 'restored' } } : restore;
  return [next, [{ do: 'report', report: 'restored', containers }]];
}

/** What a killed run was doing goes on; a click is worth as much as a proof, and as long. */
function resumed(restore: Restore, now: number, limits: RestoreLimits): RestoreStep {
  const { state } = restore;
  switch (state.is) {
    case 'checking':
      return toBeProven(restore, now - state.since > limits.proofHolds ? 'offer' : state.then, now, limits);
    case 'restoring': {
      const [next, effects] = resumedOnTheWayBack(restore, state, now, limits);
      return [next, [...(state.step === 'put-back' ? proofDeleted(restore) : []), ...effects]];
    }
    case 'free':
      return state.how === 'not-running' ? freed(restore, now, limits) : [restore, [{ do: 'forget-restore' }]];
    default:
      return [restore, proofDeleted(restore)];
  }
}

function cleanUp(restore: Restore): readonly RestoreEffect[] {
  return restore.state.is === 'checking' ? proofDeleted(restore) : [];
}

function proofDeleted(restore: Restore): readonly RestoreEffect[] {
  return [{ do: 'delete-proof', name: proofName(restore) }];
}

function reported(restore: Restore, report: 'restore-ready'): RestoreEffect {
  return { do: 'report', report, containers: restore.containers };
}

function isAlways({ state }: Restore): boolean {
  return state.is === 'held' && state.why.is === 'pull-policy-always';
}

function swappedContainers(pod: PodSnapshot): PodSnapshot['containers'] {
  return pod.containers.filter(({ name, image }) => {
    const original = pod.originalImages[name];
    return original !== undefined && original !== image;
  });
}

/**
 * When the original is to be tried by itself where the context allows it, in milliseconds since the epoch; null when
 * only a person, or nothing, moves it.
 */
export function nextCheck({ state }: Restore, limits = restoreLimits): number | null {
  if (state.is === 'unchecked') return state.since + limits.firstPause;
  return state.is === 'held' ? state.retryAt : null;
}

/** When what has ended is to be put back by itself where the context allows it; null where nothing has. */
export function nextFree(restore: Restore): number | null {
  return endedOf(restore).length > 0 ? restore.freeAt : null;
}
