import type { RestoreView } from '../../domain/appState';
import { originalsOf, proofName, stepRestore, swappedPod } from '../../domain/restore/restore';
import { dueRestores, type ByItself } from '../../domain/restore/restorePacing';
import {
  restoreLimits,
  type Restore,
  type RestoreContainer,
  type RestoreEffect,
  type RestoreEvent,
  type RestoreLimits,
  type RestoreReport,
} from '../../domain/restore/restoreState';
import { isSwapped } from '../../domain/podBook';
import type { PodSnapshot } from '../../domain/podSnapshot';
import { restoringPod } from '../../domain/restore/wayBack';
import type { ClusterWrites, PodWriteResult } from '../clusterWrites';
import type { Clock } from '../ports';
import { RunTimers } from '../runTimers';
import type { RestoreJournal } from './restoreJournal';

export interface RestoreListener {
  changed(): void;
  report(restore: Restore, report: RestoreReport, containers: readonly RestoreContainer[]): void;
  pod(uid: string): PodSnapshot | undefined;
  /** The pod as it is now; null where it is gone or there is no answer. */
  readPod(namespace: string, name: string): Promise<PodSnapshot | null>;
  seen(pod: PodSnapshot): void;
  /** Whether a restore that another instance has begun may be gone on with: the app may write to this cluster. */
  mayUndo(): boolean;
}

/** How long a pod that went back stays listed, in milliseconds. */
const freeListed = 3_600_000;
type RestoreWrite = Exclude<RestoreEffect, { do: 'report' | 'timer' }>;

/** The swapped pods of one context and their way back: journal first, then the write, then its result into the machine. */
export class RestoreRunner {
  private readonly restores = new Map<string, Restore>();
  private readonly timers: RunTimers;
  /** Restored pod -> uid of the pull pod of its present check; an earlier one had the same name. */
  private readonly proofs = new Map<string, string>();
  /** Restored pod -> uids of the pull pods of its checks that are over. */
  private readonly pastProofs = new Map<string, Set<string>>();
  /** Restored pod -> its last write; the next one waits for it. */
  private readonly writing = new Map<string, Promise<void>>();
  private stopped = false;

  constructor(
    private readonly writes: ClusterWrites,
    private readonly journal: RestoreJournal,
    private readonly clock: Clock,
    private readonly listener: RestoreListener,
    private readonly limits: RestoreLimits = restoreLimits,
  ) {
    this.timers = new RunTimers(clock);
  }

  get list(): readonly Restore[] {
    return [...this.restores.values()];
  }

  views(context: string): readonly RestoreView[] {
    return this.list.map(({ podUid, namespace, pod, node, owner, swappedAt, containers, state }) => ({
      id: podUid,
      context,
      namespace,
      pod,
      node,
      owner,
      swappedAt,
      containers: containers.map(({ name, original, proxied }) => ({ name, original, proxied })),
      restarts: containers.filter(({ nextStart }) => nextStart !== null).length,
      state,
    }));
  }

  get(podUid: string): Restore | undefined {
    return this.restores.get(podUid);
  }

  /** Whether this is the pull pod of a check under way. */
  uses(pullPod: string): boolean {
    return this.list.some((restore) => restore.state.is === 'checking' && proofName(restore) === pullPod);
  }

  /** While it goes back, its failures are this runner's business and no new incident. */
  isRestoring(podUid: string): boolean {
    return this.restores.get(podUid)?.state.is === 'restoring';
  }

  /** Goes on with a restore from the journal, whatever has happened to its pod since. */
  resume(restore: Restore): void {
    if (this.restores.has(restore.podUid)) return;
    this.put(restore);
    this.journal.keep(restore);
    this.dispatch(restore.podUid, { type: 'resume' });
    if (!this.writing.has(restore.podUid)) this.settled(restore.podUid);
  }

  podSeen(pod: PodSnapshot, rescuing: boolean): void {
    const { uid } = pod;
    if (this.restores.has(uid)) this.dispatch(uid, { type: 'pod-seen', pod });
    const known = this.restores.get(uid);
    if (known?.state.is === 'restoring') return;
    if (this.adopts(pod, known)) {
      this.adopt(pod);
      return;
    }
    const swapped = isSwapped(pod) && !rescuing;
    if (known?.state.is === 'free' && !swapped) return;
    // it could not go back to the mirror: its note stays, and it stays with it
    if (known?.burnt && pod.restoring !== null && !swapped) return;
    const isFinal = known?.state.is === 'free' && known.state.how !== 'not-running';
    // one that went back may have been swapped again since
    if (known && (!swapped || isFinal)) this.forget(uid);
    if (swapped && !this.restores.has(uid)) this.put(swappedPod(pod, this.clock.now()));
  }

  /** `finished`: the pod ended by itself, so that nothing was replaced. */
  podGone(podUid: string, finished: boolean): void {
    this.dispatch(podUid, { type: 'pod-gone', finished });
  }

  pullPodSeen(pod: PodSnapshot): void {
    const restore = this.provenBy(pod);
    if (!restore || pod.deleting || this.pastProofs.get(restore.podUid)?.has(pod.uid)) return;
    this.proofs.set(restore.podUid, pod.uid);
    this.dispatch(restore.podUid, { type: 'proof-seen', pod });
  }

  pullPodGone(pod: PodSnapshot): void {
    const restore = this.provenBy(pod);
    if (restore && this.proofs.get(restore.podUid) === pod.uid) this.dispatch(restore.podUid, { type: 'proof-gone' });
  }

  check(podUid: string): void {
    this.dispatch(podUid, { type: 'check' });
  }

  restore(podUid: string): void {
    this.dispatch(podUid, { type: 'restore' });
  }

  /** Puts back all that has ended for good. */
  free(): void {
    for (const { podUid } of this.list) this.dispatch(podUid, { type: 'free' });
  }

  /** Does what is due without a click; gives when the next is, or null. */
  doDue(byItself: ByItself): number | null {
    const { checks, frees, restores, next } = dueRestores(this.list, byItself, this.clock.now(), this.limits);
    for (const podUid of checks) this.check(podUid);
    for (const podUid of frees) this.dispatch(podUid, { type: 'free' });
    for (const podUid of restores) this.restore(podUid);
    return next;
  }

  /** Takes away the pull pods of the checks under way, and waits for the writes; the journal keeps the rest. */
  async stop(): Promise<void> {
    this.timers.endAll();
    const checked = this.list.filter(({ state }) => state.is === 'checking');
    for (const restore of checked) this.abandonCheck(restore);
    this.stopped = true;
    this.restores.clear();
    await Promise.allSettled(this.writing.values());
    for (const { podUid } of checked) this.journal.end(podUid);
  }

  /** Whether somebody else has begun to restore this pod, as its note tells. */
  private adopts(pod: PodSnapshot, known: Restore | undefined): boolean {
    if (pod.restoring === null || pod.deleting || !this.listener.mayUndo()) return false;
    return known === undefined || (known.state.is !== 'free' && !known.burnt);
  }

  private adopt(pod: PodSnapshot): void {
    const restore = restoringPod(pod, this.clock.now());
    if (!restore) return;
    if (this.restores.has(pod.uid)) this.forget(pod.uid);
    this.resume(restore);
    this.dispatch(pod.uid, { type: 'pod-seen', pod });
  }

  private provenBy(pod: PodSnapshot): Restore | undefined {
    return this.list.find((restore) => restore.namespace === pod.namespace && proofName(restore) === pod.name);
  }

  private put(restore: Restore): void {
    this.restores.set(restore.podUid, restore);
    this.listener.changed();
  }

  private forget(podUid: string): void {
    const restore = this.restores.get(podUid);
    if (restore) this.abandonCheck(restore);
    this.timers.end(podUid);
    this.proofs.delete(podUid);
    this.pastProofs.delete(podUid);
    this.restores.delete(podUid);
    if (!this.writing.has(podUid)) this.settled(podUid);
    this.listener.changed();
  }

  private abandonCheck(restore: Restore): void {
    if (restore.state.is === 'checking') this.begin(restore, { do: 'delete-proof', name: proofName(restore) }, null);
  }

  private dispatch(podUid: string, event: RestoreEvent): void {
    const before = this.restores.get(podUid);
    if (!before) return;
    const [after, effects] = stepRestore(before, event, this.clock.now(), this.limits);
    this.restores.set(podUid, after);
    const refused = effects.some(isWrite) ? this.journal.keep(after) : null;
    if (after.state !== before.state || after.inService !== before.inService) this.listener.changed();
    if (after.state.is === 'free' && after.state !== before.state) this.listFor(podUid);
    for (const effect of effects)
      if (effect.do === 'report') this.listener.report(after, effect.report, effect.containers);
      else if (effect.do === 'timer')
        this.timers.start(podUid, effect.name, effect.ms, () => {
          this.dispatch(podUid, { type: 'timer', name: effect.name });
        });
      else this.begin(after, effect, refused);
    // another instance may have ended it, so that nothing of it is left to be written
    if (after.state !== before.state && !this.writing.has(podUid)) this.settled(podUid);
  }

  /** Stays in the list for a while, and for as long as others of its owner wait for it. */
  private listFor(podUid: string): void {
    this.timers.start(podUid, 'listed', freeListed, () => {
      const { state, inService } = this.restores.get(podUid) ?? {};
      if (state?.is === 'free' && state.how === 'restored' && inService === false) this.listFor(podUid);
      else this.forget(podUid);
    });
  }

  private begin(restore: Restore, effect: RestoreWrite, refused: string | null): void {
    const { podUid } = restore;
    const last = this.writing.get(podUid) ?? Promise.resolve();
    const write = last.then(async () => {
      await (refused === null ? this.write(restore, effect) : this.withhold(restore, effect, refused));
      if (this.writing.get(podUid) !== write) return;
      this.writing.delete(podUid);
      this.settled(podUid);
    });
    this.writing.set(podUid, write);
  }

  /** Nothing more is written for now: what rests need not be gone on with. */
  private settled(podUid: string): void {
    const state = this.restores.get(podUid)?.state.is;
    if (!this.stopped && state !== 'checking' && state !== 'restoring') this.journal.end(podUid);
  }

  /** What is not in the journal is not written to a cluster either: a killed app could not go on with it. */
  private async withhold(restore: Restore, effect: RestoreWrite, detail: string): Promise<void> {
    const { podUid } = restore;
    const result = { is: 'unavailable', detail } as const;
    if (effect.do === 'create-proof') this.dispatch(podUid, { type: 'proof-write', result });
    else if (effect.do === 'put-back') this.dispatch(podUid, { type: 'restore-write', result, pod: null });
    else if (effect.do === 'swap-back') this.dispatch(podUid, { type: 'swap-back-write', result });
    else if (effect.do === 'put-back-ended')
      this.dispatch(podUid, { type: 'ended-write', result, containers: effect.containers });
    // the end of something that the journal still has
    else await this.write(restore, effect);
  }

  private async write(restore: Restore, effect: RestoreWrite): Promise<void> {
    const { podUid, namespace } = restore;
    switch (effect.do) {
      case 'create-proof': {
        const pod = this.listener.pod(podUid);
        if (!pod) return;
        const result = await this.writes.createPullPod(pod, originalsOf(restore));
        if (result.is === 'conflict') await this.takeOver(restore, pod);
        else this.dispatch(podUid, { type: 'proof-write', result });
        return;
      }
      case 'delete-proof': {
        const proof = this.proofs.get(podUid);
        if (proof !== undefined && this.restores.has(podUid))
          this.pastProofs.set(podUid, (this.pastProofs.get(podUid) ?? new Set()).add(proof));
        this.proofs.delete(podUid);
        // where nothing is made, there is nothing to be shown as taken away
        if (!this.writes.dryRun) await this.writes.deletePullPod(namespace, effect.name);
        return;
      }
      case 'put-back':
        this.written(await this.writes.restore(restore, restore.containers), (result, pod) => {
          this.dispatch(podUid, { type: 'restore-write', result, pod });
        });
        return;
      case 'put-back-ended': {
        const { containers } = effect;
        this.written(await this.writes.putBack('restored', restore, containers), (result) => {
          this.dispatch(podUid, { type: 'ended-write', result, containers });
        });
        return;
      }
      case 'swap-back': {
        const changes = restore.containers
          .filter(({ nextStart }) => nextStart !== null)
          .map(({ name, original, proxied }) => ({ container: name, from: original, to: proxied }));
        this.written(await this.writes.swap(restore, changes, true), (result) => {
          this.dispatch(podUid, { type: 'swap-back-write', result });
        });
        return;
      }
      case 'forget-restore':
        this.written(await this.writes.forgetRestore(restore), () => undefined);
    }
  }

  /**
   * A killed run, or another instance, has made the pull pod already. What it showed a moment ago counts, also where it has
   * ended and no stream tells of it any more; what is left from long ago says nothing of today.
   */
  private async takeOver(restore: Restore, pod: PodSnapshot): Promise<void> {
    const { podUid, namespace } = restore;
    const name = proofName(restore);
    const there = await this.listener.readPod(namespace, name);
    if (there && this.clock.now() - there.createdAt < this.limits.proof) {
      this.pullPodSeen(there);
      return;
    }
    if (there) await this.writes.deletePullPod(namespace, name);
    const result = await this.writes.createPullPod(pod, originalsOf(restore));
    this.dispatch(podUid, { type: 'proof-write', result });
  }

  private written(
    { result, pod }: PodWriteResult,
    tell: (result: PodWriteResult['result'], pod: PodSnapshot | null) => void,
  ): void {
    tell(result, pod);
    if (pod && !this.stopped) this.listener.seen(pod);
  }
}

function isWrite(effect: RestoreEffect): effect is RestoreWrite {
  return effect.do !== 'report' && effect.do !== 'timer';
}
