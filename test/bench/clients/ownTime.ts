import { openSync, readSync } from 'node:fs';

/** In milliseconds. Each look costs some ten microseconds. */
const every = 4;

/**
 * The most that the main thread itself computed between two turns of its event loop, garbage collection included: for
 * so long it would also hold up others on a machine that has nothing else to do. Up to `every` of it is no hold at all.
 */
export class OwnTime {
  private readonly schedstat = openOrNull(`/proc/self/task/${process.pid}/schedstat`);
  private readonly buffer = Buffer.alloc(64);
  private timer: NodeJS.Timeout | null = null;
  private last = 0;
  private longest = 0;

  start(): void {
    if (this.schedstat === null) return;
    this.longest = 0;
    this.last = this.read(this.schedstat);
    this.timer = setInterval(() => {
      this.look();
    }, every);
  }

  /** In milliseconds; not a number where the system does not tell. */
  stop(): number {
    if (this.timer === null) return NaN;
    this.look();
    clearInterval(this.timer);
    this.timer = null;
    return this.longest;
  }

  private look(): void {
    if (this.schedstat === null) return;
    const now = this.read(this.schedstat);
    this.longest = Math.max(this.longest, now - this.last);
    this.last = now;
  }

  /** Computed since the thread began, in milliseconds: Linux' first number, in nanoseconds. */
  private read(file: number): number {
    const length = readSync(file, this.buffer, 0, this.buffer.length, 0);
    return Number(this.buffer.toString('latin1', 0, length).split(' ')[0]) / 1e6;
  }
}

function openOrNull(path: string): number | null {
  try {
    return openSync(path, 'r');
  } catch {
    return null; // not Linux, or built without it
  }
}
