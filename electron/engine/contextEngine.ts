import type { CacheView, ContextView, IncidentView, RestoreView } from '../domain/appState';
import { incidentsOf, type Incident } from '../domain/decision';
import type { Healing } from '../domain/views/incidentView';
import type { Examination } from '../domain/doctor/examination';
import type { KnownFailure } from '../domain/podBook';
import { pullsUnderWay } from '../domain/rescue/rescuePulls';
import type { RetagDescription } from '../domain/retag/retagDescription';
import type { ContextSettings } from '../domain/settings';
import type { Language } from '../domain/words/language';
import { CacheBoard } from './prepull/cacheBoard';
import { askAgain, ClusterFacts } from './clusterFacts';
import { ClusterWrites } from './clusterWrites';
import { ContextRestores } from './restore/contextRestores';
import { ContextRetags, followers } from './retag/contextRetags';
import type { ContextParts } from './contextParts';
import { ContextDoctor } from './doctor/contextDoctor';
import { CurrentRules } from './rescue/currentRules';
import { FailureNews } from './failureNews';
import { ContextRescues } from './rescue/contextRescues';
import { IncidentLedger } from './rescue/incidentLedger';
import { MirrorAttempts } from './mirrors/mirrorAttempts';
import { NodeArchitectures } from './prepull/nodeArchitectures';
import { PodIntake } from './podIntake';
import type { Cluster, PodWatch } from './ports';
import { PrepullAhead } from './prepull/prepullAhead';
import { PrepullReader } from './prepull/prepullReader';
import { leftoverAge, sweepLeftovers } from './recovery';
import type { RestoreRunner } from './restore/restoreRunner';
import { SilentFailures } from './silentFailures';
import { settle, Wake } from './wake';

/** One watched context: stream -> book -> incidents -> rescues and restores. */
export class ContextEngine {
  private readonly cluster: Cluster;
  private readonly intake: PodIntake;
  private readonly facts: ClusterFacts;
  private readonly rules: CurrentRules;
  private readonly writes: ClusterWrites;
  private readonly rescues: ContextRescues;
  private readonly wayBack: ContextRestores;
  private readonly restoreRunner: RestoreRunner;
  private readonly retags: ContextRetags;
  private readonly news: FailureNews;
  private readonly ledger: IncidentLedger;
  private readonly cacheBoard: CacheBoard;
  private readonly silent: SilentFailures;
  private readonly ahead: PrepullAhead;
  private readonly doctor: ContextDoctor;
  private watch: PodWatch | null = null;
  private readonly wake: Wake;
  private cancelSweep: (() => void) | null = null;
  private recovered = false;
  private stopped = false;

  constructor(private readonly parts: ContextParts) {
    const { handle, clock, mirrors } = parts;
    this.cluster = handle.connect();
    this.wake = new Wake(clock, () => void this.considerNow());
    this.facts = new ClusterFacts(this.cluster, clock, () => parts.settings().fledgedNamespace);
    this.rules = new CurrentRules({ ...parts, facts: this.facts });
    this.writes = new ClusterWrites(this.cluster, parts.activity, parts.dryRun, clock);
    this.news = new FailureNews(parts.event);
    const architectures = new NodeArchitectures(this.cluster);
    this.cacheBoard = new CacheBoard(handle.name, (image, nodes) =>
      mirrors.knownSize(image, architectures.ofKnown(nodes)),
    );
    this.intake = new PodIntake(
      {
        cluster: this.cluster,
        clock,
        attempts: new MirrorAttempts(
          () => parts.settings().mirrors,
          (attempt) => {
            mirrors.failed(attempt);
          },
        ),
        event: parts.event,
        changed: parts.changed,
        read: () => {
          this.recover();
        },
        podChanged: () => {
          this.wake.soon(settle);
        },
      },
      () => ({
        rescues: followers(this.rescues.runner, this.retags.runner, this.ahead.runner),
        restores: this.restoreRunner,
      }),
    );
    this.silent = new SilentFailures({
      cluster: this.cluster,
      clock,
      learned: (podUid, container, message) => void this.intake.book.learned(podUid, container, message),
      answered: () => {
        this.wake.soon(settle);
      },
      event: parts.event,
    });
    this.ledger = new IncidentLedger(handle.name, parts.dryRun);
    this.doctor = new ContextDoctor({
      ...parts,
      cluster: this.cluster,
      writes: this.writes,
      inUse: (name) => this.isInUse(name),
    });
    const { cluster, facts, writes, ledger, intake, wake, cacheBoard: board } = this;
    this.wayBack = new ContextRestores({ ...parts, cluster, writes, intake, wake });
    this.restoreRunner = this.wayBack.runner;
    const want = (incident: string) => {
      this.rescues.schedule.want(incident);
    };
    this.retags = new ContextRetags({ ...parts, cluster, facts, writes, ledger, intake, want, wake, architectures });
    const pullPods = (name: string) => [...intake.book.relevant].filter(({ pullsFor }) => pullsFor?.name === name);
    const reader = new PrepullReader(cluster, clock, (namespace) => intake.sees(namespace));
    const selector = () => parts.context().prepull;
    const shared = { ...parts, facts, writes, reader, pullPods, board, architectures };
    const ahead = { context: handle.name, cluster, selector, limits: parts.limits.rescue };
    this.ahead = new PrepullAhead({ ...shared, ...ahead });
    const { retags, ahead: prepulls } = this;
    this.rescues = new ContextRescues({ ...shared, ledger, intake, wake, retags, ahead: prepulls });
  }

  start(): void {
    const watched = { only: this.parts.namespaces, named: () => this.parts.context().namespaces ?? [] };
    this.watch = this.cluster.watchPods(watched, (event) => {
      this.intake.streamed(event);
    });
    void this.facts.fledged().then(this.parts.changed);
  }

  /** The connection is checked at once; what was kept of the cluster is asked for again. */
  resume(): void {
    this.facts.forget();
    this.silent.forget();
    this.watch?.resume();
    // while the computer slept no timer ran, and much may have become due
    this.wake.soon(0);
  }

  /** Settings changed: what was decided is decided again. */
  reconsider(): void {
    this.ledger.forgetPauses();
    this.retags.runner.ends.reconsider(this.retags.runner.active);
    this.wake.soon(0);
  }

  /** Something else than the cluster changed: a mirror may be asked again. */
  lookAgain(): void {
    this.wake.soon(0);
  }

  /** The mirrors' hosts of the pulls under way, each as often as there are pulls. */
  pulls(): readonly string[] {
    return [
      ...this.rescues.runner.active.flatMap(pullsUnderWay),
      ...this.retags.runner.pulls(),
      ...this.ahead.runner.pulls(),
    ];
  }

  /** `leaving`: for good, so that what only pulls is not left behind; otherwise the next engine goes on with it at once. */
  async stop(leaving: boolean): Promise<void> {
    this.stopped = true;
    this.intake.stop();
    this.silent.stop();
    this.watch?.stop();
    this.wake.stop();
    this.cancelSweep?.();
    this.rescues.schedule.stop();
    await Promise.all([
      this.restoreRunner.stop(),
      this.rescues.runner.stop(leaving),
      this.retags.runner.stop(leaving),
      this.ahead.stop(leaving),
    ]);
    this.cluster.close();
  }

  view(settings: ContextSettings): ContextView {
    const { name, server } = this.parts.handle;
    return {
      name,
      server,
      status: this.intake.status,
      ...settings,
      pods: this.intake.book.count,
      fledged: this.facts.fledgedStatus,
    };
  }

  incidents(): readonly IncidentView[] {
    return this.ledger.views(this.failing(), this.healings, this.parts.clock.now());
  }

  caches(): readonly CacheView[] {
    return this.cacheBoard.views;
  }

  restores(): readonly RestoreView[] {
    return this.restoreRunner.views(this.parts.handle.name);
  }

  /** A person wants this incident healed. Gives why it cannot be, or null. */
  fix(id: string): 'not-found' | 'not-possible' | 'spared' | null {
    if (this.healings.some(({ incident }) => incident === id)) return null;
    const incident = this.failing().find((candidate) => candidate.id === id);
    if (!incident) return 'not-found';
    if (incident.refusal) return incident.refusal.code === 'budget' ? 'spared' : 'not-possible';
    this.rescues.schedule.want(id);
    this.wake.soon(0);
    return null;
  }

  /** What a retag of this incident keeps waiting is swapped at once; false where there is none of that. */
  swapNow(id: string): boolean {
    return this.retags.runner.swapNow(id);
  }

  checkRestore(id: string): boolean {
    if (!this.restoreRunner.get(id)) return false;
    this.restoreRunner.check(id);
    return true;
  }

  restore(id: string): boolean {
    if (this.restoreRunner.get(id)?.state.is !== 'ready') return false;
    this.restoreRunner.restore(id);
    return true;
  }

  /** Puts back what goes back without restarting anything. */
  restoreFree(): void {
    this.restoreRunner.free();
  }

  examine(language: Language): Promise<Examination> {
    return this.doctor.examine(language);
  }

  applyFix(fix: string, language: Language): Promise<{ sentence: string; examination: Examination }> {
    return this.doctor.applyFix(fix, language);
  }

  describeRetag(language: Language): Promise<RetagDescription> {
    return this.retags.describe(language);
  }

  /** Where both are at one image, the rescue is what is shown: it changes pods. */
  private get healings(): readonly Healing[] {
    return [...this.retags.runner.active, ...this.rescues.runner.active];
  }

  /** The failures that no rescue, no retag and no restore deals with. */
  private get unattended(): readonly KnownFailure[] {
    return this.intake.book.failures.filter(
      ({ podUid }) =>
        !this.rescues.runner.isRescuing(podUid) &&
        !this.retags.runner.isRetagging(podUid) &&
        !this.restoreRunner.isRestoring(podUid),
    );
  }

  private failing(): readonly Incident[] {
    const mine = this.unattended.filter(
      (failure) => this.facts.knows(failure.namespace) && !this.silent.awaits(failure),
    );
    return incidentsOf(mine, (uid) => this.intake.book.pod(uid), this.rules.now);
  }

  private async considerNow(): Promise<void> {
    // what a killed run began goes first
    if (!this.recovered) return;
    const silent = this.silent.ask(this.unattended);
    const namespaces = this.intake.book.failures.map(({ namespace }) => namespace);
    await this.facts.learn(namespaces);
    if (this.stopped) return;
    const unknown = namespaces.some((namespace) => !this.facts.knows(namespace));
    // a pod becomes a restore when its rescue ends, which no event of the pod itself tells
    for (const pod of this.intake.book.relevant)
      if (!pod.pullsFor) this.restoreRunner.podSeen(pod, this.rescues.runner.isRescuing(pod.uid));
    const incidents = this.failing();
    this.news.tell(incidents);
    const rescue = this.rescues.schedule.begin(incidents);
    const again = unknown ? this.parts.clock.now() + askAgain : null;
    this.wake.at([rescue, this.wayBack.doDue(), silent, again]);
    this.parts.changed();
  }

  /**
   * Once, when pods have been listed: goes on with what a killed run left. Its pods in namespaces that have not been
   * listed yet are read one by one.
   */
  private recover(): void {
    if (this.recovered) return;
    this.recovered = true;
    const { dryRun, context, event } = this.parts;
    if (dryRun) return;
    this.sweep();
    const { auto, agreed } = context();
    // what a run with other flags began is not gone on with where nothing may be written
    if (!auto && !agreed) return;
    const unreadable = (id: string) => {
      event({ event: 'error', why: `the journal's entry ${id} is of another version and was dropped` });
    };
    this.doctor.recover();
    this.retags.recover();
    this.ahead.resume(unreadable);
    this.rescues.recover(unreadable);
    this.wayBack.recover(unreadable);
  }

  private isInUse(name: string): boolean {
    return this.rescues.uses(name) || this.restoreRunner.uses(name) || this.ahead.runner.uses(name);
  }

  /** Again and again: what was left a moment before the start is too young to be known for a leftover then. */
  private sweep(): void {
    const { clock, context } = this.parts;
    const inUse = (name: string) => this.isInUse(name);
    // only where the app writes by itself anyway: in watch mode nothing is written without a click
    if (context().auto) void sweepLeftovers(this.cluster, this.facts, this.writes, clock, inUse);
    void this.retags.sweep();
    this.cancelSweep = clock.after(leftoverAge, () => {
      this.sweep();
    });
  }
}
