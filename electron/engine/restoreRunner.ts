import type { RestoreView } from '../domain/appState';
import {
  nextCheck,
  originalsOf,
  proofName,
  restoreLimits,
  stepRestore,
  swappedPod,
  type Restore,
  type RestoreEffect,
  type RestoreEvent,
  type RestoreLimits,
} from '../domain/restore';
import { isSwapped } from '../domain/podBook';
import type { PodSnapshot } from '../domain/podSnapshot';
import type { ClusterWrites } from './clusterWrites';
import type { Clock } from './ports';

export interface RestoreListener {
  changed(): void;
  report(restore: Restore, report: 'restore-ready' | 'restored'): void;
  pod(uid: string): PodSnapshot | undefined;
  /** The pod as it is now; null where it is gone or there is no answer. */
  readPod(namespace: string, name: string): Promise<PodSnapshot | null>;
  seen(pod: PodSnapshot): void;
}

/** How long a pod that went back stays listed, in milliseconds. */
const freeListed = 3_600_000;
/** Pull pods at one time; more would only queue on the nodes, and show a registry a crowd. */
const maxChecks = 5;
/** How long a check waits for its turn at least, in milliseconds. */
const turn = 5_000;

/** The swapped pods of one context and their way back. */
export class RestoreRunner {
  private readonly restores = new Map<string, Restore>();
  private readonly timers = new Map<string, Map<string, () => void>>();
  /** Restored pod -> uid of the pull pod of its present check; an earlier one had the same name. */
  private readonly proofs = new Map<string, string>();
  /** Restored pod -> uids of the pull pods of its checks that are over. */
  private readonly pastProofs = new Map<string, Set<string>>();
  /** Restored pod -> its last write; the next one waits for it. */
  private readonly writing = new Map<string, Promise<void>>();

  constructor(
    private readonly writes: ClusterWrites,
    private readonly clock: Clock,
    private readonly listener: RestoreListener,
    private readonly limits: RestoreLimits = restoreLimits,
  ) {}

  get list(): readonly Restore[] {
    return [...this.restores.values()];
  }

  views(context: string): readonly RestoreView[] {
    return this.list.map(({ podUid, namespace, pod, node, containers, state }) => ({
      id: podUid,
      context,
      namespace,
      pod,
      node,
      owner: null,
      swappedAt: null,
      containers: containers.map(({ name, original, proxied }) => ({ name, original, proxied })),
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

  podSeen(pod: PodSnapshot, rescuing: boolean): void {
    if (this.restores.has(pod.uid)) this.dispatch(pod.uid, { type: 'pod-seen', pod });
    const known = this.restores.get(pod.uid);
    const swapped = isSwapped(pod) && !rescuing;
    if (known?.state.is === 'restoring' || (known?.state.is === 'free' && !swapped)) return;
    // one that went back may have been swapped again since
    if (known && (!swapped || known.state.is === 'free')) this.forget(pod.uid);
    if (swapped && !this.restores.has(pod.uid)) this.put(swappedPod(pod, this.clock.now()));
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

  /**
   * Tries the originals whose time has come, of the pods that are seen; gives when the next one is due, or null. A try that
   * comes to nothing for want of a connection would only make the pauses longer.
   */
  checkDue(sees: (namespace: string) => boolean): number | null {
    const now = this.clock.now();
    let next: number | null = null;
    let checking = this.list.filter(({ state }) => state.is === 'checking').length;
    for (const restore of this.list) {
      const due = nextCheck(restore, this.limits);
      if (due === null || !sees(restore.namespace)) continue;
      if (due <= now && checking < maxChecks) {
        checking += 1;
        this.check(restore.podUid);
      } else next = Math.min(next ?? Infinity, Math.max(due, now + turn));
    }
    return next;
  }

  restore(podUid: string): void {
    this.dispatch(podUid, { type: 'restore' });
  }

  /** Takes away the pull pods of the checks under way, and waits for the writes. */
  async stop(): Promise<void> {
    for (const cancels of this.timers.values()) for (const cancel of cancels.values()) cancel();
    this.timers.clear();
    for (const restore of this.list) this.abandonCheck(restore);
    this.restores.clear();
    await Promise.allSettled(this.writing.values());
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
    for (const cancel of this.timers.get(podUid)?.values() ?? []) cancel();
    this.timers.delete(podUid);
    this.proofs.delete(podUid);
    this.pastProofs.delete(podUid);
    this.writing.delete(podUid);
    this.restores.delete(podUid);
    this.listener.changed();
  }

  private abandonCheck(restore: Restore): void {
    if (restore.state.is === 'checking') this.perform(restore, { do: 'delete-proof', name: proofName(restore) });
  }

  private dispatch(podUid: string, event: RestoreEvent): void {
    const before = this.restores.get(podUid);
    if (!before) return;
    const [after, effects] = stepRestore(before, event, this.clock.now(), this.limits);
    this.restores.set(podUid, after);
    if (after.state !== before.state) this.listener.changed();
    if (after.state.is === 'free' && before.state.is !== 'free')
      this.after(podUid, 'listed', freeListed, () => {
        this.forget(podUid);
      });
    for (const effect of effects) this.perform(after, effect);
  }

  private perform(restore: Restore, effect: RestoreEffect): void {
    const { podUid } = restore;
    if (effect.do === 'report') this.listener.report(restore, effect.report);
    else if (effect.do === 'timer')
      this.after(podUid, effect.name, effect.ms, () => {
        this.dispatch(podUid, { type: 'timer', name: effect.name });
      });
    else {
      const last = this.writing.get(podUid) ?? Promise.resolve();
      this.writing.set(
        podUid,
        last.then(() => this.write(restore, effect)),
      );
    }
  }

  private async write(restore: Restore, effect: Exclude<RestoreEffect, { do: 'report' | 'timer' }>): Promise<void> {
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
        await this.writes.deletePullPod(namespace, effect.name);
        return;
      }
      case 'put-back': {
        const { result, pod } = await this.writes.restore(restore, restore.containers, []);
        this.dispatch(podUid, { type: 'restore-write', result });
        if (pod) this.listener.seen(pod);
        return;
      }
      case 'swap-back': {
        const changes = restore.containers.map(({ name, original, proxied }) => ({
          container: name,
          from: original,
          to: proxied,
        }));
        const { result, pod } = await this.writes.swap(restore, changes);
        this.dispatch(podUid, { type: 'swap-back-write', result });
        if (pod) this.listener.seen(pod);
      }
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

  /** A timer of the same name that still runs is one of an earlier step, and ends. */
  private after(podUid: string, name: string, ms: number, callback: () => void): void {
    const cancels = this.timers.get(podUid) ?? new Map<string, () => void>();
    cancels.get(name)?.();
    const cancel = this.clock.after(ms, () => {
      cancels.delete(name);
      callback();
    });
    this.timers.set(podUid, cancels.set(name, cancel));
  }
}
