/**
 * @typedef {object} TierResult
 * @property {string} tier
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 * @property {number | null} ms how long it took; null when it did not run
 * @property {string | null} note what a reader has to know beyond the numbers
 */

/**
 * What vitest's JSON reporter writes, as far as it is read here.
 * @typedef {object} VitestReport
 * @property {readonly { status: string, assertionResults: readonly { status: string }[] }[]} testResults one per file
 */

/**
 * One tier's numbers. What vitest counts as nothing at all is a failure here: no tests, no report, a file that could
 * not be loaded, an error outside of any test.
 *
 * @param {string} tier
 * @param {VitestReport | null} report null when vitest wrote none
 * @param {{ code: number, timedOut: boolean }} ended how vitest ended
 * @param {number} ms
 * @returns {TierResult}
 */
export function readTier(tier, report, ended, ms) {
  if (ended.timedOut) return { tier, passed: 0, failed: 1, skipped: 0, ms, note: 'ended, because it took too long' };
  if (report === null) return { tier, passed: 0, failed: 1, skipped: 0, ms, note: 'vitest gave no report' };
  /** @param {(status: string) => boolean} is */
  const count = (is) =>
    report.testResults.reduce((sum, file) => sum + file.assertionResults.filter(({ status }) => is(status)).length, 0);
  const passed = count((status) => status === 'passed');
  const failedTests = count((status) => status === 'failed');
  const skipped = count((status) => status !== 'passed' && status !== 'failed');
  const failedFiles = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some(({ status }) => status === 'failed'),
  ).length;
  const failed = failedTests + failedFiles;
  if (passed + failed === 0) return { tier, passed, failed: 1, skipped, ms, note: 'no test ran' };
  if (failed === 0 && ended.code !== 0) {
    return { tier, passed, failed: 1, skipped, ms, note: 'an error outside of the tests' };
  }
  return {
    tier,
    passed,
    failed,
    skipped,
    ms,
    note: failedFiles > 0 ? `${failedFiles} test files failed as a whole` : null,
  };
}

/**
 * Lint counts as one test.
 * @param {number} code exit code of `npm run lint`
 * @param {number} ms
 * @returns {TierResult}
 */
export function readLint(code, ms) {
  const failed = code === 0 ? 0 : 1;
  return { tier: 'lint', passed: 1 - failed, failed, skipped: 0, ms, note: null };
}

/**
 * A tier that cannot run here.
 * @param {string} tier
 * @param {string} missing
 * @returns {TierResult}
 */
export function skippedTier(tier, missing) {
  return { tier, passed: 0, failed: 0, skipped: 1, ms: null, note: missing };
}

/**
 * Something that the tiers need and that failed before them.
 * @param {string} step
 * @returns {TierResult}
 */
export function failedStep(step) {
  return { tier: step, passed: 0, failed: 1, skipped: 0, ms: null, note: 'failed; see above' };
}

/**
 * On CI everything has to run: what was skipped there counts as failed.
 * @param {TierResult} result
 * @returns {TierResult}
 */
export function asOnCi(result) {
  if (result.skipped === 0) return result;
  const note = result.note ?? `${result.skipped} skipped tests count as failed with CI=true`;
  return { ...result, failed: result.failed + result.skipped, skipped: 0, note };
}

/**
 * The table of tiers.
 * @param {readonly TierResult[]} results
 * @returns {string}
 */
export function table(results) {
  const head = ['tier', 'passed', 'failed', 'skipped', 'time', ''];
  const rows = results.map((result) => [
    result.tier,
    String(result.passed),
    String(result.failed),
    String(result.skipped),
    result.ms === null ? '-' : `${(result.ms / 1000).toFixed(1)} s`,
    result.note ?? '',
  ]);
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  return [head, ...rows]
    .map((row) =>
      row
        .map((cell, column) => {
          const width = widths[column] ?? 0;
          return column === 0 || column === head.length - 1 ? cell.padEnd(width) : cell.padStart(width);
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/**
 * The last line, which other programs read: `N passed, N failed`, and `, N skipped` when something was.
 * @param {readonly TierResult[]} results
 * @returns {string}
 */
export function totals(results) {
  /** @param {'passed' | 'failed' | 'skipped'} key */
  const sum = (key) => results.reduce((total, result) => total + result[key], 0);
  const skipped = sum('skipped');
  return `${sum('passed')} passed, ${sum('failed')} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
