import type { CoreV1Event, CoreV1EventList } from '@kubernetes/client-node';
import type { FailureEvent } from '../engine/ports';

/** The newest event of each container that tells of a failed pull, and of the sandbox when that failed. */
export function failureEventsIn({ items }: Partial<CoreV1EventList>): readonly FailureEvent[] {
  const newest = new Map<string, FailureEvent>();
  for (const event of items ?? []) {
    const container = subjectOf(event);
    if (container === null) continue;
    const failure = { container, message: event.message ?? '', at: timeOf(event) };
    const known = newest.get(container);
    if (!known || failure.at >= known.at) newest.set(container, failure);
  }
  return [...newest.values()];
}

/** The container, empty for the sandbox, or null where the event tells of no failed pull. */
function subjectOf({ reason, message, involvedObject: { fieldPath } }: CoreV1Event): string | null {
  if (reason === 'FailedCreatePodSandBox') return '';
  // the kubelet sends two events named `Failed` in a row: the cause, and the bare name of the error
  if ((reason !== 'Failed' && reason !== 'InspectFailed') || message?.startsWith('Error: ') !== false) return null;
  return /\{(.+)\}$/.exec(fieldPath ?? '')?.[1] ?? null;
}

/** Not typed as dates by what reads them: JSON has texts. */
function timeOf({ lastTimestamp, eventTime, metadata }: CoreV1Event): number {
  const time = lastTimestamp ?? eventTime ?? metadata.creationTimestamp;
  return time === undefined ? 0 : new Date(time).getTime();
}
