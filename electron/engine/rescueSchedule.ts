import type { Candidate } from '../domain/appState';
import { isAutomatic, isOnMirror, type Incident } from '../domain/decision';
import type { ContextSettings } from '../domain/settings';
import type { ClusterFacts } from './clusterFacts';
import { deniedEvents, type EngineEvent } from './engineEvent';
import type { IncidentLedger } from './incidentLedger';
import type { Clock } from './ports';
import { planRescue, type Planned, type RescueScope } from './rescuePlanning';
import type { RescueRunner } from './rescueRunner';

export interface RescueScheduleParts {
  readonly facts: ClusterFacts;
  readonly ledger: IncidentLedger;
  readonly rescues: RescueRunner;
  readonly clock: Clock;
  readonly context: () => ContextSettings;
  /** Whether what is known of the pods of a namespace is of now: nothing begins by itself on old news. */
  readonly sees: (namespace: string) => boolean;
  /** Puts mirrors in the order in which to try them. */
  readonly order: (candidates: readonly Candidate[]) => Promise<readonly Candidate[]>;
  readonly mayAsk: (host: string) => boolean;
  readonly event: (event: Omit<EngineEvent, 'time' | 'context'>) => void;
  /** What was to begin did not, and another one may have its turn. */
  readonly nothingBegun: () => void;
}

/** Pods of one workload fail within moments of each other; an automatic rescue waits for them. Milliseconds. */
const gather = 1_500;
/** More at once would only queue on the nodes, and show a mirror a crowd. */
const maxRescues = 5;

/** When a rescue may begin, in milliseconds since the epoch, and of what. */
interface Due {
  readonly at: number;
  readonly scope: RescueScope;
}

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
      const due = this.dueOf(incident);
      if (due === null) continue;
      if (due.at <= this.parts.clock.now()) void this.rescue(incident, due.scope);
      else next = Math.min(next ?? Infinity, due.at);
    }
    return next;
  }

  stop(): void {
    this.stopped = true;
  }

  private dueOf(incident: Incident): Due | null {
    const { rescues, context, ledger, clock, sees } = this.parts;
    const { id, refusal, verdicts, firstSeen } = incident;
    if (refusal || this.starting.has(id) || rescues.active.some((rescue) => rescue.incident === id)) return null;
    if (this.wanted.has(id)) return { at: 0, scope: 'all' };
    const automatic = verdicts.filter((verdict) => isAutomatic(verdict) && sees(verdict.pod.namespace));
    if (!context().auto || automatic.length === 0) return null;
    const gathered = firstSeen + gather;
    const at = Math.max(gathered, ledger.notBefore(incident));
    const putBackAt = Math.max(gathered, ledger.putBackNotBefore(id));
    // a pause is for the mirrors; a pod that goes on asking one does not keep it
    if (at > clock.now() && putBackAt < at && automatic.some(isOnMirror)) return { at: putBackAt, scope: 'put-back' };
    return { at, scope: 'automatic' };
  }

  private async rescue(incident: Incident, scope: RescueScope): Promise<void> {
    const { rescues, ledger, clock, nothingBegun } = this.parts;
    if (rescues.active.length + this.starting.size >= maxRescues) return;
    this.starting.add(incident.id);
    this.wanted.delete(incident.id);
    ledger.began(incident);
    const planned = await planRescue(incident, scope, this.parts, clock.now()).finally(() => {
      this.starting.delete(incident.id);
    });
    if (this.stopped) return;
    if ('denied' in planned) this.denied(incident, planned.denied);
    else if (this.start(planned, scope)) return;
    nothingBegun();
  }

  private denied(incident: Incident, namespace: string): void {
    const { ledger, clock, context, event } = this.parts;
    const why = { is: 'denied', verb: 'patch', resource: 'pods', namespace } as const;
    ledger.gaveUp(incident.id, why, [], clock.now(), context().auto);
    for (const each of deniedEvents(incident, why)) event(each);
  }

  /**
   * Whether it begins. While it was planned, others may have asked the mirrors enough; then it waits, unless it has
   * something to put back. And somebody may have wished that nothing begins by itself any more.
   */
  private start({ plan, failed }: Planned, scope: RescueScope): boolean {
    const { rescues, mayAsk, context } = this.parts;
    if (plan.targets.length === 0 || (scope !== 'all' && !context().auto)) return false;
    const candidates = plan.candidates.filter(({ mirror }) => mayAsk(mirror));
    const begins = candidates.length > 0 || failed.length > 0;
    if (begins) rescues.begin({ ...plan, candidates }, failed);
    else if (scope === 'all') this.wanted.add(plan.incident);
    return begins;
  }
}
