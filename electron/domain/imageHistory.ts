import type { PodSnapshot } from './podSnapshot';

/** What was done to a container's image, whoever did it: this app, another one of the same cluster, a person. */
export interface ImageHistory {
  /** The mirrors' images that were given to it one after the other and did not stay. */
  readonly tried: readonly string[];
  /** When a mirror's image was taken away from it again, in milliseconds since the epoch; null when none was. */
  readonly takenBackAt: number | null;
}

const untouched: ImageHistory = { tried: [], takenBackAt: null };

/** With the image that it was about last: the pod itself is not known for as long as nothing is wrong with it. */
interface Kept {
  readonly image: string;
  readonly isMirrors: boolean;
  readonly history: ImageHistory;
}

/**
 * Remembers which mirrors' images the containers have had. Another instance leaves no other trace of what it tried; what
 * it has tried in vain is not to be tried all over again. A container that runs has had what it needed.
 */
export class ImageHistories {
  private readonly pods = new Map<string, ReadonlyMap<string, Kept>>();

  /** `before`: the same pod as it was known until now. */
  note(pod: PodSnapshot, before: PodSnapshot | undefined, now: number): void {
    const known = this.pods.get(pod.uid);
    if (!before && !known) return;
    const kept = new Map<string, Kept>();
    for (const { name, image, state } of pod.containers) {
      const last = known?.get(name) ?? lastOf(name, before);
      if (!last || state.is === 'running') continue;
      const isMirrors = (pod.originalImages[name] ?? image) !== image;
      const history = last.image === image ? last.history : changed(last, isMirrors, now);
      if (history !== untouched) kept.set(name, { image, isMirrors, history });
    }
    if (kept.size > 0) this.pods.set(pod.uid, kept);
    else this.pods.delete(pod.uid);
  }

  of(uid: string, container: string): ImageHistory {
    return this.pods.get(uid)?.get(container)?.history ?? untouched;
  }

  remove(uid: string): void {
    this.pods.delete(uid);
  }
}

function lastOf(name: string, before: PodSnapshot | undefined): Kept | null {
  const image = before?.containers.find((container) => container.name === name)?.image;
  if (!before || image === undefined) return null;
  return { image, isMirrors: (before.originalImages[name] ?? image) !== image, history: untouched };
}

function changed({ image, isMirrors: wasMirrors, history }: Kept, isMirrors: boolean, now: number): ImageHistory {
  if (!wasMirrors) return untouched;
  return isMirrors ? { tried: [...history.tried, image], takenBackAt: null } : { tried: [], takenBackAt: now };
}
