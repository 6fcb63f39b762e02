import type { GaveUpReason } from '../appState';

/** How an incident's rescues ended in a row, and when the next automatic one may begin. */
export interface Attempts {
  /** Given up for want of a mirror. */
  readonly count: number;
  /** Closed with nothing left to heal, since one ended otherwise. */
  readonly closed: number;
  /** Milliseconds since the epoch; Infinity when only a person starts it. */
  readonly notBefore: number;
  /** The same for putting back what carries a mirror's image, which asks no mirror and waits only for the cluster. */
  readonly putBackNotBefore: number;
}

/** After the first rescue in a row that no mirror was left for, in milliseconds. */
export const firstPause = 600_000;
/** A missing right or a refusing webhook does not mend itself soon. */
const refusedPause = 3_600_000;
/** Something that changes each pod after us would close one rescue after the other. */
const firstClosedPause = 10_000;
/** After this many failures in a row only a person starts another one: mirrors ban those who keep asking. */
const maxAttempts = 3;

/**
 * The pause after a rescue that healed nothing ended so: growing where no mirror is left (10 min, 40 min), an hour after
 * a refusal of the cluster, 10 min while it does not answer, growing from 10 s to 10 min while nothing is left to heal and
 * it fails again. What fails never shortens a pause. A dry run shows each incident once.
 */
export function nextAttempt(
  ended: 'closed' | GaveUpReason['is'],
  before: Attempts | undefined,
  now: number,
  dryRun: boolean,
): Attempts {
  const { count, closed, notBefore: pausedUntil } = before ?? { count: 0, closed: 0, notBefore: 0 };
  if (dryRun) return { count, closed, notBefore: Infinity, putBackNotBefore: Infinity };
  const pausedFor = (pause: number, closedNow = 0): Attempts => ({
    count,
    closed: closedNow,
    notBefore: Math.max(pausedUntil, now + pause),
    putBackNotBefore: now + pause,
  });
  switch (ended) {
    case 'closed':
      return pausedFor(Math.min(firstPause, firstClosedPause * 2 ** closed), closed + 1);
    case 'denied':
    case 'rejected':
      return pausedFor(refusedPause);
    case 'unreachable':
      return pausedFor(firstPause);
    case 'no-mirror-left': {
      const pause = count + 1 >= maxAttempts ? Infinity : firstPause * 4 ** count;
      return { ...pausedFor(pause), count: count + 1, putBackNotBefore: now };
    }
  }
}

/** The same after a pause's mirror image was put back without asking another mirror: that was no attempt. */
export function afterPutBack(before: Attempts, now: number): Attempts {
  return { ...before, putBackNotBefore: now };
}
