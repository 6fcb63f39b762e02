import type { Measured } from './measurement';

/** What a measured number is called, and with how many digits it is told. */
const columns: readonly { readonly key: keyof Measured; readonly title: string; readonly digits: number }[] = [
  { key: 'syncMs', title: 'sync ms', digits: 0 },
  { key: 'syncCpuMs', title: 'CPU ms', digits: 0 },
  { key: 'peakRssMb', title: 'peak RSS MB', digits: 0 },
  { key: 'heapMb', title: 'heap MB', digits: 1 },
  { key: 'stallMs', title: 'longest stall ms', digits: 0 },
  { key: 'changesCpuMs', title: 'CPU ms / 1,000 changes', digits: 0 },
];

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** What came of one client's rounds. */
export interface ClientReport {
  readonly name: string;
  readonly measured: Readonly<Record<keyof Measured, Spread>>;
  /** Median by the first client's median; null where that is 0. */
  readonly ratios: Readonly<Record<keyof Measured, number | null>>;
}

/** @param rounds by client name; the first client is the one that the others are compared to */
export function reportOf(rounds: ReadonlyMap<string, readonly Measured[]>): readonly ClientReport[] {
  const all = [...rounds].map(([name, runs]) => ({ name, measured: perColumn((key) => spreadOf(runs, key)) }));
  return all.map(({ name, measured }) => ({
    name,
    measured,
    ratios: perColumn((key) => {
      const first = all[0]?.measured[key].median ?? 0;
      return first === 0 ? null : rounded(measured[key].median / first);
    }),
  }));
}

function spreadOf(runs: readonly Measured[], key: keyof Measured): Spread {
  const sorted = runs.map((run) => run[key]).sort((one, other) => one - other);
  const at = (index: number) => sorted[index] ?? NaN;
  const half = (sorted.length - 1) / 2;
  return {
    median: rounded((at(Math.floor(half)) + at(Math.ceil(half))) / 2),
    min: rounded(at(0)),
    max: rounded(at(sorted.length - 1)),
  };
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

function perColumn<T>(of: (key: keyof Measured) => T): Record<keyof Measured, T> {
  return {
    syncMs: of('syncMs'),
    syncCpuMs: of('syncCpuMs'),
    peakRssMb: of('peakRssMb'),
    heapMb: of('heapMb'),
    stallMs: of('stallMs'),
    changesCpuMs: of('changesCpuMs'),
  };
}

/** Two Markdown tables: medians with their spread, and ratios to the first client. */
export function tablesOf(reports: readonly ClientReport[]): string {
  const title = ['client', ...columns.map((column) => column.title)];
  const numbers = reports.map(({ name, measured }) => [
    name,
    ...columns.map(({ key, digits }) => {
      const { median, min, max } = measured[key];
      return `${median.toFixed(digits)} [${min.toFixed(digits)}-${max.toFixed(digits)}]`;
    }),
  ]);
  const ratios = reports.slice(1).map(({ name, ratios: each }) => [
    name,
    ...columns.map(({ key }) => {
      const ratio = each[key];
      return ratio === null ? '-' : `${ratio.toFixed(ratio < 10 ? 2 : 0)} x`;
    }),
  ]);
  const first = reports[0]?.name ?? '';
  return `${markdown([title, ...numbers])}\n\nRatios to ${first}:\n\n${markdown([title, ...ratios])}\n`;
}

function markdown(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join(' | ')} |`;
  const rule = `|${widths.map((width, column) => (column === 0 ? `-${'-'.repeat(width)}-` : `-${'-'.repeat(width)}:`)).join('|')}|`;
  const [head = [], ...body] = rows;
  return [line(head), rule, ...body.map(line)].join('\n');
}
