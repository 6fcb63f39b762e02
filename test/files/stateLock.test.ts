import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { lockState, type StateLock } from '../../electron/files/stateLock';

let folder: string;
const locks: StateLock[] = [];
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'pullthrough-lock-'));
});
afterEach(() => {
  for (const lock of locks.splice(0)) lock.release();
  rmSync(folder, { recursive: true, force: true });
});

const timing = { touch: 20, quiet: 10_000 };
function take(): StateLock | null {
  const lock = lockState(folder, timing);
  if (lock.is === 'held') return null;
  locks.push(lock);
  return lock;
}
const file = () => path.join(folder, 'lock');
const claim = (pid: number, host = hostname()) => {
  writeFileSync(file(), JSON.stringify({ pid, host, id: 'theirs' }));
};
const silentFor = (ms: number) => {
  const then = new Date(Date.now() - ms);
  utimesSync(file(), then, then);
};

it('is held by one at a time, who is named, and free again when it is given back', () => {
  const first = take();
  expect(first).not.toBeNull();
  expect(lockState(folder, timing)).toEqual({ is: 'held', pid: process.pid, host: hostname() });
  first?.release();
  expect(take()).not.toBeNull();
});

it('is free at once when its owner of this computer has died', async () => {
  const child = spawn(process.execPath, ['-e', '']);
  await new Promise((resolve) => child.once('exit', resolve));
  claim(child.pid ?? 0);
  expect(take()).not.toBeNull();
});

it('is free at once when a container with the same process number was started again', () => {
  claim(process.pid);
  expect(take()).not.toBeNull();
});

it.each<[string, () => void]>([
  ['another living process', () => claim(process.ppid)],
  ['another computer', () => claim(1, 'another-computer')],
  ['whoever did not finish writing it', () => writeFileSync(file(), '{"pid":')],
])('is left to %s until that has been silent for too long', (_who, make) => {
  make();
  expect(take()).toBeNull();
  silentFor(timing.quiet + 1000);
  expect(take()).not.toBeNull();
});

it('shows that its owner lives', async () => {
  take();
  silentFor(timing.quiet);
  await expect.poll(() => Date.now() - statSync(file()).mtimeMs).toBeLessThan(timing.quiet / 2);
});

it('tells its owner when somebody else has taken it, and is not taken away from them', async () => {
  const lock = take();
  claim(process.ppid);
  await lock?.lost;
  lock?.release();
  expect(JSON.parse(readFileSync(file(), 'utf8'))).toMatchObject({ id: 'theirs' });
});
