import type { Clock } from './ports';

/** The timers of several runs; those of one end together. */
export class RunTimers {
  private readonly running = new Map<string, Map<string, () => void>>();

  constructor(private readonly clock: Clock) {}

  /** Calls back once after `ms`. A timer of the same name that still runs is one of an earlier step, and ends. */
  start(run: string, name: string, ms: number, callback: () => void): void {
    const timers = this.running.get(run) ?? new Map<string, () => void>();
    timers.get(name)?.();
    const cancel = this.clock.after(ms, () => {
      timers.delete(name);
      callback();
    });
    this.running.set(run, timers.set(name, cancel));
  }

  end(run: string): void {
    for (const cancel of this.running.get(run)?.values() ?? []) cancel();
    this.running.delete(run);
  }

  endAll(): void {
    for (const run of [...this.running.keys()]) this.end(run);
  }
}
