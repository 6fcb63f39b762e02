import { describe, expect, it } from 'vitest';
import { nextAttempt, type Attempts } from '../../electron/domain/diagnosis/attempts';

/** The pauses in milliseconds after rescues that ended so, one after the other. */
function pauses(...ended: readonly Parameters<typeof nextAttempt>[0][]) {
  let attempts: Attempts | undefined;
  return ended.map((each) => {
    attempts = nextAttempt(each, attempts, 0, false);
    return attempts.notBefore;
  });
}

describe('the pause before the next automatic rescue', () => {
  it('grows with each failure, and after the third only a person starts another one', () => {
    expect(pauses('no-mirror-left', 'no-mirror-left', 'no-mirror-left')).toEqual([600_000, 2_400_000, Infinity]);
  });

  it('is ten minutes while the cluster does not answer, however often', () => {
    expect(pauses(...Array.from({ length: 5 }, () => 'unreachable' as const)).at(-1)).toBe(600_000);
    expect(pauses('no-mirror-left', 'no-mirror-left', 'unreachable').at(-1)).toBe(2_400_000);
  });

  it('is an hour after a refusal', () => {
    expect(pauses('denied', 'rejected')).toEqual([3_600_000, 3_600_000]);
    expect(pauses('denied', 'rejected', 'denied', 'no-mirror-left').at(-1)).toBe(3_600_000);
  });

  it('grows while each rescue finds nothing left to heal and the image fails again', () => {
    const closed = Array.from({ length: 9 }, () => 'closed' as const);
    const [first, second, ...rest] = pauses(...closed);
    expect([first, second, rest.at(-1)]).toEqual([10_000, 20_000, 600_000]);
  });

  it('has no end in a dry run, which shows each incident once', () => {
    expect(nextAttempt('closed', undefined, 0, true).notBefore).toBe(Infinity);
  });
});
