import { resources, type KubeObject } from '../../domain/kubeObject';
import { hasImage } from '../../domain/diagnosis/pullFailure';
import { labels, type PodSnapshot } from '../../domain/podSnapshot';
import { stepRetag } from '../../domain/retag/retag';
import { isLeftToRescue, isUnderWay, maySwapNow, plannedRetag } from '../../domain/retag/retagParts';
import { retagProgress, retagProgressOf, type RetagProgress } from '../../domain/retag/retagProgress';
import {
  retagLimits,
  type RetagEffect,
  type RetagEvent,
  type RetagLimits,
  type RetagPlan,
  type RetagReport,
  type RetagState,
} from '../../domain/retag/retagState';
import type { ClusterWrites } from '../clusterWrites';
import type { MirrorAttempt } from '../mirrors/mirrorAttempts';
import { Intents } from '../intents';
import { isReadFailure, type Clock, type Cluster, type Journal } from '../ports';
import { RunTimers } from '../runTimers';
import { isAnswer, RetagEnds } from './retagEnds';
import { isBusy, RetagPulls, retagPullsUnderWay } from './retagPulls';

/** What the runner tells the context that owns it. */
export interface RetagListener {
  changed(): void;
  /** `ended` ones are told once and then forgotten. */
  report(retag: RetagState, report: RetagReport): void;
  /** More of its pods are left to the usual rescue, while it may go on with others. */
  leaves(retag: RetagState): void;
  /** Something of the app's own does not work. */
  failed(why: string): void;
  /** The newest known pod. */
  pod(uid: string): PodSnapshot | undefined;
  /** The pods of this Job that have been seen already. */
  jobPods(job: string): readonly PodSnapshot[];
  /** Whether the stream shows the pods of this namespace. */
  sees(namespace: string): boolean;
  /** So many pulls through the mirror on this host are about to begin. */
  pulling(host: string, pulls: number): void;
  /** What a mirror answered that the kubelet has not seen. */
  attempt(attempt: MirrorAttempt): void;
  /** Whether the mirror on this host may be asked now. */
  mayAsk(host: string): boolean;
  /** Whether retags are switched on. */
  isOn(): boolean;
}

export interface RetagParts {
  readonly context: string;
  readonly cluster: Pick<Cluster, 'listObjects'>;
  readonly writes: ClusterWrites;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly listener: RetagListener;
  readonly dryRun: boolean;
}

/** A Job whose pods are not streamed is looked at so often, in milliseconds. */
const lookEvery = 5_000;

/** Performs the retags of one context: journal first, then the write, then its result back into the machine. */
export class RetagRunner {
  readonly ends = new RetagEnds();
  private readonly retags = new Map<string, RetagState>();
  private readonly timers: RunTimers;
  private readonly intents: Intents;
  private readonly pullCount: RetagPulls;
  /** Job -> its last write; the next one waits for it. */
  private readonly writing = new Map<string, Promise<void>>();
  /** The Jobs whose pods are being read: one reading of each at a time. */
  private readonly reading = new Set<string>();

  constructor(
    private readonly parts: RetagParts,
    private readonly limits: RetagLimits = retagLimits,
  ) {
    const { clock, context, journal, listener } = parts;
    this.timers = new RunTimers(clock);
    this.pullCount = new RetagPulls((host, pulls) => {
      listener.pulling(host, pulls);
    });
    this.intents = new Intents(context, 'retag', journal, (why) => {
      listener.failed(why);
    });
  }

  get active(): readonly RetagState[] {
    return [...this.retags.values()];
  }

  begin(plan: RetagPlan): void {
    this.retags.set(plan.id, plannedRetag(plan));
    this.dispatch(plan.id, { type: 'begin' });
    this.lookLater(plan.id);
  }

  /** Goes on with a retag from the journal, whatever has happened to its pods since. */
  resume(retag: RetagState): void {
    if (this.retags.has(retag.id)) return;
    // what would ask a mirror again that was asked enough is left to the next decision
    const known: RetagState = this.isSpared(retag) ? { ...retag, step: 'ended', outcome: { is: 'closed' } } : retag;
    this.retags.set(retag.id, known);
    this.noteLeft(null, known);
    if (known.step === 'ended') {
      this.parts.listener.changed();
      // any of its Jobs may be left
      void this.finish(
        known,
        Object.values(known.nodes).map(({ job }) => this.deleteJob(known.namespace, job)),
      );
      return;
    }
    this.dispatch(retag.id, { type: 'resume' });
    for (const { podUid } of Object.values(retag.targets)) {
      const pod = this.parts.listener.pod(podUid);
      if (pod) this.podSeen(pod);
    }
    this.lookLater(retag.id);
  }

  private isSpared({ nodes, candidates }: RetagState): boolean {
    return Object.values(nodes).some(({ phase, mirror }) => {
      const host = candidates[mirror]?.mirror;
      return isBusy(phase) && host !== undefined && !this.parts.listener.mayAsk(host);
    });
  }

  podSeen(pod: PodSnapshot): void {
    // that it goes is not told of a pod that nothing is wrong with
    if (pod.containers.every(hasImage)) this.ends.forget([pod.uid]);
    for (const { id, targets } of this.active) if (targets[pod.uid]) this.dispatch(id, { type: 'pod-seen', pod });
  }

  /** Pods of this incident are not to wait any longer where they can be swapped. Gives whether there are any. */
  swapNow(incident: string): boolean {
    const waiting = this.active.filter(
      (retag) =>
        retag.incident === incident && Object.values(retag.targets).some((target) => maySwapNow(retag, target)),
    );
    for (const { id } of waiting) this.dispatch(id, { type: 'swap-now' });
    return waiting.length > 0;
  }

  podGone(podUid: string): void {
    this.ends.forget([podUid]);
    for (const { id, targets } of this.active) if (targets[podUid]) this.dispatch(id, { type: 'pod-gone', podUid });
  }

  /** A Job's pod, of whichever Job. */
  pullPodSeen(pod: PodSnapshot): void {
    const job = pod.pullsFor?.kind === 'retag' ? pod.pullsFor.name : null;
    if (job === null || pod.deleting) return;
    const progress = retagProgress(pod);
    for (const { id, node } of this.doneBy(job, pod.namespace)) {
      // what its process said last is asked for: the stream's pods do not tell
      if (progress.is === 'failed' && progress.whose !== 'helper') void this.look(id, node, job, progress);
      else this.dispatch(id, { type: 'progress', node, job, progress });
    }
  }

  isRetagging(podUid: string): boolean {
    return this.active.some(({ targets: { [podUid]: target } }) => target !== undefined && isUnderWay(target));
  }

  /** Whether a Job of this name is at work. */
  uses(job: string): boolean {
    return this.active.some(({ nodes }) => Object.values(nodes).some((node) => node.job === job));
  }

  /** The mirrors' hosts of the pulls under way, each as often as there are pulls. */
  pulls(): readonly string[] {
    return this.active.flatMap(retagPullsUnderWay);
  }

  /** Waits for the writes that are on their way and starts no more. `leaving`: its Jobs go; the journal keeps the rest. */
  async stop(leaving: boolean): Promise<void> {
    const left = leaving ? this.active : [];
    this.timers.endAll();
    this.retags.clear();
    await Promise.allSettled(this.writing.values());
    for (const { nodes, namespace } of left)
      await Promise.all(Object.values(nodes).map(({ job }) => this.deleteJob(namespace, job)));
  }

  private doneBy(job: string, namespace: string): readonly { readonly id: string; readonly node: string }[] {
    return this.active.flatMap((retag) =>
      retag.namespace === namespace
        ? Object.entries(retag.nodes).flatMap(([node, known]) => (known.job === job ? { id: retag.id, node } : []))
        : [],
    );
  }

  /** Reads the Job's pod; what cannot be read is as it was seen. */
  private async look(id: string, node: string, job: string, seen: RetagProgress | null): Promise<void> {
    const namespace = this.retags.get(id)?.namespace;
    if (namespace === undefined || this.reading.has(job)) return;
    this.reading.add(job);
    const pods = await this.parts.cluster.listObjects('Pod', namespace, `${labels.retag}=${job}`);
    this.reading.delete(job);
    const [pod] = isReadFailure(pods) ? [] : pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
    const progress = (pod && retagProgressOf(pod)) ?? seen;
    if (progress) this.dispatch(id, { type: 'progress', node, job, progress });
  }

  private lookLater(id: string): void {
    this.timers.start(id, 'look', lookEvery, () => {
      const retag = this.retags.get(id);
      if (!retag) return;
      for (const [node, { phase, job }] of Object.entries(retag.nodes))
        if (phase === 'working' && !this.parts.listener.sees(retag.namespace)) void this.look(id, node, job, null);
      this.lookLater(id);
    });
  }

  private dispatch(id: string, event: RetagEvent): void {
    const known = this.retags.get(id);
    if (!known) return;
    const before = this.asOfNow(known);
    if (event.type === 'progress') this.pullCount.seen(before, event.node, event.progress);
    const [after, effects] = stepRetag(before, event, this.limits);
    if (after === before && effects.length === 0) return;
    this.retags.set(id, after);
    const leaves = this.noteLeft(before, after);
    this.perform(id, effects, { resumed: event.type === 'resume', leaves });
  }

  /** Gives whether this step leaves more pods to the usual rescue; that one is told so. */
  private noteLeft(before: RetagState | null, after: RetagState): boolean {
    this.ends.noteStep(before, after);
    const leaves = Object.keys(after.targets).some(
      (uid) => isLeftToRescue(after, uid) && !(before && isLeftToRescue(before, uid)),
    );
    if (leaves) this.parts.listener.leaves(after);
    return leaves;
  }

  /**
   * What comes after the mirrors in use was chosen when this was planned: some may have been asked enough since, and it may
   * have been switched off.
   */
  private asOfNow(known: RetagState): RetagState {
    const isOff = !this.parts.listener.isOn();
    const retag = isOff === (known.isOff ?? false) ? known : { ...known, isOff };
    const reached = Math.max(0, ...Object.values(retag.nodes).map(({ mirror }) => mirror));
    const candidates = retag.candidates.filter(
      ({ mirror }, index) => index <= reached || this.parts.listener.mayAsk(mirror),
    );
    return candidates.length === retag.candidates.length ? retag : { ...retag, candidates };
  }

  private perform(id: string, effects: readonly RetagEffect[], { resumed, leaves }: Step): void {
    const retag = this.retags.get(id);
    if (!retag) return;
    const { listener } = this.parts;
    // who goes on with this after a restart is not to take up again what it has left
    const refused = effects.some(isWrite) || leaves ? this.intents.record(id, retag) : null;
    listener.changed();
    const writes: Promise<void>[] = [];
    for (const effect of effects) {
      if (effect.do === 'report') this.reported(retag, effect.report);
      else if (effect.do === 'timer')
        this.timers.start(id, effect.name, effect.ms, () => {
          this.dispatch(id, { type: 'timer', name: effect.name });
        });
      else {
        // a dry run's pulls are shown and not made; what a killed run had begun was counted by that run
        if (effect.do === 'create-job' && !resumed && !this.parts.dryRun) this.pullCount.begins(retag, effect.node);
        writes.push(this.queue(effect, () => this.write(id, effect, refused)));
      }
    }
    if (retag.step === 'ended') void this.finish(retag, writes);
  }

  private reported(retag: RetagState, report: RetagReport): void {
    const { listener } = this.parts;
    if (report.event === 'retag-failed' && report.cause !== null && isAnswer(report.cause)) {
      const host = retag.candidates.find(({ proxied }) => proxied === report.proxied)?.mirror;
      if (host !== undefined)
        listener.attempt({ host, requests: 0, errors: 1, key: `retag ${retag.id} ${report.node} ${host}` });
    }
    listener.report(retag, report);
  }

  /** It leaves the journal only when the writes of its end are done: until then it can be resumed. */
  private async finish(retag: RetagState, writes: readonly Promise<void>[]): Promise<void> {
    this.timers.end(retag.id);
    this.retags.delete(retag.id);
    await Promise.all([...writes, ...Object.values(retag.nodes).map(({ job }) => this.writing.get(job))]);
    this.intents.record(retag.id, null);
  }

  /** What is not in the journal is not written to a cluster either. */
  private async write(id: string, effect: RetagWrite, withheld: string | null): Promise<void> {
    const namespace = this.retags.get(id)?.namespace ?? '';
    if (effect.do === 'delete-job') {
      if (withheld === null) await this.deleteJob(effect.namespace, effect.name);
      return;
    }
    const { node, job } = effect;
    const { name } = job.metadata;
    if (this.parts.dryRun) {
      await this.parts.writes.create(job);
      this.shown(id);
      return;
    }
    const result =
      withheld === null ? await this.parts.writes.create(job) : ({ is: 'unavailable', detail: withheld } as const);
    this.dispatch(id, { type: 'job-write', node, job: name, result });
    for (const pod of this.parts.listener.jobPods(name)) if (pod.namespace === namespace) this.pullPodSeen(pod);
    // one that was there already may have ended, and no stream tells of ended pods
    if (result.is === 'conflict') void this.look(id, node, name, null);
  }

  /** A dry run shows what would begin, and that is all. */
  private shown(id: string): void {
    const retag = this.retags.get(id);
    if (!retag) return;
    this.timers.end(id);
    this.retags.delete(id);
    this.parts.listener.report(retag, { event: 'ended', outcome: { is: 'closed' } });
  }

  private async deleteJob(namespace: string, name: string): Promise<void> {
    const { apiVersion } = resources.Job;
    if (name !== '') await this.parts.writes.delete({ apiVersion, kind: 'Job', namespace, name }, null);
  }

  private queue(effect: RetagWrite, write: () => Promise<void>): Promise<void> {
    const job = effect.do === 'create-job' ? nameOf(effect.job) : effect.name;
    const last = this.writing.get(job);
    const next = last ? last.then(write) : write();
    const tracked = next.finally(() => {
      if (this.writing.get(job) === tracked) this.writing.delete(job);
    });
    this.writing.set(job, tracked);
    return tracked;
  }
}

/** What a step of the machine is besides its effects. */
interface Step {
  readonly resumed: boolean;
  /** Pods are left to the usual rescue by it. */
  readonly leaves: boolean;
}

type RetagWrite = Extract<RetagEffect, { do: 'create-job' | 'delete-job' }>;

function isWrite(effect: RetagEffect): effect is RetagWrite {
  return effect.do === 'create-job' || effect.do === 'delete-job';
}

function nameOf({ metadata }: KubeObject): string {
  return metadata.name;
}
