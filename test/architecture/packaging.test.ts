import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';

interface Locked {
  readonly version?: string;
  readonly resolved?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const root = resolve(import.meta.dirname, '../..');
const contentOf = (file: string) => readFileSync(resolve(root, file), 'utf8');
const { packages } = JSON.parse(contentOf('package-lock.json')) as { packages: Readonly<Record<string, Locked>> };

/** Where Node would find `name` from a package's folder: its own node_modules, then each one above. */
function isFound(name: string, folder: string): boolean {
  if (`${folder}/node_modules/${name}`.replace(/^\//, '') in packages) return true;
  if (folder === '') return false;
  return isFound(name, folder.slice(0, Math.max(0, folder.lastIndexOf('node_modules/') - 1)));
}

test('the lock file names no download address, so that any registry or mirror can serve it', () => {
  expect(Object.keys(packages).filter((path) => packages[path]?.resolved !== undefined)).toEqual([]);
});

// npm leaves out what it could not find for another platform, and then refuses its own lock file there and here.
test('the lock file is complete for every platform', () => {
  const missing = Object.entries(packages).flatMap(([folder, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter((name) => !isFound(name, folder)),
  );
  expect(missing).toEqual([]);
});

test('the packages carry the Electron of the lock file', () => {
  const locked = packages['node_modules/electron']?.version ?? '';
  expect(contentOf('electron-builder.yml')).toContain(`\nelectronVersion: ${locked}\n`);
});

// Windows shows notifications only of an app whose id is that of its start menu entry, which the installer writes.
test('the app and its packages have one id', () => {
  const [, id] = /^appId: (.+)$/m.exec(contentOf('electron-builder.yml')) ?? [];
  expect(contentOf('electron/main.ts')).toContain(`setAppUserModelId('${String(id)}')`);
});
