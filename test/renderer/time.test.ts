import { describe, expect, test } from 'vitest';
import { formatAge, formatAgo, formatClock, formatElapsed } from '../../renderer/view/time';

const minute = 60_000;
const hour = 60 * minute;

describe('ages', () => {
  test.each([
    [0, '0s', '0秒'],
    [-5000, '0s', '0秒'],
    [59_999, '59s', '59秒'],
    [minute, '1m', '1分钟'],
    [119 * minute, '1h', '1小时'],
    [50 * hour, '2d', '2天'],
  ])('%i ms', (milliseconds, english, chinese) => {
    expect(formatAge('en', milliseconds)).toBe(english);
    expect(formatAge('zh-CN', milliseconds)).toBe(chinese);
  });

  test('ago', () => {
    expect(formatAgo('en-US', 8000)).toBe('8s ago');
    expect(formatAgo('zh-CN', 8000)).toBe('8秒前');
  });

  test('a stopwatch counts on', () => {
    expect([0, 42_900, 67_000, hour + 2 * minute + 3000, -1].map(formatElapsed)).toEqual([
      '0:00',
      '0:42',
      '1:07',
      '1:02:03',
      '0:00',
    ]);
  });
});

test('a clock names the day only when it is another one', () => {
  const now = Date.UTC(2026, 2, 12, 14, 6);
  expect(formatClock('en', now + 14 * minute, now)).toBe('14:20');
  expect(formatClock('en', now - 20 * hour, now)).toBe('Mar 11, 18:06');
  expect(formatClock('zh-CN', now - 20 * hour, now)).toBe('3月11日 18:06');
  expect(formatClock('en', now, now, 'second')).toBe('14:06:00');
  expect(formatClock('en', Date.UTC(2026, 2, 12, 0, 5), now)).toBe('00:05');
});
