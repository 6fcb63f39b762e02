import type { RescueState } from '../domain/rescueState';
import type { ClusterFacts } from './clusterFacts';
import type { ClusterWrites } from './clusterWrites';
import type { Clock, Cluster, Journal } from './ports';

/** What nobody touches any more is old enough to be a leftover, and not another instance's work; milliseconds. */
const leftoverAge = 900_000;

/** The rescues of this context that a killed or stopped run left in the journal. */
export function unfinished(journal: Journal, context: string): readonly RescueState[] {
  return journal
    .load()
    .entries.filter((entry) => entry.context === context)
    .map(({ rescue }) => rescue as RescueState);
}

/** Takes away the ImageCaches and pull pods of ours that nothing uses any more, on whatever computer they began. */
export async function sweepLeftovers(
  cluster: Cluster,
  facts: ClusterFacts,
  writes: ClusterWrites,
  clock: Clock,
  inUse: (name: string) => boolean,
): Promise<void> {
  const { namespace: home } = await facts.fledged();
  const ours = await cluster.listOurs(home);
  if ('unanswered' in ours) return;
  for (const { kind, namespace, name, createdAt } of ours) {
    if (inUse(name) || clock.now() - createdAt < leftoverAge) continue;
    if (kind === 'image-cache') await writes.deleteCache(namespace, name);
    else await writes.deletePullPod(namespace, name);
  }
}
