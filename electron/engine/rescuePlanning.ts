import type { Incident, Verdict } from '../domain/decision';
import { fnv1a } from '../domain/imageCache';
import type { RescuePlan, TargetPlan } from '../domain/rescueState';
import type { ClusterFacts } from './clusterFacts';

/** The right to patch pods is missing in each namespace of the incident, this one first. */
export interface Denied {
  readonly denied: string;
}

/** Everything that a rescue of this incident needs to know before it begins; asks the cluster, writes nothing. */
export async function planRescue(incident: Incident, facts: ClusterFacts, now: number): Promise<RescuePlan | Denied> {
  await facts.learn(incident.verdicts.map(({ pod }) => pod.namespace));
  const wanted = incident.verdicts.filter(
    ({ refusal, pod: { namespace } }) => refusal === null && facts.knows(namespace) && !facts.optedOut.has(namespace),
  );
  const denied = await facts.deniedPatch(wanted.map(({ pod }) => pod.namespace));
  const healable = wanted.filter(({ pod }) => !denied.has(pod.namespace));
  const [missing] = denied;
  if (healable.length === 0 && missing !== undefined) return { denied: missing };
  const targets = targetsOf(healable);
  const fledged = await facts.fledged();
  const cached = fledged.status === 'present';
  const hostnames = cached ? await facts.hostnames([...new Set(targets.map(({ node }) => node))]) : {};
  return {
    id: fnv1a(`${incident.id}\n${String(now)}\n${targets.map(({ podUid }) => podUid).join('\n')}`),
    incident: incident.id,
    image: incident.image,
    startedAt: now,
    candidates: healable[0]?.candidates ?? [],
    targets,
    cacheNamespace: cached ? fledged.namespace : null,
    hostnames,
  };
}

/** One target per pod, with all of its failing containers of this incident. */
function targetsOf(verdicts: readonly Verdict[]): readonly TargetPlan[] {
  const targets = new Map<string, TargetPlan>();
  for (const { pod, failure } of verdicts) {
    const container = { name: failure.container, image: failure.image, original: failure.original };
    const known = targets.get(pod.uid)?.containers ?? [];
    targets.set(pod.uid, {
      podUid: pod.uid,
      namespace: pod.namespace,
      pod: pod.name,
      node: pod.node,
      containers: [...known, container],
    });
  }
  return [...targets.values()];
}
