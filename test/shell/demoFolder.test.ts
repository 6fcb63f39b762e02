import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
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
