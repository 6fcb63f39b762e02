import type { Clock } from './ports';

/** Changes come in groups: how long is waited for the rest of one, in milliseconds. */
export const settle = 100;

/** When a context looks at its incidents again: soon after something has changed, and when something becomes due. */
export class Wake {
  private cancelSoon: (() => void) | null = null;
  private cancelDue: (() => void) | null = null;
  private stopped = false;

  constructor(
    private readonly clock: Clock,
    private readonly look: () => void,
  ) {}

  /** In so many milliseconds, or earlier where that was asked for before; 0: now. */
  soon(ms: number): void {
    if (this.stopped || (this.cancelSoon && ms > 0)) return;
    this.cancelSoon?.();
    this.cancelSoon = this.clock.after(ms, () => {
      this.cancelSoon = null;
      this.look();
    });
  }

  /** At the first of these times, in milliseconds since the epoch, in the place of what was due before; null: at none. */
  at(times: readonly (number | null)[]): void {
    this.cancelDue?.();
    this.cancelDue = null;
    const known = times.filter((time) => time !== null);
    if (this.stopped || known.length === 0) return;
    const ms = Math.max(0, Math.min(...known) - this.clock.now());
    // setTimeout takes at most 2^31 - 1 ms
    this.cancelDue = this.clock.after(Math.min(ms, 2_147_483_647), () => {
      this.soon(0);
    });
  }

  stop(): void {
    this.stopped = true;
    this.cancelSoon?.();
    this.cancelDue?.();
  }
}
