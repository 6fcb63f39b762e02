import type { Candidate } from '../../domain/appState';
import type { Incident } from '../../domain/decision';
import { labels } from '../../domain/podSnapshot';
import { isRetagRecord } from '../../domain/retag/retagRecord';
import type { RetagReport, RetagState } from '../../domain/retag/retagState';
import type { RetagDescription } from '../../domain/retag/retagDescription';
import type { Language } from '../../domain/words/language';
import type { ContextParts } from '../contextParts';
import type { ClusterFacts } from '../clusterFacts';
import type { ClusterWrites } from '../clusterWrites';
import type { IncidentLedger } from '../rescue/incidentLedger';
import type { NodeArchitectures } from '../prepull/nodeArchitectures';
import type { PodFollower, PodIntake } from '../podIntake';
import { isReadFailure, type Cluster } from '../ports';
import type { RescueRunner } from '../rescue/rescueRunner';
import type { RescueScope } from '../rescue/rescuePlanning';
import { describeRetag } from './retagDescribing';
import { planRetag, type PlannedRetag } from './retagPlanning';
import { retagEvents } from './retagEvents';
import { RetagRunner } from './retagRunner';
import { settle, type Wake } from '../wake';

export interface ContextRetagParts extends Pick<
  ContextParts,
  'handle' | 'clock' | 'journal' | 'settings' | 'context' | 'dryRun' | 'mirrors' | 'limits' | 'changed' | 'event'
> {
  readonly cluster: Cluster;
  readonly facts: ClusterFacts;
  readonly writes: ClusterWrites;
  readonly ledger: IncidentLedger;
  readonly intake: PodIntake;
  /** A person asked for this incident to be healed. */
  readonly want: (incident: string) => void;
  readonly wake: Wake;
  readonly architectures: NodeArchitectures;
}

/** The retags of one context, and what connects them with the rest of it. */
export class ContextRetags {
  readonly runner: RetagRunner;

  constructor(private readonly parts: ContextRetagParts) {
    const { handle, cluster, writes, journal, clock, dryRun, intake, mirrors, event, changed, limits } = parts;
    this.runner = new RetagRunner(
      {
        context: handle.name,
        cluster,
        writes,
        journal,
        clock,
        dryRun,
        listener: {
          changed,
          report: (retag, report) => {
            this.reported(retag, report);
          },
          leaves: ({ asked, incident }) => {
            // what is left to the usual rescue is so at once, where a person asked for the whole
            if (asked) parts.want(incident);
            parts.wake.soon(settle);
          },
          failed: (why) => {
            event({ event: 'error', why });
          },
          pod: (uid) => intake.book.pod(uid),
          jobPods: (job) => [...intake.book.relevant].filter(({ pullsFor }) => pullsFor?.name === job),
          sees: (namespace) => intake.sees(namespace),
          pulling: (host, pulls) => {
            mirrors.pulling(host, pulls);
          },
          attempt: (attempt) => {
            mirrors.failed(attempt);
          },
          mayAsk: (host) => mirrors.mayAsk(host),
          isOn: () => parts.context().retag === true,
        },
      },
      limits.retag,
    );
  }

  plan(incident: Incident, scope: RescueScope): Promise<PlannedRetag> {
    const { cluster, facts, settings, mirrors, clock } = this.parts;
    const parts = {
      cluster,
      facts,
      settings,
      order: (candidates: Parameters<typeof mirrors.order>[0]) => mirrors.order(candidates),
      mayAsk: (host: string) => mirrors.mayAsk(host),
      hasFailed: (uid: string) => this.runner.ends.of(uid) !== null,
    };
    return planRetag(incident, scope, parts, clock.now());
  }

  /** Goes on with what a killed or stopped run left in the journal. */
  recover(): void {
    const { journal, handle, event, ledger, intake, context } = this.parts;
    for (const { id, context: of, what, state } of journal.load().entries) {
      if (of !== handle.name || what !== 'retag') continue;
      if (!isRetagRecord(state)) {
        event({ event: 'error', why: `the journal's retag ${id} is of another version and was dropped` });
        this.drop(id);
        continue;
      }
      ledger.resumed(state);
      // where it was switched off meanwhile only its Jobs are taken away
      const isWished = context().retag === true;
      this.runner.resume(isWished ? state : { ...state, step: 'ended', outcome: { is: 'closed' } });
      intake.lookFor(Object.values(state.targets));
    }
  }

  /** Shown with a pod that fails now, where one does. */
  describe(language: Language): Promise<RetagDescription> {
    const { cluster, settings, intake, mirrors, architectures } = this.parts;
    const failure = intake.book.failures.find(({ node, image, original }) => node !== '' && image === original);
    const example = { image: failure?.original ?? null, node: failure?.node ?? null };
    const nodes = example.node === null ? [] : [example.node];
    const sizeOf = (candidate: Candidate) => mirrors.size(candidate, () => architectures.of(nodes));
    return describeRetag(cluster, settings(), example, sizeOf, language);
  }

  /** Takes away the Jobs that nothing uses any more, on whatever computer they began. */
  async sweep(): Promise<void> {
    const { cluster, writes, clock, settings, context, limits } = this.parts;
    // as with all leftovers: only where the app writes by itself anyway
    if (!context().auto || !context().retag) return;
    // another instance's Job may work for as long as its own deadline lets it
    const selector = `${labels.managedBy}=${labels.managedByValue},${labels.retag}`;
    const jobs = await cluster.listObjects('Job', settings().retagNamespace, selector);
    if (isReadFailure(jobs)) return;
    for (const { apiVersion, metadata } of jobs) {
      const { name, namespace = '', creationTimestamp = '', uid = null } = metadata;
      if (this.runner.uses(name) || clock.now() - Date.parse(creationTimestamp) < limits.retag.job) continue;
      await writes.delete({ apiVersion, kind: 'Job', namespace, name }, uid);
    }
  }

  private drop(id: string): void {
    try {
      this.parts.journal.record({ id, context: this.parts.handle.name, what: 'retag', state: null });
    } catch {
      // the disk takes nothing now: the next start finds it again and drops it then
    }
  }

  private reported(retag: RetagState, report: RetagReport): void {
    const { event, ledger, clock, context, wake } = this.parts;
    for (const each of retagEvents(retag, report)) event(each);
    if (report.event !== 'ended') return;
    const { outcome } = report;
    if (outcome.is !== 'swap') ledger.ended(retag, outcome, clock.now(), context().auto);
    wake.soon(settle);
  }
}

/** What pods are shown to: the rescues and the retags alike. */
export function followers(rescues: RescueRunner, retags: RetagRunner, ahead: PullFollower): PodFollower {
  return {
    podSeen: (pod) => {
      rescues.podSeen(pod);
      retags.podSeen(pod);
    },
    podGone: (uid) => {
      rescues.podGone(uid);
      retags.podGone(uid);
    },
    pullPodSeen: (pod) => {
      rescues.pullPodSeen(pod);
      retags.pullPodSeen(pod);
      ahead.pullPodSeen(pod);
    },
    pullPodGone: (pod) => {
      rescues.pullPodGone(pod);
      ahead.pullPodGone(pod);
    },
    isRescuing: (uid) => rescues.isRescuing(uid) || retags.isRetagging(uid),
  };
}

/** Who looks after pods that pull, and after no others. */
type PullFollower = Pick<PodFollower, 'pullPodSeen' | 'pullPodGone'>;
