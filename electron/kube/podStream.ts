import type { PodSnapshot } from '../domain/podSnapshot';
import type { Clock, PodEvent, PodWatch } from '../engine/ports';
import { asNoAnswer, readAll, type ApiConnection, type ApiStream } from './apiConnection';
import { lists } from './lists';
import { slimPod } from './podSlimming';
import {
  acceptList,
  acceptWatch,
  readPodList,
  readPodWatch,
  readRefusal,
  type PodEventLine,
  type PodListHead,
  type StatusFields,
} from './podWire';
import { StreamPauses, streamLimits, type Trouble } from './streamPauses';
import { statusMessage } from './writeOutcome';

/** Finished pods are of no interest, and on many clusters they are most of the pods. */
const unfinished = 'status.phase!=Succeeded,status.phase!=Failed';

export interface PodStreamParts {
  readonly connection: ApiConnection;
  readonly clock: Clock;
  /** From 0 to 1, as Math.random. */
  readonly random: () => number;
  readonly limits?: typeof streamLimits;
}

/**
 * So many pods of a list are told of together. A whole page of them would outlive collections of young garbage, which copy
 * what they find alive and make more room for it: a quarter of the CPU and of the memory that reading many pods takes.
 */
const together = 20;

/** An event before it has its namespace. */
type Unplaced<T> = T extends unknown ? Omit<T, 'namespace'> : never;

/**
 * The pods of one namespace (empty = all) as one list and an endless watch. It goes on after everything that
 * long watches meet, from the last version it saw; only a version that the server has forgotten makes it list
 * again.
 */
export class PodStream implements PodWatch {
  private readonly connection: ApiConnection;
  private readonly clock: Clock;
  private readonly random: () => number;
  private readonly limits: typeof streamLimits;
  private version: string | null = null;
  /** A list that was cut off by trouble: its version, where it goes on, and how many pods were read of that page. */
  private cutOff: { readonly version: string; readonly next: string; readonly read: number } | null = null;
  private stopped = false;
  private attempt: AbortController | null = null;
  private wake: (() => void) | null = null;
  /** Somebody asked to go on at once, at whatever point the stream is. */
  private resumed = false;
  private silences = 0;
  /** In a row. */
  private expiredLists = 0;
  /** The last version was forgotten by the server, and nothing has come since. */
  private forgotten = false;
  private readonly pauses: StreamPauses;

  constructor(
    { connection, clock, random, limits = streamLimits }: PodStreamParts,
    private readonly namespace: string,
    private readonly listener: (event: PodEvent) => void,
  ) {
    this.connection = connection;
    this.clock = clock;
    this.random = random;
    this.limits = limits;
    this.pauses = new StreamPauses(limits, random);
  }

  /** Runs until stopped; never rejects. */
  async run(): Promise<void> {
    while (!this.stopped) {
      const attempt = new AbortController();
      this.attempt = attempt;
      this.resumed = false;
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
    this.resumed = true;
    this.pauses.forget();
    this.attempt?.abort();
    this.wake?.();
  }

  private isResumed(): boolean {
    return this.resumed;
  }

  private isStopped(): boolean {
    return this.stopped;
  }

  private async listAndWatch(signal: AbortSignal): Promise<Trouble | null> {
    if (this.version === null) {
      // whatever it answers to this, it is there; logging in and connecting keep nobody waiting
      await this.connection.request({ method: 'GET', path: '/version', signal, silenceMs: this.limits.silence });
      const trouble = await lists(() => (signal.aborted ? null : this.list(signal)));
      if (trouble) return trouble;
    }
    return this.watch(signal);
  }

  /**
   * Each page is asked for as soon as the head of the one before tells how: its way and the server's work go on while
   * that one is read. More would not help, as the next one is only known by then. What trouble cuts off goes on where it
   * was: of a long list, page by page, some are always refused by a busy server.
   */
  private async list(signal: AbortSignal): Promise<Trouble | null> {
    let version = this.cutOff?.version;
    let first = this.cutOff === null;
    const asked = [this.askForPage(signal, this.cutOff?.next)];
    for (const asking of asked) {
      const answer = await asking;
      if (answer.status !== 200) {
        const refusal = await refusalIn(answer);
        if (answer.status === 410) this.cutOff = null;
        const rest = this.restOfExpired(answer, refusal);
        if (rest === undefined) return troubleOf(answer, refusal, 'list');
        asked.push(this.askForPage(signal, rest));
        continue;
      }
      const readBefore = this.cutOff?.read ?? 0;
      let read = 0;
      let pods: PodSnapshot[] = [];
      const tell = () => {
        this.emit({ is: 'page', first, pods });
        first = false;
        pods = [];
        if (this.cutOff) this.cutOff = { ...this.cutOff, read };
      };
      const heads: PodListHead[] = [];
      await readPodList(
        answer,
        (pod) => {
          read += 1;
          if (read <= readBefore) return;
          pods.push(slimPod(pod));
          if (pods.length === together) tell();
        },
        (head) => {
          heads.push(head);
          if (head.next !== undefined) asked.push(this.askForPage(signal, head.next));
        },
      );
      if (first || pods.length > 0) tell();
      if (this.isStopped()) return null;
      const [head] = heads;
      version ??= head?.resourceVersion ?? '';
      this.cutOff = head?.next === undefined ? null : { version, next: head.next, read: 0 };
    }
    this.version = version ?? '';
    this.expiredLists = 0;
    this.silences = 0;
    this.emit({ is: 'synced' });
    return null;
  }

  private askForPage(signal: AbortSignal, next?: string): Promise<ApiStream> {
    const asked = this.connection.stream({
      method: 'GET',
      path: this.path,
      accept: acceptList,
      query: {
        fieldSelector: unfinished,
        limit: String(this.limits.page),
        ...(next !== undefined && { continue: next }),
      },
      signal,
      // it may have to wait until the one before has been read
      silenceMs: this.limits.silence,
    });
    // nobody waits for it when the one before fails, which tells the error; whoever does wait is still told this one's
    asked.catch(() => undefined);
    return asked;
  }

  /**
   * The server forgets what a list began with after five minutes. Where that happens to a second list in a row it would
   * happen to each: then what is left is read as it is by now. The watch begins at the list's first version, and so
   * tells of everything that has changed meanwhile. Undefined: the list begins again.
   */
  private restOfExpired({ status }: ApiStream, { metadata }: StatusFields): string | undefined {
    if (status !== 410 || !metadata?.continue) return undefined;
    this.expiredLists += 1;
    return this.expiredLists > 1 ? metadata.continue : undefined;
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
    this.forgotten = false;
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
    if (this.pauses.live(this.clock.now())) this.emit({ is: 'live' });
  }

  private async pauseAfter(met: Trouble): Promise<void> {
    if (met.is === 'expired') {
      this.version = null;
      // one that forgets each version as soon as it has given it would be asked for lists without a pause
      const again = this.forgotten;
      this.forgotten = true;
      if (met.verb === 'watch' && !again) return;
    }
    const trouble = met.is === 'denied' ? { ...met, sure: await this.isReady() } : met;
    const now = this.clock.now();
    const { ms, tell } = this.pauses.after(trouble, now);
    const retryAt = now + ms;
    if (tell === 'denied') this.emit({ is: 'denied', verb: trouble.verb, resource: 'pods', retryAt });
    if (tell === 'blind') this.emit({ is: 'blind', why: trouble.why, retryAt });
    if (this.isResumed()) return;
    await new Promise<void>((resolve) => {
      const cancel = this.clock.after(ms, resolve);
      this.wake = () => {
        cancel();
        resolve();
      };
    });
    this.wake = null;
  }

  private async isReady(): Promise<boolean> {
    try {
      return (await this.connection.request({ method: 'GET', path: '/readyz', silenceMs: 5_000 })).status === 200;
    } catch {
      // it is gone again: whatever it has just said, it has not said it for long
      return false;
    }
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
  verb: Trouble['verb'],
): Trouble {
  const wait = retryAfter === null ? null : retryAfter * 1000;
  const is = status === 410 ? 'expired' : status === 403 ? 'denied' : 'unanswered';
  return { is, why: statusMessage(status, refusal), wait, verb };
}

async function refusalIn({ contentType, body }: ApiStream): Promise<StatusFields> {
  return readRefusal(contentType, await readAll(body));
}
