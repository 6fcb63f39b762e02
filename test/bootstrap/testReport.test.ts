import { describe, expect, test } from 'vitest';
import {
  asOnCi,
  failedStep,
  failureList,
  readTier,
  skippedTier,
  table,
  totals,
  type TierResult,
} from '../../electron/bootstrap/testReport.mjs';

const good = { code: 0, timedOut: false };
const bad = { code: 1, timedOut: false };
const file = (status: string, ...tests: string[]) => ({
  status,
  assertionResults: tests.map((each) => ({ status: each })),
});
const read = (testResults: ReturnType<typeof file>[], ended = good) => readTier('pure', { testResults }, ended, 1000);

describe('one tier', () => {
  test.each<[string, TierResult, Partial<TierResult>]>([
    [
      'adds up its files',
      read([file('passed', 'passed', 'passed'), file('passed', 'passed')]),
      { passed: 3, failed: 0 },
    ],
    ['counts failures', read([file('failed', 'passed', 'failed')], bad), { passed: 1, failed: 1, note: null }],
    [
      'counts what did not run',
      read([file('passed', 'passed', 'skipped', 'todo', 'pending')]),
      { passed: 1, skipped: 3 },
    ],
    ['fails for a file that could not be loaded', read([file('failed'), file('passed', 'passed')], bad), { failed: 1 }],
    ['fails for a hook that failed', read([file('failed', 'pending')], bad), { failed: 1, skipped: 1 }],
    ['fails when no test ran', read([]), { failed: 1, note: 'no test ran' }],
    ['fails when all were skipped', read([file('passed', 'skipped')]), { failed: 1, skipped: 1 }],
    ['fails for an error outside of the tests', read([file('passed', 'passed')], bad), { passed: 1, failed: 1 }],
    ['fails without a report', readTier('pure', null, good, 1), { failed: 1, note: 'vitest gave no report' }],
    ['fails when it hangs', readTier('pure', { testResults: [] }, { code: 1, timedOut: true }, 1), { failed: 1 }],
  ])('%s', (_name, result, expected) => {
    expect(result).toMatchObject(expected);
  });
});

describe('all tiers', () => {
  const results = [
    read([file('passed', 'passed', 'skipped')]),
    skippedTier('node', 'a kubelet and containerd need root.'),
  ];

  test('the last line counts skipped tests and skipped tiers', () => {
    expect(totals(results)).toBe('1 passed, 0 failed, 2 skipped');
  });

  test('on CI they are failures', () => {
    expect(totals(results.map(asOnCi))).toBe('1 passed, 2 failed');
  });

  test('without skips the last line says nothing about them', () => {
    expect(totals([read([file('passed', 'passed')]), failedStep('build')])).toBe('1 passed, 1 failed');
  });

  test('the table names the tier, its numbers, its time and what is missing', () => {
    expect(table(results).split('\n')).toEqual([
      'tier  passed  failed  skipped   time',
      'pure       1       0        1  1.0 s',
      'node       0       0        1      -  a kubelet and containerd need root.',
    ]);
  });

  test('what failed is named with the first line of its error', () => {
    const failed = {
      status: 'failed',
      fullName: 'the proxy heals',
      failureMessages: ['\u001b[31mError: no\u001b[39m\nat x'],
    };
    const testResults = [
      { name: '/project/test/a.test.ts', status: 'failed', assertionResults: [failed, { status: 'passed' }] },
      { name: '/project/test/b.test.ts', status: 'failed', message: 'cannot load c', assertionResults: [] },
      { name: '/project/test/c.test.ts', status: 'passed', assertionResults: [{ status: 'passed' }] },
    ];
    expect(failureList([readTier('pure', { testResults }, bad, 1)], '/project')).toBe(
      'failed: pure: test/a.test.ts > the proxy heals: Error: no\nfailed: pure: test/b.test.ts: cannot load c\n',
    );
  });
});
