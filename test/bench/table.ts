import { spreadOf } from './statistics';

/** A Markdown table whose columns line up. The first row is the head; the first column is text, the others are numbers. */
export function markdownTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const pad = (cell: string, column: number) =>
    column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0);
  const rule = `|${widths.map((width, column) => `${'-'.repeat(width + (column === 0 ? 2 : 1))}${column === 0 ? '' : ':'}`).join('|')}|`;
  const [head = [], ...body] = rows.map((row) => `| ${row.map(pad).join(' | ')} |`);
  return [head, rule, ...body].join('\n');
}

/** Median and range, as `1.2 [1.0-1.9]`; one run has no range, and nothing measured is `-`. */
export function spreadCell(values: readonly number[], digits: number): string {
  const spread = spreadOf(values);
  if (!spread) return '-';
  const text = (value: number) => value.toFixed(digits);
  const { median, min, max, runs } = spread;
  return runs === 1 ? text(median) : `${text(median)} [${text(min)}-${text(max)}]`;
}

/** How many times one is of the other: `0.52 x`. */
export function ratioCell(one: number | null | undefined, other: number | null | undefined): string {
  if (one === null || one === undefined || other === null || other === undefined || other === 0) return '-';
  const ratio = one / other;
  return `${ratio.toFixed(ratio < 10 ? 2 : 0)} x`;
}
