import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { basename, dirname, resolve } from 'node:path';
import { createFilter } from 'vite';
import { describe, expect, test } from 'vitest';
import { testProjects } from '../projects';

const root = resolve(import.meta.dirname, '../..');

/** The files of this checkout: those under version control and those that would be with the next commit. */
const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\0')
  .filter((file) => file !== '' && existsSync(resolve(root, file)));
const isText = (file: string) => /\.(ts|mjs|cjs|js|svelte|css|html|json|ya?ml|md|py|sh|conf)$|(^|\/)[^.]+$/.test(file);
const texts = files.filter(isText).map((file) => ({ file, text: readFileSync(resolve(root, file), 'utf8') }));
const isSource = ({ file }: { file: string }) => /\.(ts|mjs|cjs|js|svelte|css|html|py|sh)$/.test(file);

/** `file:line text` of the lines that match, for a message that leads there. */
function linesWith(pattern: RegExp, among = texts): string[] {
  return among.flatMap(({ file, text }) =>
    text.split('\n').flatMap((line, at) => (pattern.test(line) ? [`${file}:${at + 1} ${line.trim()}`] : [])),
  );
}

test('the top level holds the rooms, and what tools look for there', () => {
  const allowed = [
    ['electron', 'renderer', 'test'],
    ['README.md', 'LICENSE', 'package.json', 'package-lock.json', 'vite.config.ts', 'tsconfig.json'],
    ['electron-builder.yml', 'eslint.config.js', 'knip.json', '.prettierrc.json', '.prettierignore'],
    ['.npmrc', '.gitignore', '.editorconfig', '.ci'],
  ].flat();
  expect([...new Set(files.map((file) => file.replace(/\/.*/, '')))].sort()).toEqual(allowed.sort());
});

test('no source file is longer than 400 lines', () => {
  const long = texts.filter(isSource).filter(({ text }) => text.split('\n').length > 401);
  expect(long.map(({ file, text }) => `${file}: ${text.split('\n').length - 1}`)).toEqual([]);
});

test('no file or folder is named after nothing in particular', () => {
  // "Controller manager" is the name of a program of Kubernetes.
  const words = (path: string) => path.replace(/controller-?manager/gi, '').split(/[^A-Za-z]+|(?<=[a-z])(?=[A-Z])/);
  const vague = /^(utils?|utilities|helpers?|managers?|misc|common|stuff)$/i;
  expect(files.filter((file) => words(file).some((word) => vague.test(word)))).toEqual([]);
});

test('TypeScript and JavaScript files are named in camelCase, components in PascalCase', () => {
  const odd = files.filter((file) => {
    const name = basename(file);
    if (file.endsWith('.svelte')) return !/^[A-Z][A-Za-z0-9]*\.svelte$/.test(name);
    return /\.[mc]?[tj]s$/.test(name) && !/^[a-z][A-Za-z0-9]*(\.[a-z]+)?\.[mc]?[tj]s$/.test(name);
  });
  expect(odd).toEqual([]);
});

test('every test file belongs to exactly one tier', () => {
  const tiers = testProjects.map((project) => {
    if (typeof project !== 'object' || !('test' in project)) throw new Error('a tier is an object with `test`');
    return createFilter(project.test.include, null, { resolve: root });
  });
  const tests = files.filter((file) => /\.(test|spec)\./.test(file));
  expect(tests.filter((file) => tiers.filter((picks) => picks(resolve(root, file))).length !== 1)).toEqual([]);
});

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

describe('the project speaks of itself alone:', () => {
  test('no path of the machine that it is worked on', () => {
    const here = [dirname(root), homedir()]
      .filter((folder) => folder !== '/' && folder !== tmpdir())
      .map((folder) => escaped(folder.slice(1)));
    expect(linesWith(new RegExp(`(^|[^\\w.$}/-])/(${here.join('|')})/`))).toEqual([]);
  });

  test('no host of a package registry, as npm and Go have it here', () => {
    const shell = process.platform === 'win32';
    const npm = execFileSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8', shell });
    const addresses = [npm.trim(), ...(process.env['GOPROXY'] ?? '').split(',')];
    const hosts = addresses.filter((address) => URL.canParse(address)).map((address) => new URL(address).hostname);
    expect(hosts).not.toEqual([]);
    expect(linesWith(new RegExp(hosts.map(escaped).join('|')))).toEqual([]);
  });

  test('nothing left for later', () => {
    const marks = ['TO' + 'DO', 'FIX' + 'ME', 'X' + 'XX', 'HA' + 'CK'].join('|');
    expect(linesWith(new RegExp(`\\b(${marks})\\b`), texts.filter(isSource))).toEqual([]);
  });
});

test('whatever is silenced says why on the same line', () => {
  const source = texts.filter(isSource);
  const silenced = [
    ...linesWith(/eslint-disable(?!.* -- \S)/, source),
    ...linesWith(/svelte-ignore \S+\s*(-->|$)/, source),
    ...linesWith(/@ts-(ignore|nocheck)/, source),
  ];
  expect(silenced.filter((line) => !line.startsWith('test/architecture/'))).toEqual([]);
});
