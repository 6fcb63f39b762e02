import { describe, expect, it } from 'vitest';
import { markdownTable, ratioCell, spreadCell } from './table';

describe('a table', () => {
  it('has its columns lined up, numbers to the right', () => {
    const text = markdownTable([
      ['client', 'MB'],
      ['one', '5'],
      ['another', '123'],
    ]);
    expect(text).toBe(['| client  |  MB |', '|---------|----:|', '| one     |   5 |', '| another | 123 |'].join('\n'));
  });
});

describe('a cell', () => {
  it('shows median and range, of one run the value, and a dash for what was not measured', () => {
    expect(spreadCell([1, 2, 4], 1)).toBe('2.0 [1.0-4.0]');
    expect(spreadCell([1.26], 1)).toBe('1.3');
    expect(spreadCell([NaN], 1)).toBe('-');
  });

  it('shows how many times one is of the other', () => {
    expect(ratioCell(1, 2)).toBe('0.50 x');
    expect(ratioCell(30, 2)).toBe('15 x');
    expect(ratioCell(1, 0)).toBe('-');
    expect(ratioCell(null, 2)).toBe('-');
  });
});
