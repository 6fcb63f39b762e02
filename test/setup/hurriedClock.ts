import { machineClock } from '../../electron/engine/machineClock';
import type { Clock } from '../../electron/engine/ports';

/** The machine's time, so many times faster: pauses of seconds do not hold up a test. */
export function hurriedClock(times: number): Clock {
  const began = machineClock.now();
  return {
    now: () => began + (machineClock.now() - began) * times,
    after: (ms, callback) => machineClock.after(ms / times, callback),
  };
}
