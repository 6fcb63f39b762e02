import type { Incident } from '../domain/decision';
import type { ContextSettings } from '../domain/settings';
import type { ClusterFacts } from './clusterFacts';
import { deniedEvents, type EngineEvent } from './engineEvent';
import type { IncidentLedger } from './incidentLedger';
import type { Clock } from './ports';
import { planRescue } from './rescuePlanning';
import type { RescueRunner } from './rescueRunner';

export interface RescueScheduleParts {
  readonly facts: ClusterFacts;
  readonly ledger: IncidentLedger;
  readonly rescues: RescueRunner;
  readonly clock: Clock;
  readonly context: () => ContextSettings;
  readonly event: (event: Omit<EngineEvent, 'time' | 'context'>) => void;
  readonly changed: () => void;
}

/** Pods of one workload fail within moments of each other; an automatic rescue waits for them. Milliseconds. */
const gather = 1_500;
/** More at once would only queue on the nodes, and show a mirror a crowd. */
const maxRescues = 5;

/** Which incident's rescue begins when: at once where a person asked, after its pause where the context heals itself. */
export class RescueSchedule {
  private readonly wanted = new Set<string>();
  private readonly starting = new Set<string>();
  private stopped = false;

  constructor(private readonly parts: RescueScheduleParts) {}

  /** A person asked for it. */
  want(incident: string): void {
    this.wanted.add(incident);
  }

  /** Begins what is due; gives when the next one will be, in milliseconds since the epoch, or null. */
  begin(incidents: readonly Incident[]): number | null {
    // a click is about the failure that was there; the image's next one, some other day, needs one of its own
    for (const id of this.wanted) if (!incidents.some((incident) => incident.id === id)) this.wanted.delete(id);
    let next: number | null = null;
    for (const incident of incidents) {
      const due = this.dueAt(incident);
      if (due === null) continue;
      if (due <= this.parts.clock.now()) void this.rescue(incident);
      else next = Math.min(next ?? due, due);
    }
    return next;
  }

  stop(): void {
    this.stopped = true;
  }

  private dueAt({ id, refusal, diagnosis, firstSeen }: Incident): number | null {
    const { rescues, context, ledger } = this.parts;
    if (refusal || this.starting.has(id) || rescues.active.some(({ incident }) => incident === id)) return null;
    if (this.wanted.has(id)) return 0;
    if (!context().auto || diagnosis.healable !== 'yes') return null;
    return Math.max(firstSeen + gather, ledger.notBefore(id));
  }

  private async rescue(incident: Incident): Promise<void> {
    const { rescues, ledger, facts, clock, context, event, changed } = this.parts;
    if (rescues.active.length + this.starting.size >= maxRescues) return;
    this.starting.add(incident.id);
    this.wanted.delete(incident.id);
    ledger.began(incident);
    const plan = await planRescue(incident, facts, clock.now());
    this.starting.delete(incident.id);
    if (this.stopped) return;
    if ('denied' in plan) {
      const why = { is: 'denied', verb: 'patch', resource: 'pods', namespace: plan.denied } as const;
      ledger.gaveUp(incident.id, why, [], clock.now(), context().auto);
      for (const each of deniedEvents(incident, why)) event(each);
    } else if (plan.targets.length > 0) rescues.begin(plan);
    changed();
  }
}
