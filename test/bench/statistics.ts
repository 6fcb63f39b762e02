export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  /** Of how many. */
  readonly runs: number;
}

/** Null where nothing was measured. What is not a number was not measured. */
export function spreadOf(values: readonly number[]): Spread | null {
  const measured = sorted(values);
  const [min] = measured;
  const max = measured.at(-1);
  if (min === undefined || max === undefined) return null;
  return { median: percentile(measured, 50) ?? NaN, min, max, runs: measured.length };
}

/**
 * The value below which this share of the others is, between two of them in proportion; null where there is none.
 * @param share in percent
 */
export function percentile(values: readonly number[], share: number): number | null {
  const measured = sorted(values);
  const place = ((measured.length - 1) * share) / 100;
  const low = measured[Math.floor(place)];
  const high = measured[Math.ceil(place)];
  return low === undefined || high === undefined ? null : low + (high - low) * (place - Math.floor(place));
}

/** How much a value grows for each step of another one: the line with the least squares. Null for less than two points. */
export function slope(points: readonly (readonly [x: number, y: number])[]): number | null {
  const mean = (index: 0 | 1) => points.reduce((sum, point) => sum + point[index], 0) / points.length;
  const [meanX, meanY] = [mean(0), mean(1)];
  const spreadX = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  if (spreadX === 0 || points.length < 2) return null;
  return points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) / spreadX;
}

function sorted(values: readonly number[]): number[] {
  return values.filter((value) => !Number.isNaN(value)).sort((one, other) => one - other);
}
