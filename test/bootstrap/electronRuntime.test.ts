import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { findElectron, type RuntimeRequest } from '../../electron/bootstrap/electronRuntime.mjs';
import { storedZip } from './storedZip';
import { place, temporaryFolder } from './temporaryFolder';

const modules = resolve(import.meta.dirname, '../../node_modules');
const { version } = JSON.parse(readFileSync(join(modules, 'electron/package.json'), 'utf8')) as { version: string };

/** A checkout in which npm has installed the package electron, without a binary as ever. */
function checkout(): string {
  const root = temporaryFolder();
  mkdirSync(join(root, 'node_modules'));
  const binary = join(modules, 'electron/dist');
  const filter = (path: string) => path !== binary && path !== join(modules, 'electron/path.txt');
  cpSync(join(modules, 'electron'), join(root, 'node_modules/electron'), { recursive: true, filter });
  for (const scope of ['@electron', '@electron-internal'])
    symlinkSync(join(modules, scope), join(root, 'node_modules', scope));
  return root;
}

/** Serves these files, each under its last path segment; gives the address. */
async function serve(files: Readonly<Record<string, Buffer | string>>): Promise<string> {
  const server = http.createServer((request, response) => {
    const file = files[(request.url ?? '').split('/').at(-1) ?? ''];
    response.writeHead(file === undefined ? 404 : 200).end(file);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

/** Finds an Electron for Linux x64 and an ordinary user; `lines` is what was said. */
async function find(request: RuntimeRequest) {
  const lines: string[] = [];
  const fetchRuntime = () => Promise.resolve({ failure: 'the test has no test runtime.' });
  const surroundings: RuntimeRequest = { platform: 'linux', arch: 'x64', uid: 1000, fetchRuntime };
  const found = await findElectron({ ...surroundings, log: (line) => lines.push(line), ...request }).catch(
    (error: unknown) => ({ failure: error instanceof Error ? error.message : String(error) }),
  );
  return { found, lines };
}

/** The surroundings in which Electron's installer finds nothing it has downloaded before, and no network. */
const offline = (root: string) => ({
  PATH: process.env.PATH,
  electron_config_cache: join(root, 'electron-cache'),
  ELECTRON_MIRROR: 'http://127.0.0.1:9/',
});

test('ELECTRON_OVERRIDE_DIST_PATH comes first, and is not passed over when it is wrong', async () => {
  const dist = temporaryFolder();
  const env = { ELECTRON_OVERRIDE_DIST_PATH: dist };
  const { found } = await find({ env, root: checkout() });
  expect(found).toEqual({ failure: `ELECTRON_OVERRIDE_DIST_PATH is ${dist}, which has no electron in it.` });
  const executable = place(dist, 'electron', '');
  expect((await find({ env, root: checkout() })).found).toMatchObject({ executable, source: 'override' });
});

test('the official download is taken from ELECTRON_MIRROR, once', async () => {
  const root = checkout();
  const zip = storedZip({ electron: '#!/bin/sh\n', version: `v${version}` });
  const name = `electron-v${version}-linux-x64.zip`;
  const sums = `${createHash('sha256').update(zip).digest('hex')} *${name}\n`;
  const mirror = await serve({ [name]: zip, 'SHASUMS256.txt': sums });
  const env = { ...offline(root), ELECTRON_MIRROR: mirror, electron_use_remote_checksums: '1' };
  const executable = join(root, 'node_modules/electron/dist/electron');

  const first = await find({ env, root });
  expect(first.found).toMatchObject({ executable, source: 'downloaded' });
  expect(first.lines.at(-1)).toContain(`using Electron ${version}`);

  const second = await find({ env: offline(root), root });
  expect(second.found).toMatchObject({ executable, source: 'installed' });
});

test('a download with other bytes than its checksum says is refused', async () => {
  const root = checkout();
  const name = `electron-v${version}-linux-x64.zip`;
  const env = { ...offline(root), ELECTRON_MIRROR: await serve({ [name]: storedZip({ electron: 'not it' }) }) };
  const { found } = await find({ env, root, arch: 'x64' });
  expect(found).toEqual({ failure: 'No Electron could be had: the test has no test runtime.' });
  expect(existsSync(join(root, 'node_modules/electron/dist'))).toBe(false);
});

test('on Linux x64 the test runtime is the last resort, and the reason is said in one line', async () => {
  const root = checkout();
  const fetchRuntime = () => Promise.resolve({ executable: '/cache/electron' });
  const { found, lines } = await find({ env: offline(root), root, fetchRuntime });
  expect(found).toMatchObject({ executable: '/cache/electron', source: 'test-runtime' });
  expect(lines).toEqual([
    `Electron ${version} is not here yet: downloading it (about 120 MB).`,
    expect.stringMatching(/^The download of Electron [\d.]+ failed \(.+\); ELECTRON_MIRROR can name another source\.$/),
    expect.stringMatching(/for development and tests only: \/cache\/electron$/),
    ...lines.slice(3),
  ]);
});

test('elsewhere there is no last resort', async () => {
  const root = checkout();
  const { found } = await find({ env: offline(root), root, platform: 'darwin', arch: 'arm64' });
  expect(found).toEqual({ failure: expect.stringMatching(/^The download of Electron .* failed/) as string });
});

test('root gets --no-sandbox and a warning; Windows and macOS have no such question', async () => {
  const dist = temporaryFolder();
  place(dist, 'electron', '');
  place(dist, 'electron.exe', '');
  const env = { ELECTRON_OVERRIDE_DIST_PATH: dist };
  const root = await find({ env, uid: 0 });
  expect(root.found).toMatchObject({ args: ['--no-sandbox'] });
  expect(root.lines.at(-1)).toMatch(/^warning: Chromium has no sandbox for root/);
  const windows = await find({ env, platform: 'win32', uid: -1 });
  expect(windows.found).toMatchObject({ args: [] });
  expect(windows.lines).toHaveLength(1);
});
