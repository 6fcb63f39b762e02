import type { Clock, PodEvent, PodWatch } from '../engine/ports';
import type { PodStream } from './podStream';
import { findScope, type WatchRights } from './watchScope';

export interface PodWatcherParts {
  readonly clock: Clock;
  readonly rights: WatchRights;
  readonly stream: (namespace: string, listener: (event: PodEvent) => void) => PodStream;
  /** Only these, whatever else may be read; empty = as much as may be read. */
  readonly only: readonly string[];
  /** Where neither all namespaces nor their list may be read. */
  readonly named: () => readonly string[];
}

/** How often it is looked whether more may be read by now, in milliseconds. */
const recheckEvery = 600_000;

/**
 * The pods that this user may watch: one stream of all namespaces, or one of each that may be read. Most users may read
 * all, so that is tried first, and rights are only asked for when it is refused.
 */
export class PodWatcher implements PodWatch {
  private readonly streams = new Map<string, PodStream>();
  private cancelRecheck: (() => void) | null = null;
  private stopped = false;

  constructor(
    private readonly parts: PodWatcherParts,
    private readonly listener: (event: PodEvent) => void,
  ) {}

  start(): void {
    const { only } = this.parts;
    this.cover(only.length > 0 ? only : ['']);
  }

  stop(): void {
    this.stopped = true;
    this.cancelRecheck?.();
    for (const stream of this.streams.values()) stream.stop();
  }

  resume(): void {
    for (const stream of this.streams.values()) stream.resume();
    if (this.cancelRecheck) void this.recheck();
  }

  private heard(event: PodEvent): void {
    if (event.is === 'denied' && event.namespace === '' && this.streams.has('')) void this.narrow(event);
    else this.listener(event);
  }

  /** All may not be read: what may? */
  private async narrow(denied: Extract<PodEvent, { is: 'denied' }>): Promise<void> {
    const scope = await findScope(this.parts.rights, this.parts.named());
    if (this.stopped) return;
    if ('unanswered' in scope || scope.is === 'all') this.listener(denied);
    else if (scope.is === 'none') this.listener({ ...denied, verb: scope.verb });
    else this.coverSome(scope.namespaces);
  }

  private async recheck(): Promise<void> {
    this.cancelRecheck?.();
    const scope = await findScope(this.parts.rights, this.parts.named());
    if (this.stopped) return;
    if (!('unanswered' in scope) && scope.is === 'all') {
      this.cancelRecheck = null;
      this.cover(['']);
    } else
      this.coverSome(!('unanswered' in scope) && scope.is === 'some' ? scope.namespaces : [...this.streams.keys()]);
  }

  private coverSome(namespaces: readonly string[]): void {
    this.cover(namespaces);
    this.cancelRecheck?.();
    this.cancelRecheck = this.parts.clock.after(recheckEvery, () => void this.recheck());
  }

  /** Streams of exactly these namespaces from now on; those that run go on. */
  private cover(namespaces: readonly string[]): void {
    const same = namespaces.length === this.streams.size && namespaces.every((name) => this.streams.has(name));
    if (same) return;
    for (const [namespace, stream] of this.streams) {
      if (namespaces.includes(namespace)) continue;
      stream.stop();
      this.streams.delete(namespace);
    }
    this.listener({ is: 'scope', namespace: '', namespaces });
    for (const namespace of namespaces) {
      if (this.streams.has(namespace)) continue;
      const stream = this.parts.stream(namespace, (event) => {
        this.heard(event);
      });
      this.streams.set(namespace, stream);
      void stream.run();
    }
  }
}
