import { isSilent, PodBook, type KnownFailure } from '../domain/podBook';
import type { PodSnapshot } from '../domain/podSnapshot';
import type { Cluster, FailureEvent, Unanswered } from '../engine/ports';

/** A pod's failures with the best text for each that there is. */
export interface PodReading {
  readonly failures: readonly KnownFailure[];
  /** The containers whose text is an event's, because the status names no cause. */
  readonly fromEvents: ReadonlySet<string>;
  /** The text of a failed sandbox, for a pod that does not get beyond it. */
  readonly sandbox: string | null;
  /** Why events that were needed could not be read, or null. */
  readonly eventsUnanswered: string | null;
}

/** The kubelet tries a sandbox again at least this often: an older event is of one that has come up since. Milliseconds. */
const sandboxEventLasts = 10 * 60_000;

/**
 * A sandbox fails for its network and its processes far more often than for its image. containerd and cri-dockerd name
 * the image that they could not get, cri-o the registry that it asked.
 */
const ofItsImage = /sandbox image|\bpull(?:ing)?\b.{0,40}\bimage\b|docker:\/\/|container registry|\/v2\//i;

/** Reads a pod's failures, and its events where its status alone does not name the cause. */
export async function readFailures(
  cluster: Pick<Cluster, 'failureEvents'>,
  pod: PodSnapshot,
  now: number,
): Promise<PodReading> {
  const book = new PodBook();
  // a pod that pulls for somebody else is no failure of its own, but what it waits for can be told as well
  book.put({ ...pod, pullsFor: null }, now);
  const starting = book.failures.length === 0 && isStarting(pod);
  const needed = starting || book.failures.some(isSilent);
  const read = needed ? await cluster.failureEvents(pod.namespace, pod.uid) : [];
  const events = isUnanswered(read) ? [] : read;
  const learned = events.filter(({ container, message }) => book.learned(pod.uid, container, message));
  const ofSandbox = events.find(({ container, at }) => container === '' && now - at < sandboxEventLasts);
  const sandbox = starting && ofSandbox && ofItsImage.test(ofSandbox.message) ? ofSandbox.message : null;
  return {
    failures: book.failures,
    fromEvents: new Set(learned.map(({ container }) => container)),
    sandbox,
    eventsUnanswered: isUnanswered(read) ? read.unanswered : null,
  };
}

function isUnanswered(read: readonly FailureEvent[] | Unanswered): read is Unanswered {
  return 'unanswered' in read;
}

/** Bound to a node, and none of its containers has been begun. */
function isStarting({ node, phase, deleting, containers }: PodSnapshot): boolean {
  const begins = new Set(['', 'ContainerCreating', 'PodInitializing']);
  const waits = containers.every(
    ({ kind, state }) =>
      kind === 'ephemeral' || state.is === 'unknown' || (state.is === 'waiting' && begins.has(state.reason)),
  );
  return node !== '' && phase === 'Pending' && !deleting && waits;
}
