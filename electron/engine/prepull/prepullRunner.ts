import { isSameObject, refOf, type ObjectRef } from '../../domain/kubeObject';
import { pullProgress } from '../../domain/prepull/imageCache';
import type { PodSnapshot } from '../../domain/podSnapshot';
import {
  allSettled,
  isSettled,
  prepullLimits,
  type Prepull,
  type PrepullEffect,
  type PrepullEvent,
  type PrepullLimits,
  type PrepullLook,
  type PrepullPlan,
  type PrepullReport,
} from '../../domain/prepull/prepull';
import type { PrepullRun } from '../../domain/prepull/prepullRun';
import { abandonPrepull, beginPrepull, resumePrepull, stepPrepull } from '../../domain/prepull/prepullSteps';
import type { ClusterWrites } from '../clusterWrites';
import { ObjectTurns } from '../objectTurns';
import type { Clock, Journal } from '../ports';
import { Intents } from '../intents';
import { RunTimers } from '../runTimers';
import type { LookedAt } from './prepullReader';

/** What the runner tells the context that owns it. */
export interface PrepullListener {
  /** `ended`: told once, and then it is forgotten. */
  changed(run: PrepullRun, ended: boolean): void;
  report(run: PrepullRun, report: PrepullReport): void;
  /** Something of the app's own does not work. */
  failed(why: string): void;
  /** The pods that pull for an object of this name, or are it, and have been seen already. */
  pullPods(name: string): readonly PodSnapshot[];
  look(about: LookedAt): Promise<PrepullLook>;
  /** So many pulls through the mirror on this host are about to begin. */
  pulling(host: string, pulls: number): void;
  /** Whether the mirror on this host may be asked now. */
  mayAsk(host: string): boolean;
}

/** What is to be brought where, through which mirror. */
export interface PrepullOrder {
  readonly id: string;
  readonly original: string;
  readonly image: string;
  readonly mirror: string;
  readonly plan: PrepullPlan;
  readonly nodes: readonly string[];
}

/** Nodes at one time: more would show a mirror a crowd. */
const wave = 5;
/** What is not done by then is left to need, in milliseconds. */
const limit = 300_000;

/** Brings healed images onto further nodes: journal first, then the write. It never stands in a rescue's way. */
export class PrepullRunner {
  private readonly runs = new Map<string, PrepullRun>();
  private readonly timers: RunTimers;
  private readonly intents: Intents;
  private readonly turns = new ObjectTurns();
  private readonly away = new Map<string, ObjectRef[]>();
  /** Run -> its reads and writes. */
  private readonly writing = new Map<string, Promise<void>[]>();
  private readonly underWay = new Set<Promise<void>>();
  private stopped = false;

  constructor(
    context: string,
    private readonly writes: ClusterWrites,
    journal: Journal,
    private readonly clock: Clock,
    private readonly listener: PrepullListener,
    private readonly limits: PrepullLimits = prepullLimits,
  ) {
    this.timers = new RunTimers(clock);
    this.intents = new Intents(context, 'prepull', journal, (why) => {
      listener.failed(why);
    });
  }

  get active(): readonly PrepullRun[] {
    return [...this.runs.values()];
  }

  begin({ id, original, image, mirror, plan, nodes }: PrepullOrder): void {
    if (this.stopped || this.runs.has(id) || nodes.length === 0 || plan.ways.length === 0) return;
    const none: Prepull = { image, mirror, nodes: {}, batches: [] };
    const startedAt = this.clock.now();
    this.runs.set(id, { id, original, startedAt, plan, prepull: none, later: nodes, before: {}, made: [] });
    this.startTimer(id, 'limit', limit);
    this.nextWave(id);
  }

  /** Goes on with what a killed run left, or takes it away where its time is over. */
  resume(known: PrepullRun): void {
    if (this.runs.has(known.id)) return;
    this.runs.set(known.id, known);
    const left = known.startedAt + limit - this.clock.now();
    if (left <= 0 || left > limit || !this.listener.mayAsk(known.prepull.mirror)) {
      this.end(known.id);
      return;
    }
    this.startTimer(known.id, 'limit', left);
    this.taken(known.id, resumePrepull(known.plan, known.prepull, this.limits));
  }

  pullPodSeen(pod: PodSnapshot): void {
    for (const [{ id, prepull }, name] of this.pulledBy(pod)) {
      const pull = pullProgress(pod, this.clock.now(), prepull.mirror);
      this.dispatch(id, { type: 'pull', name, node: pod.node, pull });
    }
  }

  pullPodGone(pod: PodSnapshot): void {
    for (const [{ id }, name] of this.pulledBy(pod)) this.dispatch(id, { type: 'gone', name, node: pod.node });
  }

  /** Whether this is the name of something that was made for it. */
  uses(name: string): boolean {
    return this.active.some(({ made }) => made.some((object) => object.name === name));
  }

  /** The mirrors' hosts of the pulls under way, each as often as there are pulls. */
  pulls(): readonly string[] {
    return this.active.flatMap(({ prepull }) =>
      Object.values(prepull.nodes).flatMap((pull) => (isSettled(pull) ? [] : prepull.mirror)),
    );
  }

  /** Waits for the writes that are on their way and starts no more. `leaving`: what pulls goes; the journal keeps the rest. */
  async stop(leaving: boolean): Promise<void> {
    this.stopped = true;
    const pullers = leaving ? this.active.flatMap(({ made }) => made) : [];
    this.timers.endAll();
    this.runs.clear();
    await Promise.allSettled(this.underWay);
    await Promise.all(pullers.map((object) => this.writes.deletePuller(object)));
  }

  private nextWave(id: string): void {
    const run = this.runs.get(id);
    if (!run) return;
    const { image, mirror } = run.prepull;
    const nodes = run.later.slice(0, wave);
    if (nodes.length === 0 || !this.listener.mayAsk(mirror)) {
      this.end(id);
      return;
    }
    this.listener.pulling(mirror, nodes.length);
    this.runs.set(id, { ...run, later: run.later.slice(wave), before: { ...run.before, ...run.prepull.nodes } });
    this.taken(id, beginPrepull(run.plan, image, mirror, nodes, this.limits));
  }

  private dispatch(id: string, event: PrepullEvent): void {
    const run = this.runs.get(id);
    if (!run) return;
    const [after, effects] = stepPrepull(run.plan, run.prepull, event, this.limits);
    if (after !== run.prepull || effects.length > 0) this.taken(id, [after, effects]);
  }

  private taken(id: string, [prepull, effects]: readonly [Prepull, readonly PrepullEffect[]]): void {
    const run = this.runs.get(id);
    if (!run) return;
    const created = effects.flatMap((effect) => (effect.do === 'create-puller' ? refOf(effect.manifest) : []));
    const made = [...run.made, ...created.filter((each) => !run.made.some((known) => isSameObject(known, each)))];
    const next = { ...run, prepull, made };
    this.runs.set(id, next);
    const refused = effects.some(isWrite) ? this.intents.record(next.id, next) : null;
    this.listener.changed(next, false);
    for (const effect of effects) this.perform(next, effect, refused);
    if (allSettled(prepull)) this.nextWave(id);
  }

  private perform(run: PrepullRun, effect: PrepullEffect, refused: string | null): void {
    const { id } = run;
    switch (effect.do) {
      case 'report':
        // what is withheld has not started
        if (refused === null || effect.report.event !== 'cache-started') this.listener.report(run, effect.report);
        return;
      case 'timer':
        this.startTimer(id, effect.name, effect.ms);
        return;
      case 'look':
        this.track(id, this.look(id, { ...effect, mirror: run.prepull.mirror }));
        return;
      case 'create-puller':
        this.track(id, this.create(id, effect, refused));
        return;
      case 'delete-puller':
        if (refused === null) this.track(id, this.takeAway(id, effect.object));
    }
  }

  private async look(id: string, about: LookedAt): Promise<void> {
    const look = await this.turns.take(about.object, () => this.listener.look(about));
    this.dispatch(id, { type: 'looked', name: about.batch.name, look });
  }

  private async create(
    id: string,
    { manifest, name }: Extract<PrepullEffect, { do: 'create-puller' }>,
    refused: string | null,
  ): Promise<void> {
    // what is not in the journal is not written to a cluster either
    const result =
      refused === null
        ? await this.turns.take(refOf(manifest), () => this.writes.createPuller(manifest))
        : ({ is: 'rejected', detail: refused } as const);
    if (result.is === 'denied' || result.is === 'rejected') this.isAway(id, refOf(manifest));
    this.dispatch(id, { type: 'made', name, result });
    for (const pod of this.listener.pullPods(name)) this.pullPodSeen(pod);
  }

  private async takeAway(id: string, object: ObjectRef): Promise<void> {
    const { is } = await this.turns.take(object, () => this.writes.deletePuller(object));
    if (is === 'done') this.isAway(id, object);
  }

  /** It leaves the journal only when nothing of it is left. */
  private end(id: string): void {
    const run = this.runs.get(id);
    if (!run) return;
    this.timers.end(id);
    this.runs.delete(id);
    const [prepull] = abandonPrepull(run.plan, run.prepull);
    this.listener.changed({ ...run, prepull }, true);
    const writing = this.writing.get(id) ?? [];
    this.writing.delete(id);
    this.track(id, this.finish(run, writing));
  }

  private async finish({ id, made }: PrepullRun, writing: readonly Promise<void>[]): Promise<void> {
    await Promise.allSettled(writing);
    const gone = this.away.get(id) ?? [];
    this.away.delete(id);
    for (const object of made)
      if (!gone.some((each) => isSameObject(each, object))) await this.writes.deletePuller(object);
    this.intents.record(id, null);
  }

  private pulledBy({ pullsFor, namespace }: PodSnapshot): readonly (readonly [PrepullRun, string])[] {
    return this.active.flatMap((run) => {
      const isFor = (each: Prepull['batches'][number]) =>
        each.name === pullsFor?.name && each.namespace === namespace && !each.isOver;
      const batch = run.prepull.batches.find(isFor);
      return batch ? [[run, batch.name] as const] : [];
    });
  }

  private isAway(id: string, object: ObjectRef): void {
    this.away.set(id, [...(this.away.get(id) ?? []), object]);
  }

  private startTimer(id: string, name: string, ms: number): void {
    this.timers.start(id, name, ms, () => {
      this.rang(id, name);
    });
  }

  private rang(id: string, timer: string): void {
    const [what = '', name = ''] = timer.split('/');
    if (what === 'limit') this.end(id);
    else if (what === 'slow') this.dispatch(id, { type: 'slow' });
    else this.dispatch(id, { type: 'timer', what: what === 'look' ? 'look' : 'none', name });
  }

  private track(id: string, work: Promise<void>): void {
    if (this.runs.has(id)) this.writing.set(id, [...(this.writing.get(id) ?? []), work]);
    const tracked = work.finally(() => this.underWay.delete(tracked));
    this.underWay.add(tracked);
  }
}

function isWrite(effect: PrepullEffect): boolean {
  return effect.do === 'create-puller' || effect.do === 'delete-puller';
}
