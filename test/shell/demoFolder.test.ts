import { existsSync, lstatSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { makeDemoFolder } from '../../electron/shell/demoFolder';

let temporary: string;
beforeEach(() => {
  temporary = mkdtempSync(path.join(tmpdir(), 'demo-folder-'));
});
afterEach(() => {
  rmSync(temporary, { recursive: true });
});

it('a demo takes away what an earlier one left, and nothing else', () => {
  const left = makeDemoFolder(temporary, Date.now());
  const running = makeDemoFolder(temporary, Date.now());
  symlinkSync('host-123', path.join(running, 'SingletonLock'));
  const page = path.join(temporary, 'pullthrough-demo-page');
  mkdirSync(page);
  expect(existsSync(left)).toBe(true);
  const folder = makeDemoFolder(temporary, Date.now() + 61_000);
  expect([left, running, page, folder].map((one) => existsSync(one))).toEqual([false, true, true, true]);
});

it('a demo starts beside a folder that it may not look into', () => {
  // As for another person's folder, which no test that runs as root could show: looking inside fails.
  const closed = path.join(temporary, 'pullthrough-demo-app-theirs');
  symlinkSync(closed, closed);
  expect(existsSync(makeDemoFolder(temporary, Date.now() + 61_000))).toBe(true);
  expect(lstatSync(closed).isSymbolicLink()).toBe(true);
});
