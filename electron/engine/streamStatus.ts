import type { ContextStatus } from '../domain/appState';
import type { PodEvent } from './ports';

/** Worst first: what is not seen must not hide behind what is. */
const worstFirst: readonly ContextStatus['is'][] = ['denied', 'blind', 'syncing', 'connecting', 'live', 'off'];

/** One honest status for the streams of a context, of which there is one per watched namespace. */
export class StreamStatus {
  private streams: ReadonlyMap<string, ContextStatus> = new Map([['', { is: 'connecting' }]]);
  private readonly read = new Set<string>();
  /** Pods of the pages of a list so far, also of one that trouble cut off. */
  private readonly counted = new Map<string, number>();

  get worst(): ContextStatus {
    const all = [...this.streams.values()];
    for (const is of worstFirst) {
      const found = all.find((status) => status.is === is);
      if (found?.is === 'syncing') return { is: 'syncing', pods: sum(all) };
      if (found) return found;
    }
    return { is: 'connecting' };
  }

  /** Whether what is known of the pods of this namespace is of now. */
  sees(namespace: string): boolean {
    const is = (this.streams.get('') ?? this.streams.get(namespace))?.is;
    return is !== undefined && is !== 'blind' && is !== 'denied';
  }

  /** Whether the pods of this namespace have been read once. */
  hasRead(namespace: string): boolean {
    return this.read.has(namespace);
  }

  take(event: PodEvent, now: number): void {
    const { namespace } = event;
    const before = this.streams.get(namespace);
    if (event.is === 'scope') {
      this.streams = new Map(event.namespaces.map((name) => [name, this.streams.get(name) ?? { is: 'connecting' }]));
      for (const name of this.read) if (!this.streams.has(name)) this.read.delete(name);
      return;
    }
    if (event.is === 'synced') this.read.add(namespace);
    if (event.is === 'page')
      this.counted.set(namespace, (event.first ? 0 : (this.counted.get(namespace) ?? 0)) + event.pods.length);
    const after = statusAfter(event, before, this.counted.get(namespace) ?? 0, now);
    if (after) this.streams = new Map([...this.streams, [namespace, after]]);
  }
}

function sum(statuses: readonly ContextStatus[]): number {
  return statuses.reduce((pods, status) => pods + (status.is === 'syncing' ? status.pods : 0), 0);
}

function statusAfter(
  event: PodEvent,
  before: ContextStatus | undefined,
  pods: number,
  now: number,
): ContextStatus | null {
  switch (event.is) {
    case 'page':
      // a list in the background keeps the settled status
      return before?.is === 'live' ? null : { is: 'syncing', pods };
    case 'live':
      return { is: 'live', since: now };
    case 'blind':
      return {
        is: 'blind',
        since: before?.is === 'blind' ? before.since : now,
        why: event.why,
        retryAt: event.retryAt,
      };
    case 'denied':
      return {
        is: 'denied',
        verb: event.verb,
        resource: event.resource,
        namespace: event.namespace,
        retryAt: event.retryAt,
      };
    default:
      return null;
  }
}
