import type { Readable } from 'node:stream';
import type { Clock } from '../../engine/ports';
import type { ApiConnection } from '../../kube/apiConnection';
import { asNoAnswer, NoAnswer } from '../../kube/apiConnection';
import { pause } from './pause';
import type { KubeObject } from '../objects';
import { fieldsOf, keyOf, listOf } from '../objects';
import { UnexpectedAnswer } from './unexpectedAnswer';

export interface InformerOptions {
  readonly api: ApiConnection;
  readonly clock: Clock;
  /** Path of the collection, `/api/v1/pods`. */
  readonly path: string;
  /** Of the items, which do not name it themselves in a list. */
  readonly kind: string;
  readonly fieldSelector?: string;
}

export type ChangeListener<T> = (after: T | null, before: T | null) => void;

/**
 * A copy of one collection, kept current by a list and a watch. It outlives restarts of the server, expired
 * versions, and a type that is not served yet.
 */
export class Informer<T extends KubeObject> {
  private readonly objects = new Map<string, T>();
  private readonly listeners = new Set<ChangeListener<T>>();
  private readonly stopping = new AbortController();
  private markSynced: () => void = () => undefined;
  /** Resolves once the first list is in. */
  readonly synced = new Promise<void>((resolve) => {
    this.markSynced = resolve;
  });

  constructor(private readonly options: InformerOptions) {
    void this.run();
  }

  get(key: string): T | undefined {
    return this.objects.get(key);
  }

  list(): T[] {
    return [...this.objects.values()];
  }

  /** Calls back with each change from now on, and first with what is known already. */
  onChange(listener: ChangeListener<T>): () => void {
    this.listeners.add(listener);
    for (const object of this.objects.values()) listener(object, null);
    return () => this.listeners.delete(listener);
  }

  stop(): void {
    this.stopping.abort();
    this.listeners.clear();
  }

  private async run(): Promise<void> {
    const { clock } = this.options;
    const { signal } = this.stopping;
    let failures = 0;
    let version: string | null = null;
    while (!signal.aborted) {
      try {
        version ??= await this.readAll();
        failures = 0;
        version = await this.follow(version);
      } catch (error) {
        // a server that restarts fails in many ways; anything else is a mistake in here
        if (!(error instanceof NoAnswer || error instanceof UnexpectedAnswer)) throw error;
        failures += 1;
        await pause(clock, Math.min(5000, 50 * 2 ** failures), signal);
      }
    }
  }

  /** Gives the version that the list is from. */
  private async readAll(): Promise<string> {
    const { api, path, kind, fieldSelector } = this.options;
    const query = fieldSelector === undefined ? {} : { fieldSelector };
    const { status, body } = await api.request({ method: 'GET', path, query, signal: this.stopping.signal });
    if (status !== 200) throw new UnexpectedAnswer(`list of ${path}`, status, body);
    const list = fieldsOf(body);
    const found = new Map<string, T>();
    for (const item of listOf(list.items)) {
      const object = { ...fieldsOf(item), kind } as T;
      found.set(keyOf(object), object);
    }
    for (const [key, before] of [...this.objects]) if (!found.has(key)) this.change(key, null, before);
    for (const [key, object] of found) {
      const before = this.objects.get(key) ?? null;
      if (before?.metadata.resourceVersion !== object.metadata.resourceVersion) this.change(key, object, before);
    }
    this.markSynced();
    return String(fieldsOf(list.metadata).resourceVersion);
  }

  /** Follows one watch to its end; gives the version to go on from, or null when everything has to be listed. */
  private async follow(from: string): Promise<string | null> {
    const { api, path, fieldSelector } = this.options;
    const { status, body } = await api.stream({
      method: 'GET',
      path,
      query: {
        watch: 'true',
        resourceVersion: from,
        allowWatchBookmarks: 'true',
        timeoutSeconds: '1800',
        ...(fieldSelector !== undefined && { fieldSelector }),
      },
      signal: this.stopping.signal,
      silenceMs: 150_000,
    });
    if (status !== 200) {
      body.resume();
      if (status === 410) return null;
      throw new UnexpectedAnswer(`watch of ${path}`, status, null);
    }
    let version: string | null = from;
    for await (const line of linesOf(body)) {
      const event = fieldsOf(JSON.parse(line));
      if (event.type === 'ERROR') return null;
      const object = event.object as T;
      version = object.metadata.resourceVersion ?? version;
      if (event.type === 'BOOKMARK') continue;
      const key = keyOf(object);
      this.change(key, event.type === 'DELETED' ? null : object, this.objects.get(key) ?? null);
    }
    return version;
  }

  private change(key: string, after: T | null, before: T | null): void {
    if (after) this.objects.set(key, after);
    else this.objects.delete(key);
    // a deletion tells the object's last state through `before`
    for (const listener of this.listeners) listener(after, before);
  }
}

async function* linesOf(body: Readable): AsyncGenerator<string> {
  body.setEncoding('utf8');
  let rest = '';
  const chunks = (body as AsyncIterable<string>)[Symbol.asyncIterator]();
  for (;;) {
    const next = await chunks.next().catch((error: unknown) => {
      throw asNoAnswer(error);
    });
    if (next.done) return;
    const pieces = (rest + next.value).split('\n');
    rest = pieces.pop() ?? '';
    for (const piece of pieces) if (piece !== '') yield piece;
  }
}
