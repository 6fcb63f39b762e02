import type { Cause, Diagnosis } from '../../domain/diagnosis/cause';
import { diagnose } from '../../domain/diagnosis/diagnosis';
import { isOurCache } from '../../domain/prepull/imageCache';
import { parseImageReference, sameImage } from '../../domain/image/imageReference';
import { isMirrorHost } from '../../domain/mirrors/mirrors';
import type { PodSnapshot } from '../../domain/podSnapshot';
import { messageImage, pullFailuresOf, type PullFailure } from '../../domain/diagnosis/pullFailure';
import type { MirrorRule } from '../../domain/settings';

/** A failed attempt of a kubelet to pull an image through a mirror. */
export interface MirrorAttempt {
  readonly host: string;
  readonly requests: number;
  readonly errors: number;
  /** The same for everybody who sees this attempt: two contexts may be of one cluster. */
  readonly key: string;
}

/** The answers that a mirror gives by itself: nothing of these happens where it cannot be reached. */
const answers: ReadonlySet<Cause> = new Set(['mirror-error', 'rate-limited', 'unauthorized', 'not-found']);
/** No request gets as far as the mirror. */
const unasked: ReadonlySet<Cause> = new Set(['unreachable', 'tls', 'bad-reference', 'never-policy']);

/**
 * Sees in the pods of one context what the kubelets ask of mirrors in vain, in every pod alike: swapped ones, those whose
 * owner names a mirror, and those that pull for kube-fledged or for us.
 */
export class MirrorAttempts {
  /** Pod -> container and image -> the reason that was shown last. */
  private readonly shown = new Map<string, ReadonlyMap<string, string>>();

  constructor(
    private readonly rules: () => readonly MirrorRule[],
    private readonly tell: (attempt: MirrorAttempt) => void,
  ) {}

  /** `before`: what it shows is of before this context was watched, and has been counted then, or never will be. */
  podSeen(pod: PodSnapshot, before: boolean): void {
    const last = this.shown.get(pod.uid);
    const failures = pullFailuresOf(pod);
    if (!last && failures.length === 0) return;
    const shown = new Map<string, string>();
    for (const failure of failures) {
      const host = this.mirrorOf(failure);
      if (host === null) continue;
      const key = `${failure.container} ${failure.image}`;
      const known = last?.get(key);
      shown.set(key, failure.reason);
      // the kubelet shows an attempt's own reason right after it, and then waits
      const isNew = known === undefined || (known === waits && failure.reason !== waits);
      if (isNew && !before) this.tell(this.attemptOf(pod, failure, host, known === undefined));
    }
    if (shown.size > 0) this.shown.set(pod.uid, shown);
    else this.shown.delete(pod.uid);
  }

  podGone(uid: string): void {
    this.shown.delete(uid);
  }

  /** The mirror's host where the text is about its image; right after a swap it still tells of the one before. */
  private mirrorOf({ image, original, message }: PullFailure): string | null {
    const parsed = parseImageReference(image);
    if (!parsed.ok) return null;
    const { domain } = parsed.reference;
    if (image === original && !isMirrorHost(domain, this.rules())) return null;
    const quoted = messageImage(message);
    return (quoted === null ? message.includes(domain) : sameImage(quoted, image)) ? domain : null;
  }

  private attemptOf(pod: PodSnapshot, failure: PullFailure, host: string, isFirst: boolean): MirrorAttempt {
    const diagnosis = diagnose({ ...failure, mirrorHost: host });
    // the requests of a pull that a rescue began were counted when it began
    const begun = isFirst && (failure.image !== failure.original || isOurCache(pod.pullsFor));
    const asked = !unasked.has(diagnosis.cause) && !isOfTheKubelet(diagnosis);
    return {
      host,
      requests: asked && !begun ? 1 : 0,
      errors: asked && answers.has(diagnosis.cause) ? 1 : 0,
      key: `${pod.uid}/${failure.container}/${pod.resourceVersion}`,
    };
  }
}

const waits = 'ImagePullBackOff';

/** Its own limit of pulls per second reads like a registry's, and no mirror heals it. */
function isOfTheKubelet({ cause, healable }: Diagnosis): boolean {
  return cause === 'rate-limited' && healable === 'no';
}
