import type { Clock } from '../../engine/ports';
import { NoAnswer } from '../../kube/apiConnection';
import { UnexpectedAnswer } from './unexpectedAnswer';

/**
 * A queue of keys, worked off one at a time. A key that comes again while it waits is worked once; one that
 * fails is tried again after a pause that grows.
 */
export class Reconciler {
  private readonly waiting = new Set<string>();
  private readonly failures = new Map<string, number>();
  private readonly timers = new Map<string, () => void>();
  private working = false;
  private stopped = false;

  constructor(
    private readonly clock: Clock,
    private readonly reconcile: (key: string) => Promise<void>,
  ) {}

  add(key: string): void {
    if (this.stopped) return;
    this.waiting.add(key);
    if (!this.working) void this.work();
  }

  /** Adds the key after `ms`, instead of when it was to be added before. A timer may be early: ask again then. */
  addAfter(key: string, ms: number): void {
    if (this.stopped) return;
    this.timers.get(key)?.();
    const cancel = this.clock.after(ms, () => {
      this.timers.delete(key);
      this.add(key);
    });
    this.timers.set(key, cancel);
  }

  stop(): void {
    this.stopped = true;
    this.waiting.clear();
    for (const cancel of this.timers.values()) cancel();
    this.timers.clear();
  }

  private async work(): Promise<void> {
    this.working = true;
    for (const key of this.waiting) {
      this.waiting.delete(key);
      try {
        await this.reconcile(key);
        this.failures.delete(key);
      } catch (error) {
        if (!(error instanceof NoAnswer || error instanceof UnexpectedAnswer)) throw error;
        // a conflict, a server that restarts, a type that is not there yet: the next attempt sees what is true then
        const failed = (this.failures.get(key) ?? 0) + 1;
        this.failures.set(key, failed);
        this.addAfter(key, Math.min(5000, 25 * 2 ** failed));
      }
    }
    this.working = false;
  }
}
