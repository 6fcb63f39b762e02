import { aimsOf, verdictOn } from './aims';
import { slowLink, transferMs } from './link/link';
import type { SizeResult, WatchResult } from './result';
import type { EventsRun, SyncRun } from './run';
import { percentile, slope } from './statistics';
import { markdownTable, ratioCell, spreadCell } from './table';

interface Column<T> {
  readonly title: string;
  readonly cell: (runs: readonly T[], id: string) => string;
}

/** Everything that was measured, as tables for people. */
export function reportOf(result: WatchResult): string {
  const { machine, server, podBytes, base, options, bySize, slow } = result;
  const { runs, changes, rate, failures, quiet } = options;
  const head =
    `${machine.platform}, ${machine.cores} cores (${machine.processor}), ${machine.memoryGiB} GiB, Node ${machine.node}\n` +
    `${server}, pods of ${(podBytes / 1000).toFixed(1)} KB of JSON, 1 in 100 fails; median [least-most] of ${runs} ${
      runs === 1 ? 'run' : 'runs'
    }`;
  const sections = [
    head,
    ...bySize.map((size) => section(`${size.pods} pods`, syncTable(result, size))),
    section(
      `${changes} changes of ${base} pods, ${rate} a second, then ${failures} pods that begin to fail`,
      ...bySize.filter(({ pods }) => pods === base).map((size) => eventsTable(result, size)),
    ),
    ...(bySize.length > 1 ? [section('Growth', growthTable(result))] : []),
    section(`Pullthrough with ${base} pods in each of several contexts; idle: over ${quiet} s`, contextsTable(result)),
    ...(slow
      ? [section(`Over ${slowLink.bitsPerSecond / 1e6} Mbit/s and ${slowLink.roundTripMs} ms`, slowTable(result, slow))]
      : []),
    section('Aims', aimsTable(result)),
    notes,
  ];
  return `${sections.join('\n\n')}\n`;
}

const notes = `CPU: user and system time of the whole process, its threads too. wire MB: what the process has read, TLS and
HTTP included. heap: JavaScript's and its array buffers, after two garbage collections. hold: the most that
the process itself computed between two turns of its event loop; stall: the longest time in which the event loop got
nothing else done, also because others had the processor. Of changes, CPU is of the first half, and hold and stall of the
second, as looking at these costs nearly as much as following does. known: from the
moment the process has read the chunk in which the pod's event begins until the engine's state, asked right after the
event was handled, has an incident with this pod (the informer: until its handler has seen it); told: until the engine
has told whoever listens; since write: from the moment the change was sent to the server. kubectl is measured from the
start of its program, the others from their first step of connecting, with their code loaded.`;

function section(title: string, ...tables: readonly string[]): string {
  return [`## ${title}`, ...tables].join('\n\n');
}

function values<T>(title: string, digits: number, of: (run: T) => number): Column<T> {
  return { title, cell: (runs) => spreadCell(runs.map(of), digits) };
}

function syncTable(result: WatchResult, { pods, syncs }: SizeResult): string {
  const columns: Column<SyncRun>[] = [
    values('sync s', 2, ({ syncMs }) => syncMs / 1000),
    values('CPU s', 2, ({ cpuMs }) => cpuMs / 1000),
    values('server CPU s', 2, ({ serverCpuMs }) => serverCpuMs / 1000),
    values('wire MB', 1, ({ wireMb }) => wireMb),
    values('peak RSS MB', 0, ({ peakRssMb }) => peakRssMb),
    values('settled RSS MB', 0, ({ settledRssMb }) => settledRssMb),
    values('heap MB', 1, ({ heapMb }) => heapMb),
    { title: 'over empty MB', cell: (runs, id) => overEmpty(result, runs, id).toFixed(1).replace('NaN', '-') },
    values('hold ms', 0, ({ holdMs }) => holdMs),
    values('stall ms', 0, ({ stallMs }) => stallMs),
    { title: 'sync to first', cell: (runs) => ratioCell(syncOf(runs), syncOf(syncs.get('product') ?? [])) },
    { title: 'pods', cell: (runs) => podsCell(runs, pods) },
  ];
  return tableOf(result, columns, syncs);
}

function eventsTable(result: WatchResult, { events }: SizeResult): string {
  const spreadOver = (title: string, share: number, of: (run: EventsRun) => readonly number[]): Column<EventsRun> => ({
    title,
    cell: (runs) => percentile(runs.flatMap(of), share)?.toFixed(1) ?? '-',
  });
  const both = (title: string, of: (run: EventsRun) => readonly number[]) => [
    spreadOver(`${title}, median ms`, 50, of),
    spreadOver('p99', 99, of),
  ];
  const columns: Column<EventsRun>[] = [
    values('CPU ms / 1,000', 0, ({ cpuPerThousandMs }) => cpuPerThousandMs),
    values('hold ms', 0, ({ holdMs }) => holdMs),
    values('stall ms', 0, ({ stallMs }) => stallMs),
    values('RSS MB', 0, ({ rssMb }) => rssMb),
    ...both('known', ({ afterArrival }) => afterArrival),
    ...both('told', ({ told }) => told),
    ...both('since write', ({ afterWrite }) => afterWrite),
  ];
  return tableOf(result, columns, events);
}

function growthTable(result: WatchResult): string {
  const { kinds, bySize } = result;
  const rows = kinds.map(({ id, name }) => {
    const heaps = bySize.map(({ pods, syncs }) => [pods, heapOf(syncs.get(id) ?? []) * 1000] as const);
    return [
      name,
      ...bySize.map(({ syncs }) =>
        spreadCell(
          (syncs.get(id) ?? []).map(({ syncMs }) => syncMs / 1000),
          2,
        ),
      ),
      ...bySize.map(({ syncs }) =>
        overEmpty(result, syncs.get(id) ?? [], id)
          .toFixed(1)
          .replace('NaN', '-'),
      ),
      slope(heaps)?.toFixed(2).replace('NaN', '-') ?? '-',
    ];
  });
  const sizes = bySize.map(({ pods }) => pods);
  const title = [
    'client',
    ...sizes.map((pods) => `${pods}: sync s`),
    ...sizes.map((pods) => `${pods}: MB over empty`),
    'KB a pod',
  ];
  return markdownTable([title, ...rows]);
}

function contextsTable({ contexts }: WatchResult): string {
  const title = [
    'contexts',
    'sync s',
    'CPU s',
    'wire MB',
    'peak RSS MB',
    'settled RSS MB',
    'heap MB',
    'hold ms',
    'idle %',
    'idle % each',
  ];
  const rows = contexts.map(({ contexts: count, runs }) => [
    String(count),
    spreadCell(
      runs.map(({ syncMs }) => syncMs / 1000),
      2,
    ),
    spreadCell(
      runs.map(({ cpuMs }) => cpuMs / 1000),
      2,
    ),
    spreadCell(
      runs.map(({ wireMb }) => wireMb),
      1,
    ),
    spreadCell(
      runs.map(({ peakRssMb }) => peakRssMb),
      0,
    ),
    spreadCell(
      runs.map(({ settledRssMb }) => settledRssMb),
      0,
    ),
    spreadCell(
      runs.map(({ heapMb }) => heapMb),
      1,
    ),
    spreadCell(
      runs.map(({ holdMs }) => holdMs),
      0,
    ),
    spreadCell(
      runs.map(({ idlePercent }) => idlePercent),
      2,
    ),
    spreadCell(
      runs.map(({ idlePercent }) => idlePercent / count),
      3,
    ),
  ]);
  return markdownTable([title, ...rows]);
}

function slowTable(result: WatchResult, slow: ReadonlyMap<string, readonly SyncRun[]>): string {
  const bytesAlone = (runs: readonly SyncRun[]) =>
    percentile(
      runs.map(({ wireMb }) => transferMs(wireMb * 1e6, slowLink)),
      50,
    );
  const columns: Column<SyncRun>[] = [
    values('sync s', 2, ({ syncMs }) => syncMs / 1000),
    values('wire MB', 1, ({ wireMb }) => wireMb),
    values('those bytes alone s', 2, ({ wireMb }) => transferMs(wireMb * 1e6, slowLink) / 1000),
    { title: 'sync to its bytes', cell: (runs) => ratioCell(syncOf(runs), bytesAlone(runs)) },
  ];
  return tableOf(result, columns, slow);
}

function aimsTable(result: WatchResult): string {
  const rows = aimsOf(result).map((aim) => [
    aim.what,
    `${aim.measured.toFixed(2)} ${aim.unit}`,
    `${aim.atMost} ${aim.unit}`,
    verdictOn(aim),
  ]);
  return markdownTable([['aim', 'measured', 'at most', ''], ...rows]);
}

function tableOf<T>(
  { kinds }: WatchResult,
  columns: readonly Column<T>[],
  found: ReadonlyMap<string, readonly T[]>,
): string {
  const rows = kinds.flatMap(({ id, name }) => {
    const runs = found.get(id) ?? [];
    return runs.length === 0 ? [] : [[name, ...columns.map(({ cell }) => cell(runs, id))]];
  });
  return markdownTable([['client', ...columns.map(({ title }) => title)], ...rows]);
}

function overEmpty({ empty }: WatchResult, runs: readonly SyncRun[], id: string): number {
  return heapOf(runs) - heapOf(empty.get(id) ?? []);
}

function heapOf(runs: readonly SyncRun[]): number {
  return (
    percentile(
      runs.map(({ heapMb }) => heapMb),
      50,
    ) ?? NaN
  );
}

function syncOf(runs: readonly SyncRun[]): number | null {
  return percentile(
    runs.map(({ syncMs }) => syncMs),
    50,
  );
}

/** How many pods it knew where these are not all; `not counted` by a client that throws them away. */
function podsCell(runs: readonly SyncRun[], pods: number): string {
  const known = runs.flatMap((run) => run.pods ?? []);
  if (known.length === 0) return 'not counted';
  return known.every((count) => count === pods) ? 'all' : `${Math.min(...known)}-${Math.max(...known)}`;
}
