import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { promisify } from 'node:util';

const pause = promisify(setTimeout);

/**
 * @typedef {object} LockTiming
 * @property {number} touchMs how often the owner shows that it lives
 * @property {number} quietMs silence after which the lock counts as abandoned
 * @property {number} pollMs how often a waiter looks
 */

/** @type {LockTiming} */
const usual = { touchMs: 5_000, quietMs: 60_000, pollMs: 200 };

/**
 * Runs `work` while no other process of this computer runs work under the same lock file; waits for its turn.
 * A lock whose owner has died, or has been silent for too long, is taken over.
 *
 * @template T
 * @param {string} path the lock file; its folder is made
 * @param {() => Promise<T>} work
 * @param {{ onWait?: () => void, timing?: LockTiming }} [options] `onWait` is called once when somebody else holds it
 * @returns {Promise<T>}
 */
export async function withLock(path, work, { onWait, timing = usual } = {}) {
  mkdirSync(dirname(path), { recursive: true });
  const owner = JSON.stringify({ pid: process.pid, host: hostname(), id: randomUUID() });
  let waiting = false;
  while (!take(path, owner)) {
    const other = read(path);
    if (other !== null && isAbandoned(path, other, timing.quietMs)) {
      removeAbandoned(path, other);
      continue;
    }
    if (!waiting) onWait?.();
    waiting = true;
    await pause(timing.pollMs);
  }
  const touching = setInterval(() => {
    const now = new Date();
    if (read(path) === owner) utimesSync(path, now, now);
  }, timing.touchMs);
  touching.unref();
  try {
    return await work();
  } finally {
    clearInterval(touching);
    if (read(path) === owner) rmSync(path, { force: true });
  }
}

/**
 * @param {string} path
 * @param {string} owner
 */
function take(path, owner) {
  try {
    writeFileSync(path, owner, { flag: 'wx' });
    return true;
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    throw error;
  }
}

/**
 * @param {string} path
 * @returns {string | null}
 */
function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (isCode(error, 'ENOENT')) return null;
    throw error;
  }
}

/**
 * @param {string} path
 * @param {string} owner
 * @param {number} quietMs
 */
function isAbandoned(path, owner, quietMs) {
  const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
  if (age > quietMs) return true;
  /** @type {{ pid?: unknown, host?: unknown }} */
  let claim;
  try {
    claim = JSON.parse(owner);
  } catch {
    // The owner is between making the file and writing its name into it; if it died there, silence decides.
    return false;
  }
  return claim.host === hostname() && typeof claim.pid === 'number' && !isAlive(claim.pid);
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !isCode(error, 'ESRCH');
  }
}

/**
 * Two waiters may judge the same lock at once, and the slower one must not remove what the faster one made: the
 * file is moved aside, looked at once more, and put back when it is not the one that was judged.
 * @param {string} path
 * @param {string} owner
 */
function removeAbandoned(path, owner) {
  const aside = `${path}.${randomUUID()}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (isCode(error, 'ENOENT')) return;
    throw error;
  }
  try {
    if (read(aside) !== owner) linkSync(aside, path);
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

/**
 * @param {unknown} error
 * @param {string} code
 */
function isCode(error, code) {
  return error instanceof Error && 'code' in error && error.code === code;
}
