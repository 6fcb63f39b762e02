// npm test [-- TIER...] [-- --vitest-option...]: all tiers that this machine can run, fastest first. The tier `lint` is
// `npm run lint`; it runs when it is named, and on CI.
import './nodeVersion.mjs';
import { mkdtempSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './childProcess.mjs';
import { npm } from './npm.mjs';
import { prepareBuild, preparePackages } from './prepare.mjs';
import { projectRoot } from './project.mjs';
import { say } from './say.mjs';
import { asOnCi, failedStep, failureList, readLint, readTier, skippedTier, table, totals } from './testReport.mjs';
import { limitOf, readinessOf, thisMachine, tierNames } from './tiers.mjs';

const firstOption = process.argv.findIndex((arg, at) => at > 1 && arg.startsWith('-'));
const wanted = process.argv.slice(2, firstOption === -1 ? undefined : firstOption);
const options = firstOption === -1 ? [] : process.argv.slice(firstOption).filter((arg) => arg !== '--');
const onCi = ['true', '1'].includes(process.env['CI'] ?? '');

/** @type {import('./testReport.mjs').TierResult[]} */
const results = [];
if (await preparePackages()) await runTiers();
else results.push(failedStep('npm ci'));
process.stdout.write(`\n${failureList(results, projectRoot)}\n${table(results)}\n\n${totals(results)}\n`);
process.exitCode = results.some(({ failed }) => failed > 0) ? 1 : 0;

async function runTiers() {
  const known = ['lint', ...(await tierNames(projectRoot))];
  const unknown = wanted.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    say(`there is no tier ${unknown.join(', ')}; the tiers are ${known.join(', ')}.`);
    process.exit(2);
  }
  // A failed build is one failure: what needs no build is tested all the same.
  if (!(await prepareBuild())) results.push(failedStep('build'));
  const machine = thisMachine(projectRoot, process.env);
  for (const tier of known.filter((name) => (wanted.length === 0 ? onCi || name !== 'lint' : wanted.includes(name)))) {
    const result = tier === 'lint' ? await runLint() : await runTier(tier, machine);
    results.push(onCi ? asOnCi(result) : result);
  }
}

/** @returns {Promise<import('./testReport.mjs').TierResult>} */
async function runLint() {
  say('tier lint');
  const began = performance.now();
  const { code } = await npm(['run', 'lint'], { cwd: projectRoot, env: process.env, show: 'inherit' });
  return readLint(code, performance.now() - began);
}

/**
 * @param {string} tier
 * @param {import('./tiers.mjs').Machine} machine
 * @returns {Promise<import('./testReport.mjs').TierResult>}
 */
async function runTier(tier, machine) {
  const { missing, env } = await readinessOf(tier, machine);
  if (missing !== null) {
    say(`tier ${tier} is skipped: ${missing}`);
    return skippedTier(tier, missing);
  }
  say(`tier ${tier}`);
  const folder = mkdtempSync(join(tmpdir(), 'pullthrough-test-'));
  const file = join(folder, 'report.json');
  try {
    const began = performance.now();
    const vitest = join(projectRoot, 'node_modules', 'vitest', 'vitest.mjs');
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
    const ended = await run(process.execPath, [vitest, 'run', '--project', tier, ...reporters, ...options], {
      cwd: projectRoot,
      env: { ...process.env, ...env },
      limitMs: limitOf(tier),
      show: 'inherit',
    });
    const report = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null;
    return readTier(tier, report, ended, performance.now() - began);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
