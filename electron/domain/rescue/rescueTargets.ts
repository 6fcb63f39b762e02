import type { Candidate, MirrorFailure } from '../appState';
import { diagnose } from '../diagnosis/diagnosis';
import { sameImage } from '../image/imageReference';
import { batchOf } from '../prepull/prepull';
import type { PodSnapshot } from '../podSnapshot';
import { imageReasons, messageImage } from '../diagnosis/pullFailure';
import type { RescueOutcome, RescuePlan, RescueState, Target, TargetPhase } from './rescueState';

/** What the rescue's machine asks and changes of its targets. */

/** A rescue before its first event; `begin` starts it. */
export function planned({ targets, ...plan }: RescuePlan): RescueState {
  return {
    ...plan,
    step: 'cache',
    mirror: 0,
    cache: null,
    made: [],
    failures: [],
    refused: null,
    outcome: null,
    targets: Object.fromEntries(
      targets.map((target) => [
        target.podUid,
        {
          ...target,
          phase: 'waiting',
          unanswered: 0,
          containers: target.containers.map((container) => ({ ...container, before: null, hasImage: false })),
        },
      ]),
    ),
  };
}

/** The mirror in use; a rescue is never planned without one. */
export function candidate(state: RescueState): Candidate {
  const current = state.candidates[state.mirror];
  if (!current) throw new RangeError(`rescue ${state.id} has no mirror ${String(state.mirror)}`);
  return current;
}

/**
 * The failure of the proxied image, if it failed. For a moment after the patch the status still tells of the
 * image before, so a text about another image does not count.
 */
export function mirrorFailure(state: RescueState, containers: PodSnapshot['containers']): MirrorFailure | null {
  const { proxied, mirror } = candidate(state);
  for (const { state: status, image } of containers) {
    if (status.is !== 'waiting' || !imageReasons.has(status.reason)) continue;
    const quoted = messageImage(status.message);
    const aboutMirror = quoted === null ? status.message.includes(mirror) : sameImage(quoted, proxied);
    if (!aboutMirror) continue;
    const { message, reason } = status;
    const { cause, needsLogin } = diagnose({ message, reason, image, mirrorHost: mirror });
    return { host: mirror, cause, message, ...(needsLogin && { needsLogin }) };
  }
  return null;
}

/**
 * After the canary: those targets fail on whose node it failed, and where it failed everywhere, those too on whose node
 * there was none. That a mirror wants a login says nothing of a pod that brings pull secrets, unless the canary was a
 * pull pod of ours that brought the very same: no other way has them.
 */
export function judgedByCanary(state: RescueState): RescueState {
  const { cache } = state;
  const pulls = Object.entries(cache?.nodes ?? {}).filter(([node]) => cache && batchOf(cache, node));
  const failed = new Map(
    pulls.flatMap(([node, pull]) => (pull.is === 'failed' ? [[node, { ...pull, node }] as const] : [])),
  );
  const [everywhere] = failed.size === pulls.length ? failed.values() : [];
  let { failures } = state;
  const judged = mapTargets(state, (target) => {
    const pull = failed.get(target.node) ?? everywhere;
    if (target.phase !== 'waiting' || !pull || (pull.needsLogin && mayLogIn(state, target, pull.node))) return target;
    const { cause, message, needsLogin } = pull;
    failures = remember(failures, { host: candidate(state).mirror, cause, message, ...(needsLogin && { needsLogin }) });
    return { ...target, phase: 'failed' };
  });
  return { ...judged, failures };
}

/** Whether the target has pull secrets that were not refused with the canary on this node. */
function mayLogIn(
  { cache, ways, pullers }: RescueState,
  { namespace, pullSecrets = [] }: Target,
  node: string,
): boolean {
  if (pullSecrets.length === 0) return false;
  const way = cache && ways[batchOf(cache, node)?.way ?? -1];
  const puller = pullers[node];
  if (way?.is !== 'pull-pods' || puller?.namespace !== namespace) return true;
  return !pullSecrets.every((secret) => puller.pullSecrets.includes(secret));
}

/** Timers of an earlier mirror mean nothing any more. */
export function timerName({ mirror }: RescueState, what: string, about = ''): string {
  return [String(mirror), what, ...(about === '' ? [] : [about])].join('/');
}

export function allFailed(state: RescueState): RescueState {
  return mapTargets(state, (target) => (target.phase === 'waiting' ? { ...target, phase: 'failed' } : target));
}

export function isSwapped(target: Target): boolean {
  return target.containers.some(({ image, original }) => image !== original);
}

export function outcomeOf(state: RescueState): RescueOutcome {
  if (state.refused) return { is: 'gave-up', why: state.refused };
  if (inPhase(state, 'failed', 'put-back').length > 0) return { is: 'gave-up', why: { is: 'no-mirror-left' } };
  if (inPhase(state, 'healed').length > 0) return { is: 'healed', via: candidate(state).mirror };
  return { is: 'closed' };
}

export function withTarget(state: RescueState, target: Target): RescueState {
  return { ...state, targets: { ...state.targets, [target.podUid]: target } };
}

export function mapTargets(state: RescueState, map: (target: Target) => Target): RescueState {
  return {
    ...state,
    targets: Object.fromEntries(Object.entries(state.targets).map(([uid, target]) => [uid, map(target)])),
  };
}

export function inPhase(state: RescueState, ...phases: readonly TargetPhase[]): readonly Target[] {
  return Object.values(state.targets).filter(({ phase }) => phases.includes(phase));
}

/** One line per mirror: its first failure names the cause best. */
export function remember(failures: readonly MirrorFailure[], failure: MirrorFailure): readonly MirrorFailure[] {
  return failures.some(({ host }) => host === failure.host) ? failures : [...failures, failure];
}
