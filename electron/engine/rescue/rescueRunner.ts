import type { MirrorFailure } from '../../domain/appState';
import { pullProgress } from '../../domain/prepull/imageCache';
import { isSameObject, refOf, type ObjectRef } from '../../domain/kubeObject';
import type { PrepullEvent, PrepullLook } from '../../domain/prepull/prepull';
import { step } from '../../domain/rescue/rescue';
import { pullsStarted } from '../../domain/rescue/rescuePulls';
import { candidate, planned } from '../../domain/rescue/rescueTargets';
import {
  rescueLimits,
  type RescueEffect,
  type RescueEvent,
  type RescueLimits,
  type RescuePlan,
  type RescueReport,
  type RescueState,
} from '../../domain/rescue/rescueState';
import type { PodSnapshot } from '../../domain/podSnapshot';
import type { ClusterWrites } from '../clusterWrites';
import { ObjectTurns } from '../objectTurns';
import { Intents } from '../intents';
import type { Clock, Journal } from '../ports';
import { RunTimers } from '../runTimers';
import type { LookedAt } from '../prepull/prepullReader';

/** What the runner tells the context that owns it. */
export interface RescueListener {
  /** The state of a rescue changed; `ended` ones are told once and then forgotten. */
  changed(rescue: RescueState): void;
  report(rescue: RescueState, report: RescueReport): void;
  /** It is at its end and still in the journal: what is to follow from it begins now, and again should it be resumed. */
  beforeForgotten(rescue: RescueState): Promise<void>;
  /** Something of the app's own does not work. */
  failed(why: string): void;
  /** The newest known pod, for a rescue that has just written to it. */
  pod(uid: string): PodSnapshot | undefined;
  /** The pods that pull for an object of this name, or are it, and have been seen already. */
  pullPods(name: string): readonly PodSnapshot[];
  /** Reads how far what was made to pull is. */
  look(about: LookedAt): Promise<PrepullLook>;
  /** A write brought a newer pod. */
  seen(pod: PodSnapshot): void;
  /** So many pulls through the mirror on this host are about to begin. */
  pulling(host: string, pulls: number): void;
  /** Whether the mirror on this host may be asked now. */
  mayAsk(host: string): boolean;
}

/**
 * Performs the rescues of one context: journal first, then the write, then its result back into the machine.
 * Nothing else writes for a rescue.
 */
export class RescueRunner {
  private readonly rescues = new Map<string, RescueState>();
  private readonly timers: RunTimers;
  private readonly intents: Intents;
  private readonly underWay = new Set<Promise<void>>();
  /** Rescue -> mirror and what pulls there: a write that is repeated is no pull of its own. */
  private readonly pulls = new Map<string, Set<string>>();
  /** Rescue -> what was made for it and is known to be gone. */
  private readonly away = new Map<string, ObjectRef[]>();

  private readonly turns = new ObjectTurns();

  constructor(
    context: string,
    private readonly writes: ClusterWrites,
    journal: Journal,
    private readonly clock: Clock,
    private readonly listener: RescueListener,
    private readonly limits: RescueLimits = rescueLimits,
  ) {
    this.timers = new RunTimers(clock);
    this.intents = new Intents(context, 'rescue', journal, (why) => {
      listener.failed(why);
    });
  }

  get active(): readonly RescueState[] {
    return [...this.rescues.values()];
  }

  /** `failures`: the mirrors on which its pods failed before. */
  begin(plan: RescuePlan, failures: readonly MirrorFailure[] = []): void {
    // where nothing is made, one way after the other would be shown to be refused
    const ways = this.writes.dryRun ? plan.ways.slice(0, 1) : plan.ways;
    this.rescues.set(plan.id, { ...planned({ ...plan, ways }), failures });
    this.dispatch(plan.id, { type: 'begin' });
  }

  /** Goes on with a rescue from the journal, whatever has happened to its pods since. */
  resume(known: RescueState): void {
    if (this.rescues.has(known.id)) return;
    // what would begin again with a mirror that was asked enough is left to the next decision
    const isSpared = known.step === 'cache' && !this.listener.mayAsk(candidate(known).mirror);
    const rescue: RescueState = isSpared ? { ...known, step: 'ended', outcome: { is: 'closed' } } : known;
    this.rescues.set(rescue.id, rescue);
    if (rescue.step === 'ended') {
      this.perform(rescue.id, []);
      return;
    }
    this.dispatch(rescue.id, { type: 'resume' });
    for (const { podUid } of Object.values(rescue.targets)) {
      const pod = this.listener.pod(podUid);
      if (pod) this.podSeen(pod);
    }
  }

  podSeen(pod: PodSnapshot): void {
    for (const { id, targets } of this.active) if (targets[pod.uid]) this.dispatch(id, { type: 'pod-seen', pod });
  }

  podGone(podUid: string): void {
    for (const { id, targets } of this.active) if (targets[podUid]) this.dispatch(id, { type: 'pod-gone', podUid });
  }

  pullPodSeen(pod: PodSnapshot): void {
    for (const [rescue, name] of this.pulledBy(pod)) {
      const pull = pullProgress(pod, this.clock.now(), candidate(rescue).mirror);
      this.prepull(rescue.id, { type: 'pull', name, node: pod.node, pull });
    }
  }

  /** It went before it was seen to have pulled or failed. */
  pullPodGone(pod: PodSnapshot): void {
    for (const [{ id }, name] of this.pulledBy(pod)) this.prepull(id, { type: 'gone', name, node: pod.node });
  }

  isRescuing(podUid: string): boolean {
    return this.active.some(({ targets }) => targets[podUid] !== undefined);
  }

  /**
   * Waits for the writes that are on their way and starts no more; the journal keeps the rest. `leaving`: nobody will look
   * after what only pulls, so that goes as well, and whoever resumes makes it anew.
   */
  async stop(leaving: boolean): Promise<void> {
    const pullers = leaving ? this.active.flatMap(({ step, made }) => (step === 'cache' ? made : [])) : [];
    this.timers.endAll();
    this.rescues.clear();
    this.pulls.clear();
    this.away.clear();
    await Promise.allSettled(this.underWay);
    await Promise.all(pullers.map((object) => this.writes.deletePuller(object)));
  }

  /** The rescues for which a pod pulls, each with the name of what was made for that. */
  private pulledBy({ pullsFor, namespace }: PodSnapshot): readonly (readonly [RescueState, string])[] {
    return this.active.flatMap((rescue) => {
      const batch = rescue.cache?.batches.find(
        (each) => each.name === pullsFor?.name && each.namespace === namespace && !each.isOver,
      );
      return batch ? [[rescue, batch.name] as const] : [];
    });
  }

  private prepull(id: string, event: PrepullEvent): void {
    this.dispatch(id, { type: 'prepull', event });
  }

  private dispatch(id: string, event: RescueEvent): void {
    const known = this.rescues.get(id);
    if (!known) return;
    const before = this.withoutSpent(known);
    const [after, effects] = step(before, event, this.limits);
    if (after === before && effects.length === 0) return;
    this.rescues.set(id, after);
    this.countPulls(after, effects, event.type === 'resume');
    this.perform(id, effects);
  }

  /** What comes after the present mirror was chosen when the rescue was planned; some may have been asked enough since. */
  private withoutSpent(rescue: RescueState): RescueState {
    const isLeft = ({ mirror }: RescueState['candidates'][number], index: number) =>
      index <= rescue.mirror || this.listener.mayAsk(mirror);
    const candidates = rescue.candidates.filter(isLeft);
    return candidates.length === rescue.candidates.length ? rescue : { ...rescue, candidates };
  }

  /** What a killed run had begun was counted by that run. */
  private countPulls(rescue: RescueState, effects: readonly RescueEffect[], resumed: boolean): void {
    const started = pullsStarted(rescue, effects).map((what) => `${String(rescue.mirror)} ${what}`);
    if (started.length === 0) return;
    const counted = this.pulls.get(rescue.id) ?? new Set();
    const fresh = started.filter((pull) => !counted.has(pull));
    this.pulls.set(rescue.id, new Set([...counted, ...fresh]));
    if (fresh.length > 0 && !resumed) this.listener.pulling(candidate(rescue).mirror, fresh.length);
  }

  private perform(id: string, effects: readonly RescueEffect[]): void {
    const rescue = this.rescues.get(id);
    if (!rescue) return;
    const refused = effects.some(isWrite) ? this.intents.record(id, rescue) : null;
    this.listener.changed(rescue);
    const writes: Promise<void>[] = [];
    for (const effect of effects) {
      if (effect.do === 'report') this.report(rescue, effect.report, refused !== null);
      else if (effect.do === 'look') void this.track(this.look(id, { ...effect, mirror: candidate(rescue).mirror }));
      else if (effect.do === 'timer')
        this.timers.start(id, effect.name, effect.ms, () => {
          this.dispatch(id, { type: 'timer', name: effect.name });
        });
      else writes.push(this.track(refused === null ? this.write(id, effect) : this.withhold(id, effect, refused)));
    }
    if (rescue.step === 'ended') void this.track(this.finish(rescue, writes));
  }

  /** A rescue leaves the journal only when the writes of its end are done: until then it can be resumed. */
  private async finish(rescue: RescueState, writes: readonly Promise<void>[]): Promise<void> {
    this.timers.end(rescue.id);
    this.rescues.delete(rescue.id);
    this.pulls.delete(rescue.id);
    await Promise.all(writes);
    const gone = this.away.get(rescue.id) ?? [];
    this.away.delete(rescue.id);
    for (const object of rescue.made)
      if (!gone.some((each) => isSameObject(each, object))) await this.writes.deletePuller(object);
    await this.listener.beforeForgotten(rescue);
    this.intents.record(rescue.id, null);
  }

  /** A dry run makes nothing, so that nothing can be said of how a way went; and what is withheld has not started. */
  private report(rescue: RescueState, report: RescueReport, withheld: boolean): void {
    const isOfAWay = report.event === 'way-left' || report.event === 'not-cached';
    if (isOfAWay && this.writes.dryRun) return;
    if (report.event !== 'cache-started' || !withheld) this.listener.report(rescue, report);
  }

  private async look(id: string, about: LookedAt): Promise<void> {
    const look = await this.turns.take(about.object, () => this.listener.look(about));
    this.prepull(id, { type: 'looked', name: about.batch.name, look });
  }

  /** What is not in the journal is not written to a cluster either: a killed app could not go on with it. */
  private async withhold(id: string, effect: RescueWrite, detail: string): Promise<void> {
    // answered like any other write that was not done: later, so that one step has ended before the next begins
    await Promise.resolve();
    const result = { is: 'unavailable', detail } as const;
    if (effect.do === 'create-puller') this.prepull(id, { type: 'made', name: effect.name, result });
    else if (effect.do !== 'delete-puller')
      this.dispatch(id, { type: `${effect.do}-write`, podUid: effect.target.podUid, result });
  }

  private async write(id: string, effect: RescueWrite): Promise<void> {
    switch (effect.do) {
      case 'create-puller': {
        const { name, manifest } = effect;
        const result = await this.turns.take(refOf(manifest), () => this.writes.createPuller(manifest));
        if (result.is === 'denied' || result.is === 'rejected') this.isAway(id, refOf(manifest));
        this.prepull(id, { type: 'made', name, result });
        for (const pod of this.listener.pullPods(name)) this.pullPodSeen(pod);
        return;
      }
      case 'delete-puller': {
        const { is } = await this.turns.take(effect.object, () => this.writes.deletePuller(effect.object));
        if (is === 'done') this.isAway(id, effect.object);
        return;
      }
      case 'swap': {
        const { result, pod } = await this.writes.swap(effect.target, effect.changes);
        this.dispatch(id, { type: 'swap-write', podUid: effect.target.podUid, result });
        if (pod && result.is === 'done') this.listener.seen(pod);
        return;
      }
      case 'put-back': {
        const { result, pod } = await this.writes.putBack('put-back', effect.target, effect.target.containers);
        this.dispatch(id, { type: 'put-back-write', podUid: effect.target.podUid, result });
        if (pod && result.is === 'done') this.listener.seen(pod);
      }
    }
  }

  private isAway(id: string, object: ObjectRef): void {
    this.away.set(id, [...(this.away.get(id) ?? []), object]);
  }

  private track(work: Promise<void>): Promise<void> {
    const tracked = work.finally(() => this.underWay.delete(tracked));
    this.underWay.add(tracked);
    return tracked;
  }
}

type RescueWrite = Exclude<RescueEffect, { do: 'report' | 'timer' | 'look' }>;

function isWrite(effect: RescueEffect): effect is RescueWrite {
  return effect.do !== 'report' && effect.do !== 'timer' && effect.do !== 'look';
}
