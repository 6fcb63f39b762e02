import { machineClock } from '../../electron/engine/machineClock';
import type { Clock } from '../../electron/engine/ports';

interface Timer {
  readonly at: number;
  readonly callback: () => void;
  cancel: () => void;
}

/** The machine's time, so many times faster, and to be turned on by hand where even that would take too long. */
export class TurnableClock implements Clock {
  private readonly began = machineClock.now();
  private turned = 0;
  private readonly timers = new Set<Timer>();

  constructor(private readonly times: number) {}

  now(): number {
    return this.began + this.turned + (machineClock.now() - this.began) * this.times;
  }

  after(ms: number, callback: () => void): () => void {
    const timer: Timer = { at: this.now() + ms, callback, cancel: () => undefined };
    this.timers.add(timer);
    this.wind(timer);
    return () => {
      timer.cancel();
      this.timers.delete(timer);
    };
  }

  /** So much time has passed, all at once; in milliseconds. What has become due rings soon, in order. */
  turn(ms: number): void {
    this.turned += ms;
    for (const timer of [...this.timers].sort((a, b) => a.at - b.at)) {
      timer.cancel();
      this.wind(timer);
    }
  }

  private wind(timer: Timer): void {
    const left = Math.max(0, timer.at - this.now()) / this.times;
    timer.cancel = machineClock.after(left, () => {
      this.timers.delete(timer);
      timer.callback();
    });
  }
}
