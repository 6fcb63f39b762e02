import { pageSize } from './lists';

/** In milliseconds, but for the first. */
export const streamLimits = {
  page: pageSize,
  /** Bookmarks come every minute: no byte for this long means a dead connection. */
  silence: 100_000,
  shortestPause: 100,
  firstPause: 800,
  /** A watch that ends sooner counts as trouble, or a broken proxy would be asked without a pause. */
  shortest: 1_000,
  longestPause: 30_000,
  /** A server may ask to wait longer, but not for ever. */
  longestWait: 300_000,
  deniedPause: 600_000,
  /** After this long without trouble the pauses start small again. */
  healthy: 120_000,
  /** A server that is starting refuses what it has not loaded the rights for; one that never says it is ready is believed then. */
  believeDenied: 60_000,
};

/** Why a stream has to begin again. */
export interface Trouble {
  readonly is: 'expired' | 'denied' | 'unanswered';
  readonly why: string;
  /** Milliseconds that the server asks to wait, or null. */
  readonly wait: number | null;
  readonly verb: 'list' | 'watch';
  /** Of a refusal: the server is ready, and so it knows what it says. */
  readonly sure?: boolean;
}

/** What comes of a trouble: how long to wait, and what to tell of it, which is nothing where it may mend at once. */
export interface Pause {
  readonly ms: number;
  readonly tell: 'denied' | 'blind' | null;
}

/** How long a stream waits before it tries again; grows as client-go's waits do (reflector.go: 0.8 s to 30 s). */
export class StreamPauses {
  private failures = 0;
  /** What was told last is that the stream is up. */
  private toldLive = false;
  /** Without trouble, in milliseconds since the epoch; null while there is some. */
  private upSince: number | null = null;
  private firstDenied: number | null = null;

  constructor(
    private readonly limits: typeof streamLimits,
    /** From 0 to 1, as Math.random. */
    private readonly random: () => number,
  ) {}

  /** The stream is up; whether that is news. */
  live(now: number): boolean {
    this.firstDenied = null;
    this.upSince ??= now;
    const isNews = !this.toldLive;
    this.toldLive = true;
    return isNews;
  }

  /** What was learned of earlier failures counts no more. */
  forget(): void {
    this.failures = 0;
  }

  after(trouble: Trouble, now: number): Pause {
    const { limits } = this;
    if (this.upSince !== null && now - this.upSince > limits.healthy) this.failures = 0;
    this.upSince = null;
    const longest = Math.min(limits.longestPause, limits.firstPause * 2 ** this.failures);
    this.failures += 1;
    // all of it is left to chance, so that those who lost the same server do not come back in step; also where it is short,
    // so that the shortest pause is no floor, but mixed in by less the longer the pause is
    const luck = this.random();
    const own = longest * luck + limits.shortestPause * Math.max(0, 1 - 2 * luck);
    // a server that says 0 or less would be asked without a pause, and one that says hours would be forgotten
    const ms = Math.min(Math.max(0, trouble.wait ?? 0), limits.longestWait) + own;
    // what has another trouble meanwhile is not still the server that refuses while it starts
    if (trouble.is !== 'denied') this.firstDenied = null;
    if (trouble.is === 'denied') {
      this.firstDenied ??= now;
      if (trouble.sure !== true && now - this.firstDenied < limits.believeDenied) return { ms, tell: null };
      this.toldLive = false;
      return { ms: limits.deniedPause + own, tell: 'denied' };
    }
    // one dropped connection is normal and mends at once: the status does not flicker for it
    if (this.failures === 1 && this.toldLive) return { ms, tell: null };
    this.toldLive = false;
    return { ms, tell: 'blind' };
  }
}
