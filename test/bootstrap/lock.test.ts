import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, utimesSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withLock } from '../../electron/bootstrap/lock.mjs';
import { place, temporaryFolder } from './temporaryFolder';

const timing = { touchMs: 50, quietMs: 60_000, pollMs: 5 };

test('processes take turns, also after one has died holding the lock', async () => {
  const folder = temporaryFolder();
  const lock = join(folder, 'lock');
  const log = place(folder, 'log', '');
  const module = new URL('../../electron/bootstrap/lock.mjs', import.meta.url).href;
  const script = place(
    folder,
    'worker.mjs',
    `import { appendFileSync } from 'node:fs';
     import { setImmediate as turn } from 'node:timers/promises';
     import { withLock } from ${JSON.stringify(module)};
     const dies = process.argv[2] === 'dies';
     await withLock(${JSON.stringify(lock)}, async () => {
       appendFileSync(${JSON.stringify(log)}, 'in\\n');
       if (dies) process.kill(process.pid, 'SIGKILL');
       for (let i = 0; i < 200; i++) await turn();
       appendFileSync(${JSON.stringify(log)}, 'out\\n');
     }, { timing: ${JSON.stringify(timing)} });`,
  );
  const worker = (...args: string[]) =>
    new Promise<void>((ended) => spawn(process.execPath, [script, ...args]).on('close', () => ended()));
  await worker('dies');
  await Promise.all([worker(), worker(), worker()]);
  expect(readFileSync(log, 'utf8').trim().split('\n')).toEqual(['in', 'in', 'out', 'in', 'out', 'in', 'out']);
  expect(existsSync(lock)).toBe(false);
});

test('a lock that has been silent for too long is taken over, whoever made it', async () => {
  const lock = place(temporaryFolder(), 'lock', { pid: process.pid, host: `not-${hostname()}` });
  const longAgo = new Date(Date.now() - 2 * timing.quietMs);
  utimesSync(lock, longAgo, longAgo);
  expect(await withLock(lock, () => Promise.resolve('ran'), { timing })).toBe('ran');
});

test('a lock held by a living process of another computer is waited for', async () => {
  const lock = place(temporaryFolder(), 'lock', { pid: 1, host: `not-${hostname()}` });
  let waited = false;
  // Its owner gives it back as soon as we wait for it.
  const onWait = () => {
    waited = true;
    rmSync(lock);
  };
  await withLock(lock, () => Promise.resolve(), { onWait, timing });
  expect(waited).toBe(true);
});

test('the lock is given back when the work fails', async () => {
  const lock = join(temporaryFolder(), 'lock');
  await expect(withLock(lock, () => Promise.reject(new Error('no')), { timing })).rejects.toThrow('no');
  expect(existsSync(lock)).toBe(false);
});
