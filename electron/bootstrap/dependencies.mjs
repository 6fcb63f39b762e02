import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './lock.mjs';
import { npm } from './npm.mjs';
import { bootstrapFile } from './project.mjs';

/** @typedef {{ version?: string, integrity?: string, optional?: boolean }} LockedPackage */
/** @typedef {{ packages?: Record<string, LockedPackage> }} LockFile */

/**
 * Why node_modules is not what package-lock.json asks for, or null when it is. npm keeps what it has installed in
 * node_modules/.package-lock.json, written last, so an installation that was cut off has none.
 *
 * @param {string} root
 * @returns {string | null}
 */
export function dependenciesComplaint(root) {
  const installedFile = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(installedFile)) return 'node_modules is missing or incomplete';
  const wanted = readLock(join(root, 'package-lock.json'));
  const installed = readLock(installedFile);
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === '') continue;
    const present = installed[path];
    // Optional packages are for other platforms when they are absent.
    if (present === undefined && entry.optional === true) continue;
    if (present?.version !== entry.version || present?.integrity !== entry.integrity) {
      return 'node_modules is older than package-lock.json';
    }
  }
  return null;
}

/**
 * Installs the packages of package-lock.json when they are missing or others. Safe to run twice at a time.
 *
 * @param {object} options
 * @param {string} options.root
 * @param {NodeJS.ProcessEnv} options.env
 * @param {(line: string) => void} options.log
 * @param {(root: string, env: NodeJS.ProcessEnv) => Promise<{ code: number }>} [options.install]
 * @returns {Promise<boolean>} whether they are there now
 */
export async function ensureDependencies({ root, env, log, install = cleanInstall }) {
  if (dependenciesComplaint(root) === null) return true;
  const onWait = () => log('another process is installing dependencies; waiting for it.');
  return withLock(
    bootstrapFile(root, 'dependencies.lock'),
    async () => {
      const complaint = dependenciesComplaint(root);
      if (complaint === null) return true;
      log(`${complaint}: running npm ci.`);
      const { code } = await install(root, env);
      if (code !== 0) log(`npm ci failed with exit code ${code}; see above.`);
      return code === 0;
    },
    { onWait },
  );
}

/**
 * None of our packages needs its install script, so none runs. Warnings are left out: most are about the Node that
 * Electron's own installer would like best.
 * @param {string} root
 * @param {NodeJS.ProcessEnv} env
 */
function cleanInstall(root, env) {
  const include = ['dev', 'optional', 'peer'].map((kind) => `--include=${kind}`);
  return npm(['ci', '--ignore-scripts', '--loglevel=error', ...include], { cwd: root, env, show: 'stderr' });
}

/**
 * @param {string} file
 * @returns {Record<string, LockedPackage>}
 */
function readLock(file) {
  /** @type {LockFile} */
  const lock = JSON.parse(readFileSync(file, 'utf8'));
  return lock.packages ?? {};
}
