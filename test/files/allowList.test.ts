import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseImageReference } from '../../electron/domain/image/imageReference';
import type { AllowListSource } from '../../electron/engine/ports';
import { fileAllowLists } from '../../electron/files/allowList';

let folder: string;
let file: string;
let source: AllowListSource;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'allow-list-'));
  file = path.join(folder, 'allows.txt');
  source = fileAllowLists(folder);
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function write(text: string, seconds: number) {
  writeFileSync(file, text);
  utimesSync(file, seconds, seconds);
}

function allowed(image: string, from = file): boolean | string {
  const list = source(from);
  if ('problem' in list) return list.problem;
  const parsed = parseImageReference(image);
  return parsed.ok && list.allows(parsed.reference);
}

describe('an allow list in a file', () => {
  it('is read, and read again when the file has changed', () => {
    write('docker.io/library/nginx\n', 1_000);
    expect(allowed('nginx')).toBe(true);
    expect(allowed('redis')).toBe(false);
    write('docker.io/library/redis\n', 2_000);
    expect(allowed('redis')).toBe(true);
    expect(allowed('nginx')).toBe(false);
  });

  it('is not read again while it has not', () => {
    write('docker.io/library/nginx\n', 1_000);
    expect(source(file)).toBe(source(file));
    const first = source(file);
    write('docker.io/library/nginx\n', 2_000);
    expect(source(file)).not.toBe(first);
  });

  it('is found in the home folder', () => {
    write('docker.io/library/nginx\n', 1_000);
    expect(allowed('nginx', '~/allows.txt')).toBe(true);
    expect(allowed('nginx', '~other/allows.txt')).toBe('~other/allows.txt does not exist.');
  });

  it('of two files is each file’s own', () => {
    const other = path.join(folder, 'other.txt');
    write('docker.io/library/nginx\n', 1_000);
    writeFileSync(other, 'docker.io/library/redis\n');
    expect([allowed('nginx'), allowed('nginx', other), allowed('nginx')]).toEqual([true, false, true]);
  });

  it('that is not there says so, and is there once it has come', () => {
    expect(source(file)).toEqual({ problem: `${file} does not exist.` });
    write('docker.io/library/nginx\n', 1_000);
    expect(allowed('nginx')).toBe(true);
    rmSync(file);
    expect(source(file)).toEqual({ problem: `${file} does not exist.` });
  });

  it.each([
    ['nothing', '\n# remark\n', 'names no images'],
    ['a web page', '<!doctype html>\n<html>\n<body>\ndocker.io/library/nginx\n</body>\n', 'does not look like a list'],
    ['far too much', 'docker.io/a/b\n'.repeat(400_000), 'is too long'],
  ])('that has %s in it refuses no image, but says so', (_name, text, part) => {
    write(text, 1_000);
    expect(source(file)).toEqual({ problem: expect.stringContaining(part) as string });
  });

  it('that is a folder is none', () => {
    mkdirSync(file);
    expect(source(file)).toEqual({ problem: `${file} is not a file.` });
  });
});
