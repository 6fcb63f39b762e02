import type { Clock } from '../../electron/engine/ports';

/** Time that stands until it is turned. */
export class HandClock implements Clock {
  private time = 0;
  /** How far the clock on the wall is from the time that has passed. */
  private setBy = 0;
  private readonly timers = new Set<{ readonly at: number; readonly callback: () => void }>();

  now(): number {
    return this.time + this.setBy;
  }

  after(ms: number, callback: () => void): () => void {
    const timer = { at: this.time + ms, callback };
    this.timers.add(timer);
    return () => {
      this.timers.delete(timer);
    };
  }

  get waiting(): number {
    return this.timers.size;
  }

  /** Turns time on, and rings what is due on the way, in order. */
  advance(ms: number): void {
    const end = this.time + ms;
    for (;;) {
      const [next] = [...this.timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
      if (!next) break;
      this.timers.delete(next);
      this.time = next.at;
      next.callback();
    }
    this.time = end;
  }

  /** Sets the clock on the wall, as a time server does, or as it is found when the computer wakes: no timer has run. */
  set(by: number): void {
    this.setBy += by;
  }
}
