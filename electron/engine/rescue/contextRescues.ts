import type { PodSnapshot } from '../../domain/podSnapshot';
import type { RescueReport, RescueState } from '../../domain/rescue/rescueState';
import type { ClusterFacts } from '../clusterFacts';
import type { ClusterWrites } from '../clusterWrites';
import type { ContextParts } from '../contextParts';
import { rescueEvents } from '../engineEvent';
import type { PodIntake } from '../podIntake';
import type { CacheBoard } from '../prepull/cacheBoard';
import type { NodeArchitectures } from '../prepull/nodeArchitectures';
import type { PrepullAhead } from '../prepull/prepullAhead';
import type { PrepullReader } from '../prepull/prepullReader';
import { unfinished } from '../recovery';
import type { ContextRetags } from '../retag/contextRetags';
import { settle, type Wake } from '../wake';
import type { IncidentLedger } from './incidentLedger';
import { RescueRunner } from './rescueRunner';
import { RescueSchedule } from './rescueSchedule';

export interface ContextRescueParts extends Pick<
  ContextParts,
  'handle' | 'clock' | 'journal' | 'context' | 'dryRun' | 'mirrors' | 'limits' | 'changed' | 'event'
> {
  readonly facts: ClusterFacts;
  readonly writes: ClusterWrites;
  readonly ledger: IncidentLedger;
  readonly intake: PodIntake;
  readonly wake: Wake;
  readonly board: CacheBoard;
  readonly architectures: NodeArchitectures;
  readonly reader: PrepullReader;
  /** The pods that pull for an object of this name, or are it. */
  readonly pullPods: (name: string) => readonly PodSnapshot[];
  readonly retags: ContextRetags;
  readonly ahead: PrepullAhead;
}

/** The rescues of one context, and what connects them with the rest of it. */
export class ContextRescues {
  readonly runner: RescueRunner;
  readonly schedule: RescueSchedule;

  constructor(private readonly parts: ContextRescueParts) {
    const { handle, clock, journal, context, dryRun, mirrors, limits, changed, event } = parts;
    const { facts, writes, ledger, intake, wake, board, architectures, reader, pullPods, retags, ahead } = parts;
    const mayAsk = (host: string) => mirrors.mayAsk(host);
    this.runner = new RescueRunner(
      handle.name,
      writes,
      journal,
      clock,
      {
        changed: (rescue) => {
          board.changed(rescue, clock.now());
          changed();
        },
        report: (rescue, report) => {
          this.reported(rescue, report);
        },
        beforeForgotten: (rescue) => ahead.healed(rescue),
        failed: (why) => {
          event({ event: 'error', why });
        },
        pod: (uid) => intake.book.pod(uid),
        pullPods,
        look: (about) => reader.look(about),
        seen: (pod) => {
          intake.podAnswered(pod);
        },
        pulling: (host, pulls) => {
          // a dry run's pulls are shown and not made
          if (!dryRun) mirrors.pulling(host, pulls);
        },
        mayAsk,
      },
      limits.rescue,
    );
    this.schedule = new RescueSchedule({
      facts,
      ledger,
      rescues: this.runner,
      retags: retags.runner,
      planRetag: (incident, scope) => retags.plan(incident, scope),
      clock,
      context,
      dryRun,
      sees: (namespace) => intake.sees(namespace),
      failureOf: (podUid, container) => intake.book.failureOf(podUid, container),
      order: (candidates, nodes) => mirrors.order(candidates, () => architectures.of(nodes)),
      mayAsk,
      event,
      lookAgain: () => {
        wake.soon(settle);
      },
    });
  }

  /** Goes on with what a killed or stopped run left in the journal. */
  recover(unreadable: (id: string) => void): void {
    const { journal, handle, ledger, intake } = this.parts;
    for (const rescue of unfinished(journal, handle.name, unreadable)) {
      ledger.resumed(rescue);
      this.runner.resume(rescue);
      intake.lookFor(Object.values(rescue.targets));
    }
  }

  /** Whether something of this name was made for a rescue under way. */
  uses(name: string): boolean {
    return this.runner.active.some(({ made }) => made.some((object) => object.name === name));
  }

  private reported(rescue: RescueState, report: RescueReport): void {
    const { event, board, clock, ledger, context, retags, wake } = this.parts;
    for (const each of rescueEvents(rescue, report)) event(each);
    board.reported(rescue, report, clock.now());
    if (report.event !== 'ended') return;
    ledger.ended(rescue, report.outcome, clock.now(), context().auto);
    if (report.outcome.is === 'gave-up') retags.runner.ends.forget(Object.keys(rescue.targets));
    wake.soon(settle);
  }
}
