import type { Candidate, MirrorFailure } from '../../domain/appState';
import { isAutomatic, isOnMirror, isSwappable, type Incident, type Verdict } from '../../domain/decision';
import { fnv1a } from '../../domain/prepull/imageCache';
import { firstPart } from '../../domain/mirrors/mirrorTemplate';
import type { RescuePlan, TargetPlan } from '../../domain/rescue/rescueState';
import type { ClusterFacts } from '../clusterFacts';
import { planPrepull } from '../prepull/prepullPlanning';

/** The right to patch pods is missing in each namespace of the incident, this one first. */
export interface Denied {
  readonly denied: string;
}

/**
 * Which part of an incident is to be healed: all that may be, for a person; by itself only what may be unasked; and in a
 * pause after failed rescues only what carries a mirror's image, which is then put back without asking another mirror.
 */
export type RescueScope = 'all' | 'automatic' | 'put-back';

export interface Planned {
  readonly plan: RescuePlan;
  /** The mirrors that its pods carry the image of, and why these failed. Empty: the pods carry their own images. */
  readonly failed: readonly MirrorFailure[];
}

export interface PlanningParts {
  readonly facts: ClusterFacts;
  /** Puts mirrors in the order in which to try them, for these nodes. */
  readonly order: (candidates: readonly Candidate[], nodes: readonly string[]) => Promise<readonly Candidate[]>;
}

/** Everything that a rescue of this incident needs to know before it begins; asks the cluster, writes nothing. */
export async function planRescue(
  incident: Incident,
  scope: RescueScope,
  { facts, order }: PlanningParts,
  now: number,
): Promise<Planned | Denied> {
  await facts.learn(incident.verdicts.map(({ pod }) => pod.namespace));
  const wanted = incident.verdicts.filter(
    (verdict) =>
      isSwappable(verdict) &&
      isInScope(verdict, scope) &&
      facts.knows(verdict.pod.namespace) &&
      !facts.optedOut.has(verdict.pod.namespace),
  );
  const denied = await facts.deniedPatch(wanted.map(({ pod }) => pod.namespace));
  const healable = wanted.filter(({ pod }) => !denied.has(pod.namespace));
  const [missing] = denied;
  if (healable.length === 0 && missing !== undefined) return { denied: missing };
  // what fails on a mirror goes first: each of its attempts is one more error there
  const onMirror = healable.filter(isOnMirror);
  const chosen = onMirror.length > 0 ? onMirror : healable;
  const targets = targetsOf(chosen);
  const nodes = [...new Set(targets.map(({ node }) => node))];
  const candidates = scope === 'put-back' ? [] : await order(candidatesOf(chosen), nodes);
  const prepull = await planPrepull(
    facts,
    chosen.map(({ pod }) => pod),
  );
  return {
    plan: {
      id: fnv1a(`${incident.id}\n${String(now)}\n${targets.map(({ podUid }) => podUid).join('\n')}`),
      incident: incident.id,
      image: incident.image,
      startedAt: now,
      candidates,
      targets,
      ...prepull,
    },
    failed: failedOn(onMirror),
  };
}

function isInScope(verdict: Verdict, scope: RescueScope): boolean {
  if (scope === 'all') return verdict.refusal === null;
  return isAutomatic(verdict) && (scope === 'automatic' || isOnMirror(verdict));
}

/** Of pods that failed on different mirrors none of these is left; of others each has the same. */
function candidatesOf([first, ...others]: readonly Verdict[]): readonly Candidate[] {
  const candidates = first?.candidates ?? [];
  if (!first || !isOnMirror(first)) return candidates;
  return candidates.filter(({ proxied }) =>
    others.every((other) => other.candidates.some((candidate) => candidate.proxied === proxied)),
  );
}

function failedOn(verdicts: readonly Verdict[]): readonly MirrorFailure[] {
  const failures = new Map<string, MirrorFailure>();
  for (const { failure, diagnosis } of verdicts) {
    const host = firstPart(failure.image);
    const { cause, needsLogin } = diagnosis;
    if (!failures.has(host)) failures.set(host, { host, cause, message: failure.message, needsLogin });
  }
  return [...failures.values()];
}

/** One target per pod, with all of its failing containers of this incident. */
export function targetsOf(verdicts: readonly Verdict[]): readonly TargetPlan[] {
  const targets = new Map<string, TargetPlan>();
  for (const { pod, failure } of verdicts) {
    const container = { name: failure.container, image: failure.image, original: failure.original };
    const known = targets.get(pod.uid)?.containers ?? [];
    targets.set(pod.uid, {
      podUid: pod.uid,
      namespace: pod.namespace,
      pod: pod.name,
      node: pod.node,
      pullSecrets: pod.pullSecrets,
      containers: [...known, container],
    });
  }
  return [...targets.values()];
}
