import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fileMirrorUse } from '../../electron/files/mirrorUse';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'mirror-use-'));
  file = path.join(folder, 'state', 'mirrors.json');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const use = { 'm.example': { requests: [1, 2], errors: [3] } };

describe('the file of what was asked of mirrors', () => {
  it('gives back what was written, to its owner alone', () => {
    const first = fileMirrorUse(file);
    expect([first.read(), first.problem]).toEqual([{}, null]);
    first.write(use);
    expect([fileMirrorUse(file).read(), fileMirrorUse(file).problem]).toEqual([use, null]);
    if (process.platform !== 'win32') expect(statSync(file).mode & 0o077).toBe(0);
  });

  it.each([
    ['half a file', JSON.stringify(use).slice(0, 20)],
    ['no JSON', 'hello'],
    ['a list', '[]'],
    ['times that are none', '{"m.example":{"requests":["now"],"errors":[]}}'],
    ['a host without its errors', '{"m.example":{"requests":[]}}'],
  ])('of %s says so, starts empty, and keeps it under another name', (_what, text) => {
    fileMirrorUse(file).write({});
    writeFileSync(file, text);
    const opened = fileMirrorUse(file);
    expect(opened.read()).toEqual({});
    expect(opened.problem).toContain(`${file}.broken`);
    expect(readFileSync(`${file}.broken`, 'utf8')).toBe(text);
    opened.write(use);
    expect(fileMirrorUse(file)).toMatchObject({ problem: null });
  });

  it('that cannot be read says so', () => {
    mkdirSync(file, { recursive: true });
    expect(fileMirrorUse(file).problem).toContain('is not a file');
  });

  it('is replaced whole: the one before stays until the new one is there', () => {
    const store = fileMirrorUse(file);
    store.write(use);
    mkdirSync(`${file}.new`);
    expect(() => {
      store.write({});
    }).toThrow();
    expect(fileMirrorUse(file).read()).toEqual(use);
    rmSync(`${file}.new`, { recursive: true });
    store.write({});
    expect(readdirSync(path.dirname(file))).toEqual(['mirrors.json']);
  });
});
