import { stripVTControlCharacters } from 'node:util';

/**
 * @typedef {object} TierResult
 * @property {string} tier
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 * @property {number | null} ms how long it took; null when it did not run
 * @property {string | null} note what a reader has to know beyond the numbers
 * @property {readonly string[]} failures what failed, each with the first line of its error
 */

/**
 * What vitest's JSON reporter writes, as far as it is read here.
 * @typedef {object} VitestReport
 * @property {readonly VitestFile[]} testResults
 *
 * @typedef {object} VitestFile
 * @property {string} status
 * @property {string} [name] its path
 * @property {string} [message] why it failed as a whole
 * @property {readonly { status: string, fullName?: string, failureMessages?: readonly string[] | null }[]} assertionResults
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
  /** @param {string} note */
  const without = (note) => ({ tier, passed: 0, failed: 1, skipped: 0, ms, note, failures: [] });
  if (ended.timedOut) return without('ended, because it took too long');
  if (report === null) return without('vitest gave no report');
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
  const failures = report.testResults.flatMap(failuresOf);
  const counted = { tier, passed, failed, skipped, ms, note: null, failures };
  if (passed + failed === 0) return { ...counted, failed: 1, note: 'no test ran' };
  if (failed === 0 && ended.code !== 0) return { ...counted, failed: 1, note: 'an error outside of the tests' };
  return failedFiles > 0 ? { ...counted, note: `${failedFiles} test files failed as a whole` } : counted;
}

/**
 * @param {VitestFile} file
 * @returns {readonly string[]}
 */
function failuresOf({ name = 'a file', status, message = '', assertionResults }) {
  const tests = assertionResults.filter((test) => test.status === 'failed');
  if (tests.length === 0) return status === 'failed' ? [`${name}: ${firstLine(message)}`] : [];
  return tests.map(
    ({ fullName = 'a test', failureMessages }) => `${name} > ${fullName}: ${firstLine(failureMessages?.[0] ?? '')}`,
  );
}

/** @param {string} text */
function firstLine(text) {
  return stripVTControlCharacters(text).trim().split('\n', 1)[0] || 'without a message';
}

/**
 * Lint counts as one test.
 * @param {number} code exit code of `npm run lint`
 * @param {number} ms
 * @returns {TierResult}
 */
export function readLint(code, ms) {
  const failed = code === 0 ? 0 : 1;
  return { tier: 'lint', passed: 1 - failed, failed, skipped: 0, ms, note: null, failures: [] };
}

/**
 * A tier that cannot run here.
 * @param {string} tier
 * @param {string} missing
 * @returns {TierResult}
 */
export function skippedTier(tier, missing) {
  return { tier, passed: 0, failed: 0, skipped: 1, ms: null, note: missing, failures: [] };
}

/**
 * Something that the tiers need and that failed before them.
 * @param {string} step
 * @returns {TierResult}
 */
export function failedStep(step) {
  return { tier: step, passed: 0, failed: 1, skipped: 0, ms: null, note: 'failed; see above', failures: [] };
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
 * What failed in all tiers, one line each; empty when nothing did. Long outputs are often kept from their end only.
 * @param {readonly TierResult[]} results
 * @param {string} root paths are shown from here
 * @returns {string}
 */
export function failureList(results, root) {
  return results
    .flatMap(({ tier, failures }) => failures.map((failure) => `failed: ${tier}: ${failure.replace(`${root}/`, '')}\n`))
    .join('');
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
