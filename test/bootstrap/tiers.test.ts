import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { readinessOf, tierNames, type Machine } from '../../electron/bootstrap/tiers.mjs';
import { testProjects } from '../projects';

const root = resolve(import.meta.dirname, '../..');
const machine = (change: Partial<Machine>): Machine => ({
  env: {},
  platform: 'linux',
  root,
  has: () => true,
  electron: () => Promise.resolve({ executable: '/somewhere/electron', args: [], source: 'installed' }),
  ...change,
});
const missing = async (tier: string, change: Partial<Machine>) => (await readinessOf(tier, machine(change))).missing;

test("the tiers are vitest's projects, in their order", async () => {
  const names = testProjects.map((project) =>
    typeof project === 'object' && 'test' in project ? project.test.name : null,
  );
  expect(await tierNames(root)).toEqual(names);
});

test('the tiers that need nothing can always run', async () => {
  for (const tier of ['pure', 'components', 'simulation']) {
    expect(await missing(tier, { has: () => false, platform: 'win32' })).toBeNull();
  }
});

test('a tier says what it lacks', async () => {
  const without = (...names: string[]) => ({ has: (name: string) => !names.includes(name) });
  expect(await missing('electron', { platform: 'darwin' })).toMatch(/need Linux/);
  expect(await missing('electron', without('Xvfb'))).toMatch(/^not installed: Xvfb/);
  expect(await missing('browser', { env: { PATH: '' } })).toMatch(/no Chromium was found/);
});

test('an Electron that cannot be had is a reason to skip, not a crash', async () => {
  const electron = () => Promise.reject(new Error('No Electron could be had: no network.'));
  expect(await missing('electron', { electron, env: process.env })).toMatch(/No Electron could be had|python3/);
});
