import { resources } from '../domain/kubeObject';
import { isPrepullRun, type PrepullRun } from '../domain/prepull/prepullRun';
import { isRescueRecord } from '../domain/rescue/rescueRecord';
import type { RescueState } from '../domain/rescue/rescueState';
import { isRestoreRecord } from '../domain/restore/restoreRecord';
import type { Restore } from '../domain/restore/restoreState';
import type { ClusterFacts } from './clusterFacts';
import type { ClusterWrites } from './clusterWrites';
import type { Clock, Cluster, Journal, JournalEntry } from './ports';

/** What nobody touches any more is old enough to be a leftover, and not another instance's work; milliseconds. */
export const leftoverAge = 900_000;

/**
 * The rescues of this context that a killed or stopped run left in the journal. One that cannot be read, because
 * another version wrote it, leaves the journal and is told to `unreadable`: the annotation of its pods is still
 * there, so that they are found as swapped.
 */
export function unfinished(
  journal: Journal,
  context: string,
  unreadable: (id: string) => void,
): readonly RescueState[] {
  return entriesOf('rescue', isRescueRecord, journal, context, unreadable);
}

/** The restores of this context that it left, likewise. */
export function unfinishedRestores(
  journal: Journal,
  context: string,
  unreadable: (id: string) => void,
): readonly Restore[] {
  return entriesOf('restore', isRestoreRecord, journal, context, unreadable);
}

/** What it was bringing onto further nodes, likewise. */
export function unfinishedPrepulls(
  journal: Journal,
  context: string,
  unreadable: (id: string) => void,
): readonly PrepullRun[] {
  return entriesOf('prepull', isPrepullRun, journal, context, unreadable);
}

function entriesOf<T>(
  what: JournalEntry['what'],
  isRecord: (state: unknown) => state is T,
  journal: Journal,
  context: string,
  unreadable: (id: string) => void,
): readonly T[] {
  const mine = journal.load().entries.filter((entry) => entry.context === context && entry.what === what);
  return mine.flatMap(({ id, state }) => {
    if (isRecord(state)) return [state];
    unreadable(id);
    try {
      journal.record({ id, context, what, state: null });
    } catch {
      // the disk takes nothing now: the next start finds it again and drops it then
    }
    return [];
  });
}

const leftover = { 'image-cache': 'ImageCache', 'image-pull-job': 'ImagePullJob', 'pull-pod': 'Pod' } as const;

/** Takes away the ImageCaches, ImagePullJobs and pull pods of ours that nothing uses any more, on whatever computer they began. */
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
    const { apiVersion } = resources[leftover[kind]];
    await writes.deletePuller({ apiVersion, kind: leftover[kind], namespace, name });
  }
}
