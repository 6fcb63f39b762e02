import { describe, expect, it } from 'vitest';
import { percentile, slope, spreadOf } from './statistics';

describe('the median and range of some runs', () => {
  it('is the middle one, or between the two in the middle', () => {
    expect(spreadOf([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3, runs: 3 });
    expect(spreadOf([4, 1, 2, 3])).toEqual({ median: 2.5, min: 1, max: 4, runs: 4 });
  });

  it('leaves out what was not measured', () => {
    expect(spreadOf([NaN, 7])).toEqual({ median: 7, min: 7, max: 7, runs: 1 });
    expect(spreadOf([NaN])).toBeNull();
  });
});

describe('a percentile', () => {
  const hundred = Array.from({ length: 101 }, (_, value) => 100 - value);

  it.each([
    [0, 0],
    [50, 50],
    [99, 99],
    [100, 100],
  ])('%i of 0 to 100 is %i', (share, value) => {
    expect(percentile(hundred, share)).toBe(value);
  });

  it('is between two values in proportion', () => {
    expect(percentile([10, 20], 75)).toBe(17.5);
  });

  it('is nothing where nothing was measured', () => {
    expect(percentile([], 50)).toBeNull();
  });
});

describe('the growth of a value', () => {
  it('is that of the line through its points', () => {
    const line = [1, 3, 10].map((x) => [x, 5 + 2 * x] as const);
    expect(slope(line)).toBeCloseTo(2);
  });

  it('is unknown from one point', () => {
    expect(slope([[1, 1]])).toBeNull();
  });
});
