import type { NodePull } from './appState';
import { imageCacheName } from './imageCache';
import type { PodSnapshot } from './podSnapshot';
import { hasImage } from './pullFailure';
import {
  rescueLimits,
  type RescueEffect,
  type RescueEvent,
  type RescueLimits,
  type RescueState,
  type Target,
  type TargetPhase,
  type WriteResult,
} from './rescueState';
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
  withTarget,
} from './rescueTargets';

/** The state, and what is to be done now. */
type Next = readonly [RescueState, readonly RescueEffect[]];

/**
 * The rescue of one incident: cache on the nodes, swap, verify; on failure the next mirror; when none is left,
 * put back. Pure: whoever runs it performs the effects and answers with events.
 */
export function step(state: RescueState, event: RescueEvent, limits: RescueLimits = rescueLimits): Next {
  if (state.step === 'ended') return [state, []];
  switch (event.type) {
    case 'begin':
      return state.candidates.length > 0 ? enterCache(state, limits) : enterPutBack(allFailed(state));
    case 'resume':
      return resume(state, limits);
    case 'cache-write':
      return cacheWritten(state, event.result, limits);
    case 'pull':
      return pullSeen(state, event, limits);
    case 'swap-write':
      return swapWritten(state, event.podUid, event.result, limits);
    case 'put-back-write':
      return putBackWritten(state, event.podUid, event.result, limits);
    case 'pod-seen':
      return podSeen(state, event.pod, limits);
    case 'pod-gone':
      return withPhase(state, event.podUid, 'left', limits);
    case 'timer':
      return timerFired(state, event.name, limits);
  }
}

function enterCache(state: RescueState, limits: RescueLimits): Next {
  const { proxied } = candidate(state);
  const nodes = [...new Set(inPhase(state, 'waiting').map(({ node }) => node))];
  const hostnames = nodes.flatMap((node) => state.hostnames[node] ?? []).sort();
  if (state.cacheNamespace === null || hostnames.length === 0) return enterSwap({ ...state, cache: null }, limits);
  const name = imageCacheName(proxied, hostnames);
  const cached = nodes.filter((node) => state.hostnames[node] !== undefined);
  return [
    {
      ...state,
      step: 'cache',
      cache: { name, nodes: Object.fromEntries(cached.map((node) => [node, { is: 'queued' }])) },
    },
    [
      { do: 'create-cache', namespace: state.cacheNamespace, name, image: proxied, hostnames },
      { do: 'timer', name: timerName(state, 'no-pull-pod'), ms: limits.noPullPod },
      { do: 'timer', name: timerName(state, 'cache'), ms: limits.cache },
      { do: 'report', report: { event: 'cache-started', proxied, nodes: cached } },
    ],
  ];
}

function cacheWritten(state: RescueState, result: WriteResult, limits: RescueLimits): Next {
  if (state.step !== 'cache' || result.is === 'done' || result.is === 'conflict') return [state, []];
  // without the right or the means to cache, the swap alone can still heal
  const swap = (next: RescueState) => enterSwap({ ...next, cache: null, cacheNamespace: null }, limits);
  // no answer: it may have been made all the same
  return result.is === 'unavailable' ? leaveCache(state, swap) : swap(state);
}

function pullSeen(
  state: RescueState,
  { node, pull }: Extract<RescueEvent, { type: 'pull' }>,
  limits: RescueLimits,
): Next {
  const before = state.cache?.nodes[node];
  // what is settled stays so: a pull pod that disappears after it has pulled takes nothing back
  if (state.step !== 'cache' || !state.cache || !before || before.is === pull.is || settled.has(before.is))
    return [state, []];
  const seen = { ...state, cache: { ...state.cache, nodes: { ...state.cache.nodes, [node]: pull } } };
  const { proxied } = candidate(state);
  const reports: RescueEffect[] = [];
  if (pull.is === 'pulled') reports.push({ do: 'report', report: { event: 'cached', proxied, node } });
  if (pull.is === 'failed')
    reports.push({
      do: 'report',
      report: { event: 'cache-failed', proxied, node, cause: pull.cause, why: pull.message },
    });
  return chain([seen, reports], (next) => cacheSettled(next, limits));
}

const settled: ReadonlySet<string> = new Set<NodePull['is']>(['pulled', 'failed', 'unproven']);

function cacheSettled(state: RescueState, limits: RescueLimits): Next {
  const pulls = Object.entries(state.cache?.nodes ?? {});
  if (pulls.some(([, { is }]) => !settled.has(is))) return [state, []];
  return leaveCache(judgedByCanary(state), (next) => enterSwap(next, limits));
}

function leaveCache(state: RescueState, next: (state: RescueState) => Next): Next {
  const { cache, cacheNamespace } = state;
  const effects: RescueEffect[] =
    cache && cacheNamespace !== null ? [{ do: 'delete-cache', namespace: cacheNamespace, name: cache.name }] : [];
  return chain([state, effects], next);
}

function enterSwap(state: RescueState, limits: RescueLimits): Next {
  const { proxied } = candidate(state);
  const effects = inPhase(state, 'waiting').map((target): RescueEffect => ({
    do: 'swap',
    target,
    changes: target.containers.map(({ name, image }) => ({ container: name, from: image, to: proxied })),
  }));
  const swapping = mapTargets(state, (target) =>
    target.phase === 'waiting' ? { ...target, phase: 'swapping' } : target,
  );
  return chain([{ ...swapping, step: 'swap' }, effects], (next) => settle(next, limits));
}

function swapWritten(state: RescueState, podUid: string, result: WriteResult, limits: RescueLimits): Next {
  const target = state.targets[podUid];
  if (target?.phase !== 'swapping') return [state, []];
  if (result.is === 'done') {
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
    return chain([withTarget(state, swapped), reports], (next) => settle(next, limits));
  }
  return writeFailed(state, target, result, 'swap', limits);
}

function putBackWritten(state: RescueState, podUid: string, result: WriteResult, limits: RescueLimits): Next {
  const target = state.targets[podUid];
  if (target?.phase !== 'putting-back') return [state, []];
  if (result.is === 'done') {
    const reports = target.containers.map(({ name, original, image }): RescueEffect => ({
      do: 'report',
      report: { event: 'put-back', target, container: name, image: original, proxied: image },
    }));
    return chain([withTarget(state, { ...target, phase: 'put-back', unanswered: 0 }), reports], (next) =>
      settle(next, limits),
    );
  }
  return writeFailed(state, target, result, 'put-back', limits);
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
    return [waiting, [{ do: 'timer', name: timerName(state, `${timer}:${target.podUid}`), ms: limits.retryWrite }]];
  }
  // what carries a mirror's image already has to go back to its own
  const phase =
    timer === 'swap' && isSwapped(target) && result.is !== 'gone' && result.is !== 'conflict' ? 'failed' : 'left';
  const left = withTarget(state, { ...target, phase });
  if (result.is === 'denied') {
    const { verb, resource, namespace } = result;
    return settle({ ...left, refused: { is: 'denied', verb, resource, namespace } }, limits);
  }
  if (result.is === 'rejected' || result.is === 'unavailable') {
    const is = result.is === 'rejected' ? 'rejected' : 'unreachable';
    return settle({ ...left, refused: { is, detail: result.detail } }, limits);
  }
  return settle(left, limits);
}

function podSeen(state: RescueState, pod: PodSnapshot, limits: RescueLimits): Next {
  const target = state.targets[pod.uid];
  if (!target || (target.phase !== 'waiting' && target.phase !== 'swapped')) return [state, []];
  const current = target.containers.map((known) => ({
    known,
    seen: pod.containers.find(({ name }) => name === known.name),
  }));
  if (current.some(({ known, seen }) => known.before !== null && seen?.image === known.before)) return [state, []];
  if (pod.deleting || current.some(({ known, seen }) => seen?.image !== known.image))
    return withPhase(state, pod.uid, 'left', limits);
  const containers = current.map(({ known, seen }) => ({
    ...known,
    before: null,
    hasImage: known.hasImage || (seen !== undefined && hasImage(seen)),
  }));
  const all = containers.every((container) => container.hasImage);
  if (target.phase === 'waiting') return all ? withPhase(state, pod.uid, 'left', limits) : [state, []];
  const updated = withTarget(state, { ...target, containers });
  if (all) {
    const { proxied } = candidate(state);
    const reports = containers.map(({ name, original }): RescueEffect => ({
      do: 'report',
      report: { event: 'healed', target, container: name, image: original, proxied },
    }));
    return chain([updated, reports], (next) => withPhase(next, pod.uid, 'healed', limits));
  }
  const failure = mirrorFailure(
    state,
    current.flatMap(({ seen }) => seen ?? []),
  );
  if (!failure) return [updated, []];
  return withPhase({ ...updated, failures: remember(updated.failures, failure) }, pod.uid, 'failed', limits);
}

/** Goes on when nothing is under way any more: to verify, to the next mirror, to putting back, to the end. */
function settle(state: RescueState, limits: RescueLimits): Next {
  if (inPhase(state, 'swapping', 'putting-back').length > 0) return [state, []];
  if (inPhase(state, 'swapped').length > 0)
    return state.step === 'verify'
      ? [state, []]
      : [{ ...state, step: 'verify' }, [{ do: 'timer', name: timerName(state, 'verify'), ms: limits.verify }]];
  if (inPhase(state, 'waiting').length > 0) return [state, []];
  if (inPhase(state, 'failed').length === 0) return end(state);
  if (state.refused || state.step === 'put-back') return enterPutBack(state);
  return nextMirror(state, limits);
}

function nextMirror(state: RescueState, limits: RescueLimits): Next {
  if (state.mirror + 1 >= state.candidates.length) return enterPutBack(allFailed(state));
  const again = mapTargets({ ...state, mirror: state.mirror + 1 }, (target) =>
    target.phase === 'failed'
      ? { ...target, phase: 'waiting', containers: target.containers.map((c) => ({ ...c, hasImage: false })) }
      : target,
  );
  return enterCache(again, limits);
}

/** Only what was swapped has something to put back; a rescue that never got that far just ends. */
function enterPutBack(state: RescueState): Next {
  const going = mapTargets(state, (target) =>
    target.phase === 'failed' && isSwapped(target) ? { ...target, phase: 'putting-back' } : target,
  );
  const effects = inPhase(going, 'putting-back').map((target): RescueEffect => ({ do: 'put-back', target }));
  return effects.length > 0 ? [{ ...going, step: 'put-back' }, effects] : end(going);
}

function end(state: RescueState): Next {
  const outcome = outcomeOf(state);
  return [{ ...state, step: 'ended', outcome }, [{ do: 'report', report: { event: 'ended', outcome } }]];
}

function timerFired(state: RescueState, name: string, limits: RescueLimits): Next {
  const [mirror, what, podUid = ''] = name.split('/');
  if (mirror !== String(state.mirror)) return [state, []];
  const target = state.targets[podUid];
  switch (what) {
    case 'no-pull-pod':
      return state.step === 'cache' ? unproven(state, ['queued'], 'no-pull-pod', limits) : [state, []];
    case 'cache':
      return state.step === 'cache' ? unproven(state, ['queued', 'helper', 'pulling'], 'slow', limits) : [state, []];
    case 'verify':
      return state.step === 'verify' ? verifyTimedOut(state, limits) : [state, []];
    case 'swap':
      return target?.phase === 'swapping' ? [state, [swapEffect(state, target)]] : [state, []];
    case 'put-back':
      return target?.phase === 'putting-back' ? [state, [{ do: 'put-back', target }]] : [state, []];
    default:
      return [state, []];
  }
}

function unproven(
  state: RescueState,
  pending: readonly string[],
  why: 'no-pull-pod' | 'slow',
  limits: RescueLimits,
): Next {
  if (!state.cache) return [state, []];
  const nodes = Object.fromEntries(
    Object.entries(state.cache.nodes).map(([node, pull]) => [
      node,
      pending.includes(pull.is) ? ({ is: 'unproven', at: 0, why } as const) : pull,
    ]),
  );
  return cacheSettled({ ...state, cache: { ...state.cache, nodes } }, limits);
}

function verifyTimedOut(state: RescueState, limits: RescueLimits): Next {
  const failure = { host: candidate(state).mirror, cause: 'interrupted', message: '' } as const;
  const failed = mapTargets(state, (target) => (target.phase === 'swapped' ? { ...target, phase: 'failed' } : target));
  return settle({ ...failed, failures: remember(state.failures, failure) }, limits);
}

function resume(state: RescueState, limits: RescueLimits): Next {
  switch (state.step) {
    case 'cache':
      return enterCache(state, limits);
    case 'verify':
      return [state, [{ do: 'timer', name: timerName(state, 'verify'), ms: limits.verify }]];
    case 'put-back':
      return [state, inPhase(state, 'putting-back').map((target) => ({ do: 'put-back', target }) as const)];
    default:
      return chain([state, inPhase(state, 'swapping').map((target) => swapEffect(state, target))], (next) =>
        settle(next, limits),
      );
  }
}

function swapEffect(state: RescueState, target: Target): RescueEffect {
  const { proxied } = candidate(state);
  return {
    do: 'swap',
    target,
    changes: target.containers.map(({ name, image }) => ({ container: name, from: image, to: proxied })),
  };
}

function withPhase(state: RescueState, podUid: string, phase: TargetPhase, limits: RescueLimits): Next {
  const target = state.targets[podUid];
  if (!target || target.phase === phase) return [state, []];
  const next = withTarget(state, { ...target, phase });
  const waiting = inPhase(next, 'waiting').length;
  if (next.step === 'cache' && waiting === 0) return leaveCache(next, end);
  return next.step === 'cache' ? [next, []] : settle(next, limits);
}

function timerName(state: RescueState, what: string): string {
  return `${String(state.mirror)}/${what.replace(':', '/')}`;
}

function chain([state, effects]: Next, then: (state: RescueState) => Next): Next {
  const [next, more] = then(state);
  return [next, [...effects, ...more]];
}
