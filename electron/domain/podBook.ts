import { ImageHistories, type ImageHistory } from './imageHistory';
import { sameImage } from './image/imageReference';
import type { PodSnapshot } from './podSnapshot';
import { messageImage, pullFailuresOf, type PullFailure } from './diagnosis/pullFailure';

/** A failure with what was learned of it over time. */
export interface KnownFailure extends PullFailure, ImageHistory {
  /** Milliseconds since the epoch. */
  readonly firstSeen: number;
  /** How often the kubelet was seen to try. */
  readonly attempts: number;
}

/**
 * What is known of one context's pods: how many there are, and those that matter, which are the failing, the
 * swapped and the pulling ones. The rest is not kept, so that ten thousand healthy pods cost next to nothing.
 *
 * The kubelet names the cause only while the reason is ErrImagePull; before Kubernetes 1.32 the ImagePullBackOff
 * that follows does not. So the last text that named a cause is kept for as long as the image stays the same.
 *
 * A failure stays the very same object for as long as nothing about it changes.
 */
export class PodBook {
  private readonly uids = new Map<string, string>();
  private readonly pods = new Map<string, PodSnapshot>();
  private readonly known = new Map<string, readonly KnownFailure[]>();
  /** Pod -> container -> the status text of before the image changed, for as long as it is still shown. */
  private readonly stale = new Map<string, ReadonlyMap<string, string>>();
  private readonly histories = new ImageHistories();
  /** Pod -> the version that the answer to a request told of, until the stream has got there. */
  private readonly ahead = new Map<string, string>();

  get count(): number {
    return this.uids.size;
  }

  /** The pods that matter. */
  get relevant(): Iterable<PodSnapshot> {
    return this.pods.values();
  }

  get failures(): readonly KnownFailure[] {
    return [...this.known.values()].flat();
  }

  failureOf(uid: string, container: string): KnownFailure | undefined {
    return this.known.get(uid)?.find((failure) => failure.container === container);
  }

  pod(uid: string): PodSnapshot | undefined {
    return this.pods.get(uid);
  }

  /**
   * Whether an answer has told of something newer: it overtakes what a stream or a long list has on its way. Resource
   * versions of pods are numbers that grow; where they are not, and in a server that was put back to an earlier state,
   * nothing counts as older.
   */
  isOutdated({ uid, resourceVersion }: PodSnapshot): boolean {
    const told = this.ahead.get(uid);
    return told !== undefined && isOlder(resourceVersion, told);
  }

  /**
   * A full list of one namespace (empty = all) has named these, and every one of them was put. Gives the relevant pods
   * that it no longer names; the others that it does not name are forgotten.
   */
  keepOnly(namespace: string, named: ReadonlySet<string>): readonly PodSnapshot[] {
    const missing: PodSnapshot[] = [];
    for (const [uid, home] of this.uids) {
      if (named.has(uid) || (namespace !== '' && home !== namespace)) continue;
      const pod = this.pods.get(uid);
      if (pod) missing.push(pod);
      else this.remove(uid);
    }
    return missing;
  }

  /** Only these namespaces are watched from now on (one that is empty: all). Gives the others' pods, which are forgotten. */
  forgetOutside(namespaces: readonly string[]): readonly string[] {
    const watched = new Set(namespaces);
    if (watched.has('')) return [];
    const others = [...this.uids].flatMap(([uid, home]) => (watched.has(home) ? [] : uid));
    for (const uid of others) this.remove(uid);
    return others;
  }

  /** What the answer to a request says of a pod; gives the newest that is known, as the stream may have been faster. */
  putAnswer(pod: PodSnapshot, now: number): PodSnapshot {
    const known = this.pods.get(pod.uid);
    if (known && isOlder(pod.resourceVersion, known.resourceVersion)) return known;
    this.put(pod, now);
    this.ahead.set(pod.uid, pod.resourceVersion);
    return pod;
  }

  /**
   * What the stream says of a pod. Gives whether it matters, or did, and anything has changed but its version: many a
   * controller writes to pods again and again what nothing is decided by.
   */
  put(pod: PodSnapshot, now: number): boolean {
    const last = this.pods.get(pod.uid);
    this.ahead.delete(pod.uid);
    this.uids.set(pod.uid, pod.namespace);
    this.noteStale(pod);
    this.histories.note(pod, last, now);
    const failures = (pod.pullsFor || pod.deleting ? [] : pullFailuresOf(pod)).filter(
      ({ container, reason, message }) => this.stale.get(pod.uid)?.get(container) !== `${reason} ${message}`,
    );
    const before = this.known.get(pod.uid) ?? [];
    if (failures.length > 0) {
      this.known.set(
        pod.uid,
        failures.map((failure) => remembered(failure, this.histories.of(pod.uid, failure.container), before, now)),
      );
    } else this.known.delete(pod.uid);
    const isOurs = pod.originalImagesText !== null || pod.restoring !== null;
    const matters = failures.length > 0 || pod.pullsFor !== null || isOurs;
    if (matters) this.pods.set(pod.uid, pod);
    else this.pods.delete(pod.uid);
    return matters ? last === undefined || !isSamePod(pod, last) : last !== undefined;
  }

  /**
   * Takes what an event says of a failing container, and gives whether it is of use: only while the status has named
   * no cause, and only words about the image that the container waits for.
   */
  learned(uid: string, container: string, message: string): boolean {
    const failures = this.known.get(uid) ?? [];
    const silent = failures.find((failure) => failure.container === container && isSilent(failure));
    if (!silent || !isAbout(message, messageImage(silent.message) ?? silent.image)) return false;
    this.known.set(
      uid,
      failures.map((failure) => (failure === silent ? { ...failure, message } : failure)),
    );
    return true;
  }

  remove(uid: string): void {
    this.ahead.delete(uid);
    this.stale.delete(uid);
    this.histories.remove(uid);
    this.uids.delete(uid);
    this.pods.delete(uid);
    this.known.delete(uid);
  }

  /** For a moment after an image was changed the status still tells of the one before. */
  private noteStale(pod: PodSnapshot): void {
    const before = this.pods.get(pod.uid);
    const known = this.stale.get(pod.uid);
    if (!before && !known) return;
    const stale = new Map<string, string>();
    for (const { name, image, state } of pod.containers) {
      const shown = state.is === 'waiting' ? `${state.reason} ${state.message}` : '';
      const last = before?.containers.find((container) => container.name === name);
      const changed = last !== undefined && last.image !== image;
      if (shown !== '' && (changed || known?.get(name) === shown)) stale.set(name, shown);
    }
    if (stale.size > 0) this.stale.set(pod.uid, stale);
    else this.stale.delete(pod.uid);
  }
}

function remembered(
  failure: PullFailure,
  { tried, takenBackAt }: ImageHistory,
  before: readonly KnownFailure[],
  now: number,
): KnownFailure {
  const last = before.find(({ container, image }) => container === failure.container && image === failure.image);
  if (!last) return { ...failure, tried, takenBackAt, firstSeen: now, attempts: 1 };
  // an attempt ends with a reason of its own, ErrImagePull or a rarer one, and then the kubelet waits
  const retried = failure.reason !== 'ImagePullBackOff' && last.reason === 'ImagePullBackOff';
  const next: KnownFailure = {
    ...failure,
    tried,
    takenBackAt,
    message: namesCause(failure.message) ? failure.message : last.message || failure.message,
    firstSeen: last.firstSeen,
    attempts: last.attempts + (retried ? 1 : 0),
  };
  return isSame(next, last) ? last : next;
}

function isSame(one: KnownFailure, other: KnownFailure): boolean {
  return (Object.keys(one) as (keyof KnownFailure)[]).every((key) => one[key] === other[key]);
}

function isSamePod(one: PodSnapshot, other: PodSnapshot): boolean {
  return JSON.stringify({ ...one, resourceVersion: '' }) === JSON.stringify({ ...other, resourceVersion: '' });
}

function isOlder(version: string, known: string): boolean {
  return isNumber(version) && isNumber(known) && BigInt(version) < BigInt(known);
}

function isNumber(text: string): boolean {
  return /^\d+$/.test(text);
}

/** Whether nothing is known of why: the kubelet's text is only that it waits before it tries again. */
export function isSilent({ reason, message }: PullFailure): boolean {
  return (reason === 'ImagePullBackOff' || reason === 'ErrImagePull') && !namesCause(message);
}

function namesCause(message: string): boolean {
  return message !== '' && !/^Back-off pulling image "[^"]*"(?:: )?$/.test(message);
}

function isAbout(message: string, image: string): boolean {
  const quoted = messageImage(message);
  return quoted === null || sameImage(quoted, image);
}

/** Whether the pod carries an image of ours in the place of its own. */
export function isSwapped(pod: PodSnapshot): boolean {
  return pod.containers.some(({ name, image }) => {
    const original = pod.originalImages[name];
    return original !== undefined && original !== image;
  });
}
