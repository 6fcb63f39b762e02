import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { systemRoots } from '../../electron/kube/auth/systemRoots';
import { makeAuthority } from '../setup/testCertificates';

let one: string;
let two: string;
let three: string;
beforeAll(async () => {
  const made = await Promise.all(['one', 'two', 'three'].map((name) => makeAuthority(name)));
  [one, two, three] = made.map(({ cert }) => cert.trim()) as [string, string, string];
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'pullthrough-roots-'));
  mkdirSync(at('certs'));
  mkdirSync(at('more'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const at = (name: string) => path.join(folder, name);
const rootsOf = (environment: Readonly<Record<string, string>> = {}) =>
  systemRoots(environment, 'linux', {
    files: [at('absent.pem'), at('one.pem'), at('two.pem')],
    folders: [at('certs')],
  });

it('are those of the first file that is there, and of every file of the folders', async () => {
  writeFileSync(at('one.pem'), one);
  writeFileSync(at('two.pem'), two);
  writeFileSync(at('certs/company.pem'), `# ours\n${three}\n`);
  expect(await rootsOf()).toBe([one, three].join('\n'));
});

it('are not looked for in a second file where the first holds none', async () => {
  writeFileSync(at('one.pem'), '');
  writeFileSync(at('two.pem'), two);
  expect(await rootsOf()).toBeUndefined();
});

it('are those of the folders also where there is no file', async () => {
  writeFileSync(at('certs/company.pem'), three);
  expect(await rootsOf()).toBe(three);
});

it('are there once each, however many files hold them', async () => {
  writeFileSync(at('one.pem'), `${one}\n${two}`);
  symlinkSync(at('one.pem'), at('certs/all.pem'));
  writeFileSync(at('certs/two.pem'), `${two}\n`);
  symlinkSync('two.pem', at('certs/0a1b2c3d.0'));
  expect(await rootsOf()).toBe([one, two].join('\n'));
});

it('are those of linked files elsewhere, without what cannot be read', async () => {
  writeFileSync(at('more/company.pem'), three);
  symlinkSync('../more/company.pem', at('certs/company.pem'));
  symlinkSync(at('absent.pem'), at('certs/a.pem'));
  mkdirSync(at('certs/java'));
  writeFileSync(at('certs/b.pem'), one.replace(/\n.{20}/, '\n'));
  expect(await rootsOf()).toBe(three);
});

it.each<[object, (name: 'one' | 'two' | 'three') => boolean]>([
  [{ SSL_CERT_FILE: 'two.pem' }, (name) => name !== 'one'],
  [{ SSL_CERT_FILE: 'absent.pem' }, (name) => name === 'three'],
  [{ SSL_CERT_DIR: 'absent' }, (name) => name === 'one'],
  [{ SSL_CERT_DIR: ':more:absent' }, (name) => name !== 'three'],
  [{ SSL_CERT_FILE: '', SSL_CERT_DIR: '' }, (name) => name !== 'two'],
])('are others with %j', async (environment, among) => {
  writeFileSync(at('one.pem'), one);
  writeFileSync(at('two.pem'), two);
  writeFileSync(at('certs/three.pem'), three);
  writeFileSync(at('more/two.pem'), two);
  const asked = Object.entries(environment as Record<string, string>).map(([name, value]) => {
    const paths = value.split(':').map((name) => (name === '' ? '' : at(name)));
    return [name, paths.join(':')] as const;
  });
  const found = (await rootsOf(Object.fromEntries(asked))) ?? '';
  expect(
    Object.entries({ one, two, three })
      .filter(([, pem]) => found.includes(pem))
      .map(([name]) => name),
  ).toEqual((['one', 'two', 'three'] as const).filter(among));
});

it('are none where nothing is there', async () => {
  expect(await rootsOf()).toBeUndefined();
});
