import type { ContextStatus } from '../domain/appState';
import { PodBook } from '../domain/podBook';
import type { PodSnapshot } from '../domain/podSnapshot';
import type { EngineEvent } from './engineEvent';
import type { MirrorAttempts } from './mirrors/mirrorAttempts';
import type { Clock, Cluster, PodEvent } from './ports';
import type { RescueRunner } from './rescue/rescueRunner';
import type { RestoreRunner } from './restore/restoreRunner';
import { StreamStatus } from './streamStatus';

/** Whom pods are shown to that are being healed, or pull for that. */
export type PodFollower = Pick<RescueRunner, 'podSeen' | 'podGone' | 'pullPodSeen' | 'pullPodGone' | 'isRescuing'>;

export interface PodIntakeParts {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly attempts: MirrorAttempts;
  readonly event: (event: Omit<EngineEvent, 'time' | 'context'>) => void;
  readonly changed: () => void;
  /** The pods of a stream have been listed, and are about to be shown. */
  readonly read: () => void;
  /** A pod changed that may be an incident, a restore, or the end of one. */
  readonly podChanged: () => void;
}

interface PodRunners {
  readonly rescues: PodFollower;
  readonly restores: RestoreRunner;
}

/** Takes the pods of one context from the stream: into the book, and on to the rescue or restore that they belong to. */
export class PodIntake {
  readonly book = new PodBook();
  private readonly streamStatus = new StreamStatus();
  /** The lists that are being read: every pod that they have named, and those that somebody has to be shown. */
  private readonly lists = new Map<string, { readonly named: Set<string>; readonly held: PodSnapshot[] }>();
  private stopped = false;

  private kept: PodRunners | null = null;

  /** The runners' own events bring pods back here, so they are asked for when they are first needed. */
  constructor(
    private readonly parts: PodIntakeParts,
    private readonly findRunners: () => PodRunners,
  ) {}

  get status(): ContextStatus {
    return this.streamStatus.worst;
  }

  /** Whether what is known of the pods of this namespace is of now. */
  sees(namespace: string): boolean {
    return this.streamStatus.sees(namespace);
  }

  stop(): void {
    this.stopped = true;
  }

  streamed(event: PodEvent): void {
    if (this.stopped) return;
    if (event.is === 'changed') {
      this.podStreamed(event.pod);
      return;
    }
    const { clock } = this.parts;
    const before = this.streamStatus.worst;
    const isFirst = !this.streamStatus.hasRead(event.namespace);
    this.streamStatus.take(event, clock.now());
    switch (event.is) {
      case 'page':
        this.pageRead(event, isFirst);
        return;
      case 'synced':
        this.listRead(event.namespace);
        return;
      case 'scope':
        this.leaveOthers(event.namespaces);
        this.parts.podChanged();
        this.tellStatus(before);
        return;
      case 'deleted':
        void this.podVanished(event.pod);
        return;
      case 'live':
        this.parts.podChanged();
        this.tellStatus(before);
        return;
      default:
        this.tellStatus(before);
    }
  }

  private leaveOthers(namespaces: readonly string[]): void {
    for (const listed of this.lists.keys()) if (!namespaces.includes(listed)) this.lists.delete(listed);
    for (const uid of this.book.forgetOutside(namespaces)) this.parts.attempts.podGone(uid);
  }

  /** What a page tells of healthy pods is not kept: there are many of them. */
  private pageRead({ namespace, first, pods }: Extract<PodEvent, { is: 'page' }>, before: boolean): void {
    const begun = this.lists.get(namespace);
    const list = begun && !first ? begun : { named: new Set<string>(), held: [] };
    this.lists.set(namespace, list);
    for (const pod of pods) {
      list.named.add(pod.uid);
      if (this.book.isOutdated(pod)) continue;
      this.parts.attempts.podSeen(pod, before);
      this.book.put(pod, this.parts.clock.now());
      if (this.matters(pod.uid)) list.held.push(pod);
    }
    this.parts.changed();
  }

  private listRead(namespace: string): void {
    const { named, held } = this.lists.get(namespace) ?? { named: new Set<string>(), held: [] };
    this.lists.delete(namespace);
    const gone = this.book.keepOnly(namespace, named);
    // before the pods are shown around: a swapped pod of an unfinished rescue is no restore yet
    this.parts.read();
    for (const pod of gone) void this.podVanished(pod);
    for (const pod of held) if (!this.book.isOutdated(pod)) this.showAround(pod);
    this.parts.podChanged();
  }

  private podStreamed(pod: PodSnapshot): void {
    // a status of before a swap that arrives after it would look like somebody else's change
    if (this.book.isOutdated(pod)) return;
    const { book, parts } = this;
    const { count } = book;
    const mattered = this.matters(pod.uid);
    parts.attempts.podSeen(pod, false);
    const isNews = book.put(pod, parts.clock.now());
    if (mattered || book.pod(pod.uid)) this.showAround(pod, isNews);
    else if (book.count !== count) parts.changed();
  }

  /** The answer to a request says that a pod is so. */
  podAnswered(pod: PodSnapshot): void {
    const newest = this.book.putAnswer(pod, this.parts.clock.now());
    this.parts.attempts.podSeen(newest, false);
    this.showAround(newest);
  }

  private get runners(): PodRunners {
    return (this.kept ??= this.findRunners());
  }

  /** Whether it fails, is or was healed by us, or pulls for that. */
  private matters(uid: string): boolean {
    const { rescues, restores } = this.runners;
    return this.book.pod(uid) !== undefined || rescues.isRescuing(uid) || restores.get(uid) !== undefined;
  }

  private showAround(pod: PodSnapshot, isNews = true): void {
    const { rescues, restores } = this.runners;
    if (pod.pullsFor) {
      rescues.pullPodSeen(pod);
      restores.pullPodSeen(pod);
      return;
    }
    rescues.podSeen(pod);
    restores.podSeen(pod, rescues.isRescuing(pod.uid));
    if (isNews) this.parts.podChanged();
  }

  /** Reads those of these pods that are not known: nothing may have told of them yet. */
  lookFor(targets: readonly { readonly podUid: string; readonly namespace: string; readonly pod: string }[]): void {
    for (const { podUid, namespace, pod } of targets)
      if (!this.book.pod(podUid)) void this.podVanished({ uid: podUid, namespace, name: pod });
  }

  /**
   * A pod leaves the stream when it is deleted and when it has finished, and then the event still shows how it
   * was before. So a pod that matters is looked at once more.
   */
  async podVanished(pod: Pick<PodSnapshot, 'uid' | 'namespace' | 'name'>): Promise<void> {
    const { rescues, restores } = this.runners;
    this.parts.attempts.podGone(pod.uid);
    const known = this.book.pod(pod.uid);
    if (!this.matters(pod.uid)) {
      this.book.remove(pod.uid);
      this.parts.changed();
      return;
    }
    const last = await this.parts.cluster.readPod(pod.namespace, pod.name);
    if (this.stopped) return;
    // no answer is no news of a pod that only the journal tells of; the stream will bring some
    if (!known && last && 'unanswered' in last) return;
    const still = last && 'uid' in last && last.uid === pod.uid ? last : null;
    // a pod of a resumed rescue that nothing is wrong with any more is not in the book, and not gone either
    if (still && !still.deleting && still.phase !== 'Succeeded' && still.phase !== 'Failed') {
      this.podAnswered(still);
      return;
    }
    if (known?.pullsFor) {
      if (still) {
        rescues.pullPodSeen(still);
        restores.pullPodSeen(still);
      } else {
        rescues.pullPodGone(known);
        restores.pullPodGone(known);
      }
    } else {
      // a pod that is being deleted ends its containers first: that is no finish of its own
      const finished = still?.deleting === false ? still : null;
      if (finished) rescues.podSeen(finished);
      rescues.podGone(pod.uid);
      restores.podGone(pod.uid, finished !== null);
    }
    this.book.remove(pod.uid);
    this.parts.podChanged();
  }

  private tellStatus(before: ContextStatus): void {
    const status = this.streamStatus.worst;
    if (status.is !== before.is) {
      const why =
        status.is === 'blind' ? status.why : status.is === 'denied' ? `${status.verb} ${status.resource}` : '';
      this.parts.event({ event: 'context-status', status: status.is, ...(why !== '' && { why }) });
    }
    this.parts.changed();
  }
}
