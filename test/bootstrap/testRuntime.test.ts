import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fetchTestRuntime } from '../../electron/bootstrap/testRuntime.mjs';
import { place, temporaryFolder } from './temporaryFolder';

/** A cache folder, and an npm that does this (the body of a script) in place of downloading. */
function surroundings(script: string) {
  const folder = temporaryFolder();
  const env = {
    PATH: process.env.PATH,
    XDG_CACHE_HOME: folder,
    npm_execpath: place(folder, 'npm/npm-cli.js', script),
  };
  return { cache: join(folder, 'pullthrough'), request: { env, log: () => undefined } };
}

test('a package with other bytes than the pinned ones is refused, and nothing of it stays', async () => {
  const { cache, request } = surroundings(`
    const at = process.argv.indexOf('--pack-destination');
    require('node:fs').writeFileSync(process.argv[at + 1] + '/package.tgz', 'other bytes');`);
  const failure = expect.stringMatching(/is not what it was: its integrity is sha512-/) as string;
  expect(await fetchTestRuntime(request)).toEqual({ failure });
  expect(readdirSync(cache)).toEqual([]);
});

test('when npm cannot fetch it, its last words are passed on', async () => {
  const { cache, request } = surroundings(`
    console.error('npm error network: no route\\nnpm error A complete log of this run can be found in: x.log');
    process.exit(1);`);
  const failure = expect.stringMatching(/^npm could not fetch .*\(npm error network: no route\)\.$/) as string;
  expect(await fetchTestRuntime(request)).toEqual({ failure });
  expect(readdirSync(cache)).toEqual([]);
});

test('one that is there is used without npm, under the launcher of this checkout', async () => {
  const { cache, request } = surroundings('process.exit(1);');
  const executable = place(cache, 'electron-25.1.1/electron', '');
  const launcher = place(cache, 'electron-25.1.1/resources/app/main.cjs', 'of an older checkout');
  expect(await fetchTestRuntime(request)).toEqual({ executable });
  const ours = new URL('../../electron/bootstrap/launcher.cjs', import.meta.url);
  expect(readFileSync(launcher, 'utf8')).toBe(readFileSync(ours, 'utf8'));
});

test('what a killed fetch has left behind is cleared away by the next', async () => {
  const { cache, request } = surroundings('process.exit(1);');
  const leftover = place(cache, 'electron-25.1.1.partial-x/package.tgz', '');
  await fetchTestRuntime(request);
  expect(existsSync(leftover)).toBe(false);
});
