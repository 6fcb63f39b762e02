import type { Candidate } from '../../domain/appState';
import { incidentOf, isAutomatic, isOnMirror, isSwappable, type Incident, type Verdict } from '../../domain/decision';
import type { KnownFailure } from '../../domain/podBook';
import { isLeftToRescue } from '../../domain/retag/retagParts';
import type { RescuePlan } from '../../domain/rescue/rescueState';
import type { RetagPlan } from '../../domain/retag/retagState';
import type { ContextSettings } from '../../domain/settings';
import type { ClusterFacts } from '../clusterFacts';
import { deniedEvents, type EngineEvent } from '../engineEvent';
import type { IncidentLedger } from './incidentLedger';
import type { Clock } from '../ports';
import { planRescue, type Denied, type Planned, type RescueScope } from './rescuePlanning';
import type { RescueRunner } from './rescueRunner';
import { unhelpedEvents } from '../retag/retagEvents';
import type { PlannedRetag } from '../retag/retagPlanning';
import type { RetagRunner } from '../retag/retagRunner';

export interface RescueScheduleParts {
  readonly facts: ClusterFacts;
  readonly ledger: IncidentLedger;
  readonly rescues: RescueRunner;
  readonly retags: Pick<RetagRunner, 'active' | 'begin' | 'ends'>;
  readonly planRetag: (incident: Incident, scope: RescueScope) => Promise<PlannedRetag>;
  readonly clock: Clock;
  readonly context: () => ContextSettings;
  readonly dryRun: boolean;
  /** Whether what is known of the pods of a namespace is of now: nothing begins by itself on old news. */
  readonly sees: (namespace: string) => boolean;
  /** The failure of this container as it is known now. */
  readonly failureOf: (podUid: string, container: string) => KnownFailure | undefined;
  /** Puts mirrors in the order in which to try them, for these nodes. */
  readonly order: (candidates: readonly Candidate[], nodes: readonly string[]) => Promise<readonly Candidate[]>;
  readonly mayAsk: (host: string) => boolean;
  readonly event: (event: Omit<EngineEvent, 'time' | 'context'>) => void;
  /** The incidents are to be looked at again soon: what was to begin did not, or not for all of its pods. */
  readonly lookAgain: () => void;
}

/** Pods of one workload fail within moments of each other; an automatic rescue waits for them. Milliseconds. */
const gather = 1_500;
/** Of more incidents at once they would only queue on the nodes, and show a mirror a crowd. */
const maxIncidents = 5;

/** When a rescue may begin, in milliseconds since the epoch, and of what. */
interface Due {
  readonly at: number;
  readonly scope: RescueScope;
}

/**
 * Which incident's rescue begins when: at once where a person asked, after its pause where the context heals itself. Where
 * retags are switched on, a retag goes first; the pods that it leaves are swapped by a rescue beside it.
 */
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
    const { auto } = this.parts.context();
    let next: number | null = null;
    for (const failing of incidents) {
      const incident = this.unattended(failing);
      if (!incident) continue;
      this.parts.ledger.takenBack(incident, this.isRetagged(incident), this.parts.clock.now(), auto);
      const due = this.dueOf(incident);
      if (due === null) continue;
      if (due.at <= this.parts.clock.now()) void this.rescue(incident, due.scope, failing);
      else next = Math.min(next ?? Infinity, due.at);
    }
    return next;
  }

  stop(): void {
    this.stopped = true;
  }

  /**
   * What of an incident nothing has taken in hand yet; null when that is nothing. Of an image of which pods are being
   * retagged it is only what no retag helps: the rest waits, since its nodes may have the image before long.
   */
  private unattended(incident: Incident): Incident | null {
    const { rescues, retags } = this.parts;
    const isOfThis = (healing: { readonly incident: string }) => healing.incident === incident.id;
    if (this.starting.has(incident.id) || rescues.active.some(isOfThis)) return null;
    const active = retags.active.filter(isOfThis);
    if (active.length === 0) return incident;
    const isLeft = ({ pod: { uid } }: Verdict) =>
      retags.ends.of(uid) !== null && active.every((retag) => !retag.targets[uid] || isLeftToRescue(retag, uid));
    return incidentOf(
      incident.id,
      incident.verdicts.filter((verdict) => isSwappable(verdict) && (isOnMirror(verdict) || isLeft(verdict))),
    );
  }

  private isRetagged({ id }: Incident): boolean {
    return this.parts.retags.active.some(({ incident }) => incident === id);
  }

  private dueOf(incident: Incident): Due | null {
    const { context, ledger, clock, sees } = this.parts;
    const { id, refusal, verdicts, firstSeen } = incident;
    if (refusal) return null;
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

  /** `whole`: the incident with all of its pods, also those that a retag has in hand. */
  private async rescue(incident: Incident, scope: RescueScope, whole: Incident): Promise<void> {
    const { rescues, retags, ledger, context, lookAgain } = this.parts;
    const busy = new Set([...this.starting, ...[...rescues.active, ...retags.active].map((each) => each.incident)]);
    if (busy.size >= maxIncidents && !busy.has(incident.id)) return;
    const beside = this.isRetagged(incident);
    this.starting.add(incident.id);
    this.wanted.delete(incident.id);
    ledger.began(incident, beside);
    const planned = await this.plan(incident, scope, beside).finally(() => {
      this.starting.delete(incident.id);
    });
    if (this.stopped) return;
    if ('denied' in planned) this.denied(incident, planned.denied);
    else {
      const changed = new Set(
        incident.verdicts.filter((verdict) => this.wasChanged(verdict)).map(({ pod }) => pod.uid),
      );
      const isAsItWas = ({ podUid }: { readonly podUid: string }) => !changed.has(podUid);
      if ('nodes' in planned) {
        const targets = planned.targets.filter(isAsItWas);
        const { auto, retag } = context();
        if (targets.length > 0 && retag && (scope === 'all' || auto)) {
          retags.begin({ ...planned, targets });
          this.beginRest(whole, targets, scope);
          return;
        }
        // switched off meanwhile: what was asked for goes on as it is set now
        if (!retag && scope === 'all') this.wanted.add(incident.id);
      } else {
        const targets = planned.plan.targets.filter(isAsItWas);
        // what has none from the start is told so
        const isOver = targets.length === 0 && changed.size > 0;
        if (!isOver && this.start(incident, { ...planned, plan: { ...planned.plan, targets } }, scope)) {
          if (beside) this.beginRest(whole, targets, scope);
          return;
        }
      }
    }
    lookAgain();
  }

  /** What no retag helps is swapped beside it, or after it; a person who asked for the whole asked for that as well. */
  private beginRest({ id, verdicts }: Incident, targets: RescuePlan['targets'], scope: RescueScope): void {
    const isRest = (verdict: Verdict) =>
      verdict.refusal === null && isSwappable(verdict) && !targets.some(({ podUid }) => podUid === verdict.pod.uid);
    // a dry run's retag helps nothing: it would be shown again before the rest, and again
    if (this.parts.dryRun || !verdicts.some(isRest)) return;
    if (scope === 'all') this.wanted.add(id);
    this.parts.lookAgain();
  }

  /** A retag goes first, where that is switched on: it changes nothing in the cluster. `beside`: one is under way. */
  private async plan(incident: Incident, scope: RescueScope, beside: boolean): Promise<RetagPlan | Planned | Denied> {
    const { context, clock, planRetag, retags, event } = this.parts;
    if (context().retag && !beside && !this.stopped) {
      const { plan, unhelped } = await planRetag(incident, scope);
      for (const { verdicts, failure, detail, why } of unhelped) {
        const pods = verdicts.map(({ pod }) => pod.uid);
        retags.ends.note(pods, { failures: [], why });
        for (const each of unhelpedEvents(verdicts, failure, detail)) event(each);
      }
      if (plan) return plan;
    }
    return planRescue(incident, scope, this.parts, clock.now());
  }

  /** While it was planned, another instance may have gone through the mirrors with it. */
  private wasChanged({ failure: { podUid, container, image, takenBackAt } }: Verdict): boolean {
    const known = this.parts.failureOf(podUid, container);
    return known?.image !== image || known.takenBackAt !== takenBackAt;
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
  private start(incident: Incident, { plan, failed }: Planned, scope: RescueScope): boolean {
    const { rescues, retags, mayAsk, context } = this.parts;
    if (scope !== 'all' && !context().auto) return false;
    const ends = plan.targets.map(({ podUid }) => retags.ends.of(podUid)?.failures ?? []);
    // what a mirror has answered the node itself it would answer again
    const vain = (ends[0] ?? []).filter(({ host }) =>
      ends.every((end) => end.some((failure) => failure.host === host)),
    );
    const left = plan.candidates.filter(({ mirror }) => !vain.some(({ host }) => host === mirror));
    if (plan.targets.length === 0 || (left.length === 0 && vain.length > 0)) {
      this.helpless(incident);
      return false;
    }
    const candidates = left.filter(({ mirror }) => mayAsk(mirror));
    const begins = candidates.length > 0 || failed.length > 0;
    if (begins) rescues.begin({ ...plan, candidates }, [...failed, ...vain]);
    else if (scope === 'all') this.wanted.add(plan.incident);
    return begins;
  }

  /** A retag has come to nothing, and nothing else can be done: after a pause it is tried anew. */
  private helpless(incident: Incident): void {
    const { retags, ledger, clock, context, event } = this.parts;
    const ended = incident.verdicts.flatMap(({ pod }) => retags.ends.of(pod.uid) ?? []);
    const [first] = ended;
    const why = first && !incident.verdicts.some(isSwappable) ? first.why : ({ is: 'no-mirror-left' } as const);
    // also where no retag came to be: without a pause it would be planned again at once, and again
    ledger.gaveUp(incident.id, why, first?.failures ?? [], clock.now(), context().auto);
    for (const each of deniedEvents(incident, why)) event(each);
    retags.ends.forget(incident.verdicts.map(({ pod }) => pod.uid));
  }
}
