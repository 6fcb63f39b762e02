import { expect, test, vi } from 'vitest';
import { dependenciesComplaint, ensureDependencies } from '../../electron/bootstrap/dependencies.mjs';
import { place, temporaryFolder } from './temporaryFolder';

const svelte = { version: '5.0.0', integrity: 'sha512-a' };
const fsevents = { version: '2.3.3', integrity: 'sha512-b', optional: true };
const wanted = { packages: { '': {}, 'node_modules/svelte': svelte, 'node_modules/fsevents': fsevents } };

function checkout(installed?: Record<string, { version: string; integrity: string }>): string {
  const root = temporaryFolder();
  place(root, 'package-lock.json', wanted);
  if (installed) place(root, 'node_modules/.package-lock.json', { packages: installed });
  return root;
}

test('what npm has installed is held against the lock file', () => {
  const older = 'node_modules is older than package-lock.json';
  expect(dependenciesComplaint(checkout())).toBe('node_modules is missing or incomplete');
  expect(dependenciesComplaint(checkout({}))).toBe(older);
  expect(dependenciesComplaint(checkout({ 'node_modules/svelte': { ...svelte, version: '4.0.0' } }))).toBe(older);
  expect(dependenciesComplaint(checkout({ 'node_modules/svelte': { ...svelte, integrity: 'sha512-z' } }))).toBe(older);
  expect(dependenciesComplaint(checkout({ 'node_modules/svelte': svelte }))).toBeNull();
});

test('this checkout, in which the test runs, has what its lock file asks for', () => {
  expect(dependenciesComplaint(new URL('../..', import.meta.url).pathname)).toBeNull();
});

test('two commands at once install once, and say so', async () => {
  const root = checkout();
  let installs = 0;
  const lines: string[] = [];
  const install = async () => {
    installs++;
    await vi.waitFor(() => expect(lines).toHaveLength(2));
    place(root, 'node_modules/.package-lock.json', { packages: { 'node_modules/svelte': svelte } });
    return { code: 0 };
  };
  const command = () => ensureDependencies({ root, env: {}, log: (line) => lines.push(line), install });
  expect(await Promise.all([command(), command()])).toEqual([true, true]);
  expect(installs).toBe(1);
  expect(lines.sort()).toEqual([
    'another process is installing dependencies; waiting for it.',
    'node_modules is missing or incomplete: running npm ci.',
  ]);
});

test('a failed installation is said and not taken for one', async () => {
  const lines: string[] = [];
  const install = () => Promise.resolve({ code: 7 });
  expect(await ensureDependencies({ root: checkout(), env: {}, log: (line) => lines.push(line), install })).toBe(false);
  expect(lines.at(-1)).toBe('npm ci failed with exit code 7; see above.');
});
