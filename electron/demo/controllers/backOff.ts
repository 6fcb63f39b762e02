/**
 * Growing pauses per key, as client-go's `flowcontrol.Backoff`: the first is `base`, each next one twice as
 * long, up to `max`; a key that was idle for twice `max` is forgotten. Times in milliseconds.
 */
export class BackOff {
  private readonly entries = new Map<string, { pause: number; updated: number }>();

  constructor(
    private readonly base: number,
    private readonly max: number,
  ) {}

  /** Starts or doubles the pause of this key. */
  next(key: string, now: number): void {
    const known = this.entries.get(key);
    const idle = known !== undefined && now - known.updated > 2 * this.max;
    const pause = known === undefined || idle ? this.base : Math.min(known.pause * 2, this.max);
    this.entries.set(key, { pause, updated: now });
  }

  /** How long the pause of this key still lasts, counted from its last `next`. */
  remaining(key: string, now: number): number {
    const known = this.entries.get(key);
    return known ? Math.max(0, known.pause - (now - known.updated)) : 0;
  }

  /** The same, counted from an event such as the end of a container. */
  remainingSince(key: string, event: number, now: number): number {
    const known = this.entries.get(key);
    if (!known || event - known.updated > 2 * this.max) return 0;
    return Math.max(0, known.pause - (now - event));
  }

  /** The whole pause of this key. */
  pauseOf(key: string): number {
    return this.entries.get(key)?.pause ?? 0;
  }

  clear(): void {
    this.entries.clear();
  }
}
