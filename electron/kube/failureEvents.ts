import type { CoreV1Event, CoreV1EventList } from '@kubernetes/client-node';
import { quotedImage } from '../domain/diagnosis/kubeletMessage';
import type { FailureEvent } from '../engine/ports';

/**
 * The newest event of each container and image that tells of a failed pull, and of the sandbox when that failed;
 * newest first. A container has had several images when somebody changed it.
 */
export function failureEventsIn({ items }: Partial<CoreV1EventList>): readonly FailureEvent[] {
  const newest = new Map<string, FailureEvent>();
  for (const event of items ?? []) {
    const message = wordsOf(event);
    const container = subjectOf(event, message);
    if (container === null) continue;
    const failure = { container, message, at: timeOf(event) };
    const key = JSON.stringify([container, container === '' ? null : quotedImage(message)]);
    const known = newest.get(key);
    if (!known || failure.at >= known.at) newest.set(key, failure);
  }
  return [...newest.values()].sort((one, other) => other.at - one.at);
}

/**
 * From the tenth different text on, client-go's recorder writes the newest into one event with a head of its own; newer
 * kubelets put the container's place in the spec before the words.
 */
function wordsOf({ message }: CoreV1Event): string {
  return message?.replace(/^(?:\(combined from similar events\): )?(?:spec\.\w+\{[^}]*\}: )?/, '') ?? '';
}

/**
 * The kubelet's image manager sends the cause in these words, and its caller another event of the same reason with
 * the bare name of the error; a container that could not be started has `Failed` events too.
 */
const ofTheImage = /^Failed to (?:pull image|inspect image|apply default image tag) "/;

/** The container, empty for the sandbox, or null where the event tells of no failed pull. */
function subjectOf({ reason, involvedObject: { fieldPath } }: CoreV1Event, message: string): string | null {
  if (reason === 'FailedCreatePodSandBox') return '';
  if ((reason !== 'Failed' && reason !== 'InspectFailed') || !ofTheImage.test(message)) return null;
  return /\{(.+)\}$/.exec(fieldPath ?? '')?.[1] ?? null;
}

/** Not typed as dates by what reads them: JSON has texts. */
function timeOf({ lastTimestamp, eventTime, metadata }: CoreV1Event): number {
  const time = lastTimestamp ?? eventTime ?? metadata.creationTimestamp;
  return time === undefined ? 0 : new Date(time).getTime();
}
