import { aimsOf, isMet } from './aims';
import type { ClientKind } from './clients';
import type { ContextsRun } from './contexts';
import type { WatchOptions } from './options';
import type { EventsRun, SyncRun } from './run';
import { percentile, spreadOf } from './statistics';

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

/**
 * The result as one JSON object: every single run, and beside them, in `figures`, what the tables show of them (median,
 * least and most of a figure; median and p99 of all latencies of a client), and in `aims` what this project wants of
 * them. What was not measured, which is not a number among the runs, is null.
 */
export function resultJson(result: WatchResult): string {
  const { empty, bySize, contexts, slow } = result;
  const figures = {
    empty: figuresByClient(empty),
    bySize: bySize.map(({ pods, syncs, events }) => ({
      pods,
      syncs: figuresByClient(syncs),
      events: figuresByClient(events),
    })),
    contexts: contexts.map(({ contexts: count, runs }) => ({ contexts: count, ...figuresOf(runs) })),
    slow: slow && figuresByClient(slow),
  };
  const aims = aimsOf(result).map((aim) => ({ ...aim, met: isMet(aim) }));
  const plain = (_: string, value: unknown): unknown => {
    if (value instanceof Map) return Object.fromEntries(value);
    return typeof value === 'number' && !Number.isFinite(value) ? null : value;
  };
  return JSON.stringify({ ...result, figures, aims }, plain, 2);
}

type Run = SyncRun | EventsRun | ContextsRun;

function figuresByClient(runs: ReadonlyMap<string, readonly Run[]>): object {
  return Object.fromEntries([...runs].map(([id, all]) => [id, figuresOf(all)]));
}

type Value = number | readonly number[] | null;

/** Of each field of the runs that is measured; a client's answer has others too, which the type of a run does not name. */
function figuresOf(runs: readonly Run[]): object {
  const values = new Map<string, Value[]>();
  for (const run of runs)
    for (const [field, value] of Object.entries(run) as [string, Value | string][])
      if (typeof value !== 'string') values.set(field, [...(values.get(field) ?? []), value]);
  return Object.fromEntries([...values].map(([field, all]) => [field, figureOf(all)]));
}

function figureOf(values: readonly Value[]): object | null {
  const all = values.flatMap((value) => value ?? []);
  return values.some(Array.isArray) ? { median: percentile(all, 50), p99: percentile(all, 99) } : spreadOf(all);
}
