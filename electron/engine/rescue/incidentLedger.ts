import { afterPutBack, firstPause, nextAttempt, type Attempts } from '../../domain/diagnosis/attempts';
import type { RefusalCode } from '../../domain/diagnosis/cause';
import type { GaveUpReason, IncidentView, MirrorFailure } from '../../domain/appState';
import type { Incident } from '../../domain/decision';
import {
  failingView,
  endedListed,
  incidentView,
  rescuedView,
  union,
  type Healing,
  type IncidentMemory,
} from '../../domain/views/incidentView';
import type { RescueOutcome, Target } from '../../domain/rescue/rescueState';

/** How long it is remembered how the rescues of an image ended that fails nowhere any more, in milliseconds. */
const attemptsKept = 24 * 3_600_000;
/** The answer to the app's own write is taken so much later, at most, than what the write has ended. Milliseconds. */
const answered = 1_000;

const optedOut: ReadonlySet<RefusalCode> = new Set<RefusalCode>(['opted-out-pod', 'opted-out-namespace']);

/** What one context remembers of its incidents: how their rescues ended, and when the next one may begin. */
export class IncidentLedger {
  private readonly memory = new Map<string, IncidentMemory>();
  /** `since`: an image that was taken away earlier has been counted, or was known to what has ended then. */
  private readonly attempts = new Map<
    string,
    { readonly at: number; readonly since: number; readonly attempts: Attempts }
  >();
  /** Incident -> the pull secrets that helped nothing with a mirror that wants a login. */
  private readonly vainSecrets = new Map<string, ReadonlySet<string>>();

  constructor(
    private readonly context: string,
    private readonly dryRun: boolean,
  ) {}

  /** `beside`: other pods of it are being healed already. */
  began(incident: Incident, beside: boolean): void {
    // once for each secret, whatever comes of it
    if (this.vainSecrets.has(incident.id))
      this.noteSecrets(
        incident.id,
        incident.verdicts.map(({ pod }) => pod),
      );
    const ended = this.memory.get(incident.id)?.ended ?? null;
    this.remember(failingView(this.context, incident), beside, beside && ended?.is === 'healed' ? ended : null);
  }

  /** From the journal: its pods may no longer fail, so its own record stands in for the incident. */
  resumed(rescue: Healing): void {
    // a retag and a rescue beside it: what the other one has is a part of it
    this.remember(rescuedView(this.context, rescue), true, this.memory.get(rescue.incident)?.ended ?? null);
  }

  ended(rescue: Healing, outcome: RescueOutcome, now: number, auto: boolean): void {
    const { incident, candidates } = rescue;
    if (outcome.is === 'gave-up') {
      if (rescue.failures.some(({ needsLogin }) => needsLogin))
        this.noteSecrets(incident, Object.values<Puller>(rescue.targets));
      this.gaveUp(incident, outcome.why, rescue.failures, now, auto, candidates.length > 0);
      return;
    }
    const known = this.memory.get(incident);
    // how what ran beside this one has ended
    const other = known?.ended ?? null;
    if (outcome.is !== 'healed')
      // what closes a rescue is often that another instance takes its image away, which is still to be counted then
      this.note(incident, nextAttempt(outcome.is, this.attemptsOf(incident), now, this.dryRun), now, rescue.startedAt);
    else if (other?.is !== 'gave-up') this.forgetAttempts(incident);
    if (!known || other?.is === 'gave-up' || outcome.is !== 'healed') return;
    // where others of its pods were swapped there is something to restore
    const retagged = !('cache' in rescue) && !(other && !other.retagged);
    this.memory.set(incident, { ...known, ended: { ...outcome, at: now, ...(retagged && { retagged }) } });
  }

  /**
   * A mirror's image was taken away from one of its pods, by another instance for which no mirror was left or by a person:
   * either wants it not to be begun anew at once. What was taken back long ago keeps nobody waiting any more. `beside`: other
   * pods of it are being healed.
   */
  takenBack(incident: Incident, beside: boolean, now: number, auto: boolean): void {
    // who has opted out wants nothing of the others
    const open = incident.verdicts.filter(({ refusal }) => refusal === null || !optedOut.has(refusal.code));
    const at = Math.max(...open.map(({ failure }) => failure.takenBackAt ?? -Infinity));
    // also where what has been begun since came to nothing
    const end = this.memory.get(incident.id)?.ended?.at ?? -Infinity;
    const counted = Math.max(end + answered, this.attempts.get(incident.id)?.since ?? -Infinity);
    if (now - at >= firstPause || at <= counted) return;
    this.remember(failingView(this.context, incident), beside, null);
    this.gaveUp(incident.id, { is: 'no-mirror-left' }, [], now, auto);
  }

  /** `asked`: a mirror was tried, or would have been. */
  gaveUp(
    id: string,
    why: GaveUpReason,
    earlier: readonly MirrorFailure[],
    now: number,
    auto: boolean,
    asked = true,
  ): void {
    const before = this.attemptsOf(id);
    const paused = before !== undefined && now < before.notBefore;
    const attempts =
      paused && !asked && why.is === 'no-mirror-left'
        ? afterPutBack(before, now)
        : nextAttempt(why.is, before, now, this.dryRun);
    this.note(id, attempts, now, now + answered);
    const known = this.memory.get(id);
    const retryAt = auto && Number.isFinite(attempts.notBefore) ? attempts.notBefore : null;
    if (known) this.memory.set(id, { ...known, ended: { is: 'gave-up', at: now, why, earlier, retryAt } });
  }

  /**
   * The earliest time of the next automatic rescue, in milliseconds since the epoch. Where a mirror wanted a login, pods
   * that bring pull secrets which have not been tried wait for nothing.
   */
  notBefore({ id, verdicts }: Pick<Incident, 'id' | 'verdicts'>): number {
    const vain = this.vainSecrets.get(id);
    if (vain && verdicts.some(({ pod }) => secretsOf(pod).some((secret) => !vain.has(secret)))) return 0;
    return this.attemptsOf(id)?.notBefore ?? 0;
  }

  /** The earliest time at which it takes a mirror's image away by itself, in milliseconds since the epoch. */
  putBackNotBefore(id: string): number {
    return this.attemptsOf(id)?.putBackNotBefore ?? 0;
  }

  /** The settings changed: what failed before may work now. */
  forgetPauses(): void {
    this.attempts.clear();
    this.vainSecrets.clear();
  }

  /** Everything that is to be shown; what is over is forgotten on the way. */
  views(failing: readonly Incident[], rescues: readonly Healing[], now: number): readonly IncidentView[] {
    const failingNow = new Map(failing.map((incident) => [incident.id, failingView(this.context, incident)]));
    const underWay = new Map(rescues.map((rescue) => [rescue.incident, rescue]));
    for (const [id, { ended }] of this.memory) {
      // a pod that was put back does not fail for a moment, and has still been given up
      const over = ended === null || now - ended.at > endedListed;
      if (over && !failingNow.has(id) && !underWay.has(id)) this.memory.delete(id);
    }
    for (const [id, { at }] of this.attempts)
      if (now - at > attemptsKept && !failingNow.has(id) && !underWay.has(id)) this.forgetAttempts(id);
    const ids = new Set([...failingNow.keys(), ...underWay.keys(), ...this.memory.keys()]);
    return [...ids].flatMap(
      (id) =>
        incidentView(failingNow.get(id) ?? null, underWay.get(id) ?? null, this.memory.get(id) ?? null, now) ?? [],
    );
  }

  /** `beside`: the pods that are known of it stay a part of it. */
  private remember(view: IncidentView, beside: boolean, ended: IncidentMemory['ended']): void {
    const others = beside ? this.memory.get(view.id)?.view : undefined;
    const firstSeen = Math.min(view.firstSeen, others?.firstSeen ?? Infinity);
    this.memory.set(view.id, { view: { ...view, firstSeen, pods: union(others?.pods ?? [], view.pods) }, ended });
  }

  private attemptsOf(incident: string): Attempts | undefined {
    return this.attempts.get(incident)?.attempts;
  }

  private note(incident: string, attempts: Attempts, at: number, since: number): void {
    const known = this.attempts.get(incident)?.since ?? -Infinity;
    this.attempts.set(incident, { at, since: Math.max(known, since), attempts });
  }

  private forgetAttempts(incident: string): void {
    this.attempts.delete(incident);
    this.vainSecrets.delete(incident);
  }

  private noteSecrets(incident: string, tried: readonly Puller[]): void {
    this.vainSecrets.set(incident, new Set([...(this.vainSecrets.get(incident) ?? []), ...tried.flatMap(secretsOf)]));
  }
}

type Puller = Pick<Target, 'namespace' | 'pullSecrets'>;

/** Names of pull secrets with their namespace. */
function secretsOf({ namespace, pullSecrets = [] }: Puller): readonly string[] {
  return pullSecrets.map((name) => `${namespace}/${name}`);
}
