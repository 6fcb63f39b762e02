import type { ClientKind } from './clients';
import type { ContextsRun } from './contexts';
import type { WatchOptions } from './options';
import type { EventsRun, SyncRun } from './run';

/** Everything that was measured, run by run. Maps are by the id of a client. */
export interface WatchResult {
  readonly machine: {
    readonly cores: number;
    readonly processor: string;
    readonly memoryGiB: number;
    readonly node: string;
    readonly platform: string;
  };
  /** What the API server is, for people. */
  readonly server: string;
  /** Of a pod in JSON, on average. */
  readonly podBytes: number;
  /** So many pods there were where changes, contexts and the slow link were measured. */
  readonly base: number;
  readonly options: WatchOptions;
  readonly kinds: readonly ClientKind[];
  /** On the cluster before it had pods. */
  readonly empty: ReadonlyMap<string, readonly SyncRun[]>;
  readonly bySize: readonly SizeResult[];
  readonly contexts: readonly { readonly contexts: number; readonly runs: readonly ContextsRun[] }[];
  readonly slow: ReadonlyMap<string, readonly SyncRun[]> | null;
}

export interface SizeResult {
  readonly pods: number;
  readonly syncs: ReadonlyMap<string, readonly SyncRun[]>;
  /** Empty but at the base. */
  readonly events: ReadonlyMap<string, readonly EventsRun[]>;
}

/** The result as plain data: what JSON.stringify makes of it. */
export function resultJson(result: WatchResult): string {
  const plain = (_: string, value: unknown): unknown => (value instanceof Map ? Object.fromEntries(value) : value);
  return JSON.stringify(result, plain, 2);
}
