import type { ClusterWrites } from '../clusterWrites';
import type { ContextParts } from '../contextParts';
import { restoreEvents } from '../engineEvent';
import type { PodIntake } from '../podIntake';
import type { Cluster } from '../ports';
import { unfinishedRestores } from '../recovery';
import { RestoreJournal } from './restoreJournal';
import { RestoreRunner } from './restoreRunner';
import { settle, type Wake } from '../wake';

export interface ContextRestoreParts extends Pick<
  ContextParts,
  'handle' | 'clock' | 'journal' | 'context' | 'dryRun' | 'limits' | 'changed' | 'event'
> {
  readonly cluster: Cluster;
  readonly writes: ClusterWrites;
  readonly intake: PodIntake;
  readonly wake: Wake;
}

/** The restores of one context, and what connects them with the rest of it. */
export class ContextRestores {
  readonly runner: RestoreRunner;

  constructor(private readonly parts: ContextRestoreParts) {
    const { handle, clock, journal, context, dryRun, limits, changed, event, cluster, writes, intake, wake } = parts;
    this.runner = new RestoreRunner(
      writes,
      new RestoreJournal(handle.name, journal, (why) => {
        event({ event: 'error', why });
      }),
      clock,
      {
        changed: () => {
          changed();
          // what others of its owner wait for may have come
          wake.soon(settle);
        },
        report: (restore, report, containers) => {
          for (const each of restoreEvents(restore, report, containers)) event(each);
        },
        pod: (uid) => intake.book.pod(uid),
        readPod: async (namespace, name) => {
          const pod = await cluster.readPod(namespace, name);
          return pod && 'uid' in pod ? pod : null;
        },
        seen: (pod) => {
          intake.podAnswered(pod);
        },
        mayUndo: () => context().agreed && !dryRun,
      },
      limits.restore,
    );
  }

  /**
   * Does what is due without a click, and gives when the next is: with auto-proxy what costs nobody anything, and restarts
   * only where the context's own setting says so.
   */
  doDue(): number | null {
    const { auto, agreed, restore = false } = this.parts.context();
    return this.runner.doDue({
      checks: auto || (agreed && restore),
      frees: auto,
      restores: agreed && restore,
      sees: (namespace) => this.parts.intake.sees(namespace),
    });
  }

  /** Goes on with what a killed or stopped run left in the journal. */
  recover(unreadable: (id: string) => void): void {
    const { journal, handle, intake } = this.parts;
    const left = unfinishedRestores(journal, handle.name, unreadable);
    for (const restore of left) this.runner.resume(restore);
    intake.lookFor(left);
  }
}
