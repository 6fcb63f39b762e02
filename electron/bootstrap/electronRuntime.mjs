import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './childProcess.mjs';
import { withLock } from './lock.mjs';
import { bootstrapFile, projectRoot } from './project.mjs';
import { fetchTestRuntime, testRuntimeName } from './testRuntime.mjs';

/**
 * @typedef {object} ElectronRuntime
 * @property {string} executable absolute path
 * @property {readonly string[]} args what has to come before the app's folder on the command line
 * @property {'override' | 'installed' | 'downloaded' | 'test-runtime'} source
 */

/**
 * @typedef {object} RuntimeRequest
 * @property {NodeJS.ProcessEnv} [env]
 * @property {NodeJS.Platform} [platform]
 * @property {string} [arch]
 * @property {number} [uid] of the user; 0 is root, -1 where there are no such numbers
 * @property {(line: string) => void} [log]
 * @property {string} [root] the checkout
 * @property {typeof fetchTestRuntime} [fetchRuntime]
 */

/** Limit on the official download: about 120 MB, on a slow line. Without a network it fails at once by itself. */
const downloadLimitMs = 10 * 60_000;

/**
 * The Electron to start this checkout's app with. Looked for in this order: ELECTRON_OVERRIDE_DIST_PATH, the
 * installed npm package, its official download (ELECTRON_MIRROR is honoured), and on Linux x64 the test runtime.
 * Says in one line which it was.
 *
 * @param {RuntimeRequest} [request]
 * @returns {Promise<ElectronRuntime>} rejects with an Error of one sentence when there is none
 */
export async function findElectron({
  env = process.env,
  platform = process.platform,
  arch = process.arch,
  uid = process.getuid?.() ?? -1,
  log = () => {},
  root = projectRoot,
  fetchRuntime = fetchTestRuntime,
} = {}) {
  /**
   * @param {string} executable
   * @param {ElectronRuntime['source']} source
   * @param {string} words
   * @returns {ElectronRuntime}
   */
  const take = (executable, source, words) => {
    log(`using ${words}: ${executable}`);
    const complaint = platform === 'linux' ? sandboxComplaint(uid, executable) : null;
    if (complaint !== null) log(`warning: ${complaint}, so Electron runs with --no-sandbox.`);
    return { executable, args: complaint === null ? [] : ['--no-sandbox'], source };
  };

  const override = env['ELECTRON_OVERRIDE_DIST_PATH'];
  if (override) {
    const executable = join(override, executableName(platform));
    if (!existsSync(executable)) {
      throw new Error(`ELECTRON_OVERRIDE_DIST_PATH is ${override}, which has no ${executableName(platform)} in it.`);
    }
    return take(executable, 'override', 'the Electron of ELECTRON_OVERRIDE_DIST_PATH');
  }

  const home = join(root, 'node_modules', 'electron');
  const version = installedVersion(home);
  if (version === null) throw new Error('The npm package electron is not installed; npm ci installs it.');
  const installed = join(home, 'dist', executableName(platform));
  if (isComplete(home, version, installed)) return take(installed, 'installed', `Electron ${version}`);

  log(`Electron ${version} is not here yet: downloading it (about 120 MB).`);
  const failure = await withLock(bootstrapFile(root, 'electron.lock'), () =>
    isComplete(home, version, installed) ? Promise.resolve(null) : download(home, env, platform, arch),
  );
  if (isComplete(home, version, installed)) return take(installed, 'downloaded', `Electron ${version}`);
  const sentence = `The download of Electron ${version} failed (${failure ?? 'nothing arrived'}); ELECTRON_MIRROR can name another source.`;
  if (platform !== 'linux' || arch !== 'x64') throw new Error(sentence);

  log(sentence);
  const runtime = await fetchRuntime({ env, log });
  if ('failure' in runtime) throw new Error(`No Electron could be had: ${runtime.failure}`);
  return take(runtime.executable, 'test-runtime', `${testRuntimeName}, for development and tests only`);
}

/** @param {NodeJS.Platform} platform */
function executableName(platform) {
  if (platform === 'darwin') return join('Electron.app', 'Contents', 'MacOS', 'Electron');
  return platform === 'win32' ? 'electron.exe' : 'electron';
}

/**
 * @param {string} home of the npm package electron
 * @returns {string | null}
 */
function installedVersion(home) {
  const file = join(home, 'package.json');
  if (!existsSync(file)) return null;
  /** @type {{ version: string }} */
  const { version } = JSON.parse(readFileSync(file, 'utf8'));
  return version;
}

/**
 * The package's installer writes path.txt last.
 * @param {string} home
 * @param {string} version
 * @param {string} executable
 */
function isComplete(home, version, executable) {
  const versionFile = join(home, 'dist', 'version');
  return (
    existsSync(executable) &&
    existsSync(join(home, 'path.txt')) &&
    existsSync(versionFile) &&
    readFileSync(versionFile, 'utf8').trim().replace(/^v/, '') === version
  );
}

/**
 * @param {string} home
 * @param {NodeJS.ProcessEnv} env
 * @param {NodeJS.Platform} platform
 * @param {string} arch
 * @returns {Promise<string | null>} why it failed
 */
async function download(home, env, platform, arch) {
  const { code, output, timedOut } = await run(process.execPath, [join(home, 'install.js')], {
    env: { ...env, ELECTRON_INSTALL_PLATFORM: platform, ELECTRON_INSTALL_ARCH: arch },
    limitMs: downloadLimitMs,
  });
  if (timedOut) return `it took more than ${downloadLimitMs / 60_000} minutes`;
  if (code === 0) return null;
  const lines = output.split('\n').map((line) => line.trim());
  return lines.find((line) => /error/i.test(line)) ?? lines.find((line) => line !== '') ?? `exit code ${code}`;
}

/**
 * Why Chromium's sandbox cannot start here, or null when nothing speaks against it. Chromium refuses to run as root
 * with its sandbox, and otherwise wants either user namespaces or a helper that root has made setuid.
 * @param {number} uid
 * @param {string} executable
 * @returns {string | null}
 */
function sandboxComplaint(uid, executable) {
  if (uid === 0) return 'Chromium has no sandbox for root';
  const helper = statSync(join(executable, '..', 'chrome-sandbox'), { throwIfNoEntry: false });
  if (helper !== undefined && helper.uid === 0 && (helper.mode & 0o4000) !== 0) return null;
  const forbidden = [
    ['/proc/sys/kernel/apparmor_restrict_unprivileged_userns', '1'],
    ['/proc/sys/kernel/unprivileged_userns_clone', '0'],
    ['/proc/sys/user/max_user_namespaces', '0'],
  ];
  const found = forbidden.find(([file = '', value]) => existsSync(file) && readFileSync(file, 'utf8').trim() === value);
  return found === undefined ? null : `this system denies user namespaces (${found[0]} is ${found[1]})`;
}
