import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { run } from './childProcess.mjs';
import { findChromium, inPath, isExecutable } from './chromium.mjs';
import { findElectron } from './electronRuntime.mjs';
import { say } from './say.mjs';

/**
 * What a tier needs beyond the packages, looked for on this machine.
 *
 * @typedef {object} Machine
 * @property {NodeJS.ProcessEnv} env
 * @property {NodeJS.Platform} platform
 * @property {string} root the checkout
 * @property {(name: string) => boolean} has whether a program is installed
 * @property {typeof findElectron} electron
 */

/**
 * @typedef {object} Readiness
 * @property {string | null} missing what the tier lacks, as a sentence; null when it can run
 * @property {NodeJS.ProcessEnv} env what was found, for the tests
 */

/** @typedef {(machine: Machine) => Readiness | Promise<Readiness>} Check */

/** @type {Readiness} */
const ready = { missing: null, env: {} };
/**
 * @param {string} missing
 * @returns {Readiness}
 */
const lacks = (missing) => ({ missing, env: {} });

const minute = 60_000;

/**
 * A tier without an entry needs nothing and has the shortest limit. The names are those of test/projects.ts.
 * @type {Record<string, { check?: Check, limitMs: number }>}
 */
const needs = {
  simulation: { limitMs: 20 * minute },
  browser: { check: needsChromium, limitMs: 15 * minute },
  'api-server': { check: needsApiServer, limitMs: 45 * minute },
  node: { check: needsNode, limitMs: 60 * minute },
  electron: { check: needsElectron, limitMs: 30 * minute },
};

/**
 * The machine that this runs on.
 * @param {string} root
 * @param {NodeJS.ProcessEnv} env
 * @returns {Machine}
 */
export function thisMachine(root, env) {
  return {
    env,
    platform: process.platform,
    root,
    has: (name) => inPath(name, env).some(isExecutable),
    electron: findElectron,
  };
}

/**
 * Whether a tier can run here.
 * @param {string} tier
 * @param {Machine} machine
 * @returns {Promise<Readiness>}
 */
export async function readinessOf(tier, machine) {
  return (await needs[tier]?.check?.(machine)) ?? ready;
}

/**
 * How long a tier may take before it counts as hanging.
 * @param {string} tier
 */
export function limitOf(tier) {
  return needs[tier]?.limitMs ?? 10 * minute;
}

/**
 * The tiers' names in their order, as vitest's projects are called.
 * @param {string} root
 * @returns {Promise<string[]>}
 */
export async function tierNames(root) {
  /** @type {{ testProjects: readonly { test?: { name?: unknown } }[] }} */
  const { testProjects } = await importTypeScript(join(root, 'test', 'projects.ts'), root);
  return testProjects.flatMap(({ test }) => (typeof test?.name === 'string' ? [test.name] : []));
}

/** @type {Check} */
function needsChromium({ env, platform }) {
  const chromium = findChromium(env, platform);
  if (chromium === null) return lacks('no Chromium was found; CHROME_BIN can name one.');
  return { missing: null, env: { CHROME_BIN: chromium } };
}

/** @type {Check} */
function needsApiServer({ root }) {
  return needsKubernetes(root, ['etcd', 'kube-apiserver', 'kubectl']);
}

/**
 * @param {Machine} machine
 * @returns {Promise<Readiness>}
 */
async function needsNode({ root }) {
  /** @type {{ whyNoNode: () => string | null }} */
  const { whyNoNode } = await importTypeScript(join(root, 'test', 'cluster', 'nodePrograms.ts'), root);
  const missing = whyNoNode();
  if (missing !== null) return lacks(missing);
  const all = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubelet'];
  return needsKubernetes(root, all);
}

/**
 * @param {string} root
 * @param {readonly string[]} names
 * @returns {Promise<Readiness>}
 */
async function needsKubernetes(root, names) {
  /** @type {{ whyNoAssets: (names: readonly string[]) => string | null }} */
  const { whyNoAssets } = await importTypeScript(join(root, 'test', 'cluster', 'assets.ts'), root);
  const missing = whyNoAssets(names);
  return missing === null ? ready : lacks(missing);
}

/**
 * @param {Machine} machine
 * @returns {Promise<Readiness>}
 */
async function needsElectron({ env, platform, has, electron }) {
  if (platform !== 'linux') return lacks('its display and its desktop (Xvfb and D-Bus) need Linux.');
  const missing = ['Xvfb', 'dbus-daemon', 'openbox', 'import', 'xprop'].filter((name) => !has(name));
  const python = existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3';
  const desktop = await run(python, ['-c', 'import dbus, gi'], { env });
  if (desktop.code !== 0) missing.push('python3 with dbus and gi');
  if (missing.length > 0) return lacks(`not installed: ${missing.join(', ')}.`);
  try {
    const { executable } = await electron({ env, log: say });
    // Looked for once, not once per test file.
    return { missing: null, env: { ELECTRON_OVERRIDE_DIST_PATH: dirname(executable) } };
  } catch (error) {
    return lacks(error instanceof Error ? error.message : String(error));
  }
}

/**
 * What a module of the tests exports, so that it need not be said here again.
 * @template T
 * @param {string} file
 * @param {string} root
 * @returns {Promise<T>}
 */
async function importTypeScript(file, root) {
  const { runnerImport } = await import('vite');
  const { module } = await runnerImport(file, { root, configFile: false, logLevel: 'error' });
  return /** @type {T} */ (module);
}
