/**
 * Outlives the test process, and takes away what a cluster put on this machine once the pipe from that process
 * closes: on an ordinary end as well as when it was killed. Standard input has one JSON object a line:
 *   {"group": 123}                       a process group to be ended; {"ended": 123} takes that back
 *   {"folder": "/tmp/x"}                 to be removed with all that is in it
 *   {"cgroup": "name"}                   to be removed from every hierarchy
 *   {"link": "name"}                     a network link
 *   {"setting": "/proc/sys/x", "value"}  a kernel setting and the value it had
 * Says on standard error what it could not do, and then ends with 1.
 */
import { execFile } from 'node:child_process';
import { readdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

const cgroups = '/sys/fs/cgroup';
const limitMs = 10_000;

/**
 * Whether a process of one of these groups still runs. A dead one that nobody has asked about yet stays in its
 * group; where /proc tells, it does not count.
 * @param {number[]} groups
 */
async function remaining(groups) {
  const signalled = groups.filter((group) => signal(group, 0));
  if (signalled.length === 0) return [];
  const processes = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  if (processes.length === 0) return signalled;
  const living = new Set();
  for (const id of processes) {
    const stat = await readFile(`/proc/${id}/stat`, 'utf8').catch(() => ''); // it has just ended
    const [state, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (state !== 'Z' && state !== 'X') living.add(Number(group));
  }
  return signalled.filter((group) => living.has(group));
}

/** False when the group is empty. @param {number} group @param {'SIGKILL' | 0} what */
function signal(group, what) {
  try {
    return process.kill(-group, what);
  } catch {
    return false;
  }
}

/** Nothing that these processes hold is precious, and a graceful API server waits a minute for its watchers. */
async function endGroups(/** @type {number[]} */ groups) {
  for (const group of groups) signal(group, 'SIGKILL');
  const deadline = Date.now() + limitMs;
  for (;;) {
    const left = await remaining(groups);
    if (left.length === 0 || Date.now() > deadline) return left.map((group) => `process group ${group} still runs`);
    await delay(20);
  }
}

async function removeCgroup(/** @type {string} */ path) {
  const inside = await readdir(path, { withFileTypes: true }).catch(() => []);
  for (const entry of inside) if (entry.isDirectory()) await removeCgroup(join(path, entry.name));
  const deadline = Date.now() + limitMs;
  for (;;) {
    try {
      await rmdir(path);
      return;
    } catch (error) {
      const { code } = /** @type {NodeJS.ErrnoException} */ (error);
      if (code === 'ENOENT') return;
      if (code !== 'EBUSY' || Date.now() > deadline) throw error; // busy until its last process is reaped
      await delay(20);
    }
  }
}

/** The unified tree, or one tree per controller. */
async function hierarchies() {
  const inside = await readdir(cgroups, { withFileTypes: true });
  if (inside.some(({ name }) => name === 'cgroup.controllers')) return [cgroups];
  return inside.filter((entry) => entry.isDirectory()).map(({ name }) => join(cgroups, name));
}

async function removeLink(/** @type {string} */ name) {
  const links = await readdir('/sys/class/net');
  if (links.includes(name)) await promisify(execFile)('ip', ['link', 'delete', name]);
}

async function restore(/** @type {string} */ setting, /** @type {string} */ value) {
  if ((await readFile(setting, 'utf8')) !== value) await writeFile(setting, value);
}

/** Turns a failure into a sentence, so that the rest is still done. */
async function attempt(/** @type {string} */ what, /** @type {() => Promise<unknown>} */ work) {
  await work().catch((/** @type {unknown} */ error) => trouble.push(`${what}: ${String(error)}`));
}

/** @typedef {{group?: number, ended?: number, folder?: string, cgroup?: string, link?: string, setting?: string, value: string}} Note */
const notes = [];
for await (const line of createInterface({ input: process.stdin })) {
  notes.push(/** @type {Note} */ (JSON.parse(line)));
}

const ended = new Set(notes.map((note) => note.ended));
const groups = notes.flatMap((note) => note.group ?? []).filter((group) => !ended.has(group));
const trouble = await endGroups(groups);
for (const { link, setting, value, folder, cgroup } of notes.reverse()) {
  if (link) await attempt(`link ${link}`, () => removeLink(link));
  if (setting) await attempt(setting, () => restore(setting, value));
  if (folder) await attempt(folder, () => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  for (const hierarchy of cgroup ? await hierarchies() : []) {
    const path = join(hierarchy, String(cgroup));
    await attempt(path, () => removeCgroup(path));
  }
}
process.stderr.on('error', () => {}); // the test process, which would read it, may be gone
if (trouble.length > 0) process.stderr.write(`${trouble.join('\n')}\n`, () => process.exit(1));
