import type { Clock } from './ports';

/** A clock that is set back by less, in milliseconds, holds up nothing for long. */
const moments = 60_000;

/** The same clock, which tells when it is found to have been set back: what waits for a time waits too long then. */
export function noticingSetBack(clock: Clock, setBack: () => void): Clock {
  let last = -Infinity;
  return {
    now() {
      const now = clock.now();
      if (now < last - moments) clock.after(0, setBack);
      last = now;
      return now;
    },
    after: (ms, callback) => clock.after(ms, callback),
  };
}
