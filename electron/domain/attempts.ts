/** How often an incident's rescue failed, and when the next automatic one may begin. */
export interface Attempts {
  readonly count: number;
  /** Milliseconds since the epoch; Infinity when only a person starts it. */
  readonly notBefore: number;
}

/** In milliseconds. */
const firstPause = 600_000;
/** A missing right or a refusing webhook does not mend itself soon. */
const refusedPause = 3_600_000;
const closedPause = 10_000;
/** After this many failures in a row only a person starts another one: mirrors ban those who keep asking. */
const maxAttempts = 3;

/**
 * The pause after a rescue ended so: none after success, growing after failure (10 min, 40 min), an hour after a
 * refusal. A dry run shows each incident once.
 */
export function nextAttempt(ended: string, count: number, now: number, dryRun: boolean): Attempts {
  if (dryRun) return { count, notBefore: Infinity };
  switch (ended) {
    case 'healed':
      return { count: 0, notBefore: now };
    case 'closed':
      return { count, notBefore: now + closedPause };
    case 'denied':
    case 'rejected':
      return { count, notBefore: now + refusedPause };
    default:
      return { count, notBefore: count >= maxAttempts ? Infinity : now + firstPause * 4 ** (count - 1) };
  }
}
