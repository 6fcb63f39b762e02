import type { ClientKind } from './clients';
import { slowLink, transferMs } from './link/link';
import type { WatchResult } from './result';
import type { EventsRun, SyncRun } from './run';
import { percentile, slope } from './statistics';

/** Something that this project wants of its figures; both numbers in the same unit. */
export interface Aim {
  readonly what: string;
  readonly atMost: number;
  readonly unit: string;
  readonly measured: number;
}

const product = 'product';

/** The aims that this run has measured. */
export function aimsOf(result: WatchResult): readonly Aim[] {
  const { base, bySize, empty, contexts, slow } = result;
  const size = bySize.find(({ pods }) => pods === base);
  const sync = (id: ClientKind['id'], key: NumberKey<SyncRun>) => median(size?.syncs.get(id), key);
  const event = (id: ClientKind['id'], key: NumberKey<EventsRun>) => median(size?.events.get(id), key);
  const heapEmpty = median(empty.get(product), 'heapMb');
  const runs = [...(size?.syncs.get(product) ?? []), ...(size?.events.get(product) ?? [])];
  const latencies = (size?.events.get(product) ?? []).flatMap(({ afterArrival }) => afterArrival);
  const growth = bySize.map(({ pods, syncs }) => [pods, median(syncs.get(product), 'heapMb') * 1000] as const);
  const one = contexts.find(({ contexts: count }) => count === 1)?.runs;
  const many = contexts.at(-1);
  const idle = contexts.map(({ contexts: count, runs: found }) => median(found, 'idlePercent') / count);
  const times = (key: NumberKey<SyncRun>) => median(many?.runs, key) / median(one, key);
  const zipped = median(slow?.get('protobuf'), 'wireMb') * 1e6;
  const all: Aim[] = [
    aim('sync, to the protobuf floor', 1.2, 'x', sync(product, 'syncMs') / sync('protobuf', 'syncMs')),
    aim('CPU to sync, to JSON parsed', 0.5, 'x', sync(product, 'cpuMs') / sync('json-parsed', 'cpuMs')),
    aim(`heap over an empty engine's, ${base} pods`, 6, 'MB', sync(product, 'heapMb') - heapEmpty),
    aim('heap for each further pod', 0.5, 'KB', slope(growth) ?? NaN),
    aim(
      'CPU for each change, to JSON parsed',
      0.5,
      'x',
      event(product, 'cpuPerThousandMs') / event('json-parsed', 'cpuPerThousandMs'),
    ),
    aim('longest hold of the event loop', 16, 'ms', Math.max(...runs.map(({ holdMs }) => holdMs))),
    aim('failure -> incident, p99', 5, 'ms', percentile(latencies, 99) ?? NaN),
    aim(
      'slow link: sync, to the gzipped bytes alone',
      1.3,
      'x',
      median(slow?.get(product), 'syncMs') / transferMs(zipped, slowLink),
    ),
    ...(many && many.contexts > 1
      ? [
          aim(`CPU to sync of ${many.contexts} contexts, to one`, many.contexts, 'x', times('cpuMs')),
          aim(`settled RSS of ${many.contexts} contexts, to one`, many.contexts, 'x', times('settledRssMb')),
          aim(`heap of ${many.contexts} contexts, to one`, many.contexts, 'x', times('heapMb')),
        ]
      : []),
    aim('CPU of an idle context, of a core', 0.1, '%', Math.max(...idle)),
  ];
  return all.filter(({ measured }) => Number.isFinite(measured));
}

export function isMet({ atMost, measured }: Aim): boolean {
  return measured <= atMost;
}

/** `met`, or by how much it is missed. */
export function verdictOn(aim: Aim): string {
  const { atMost, measured } = aim;
  return isMet(aim) ? 'met' : `missed by ${((measured / atMost - 1) * 100).toFixed(0)} %`;
}

function aim(what: string, atMost: number, unit: string, measured: number): Aim {
  return { what, atMost, unit, measured };
}

type NumberKey<T> = { [K in keyof T]: T[K] extends number ? K : never }[keyof T];

/** Not a number where there were no runs. */
function median<T>(runs: readonly T[] | undefined, key: NumberKey<T>): number {
  return (
    percentile(
      (runs ?? []).map((run) => Number(run[key])),
      50,
    ) ?? NaN
  );
}
