import type { PodSnapshot } from '../domain/podSnapshot';
import type { Clock, PodEvent, PodWatch } from '../engine/ports';
import pLimit from 'p-limit';
import { asNoAnswer, readAll, type ApiConnection, type ApiStream } from './apiConnection';
import { slimPod } from './podSlimming';
import {
  acceptList,
  acceptWatch,
  readPodList,
  readPodWatch,
  readRefusal,
  type PodEventLine,
  type StatusFields,
} from './podWire';
import { statusMessage } from './writeOutcome';

/** Finished pods are of no interest, and on many clusters they are most of the pods. */
const unfinished = 'status.phase!=Succeeded,status.phase!=Failed';
const pageSize = '500';

/** In milliseconds. */
export const streamLimits = {
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
  /** A restarting API server answers 403 for a moment to users who have the right: RBAC is not loaded yet. */
  believeDenied: 10_000,
};

/** Over all contexts: ten that wake up together would fill the memory and the line with their lists. */
const lists = pLimit(2);

export interface PodStreamParts {
  readonly connection: ApiConnection;
  readonly clock: Clock;
  /** From 0 to 1, as Math.random. */
  readonly random: () => number;
  readonly limits?: typeof streamLimits;
}

/** An event before it has its namespace. */
type Unplaced<T> = T extends unknown ? Omit<T, 'namespace'> : never;

interface Trouble {
  readonly is: 'expired' | 'denied' | 'unanswered';
  readonly why: string;
  /** Milliseconds that the server asks to wait, or null. */
  readonly wait: number | null;
  readonly verb: string;
}

/**
 * The pods of one namespace (empty = all) as one list and an endless watch. It goes on after everything that
 * long watches meet, from the last version it saw; only a version that the server has forgotten makes it list
 * again. Pauses grow as client-go's do (reflector.go, 0.8 s to 30 s).
 */
export class PodStream implements PodWatch {
  private readonly connection: ApiConnection;
  private readonly clock: Clock;
  private readonly random: () => number;
  private readonly limits: typeof streamLimits;
  private version: string | null = null;
  private stopped = false;
  private attempt: AbortController | null = null;
  private wake: (() => void) | null = null;
  private failures = 0;
  private silences = 0;
  private liveSince: number | null = null;
  private firstDenied: number | null = null;

  constructor(
    { connection, clock, random, limits = streamLimits }: PodStreamParts,
    private readonly namespace: string,
    private readonly listener: (event: PodEvent) => void,
  ) {
    this.connection = connection;
    this.clock = clock;
    this.random = random;
    this.limits = limits;
  }

  /** Runs until stopped; never rejects. */
  async run(): Promise<void> {
    while (!this.stopped) {
      const attempt = new AbortController();
      this.attempt = attempt;
      const started = this.clock.now();
      let trouble = await this.listAndWatch(attempt.signal).catch((error: unknown): Trouble | null => {
        if (attempt.signal.aborted) return null;
        return { is: 'unanswered', why: asNoAnswer(error).message, wait: null, verb: 'list' };
      });
      if (!trouble && !attempt.signal.aborted && this.clock.now() - started < this.limits.shortest)
        trouble = { is: 'unanswered', why: 'the watch ended as soon as it began', wait: null, verb: 'watch' };
      attempt.abort();
      if (!this.isStopped() && trouble) await this.pauseAfter(trouble);
    }
  }

  stop(): void {
    this.stopped = true;
    this.resume();
  }

  resume(): void {
    this.failures = 0;
    this.attempt?.abort();
    this.wake?.();
  }

  private isStopped(): boolean {
    return this.stopped;
  }

  private async listAndWatch(signal: AbortSignal): Promise<Trouble | null> {
    if (this.version === null) {
      const trouble = await lists(() => (signal.aborted ? null : this.list(signal)));
      if (trouble) return trouble;
    }
    return this.watch(signal);
  }

  private async list(signal: AbortSignal): Promise<Trouble | null> {
    let first = true;
    let next: string | undefined;
    let version: string;
    do {
      const answer = await this.connection.stream({
        method: 'GET',
        path: this.path,
        accept: acceptList,
        query: { fieldSelector: unfinished, limit: pageSize, ...(next !== undefined && { continue: next }) },
        signal,
      });
      if (answer.status !== 200) return troubleOf(answer, await refusalIn(answer), 'list');
      const pods: PodSnapshot[] = [];
      const page = await readPodList(answer, (pod) => pods.push(slimPod(pod)));
      this.emit({ is: 'page', first, pods });
      first = false;
      version = page.resourceVersion;
      next = page.next;
    } while (next !== undefined && !this.isStopped());
    this.version = version;
    this.silences = 0;
    this.emit({ is: 'synced' });
    return null;
  }

  private async watch(signal: AbortSignal): Promise<Trouble | null> {
    const answer = await this.connection.stream({
      method: 'GET',
      path: this.path,
      accept: acceptWatch,
      query: {
        fieldSelector: unfinished,
        watch: 'true',
        allowWatchBookmarks: 'true',
        resourceVersion: this.version ?? '',
        timeoutSeconds: String(300 + Math.floor(this.random() * 300)),
      },
      signal,
      silenceMs: this.limits.silence,
    });
    if (answer.status !== 200) return troubleOf(answer, await refusalIn(answer), 'watch');
    this.becameLive();
    let trouble: Trouble | null = null;
    try {
      await readPodWatch(answer, (event) => {
        this.silences = 0;
        trouble = this.handle(event);
        return trouble === null;
      });
    } catch (error) {
      if (asNoAnswer(error).code === 'SILENT') this.fellSilent();
      throw error;
    }
    return trouble;
  }

  private handle(event: PodEventLine): Trouble | null {
    if ('status' in event)
      return troubleOf({ status: event.status.code ?? 500, retryAfter: null }, event.status, 'watch');
    const version = event.pod.metadata?.resourceVersion ?? '';
    // what was sent twice is not handled twice
    if (version === '' || version === this.version) return null;
    switch (event.type) {
      case 'ADDED':
      case 'MODIFIED':
        this.emit({ is: 'changed', pod: slimPod(event.pod) });
        break;
      case 'DELETED':
        this.emit({ is: 'deleted', pod: slimPod(event.pod) });
        break;
      case 'BOOKMARK':
        break;
      default:
        // of a later version of the API: nothing is known of what it says, so it moves nothing on
        return null;
    }
    this.version = version;
    return null;
  }

  /**
   * A server that was restored from a backup takes a version from before for one of the future, and then says nothing
   * for ever, not even a bookmark: a second silence in a row is not a dead connection.
   */
  private fellSilent(): void {
    this.silences += 1;
    if (this.silences >= 2) this.version = null;
  }

  private becameLive(): void {
    this.firstDenied = null;
    if (this.liveSince !== null) return;
    this.liveSince = this.clock.now();
    this.emit({ is: 'live' });
  }

  private async pauseAfter(trouble: Trouble): Promise<void> {
    if (trouble.is === 'expired') {
      this.version = null;
      if (trouble.verb === 'watch') return;
    }
    const now = this.clock.now();
    if (this.liveSince !== null && now - this.liveSince > this.limits.healthy) this.failures = 0;
    const longest = Math.min(this.limits.longestPause, this.limits.firstPause * 2 ** this.failures);
    this.failures += 1;
    // all of it is left to chance, so that those who lost the same server do not come back in step
    const own = Math.max(this.limits.shortestPause, longest * this.random());
    // a server that says 0 would be asked without a pause, and one that says hours would be forgotten
    let pause = Math.min((trouble.wait ?? 0) + own, this.limits.longestWait);
    if (trouble.is === 'denied') {
      this.firstDenied ??= now;
      const believed = this.liveSince === null || now - this.firstDenied >= this.limits.believeDenied;
      if (believed) {
        pause = this.limits.deniedPause;
        this.emit({ is: 'denied', verb: trouble.verb, resource: 'pods', retryAt: now + pause });
        this.liveSince = null;
      }
    } else if (this.failures > 1 || this.liveSince === null) {
      // one dropped connection is normal and mends at once: the status does not flicker for it
      this.emit({ is: 'blind', why: trouble.why, retryAt: now + pause });
      this.liveSince = null;
    }
    await new Promise<void>((resolve) => {
      const cancel = this.clock.after(pause, resolve);
      this.wake = () => {
        cancel();
        resolve();
      };
    });
    this.wake = null;
  }

  private emit(event: Unplaced<PodEvent>): void {
    if (!this.stopped) this.listener({ ...event, namespace: this.namespace });
  }

  private get path(): string {
    return this.namespace === '' ? '/api/v1/pods' : `/api/v1/namespaces/${this.namespace}/pods`;
  }
}

function troubleOf(
  { status, retryAfter }: { readonly status: number; readonly retryAfter: number | null },
  refusal: StatusFields,
  verb: string,
): Trouble {
  const wait = retryAfter === null ? null : retryAfter * 1000;
  const is = status === 410 ? 'expired' : status === 403 ? 'denied' : 'unanswered';
  return { is, why: statusMessage(status, refusal), wait, verb };
}

async function refusalIn({ contentType, body }: ApiStream): Promise<StatusFields> {
  return readRefusal(contentType, await readAll(body));
}
