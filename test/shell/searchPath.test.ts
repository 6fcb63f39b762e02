import { expect, it, vi } from 'vitest';
import { machineClock } from '../../electron/engine/machineClock';
import { loginSearchPath } from '../../electron/shell/searchPath';
import { HandClock } from '../setup/handClock';

const parts = { platform: 'linux', own: '/usr/bin:/bin', clock: new HandClock() } as const;
const nothing = () => undefined;

it('the shell is asked once, when a PATH is first needed', async () => {
  const askShell = vi.fn(() => Promise.resolve('/home/me/bin:/usr/bin'));
  const searchPath = loginSearchPath({ ...parts, report: nothing, askShell });
  expect(askShell).not.toHaveBeenCalled();
  expect(await Promise.all([searchPath(), searchPath()])).toEqual(Array(2).fill('/home/me/bin:/usr/bin:/bin'));
  expect(askShell).toHaveBeenCalledTimes(1);
});

it('a PATH that has all of it already stays as it is', async () => {
  const askShell = () => Promise.resolve('/bin:/usr/bin');
  expect(await loginSearchPath({ ...parts, report: nothing, askShell })()).toBe('/usr/bin:/bin');
});

it('on Windows no shell is asked', async () => {
  const askShell = vi.fn(() => Promise.resolve('x'));
  expect(await loginSearchPath({ ...parts, platform: 'win32', report: nothing, askShell })()).toBe('/usr/bin:/bin');
  expect(askShell).not.toHaveBeenCalled();
});

it('a shell that fails or never answers leaves the own PATH, and is reported', async () => {
  const report = vi.fn();
  const failing = loginSearchPath({ ...parts, report, askShell: () => Promise.reject(new Error('no shell')) });
  expect(await failing()).toBe('/usr/bin:/bin');
  const clock = new HandClock();
  const hanging = loginSearchPath({ ...parts, clock, report, askShell: () => new Promise(nothing) })();
  clock.advance(10_000);
  expect(await hanging).toBe('/usr/bin:/bin');
  expect(report.mock.calls.flat()).toEqual([
    'the login shell did not tell its PATH: no shell',
    'the login shell did not tell its PATH: it has not answered within 10 s',
  ]);
});

it.skipIf(process.platform === 'win32')('the real shell of this user tells its PATH', async () => {
  const report = vi.fn();
  const searchPath = await loginSearchPath({ ...parts, own: '/nowhere', clock: machineClock, report })();
  expect(report).not.toHaveBeenCalled();
  expect(searchPath.split(':').length).toBeGreaterThan(1);
  expect(searchPath.split(':').at(-1)).toBe('/nowhere');
});
