import type { Clock } from '../../electron/engine/ports';

/** Time that stands still until the test moves it. */
export interface ManualClock extends Clock {
  /** Moves on by `ms`, and calls what comes due on the way, in its order. */
  pass(ms: number): void;
}

export function manualClock(start = 0): ManualClock {
  let now = start;
  let due: { readonly at: number; readonly callback: () => void }[] = [];
  return {
    now: () => now,
    after: (ms, callback) => {
      const one = { at: now + ms, callback };
      due.push(one);
      return () => {
        due = due.filter((other) => other !== one);
      };
    },
    pass: (ms) => {
      const end = now + ms;
      for (;;) {
        const next = due.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
        if (!next) break;
        due = due.filter((other) => other !== next);
        now = next.at;
        next.callback();
      }
      now = end;
    },
  };
}
