import type { HeldReason, RestoreState } from './appState';
import { diagnose } from './diagnosis';
import { pullProgress } from './imageCache';
import { pullPodName } from './pullPod';
import type { PodSnapshot } from './podSnapshot';
import { imageReasons } from './pullFailure';
import type { WriteResult } from './rescueState';

/**
 * The way of one swapped pod back to its own image text. Putting it back on a running container makes the
 * kubelet kill it first and pull afterwards, so it is only offered once a pull pod of ours has pulled the
 * original on that very node, and only done on a click (or where the context says so).
 */
export interface Restore {
  readonly podUid: string;
  readonly namespace: string;
  readonly pod: string;
  readonly node: string;
  readonly containers: readonly RestoreContainer[];
  readonly state: RestoreState;
  readonly tries: number;
  /** It failed once after a restore and was swapped back: it is not tried by itself again. */
  readonly burnt: boolean;
}

export interface RestoreContainer {
  readonly name: string;
  readonly original: string;
  readonly proxied: string;
  /**
   * The restart count of its next start, since the status goes on telling of the old container for a moment; null when
   * it has ended: the kubelet starts no init container anew for another image, nor one that is not to be restarted
   * (computePodActions in kuberuntime_manager.go).
   */
  readonly nextStart: number | null;
}

export type RestoreEvent =
  | { readonly type: 'check' }
  | { readonly type: 'proof-write'; readonly result: WriteResult }
  | { readonly type: 'proof-seen'; readonly pod: PodSnapshot }
  | { readonly type: 'proof-gone' }
  | { readonly type: 'restore' }
  | { readonly type: 'restore-write'; readonly result: WriteResult }
  | { readonly type: 'swap-back-write'; readonly result: WriteResult }
  | { readonly type: 'pod-seen'; readonly pod: PodSnapshot }
  | { readonly type: 'pod-gone'; readonly finished: boolean }
  | { readonly type: 'timer'; readonly name: 'proof' | 'start' };

export type RestoreEffect =
  | { readonly do: 'create-proof' | 'delete-proof'; readonly name: string }
  | { readonly do: 'put-back' }
  | { readonly do: 'swap-back' }
  | { readonly do: 'timer'; readonly name: 'proof' | 'start'; readonly ms: number }
  | { readonly do: 'report'; readonly report: 'restore-ready' | 'restored' };

/** In milliseconds. */
export interface RestoreLimits {
  /** A pull pod that has neither pulled nor failed by then is taken away. */
  readonly proof: number;
  /** A restored container that has not started by then goes back to the mirror. */
  readonly start: number;
  readonly firstPause: number;
  readonly longestPause: number;
}

export const restoreLimits: RestoreLimits = {
  proof: 300_000,
  start: 120_000,
  firstPause: 600_000,
  longestPause: 21_600_000,
};

type Next = readonly [Restore, readonly RestoreEffect[]];

/** A swapped pod that nobody is rescuing. */
export function swappedPod(pod: PodSnapshot, now: number): Restore {
  const always = swappedContainers(pod).some(({ pullPolicy }) => pullPolicy === 'Always');
  return {
    podUid: pod.uid,
    namespace: pod.namespace,
    pod: pod.name,
    node: pod.node,
    containers: swappedContainers(pod).map((container) => ({
      name: container.name,
      original: pod.originalImages[container.name] ?? container.image,
      proxied: container.image,
      nextStart: nextStartOf(container),
    })),
    state: always
      ? { is: 'held', why: { is: 'pull-policy-always' }, retryAt: null, tries: 0 }
      : { is: 'unchecked', since: now },
    tries: 0,
    burnt: false,
  };
}

/** The proof's name: the same for two instances of the app. */
export function proofName(restore: Restore): string {
  return pullPodName(restore.podUid, originalsOf(restore));
}

export function originalsOf(restore: Restore): readonly string[] {
  return [...new Set(restore.containers.map(({ original }) => original))];
}

export function stepRestore(restore: Restore, event: RestoreEvent, now: number, limits = restoreLimits): Next {
  const { state } = restore;
  if (event.type === 'pod-gone')
    return [
      { ...restore, state: { is: 'free', at: now, how: event.finished ? 'not-running' : 'pod-replaced' } },
      cleanUp(restore),
    ];
  switch (state.is) {
    case 'unchecked':
    case 'ready':
    case 'held':
      return offered(restore, event, now, limits);
    case 'checking':
      return checking(restore, event, now, limits);
    case 'restoring':
      return restoring(restore, event, now, limits);
    case 'free':
      return [restore, []];
  }
}

function offered(restore: Restore, event: RestoreEvent, now: number, limits: RestoreLimits): Next {
  if (event.type === 'pod-seen')
    return [{ ...restore, containers: restore.containers.map((container) => counted(container, event.pod)) }, []];
  if (event.type === 'check' && !isAlways(restore)) {
    const name = proofName(restore);
    return [
      { ...restore, state: { is: 'checking', since: now } },
      [
        { do: 'create-proof', name },
        { do: 'timer', name: 'proof', ms: limits.proof },
      ],
    ];
  }
  if (event.type === 'restore' && restore.state.is === 'ready')
    return [{ ...restore, state: { is: 'restoring', since: now } }, [{ do: 'put-back' }]];
  return [restore, []];
}

function checking(restore: Restore, event: RestoreEvent, now: number, limits: RestoreLimits): Next {
  switch (event.type) {
    case 'proof-write':
      if (event.result.is === 'done' || event.result.is === 'conflict') return [restore, []];
      return hold(restore, heldBy(event.result), now, limits);
    case 'proof-seen': {
      const pull = pullProgress(event.pod, now);
      if (pull.is === 'pulled')
        return [
          { ...restore, tries: restore.tries + 1, state: { is: 'ready', at: now } },
          [...cleanUp(restore), { do: 'report', report: 'restore-ready' }],
        ];
      if (pull.is !== 'failed') return [restore, []];
      const failing = event.pod.containers.find(
        ({ state }) => state.is === 'waiting' && imageReasons.has(state.reason),
      );
      const { host } = diagnose({ message: pull.message, reason: 'ErrImagePull', image: failing?.image ?? '' });
      return hold(restore, { is: 'cause', cause: pull.cause, host }, now, limits);
    }
    case 'proof-gone':
      return hold(restore, { is: 'error', detail: 'the pull pod was deleted before it had pulled' }, now, limits);
    case 'timer':
      return event.name === 'proof'
        ? hold(restore, { is: 'cause', cause: 'interrupted', host: '' }, now, limits)
        : [restore, []];
    default:
      return [restore, []];
  }
}

function restoring(restore: Restore, event: RestoreEvent, now: number, limits: RestoreLimits): Next {
  switch (event.type) {
    case 'restore-write':
      return event.result.is === 'done'
        ? [restore, [{ do: 'timer', name: 'start', ms: limits.start }]]
        : hold(restore, heldBy(event.result), now, limits);
    case 'pod-seen':
      return startedAgain(restore, event.pod)
        ? [{ ...restore, state: { is: 'free', at: now, how: 'restored' } }, [{ do: 'report', report: 'restored' }]]
        : [restore, []];
    case 'timer':
      return event.name === 'start' ? [{ ...restore, burnt: true }, [{ do: 'swap-back' }]] : [restore, []];
    case 'swap-back-write':
      return hold(restore, { is: 'failed-and-swapped-back' }, now, limits);
    default:
      return [restore, []];
  }
}

/** Every container has its own text again, and the ones that start anew for it have done so. */
function startedAgain(restore: Restore, pod: PodSnapshot): boolean {
  return restore.containers.every(({ name, original, nextStart }) => {
    const container = pod.containers.find((candidate) => candidate.name === name);
    if (container?.image !== original) return false;
    return nextStart === null || (container.restartCount >= nextStart && container.state.is === 'running');
  });
}

function counted(container: RestoreContainer, pod: PodSnapshot): RestoreContainer {
  const seen = pod.containers.find(({ name }) => name === container.name);
  return seen ? { ...container, nextStart: nextStartOf(seen) } : container;
}

function nextStartOf({ state, restartCount, imageId }: PodSnapshot['containers'][number]): number | null {
  if (state.is === 'terminated') return null;
  const neverRan = state.is !== 'running' && restartCount === 0 && imageId === '';
  return neverRan ? 0 : restartCount + 1;
}

function hold(restore: Restore, why: HeldReason, now: number, limits: RestoreLimits): Next {
  const tries = restore.tries + 1;
  const pause = Math.min(limits.longestPause, limits.firstPause * 2 ** (tries - 1));
  const lasting = why.is === 'denied' || restore.burnt;
  return [
    { ...restore, tries, state: { is: 'held', why, retryAt: lasting ? null : now + pause, tries } },
    restore.state.is === 'checking' ? cleanUp(restore) : [],
  ];
}

function heldBy(result: WriteResult): HeldReason {
  if (result.is === 'denied') return { is: 'denied', verb: result.verb, resource: result.resource };
  if (result.is === 'rejected' || result.is === 'unavailable') return { is: 'error', detail: result.detail };
  return { is: 'error', detail: 'the pod changed meanwhile; nothing was written' };
}

function cleanUp(restore: Restore): readonly RestoreEffect[] {
  return restore.state.is === 'checking' ? [{ do: 'delete-proof', name: proofName(restore) }] : [];
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
