import type { AffectedPod, IncidentProgress, IncidentView } from '../appState';
import type { Incident } from '../decision';
import type { RescueState, Target, TargetPlan } from '../rescue/rescueState';
import type { RetagState } from '../retag/retagState';
import { retagging } from '../retag/retagView';

/** How long the end of an incident is remembered, and a healed one stays listed, in milliseconds. */
export const endedListed = 600_000;

/**
 * After the original was put back the kubelet reports its failure only at its next attempt, some 15 s later; until then
 * the incident is not over, in milliseconds.
 */
const catchUp = 60_000;

/** What is remembered of an incident between and after its rescues. */
export interface IncidentMemory {
  /** The last view while it failed: after the swap its pods no longer do. */
  readonly view: IncidentView;
  readonly ended: Extract<IncidentProgress, { is: 'healed' | 'gave-up' }> | null;
}

/** An incident as it fails now. */
export function failingView(context: string, incident: Incident): IncidentView {
  return {
    id: incident.id,
    context,
    image: incident.image,
    firstSeen: incident.firstSeen,
    diagnosis: incident.diagnosis,
    message: incident.message,
    refusal: incident.refusal,
    candidates: incident.candidates,
    pods: incident.verdicts.map(({ failure }) => ({
      uid: failure.podUid,
      namespace: failure.namespace,
      name: failure.pod,
      container: failure.container,
      node: failure.node,
      owner: failure.owner,
    })),
    progress: { is: 'failing' },
  };
}

/** What heals an incident. */
export type Healing = RescueState | RetagState;

/** An incident as the record of what healed it tells it, after a restart of the app. */
export function rescuedView(context: string, rescue: Healing): IncidentView {
  return {
    id: rescue.incident,
    context,
    image: rescue.image,
    firstSeen: rescue.startedAt,
    diagnosis: { cause: 'unknown', healable: 'offer', ambiguous: false, host: '', sandbox: false, needsLogin: false },
    message: '',
    refusal: null,
    candidates: rescue.candidates,
    pods: Object.values<TargetPlan>(rescue.targets).flatMap(({ podUid, namespace, pod, node, containers }) =>
      containers.map(({ name }) => ({ uid: podUid, namespace, name: pod, container: name, node, owner: null })),
    ),
    progress: { is: 'failing' },
  };
}

/**
 * What a window shows of one incident: how it fails, what a rescue is doing about it, or how that ended. Null
 * when it is over and done with.
 */
export function incidentView(
  failing: IncidentView | null,
  rescue: Healing | null,
  memory: IncidentMemory | null,
  now: number,
): IncidentView | null {
  if (rescue) {
    const base = memory?.view ?? failing;
    if (!base) return null;
    return {
      ...base,
      pods: union(base.pods, failing?.pods ?? []),
      progress: 'cache' in rescue ? rescuing(rescue) : retagging(rescue),
    };
  }
  if (failing) {
    const ended = memory?.ended;
    return ended?.is === 'gave-up' ? { ...failing, progress: ended } : failing;
  }
  if (!memory?.ended) return null;
  const listed = memory.ended.is === 'healed' ? endedListed : catchUp;
  return now - memory.ended.at > listed ? null : { ...memory.view, progress: memory.ended };
}

function rescuing(rescue: RescueState): IncidentProgress {
  const targets = Object.values(rescue.targets).filter(({ phase }) => phase !== 'left');
  const pulls = Object.values(rescue.cache?.nodes ?? {});
  const step = rescue.step === 'ended' ? 'verify' : rescue.step;
  const past: Record<typeof step, readonly Target['phase'][]> = {
    cache: [],
    swap: ['swapped', 'healed', 'failed'],
    verify: ['healed'],
    'put-back': ['put-back'],
  };
  const done =
    step === 'cache'
      ? pulls.filter(({ is }) => is === 'pulled' || is === 'unproven').length
      : targets.filter(({ phase }) => past[step].includes(phase)).length;
  return {
    is: 'rescuing',
    since: rescue.startedAt,
    step,
    mirror: rescue.mirror + 1,
    mirrors: rescue.candidates.length,
    host: rescue.candidates[rescue.mirror]?.mirror ?? '',
    done,
    total: step === 'cache' ? pulls.length : targets.length,
    earlier: rescue.failures,
  };
}

/** Each container once. */
export function union(a: readonly AffectedPod[], b: readonly AffectedPod[]): readonly AffectedPod[] {
  const known = new Set(a.map(({ uid, container }) => `${uid}/${container}`));
  return [...a, ...b.filter(({ uid, container }) => !known.has(`${uid}/${container}`))];
}
