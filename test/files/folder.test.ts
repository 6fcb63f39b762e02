import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { folderTrouble, makeFolder } from '../../electron/files/folder';
import { fileJournal } from '../../electron/files/journal';
import { fileMirrorUse } from '../../electron/files/mirrorUse';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'pullthrough-folder-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Why it could not be made, as a sentence ends; null where it is there. */
function trouble(at: string): string | null {
  try {
    makeFolder(at);
  } catch (error) {
    return folderTrouble(error);
  }
  return statSync(at).isDirectory() ? null : 'it is not there';
}

describe('a folder', () => {
  it('is made with those above it, for its owner alone; one that is there is left as it is', () => {
    const deep = path.join(folder, 'a', 'b', 'c');
    expect(trouble(deep)).toBeNull();
    if (process.platform !== 'win32')
      for (const each of ['a', 'a/b', 'a/b/c']) expect(statSync(path.join(folder, each)).mode & 0o777).toBe(0o700);
    expect(trouble(deep)).toBeNull();
    mkdirSync(path.join(folder, 'open'), { mode: 0o755 });
    expect(trouble(path.join(folder, 'open'))).toBeNull();
    expect(statSync(path.join(folder, 'open')).mode & 0o777).toBe(0o755);
  });

  it('may be a link to one', () => {
    symlinkSync(folder, path.join(folder, 'link'));
    expect(trouble(path.join(folder, 'link', 'state'))).toBeNull();
  });

  it('is not made in a file, nor where a link leads nowhere', () => {
    writeFileSync(path.join(folder, 'file'), '');
    expect(trouble(path.join(folder, 'file', 'a', 'b'))).toBe(`${path.join(folder, 'file')} is not a folder`);
    symlinkSync(path.join(folder, 'nowhere'), path.join(folder, 'link'));
    expect(trouble(path.join(folder, 'link'))).toContain('EEXIST');
  });

  it.each([
    ['EACCES', 'this account may not write there'],
    ['EROFS', 'it is on a file system that can only be read'],
    ['ENOSPC', 'there is no space left'],
  ])('that cannot be made for %s says so in words', (code, words) => {
    expect(folderTrouble(Object.assign(new Error(`${code}: mkdir '/state'`), { code }))).toBe(words);
  });
});

describe.runIf(process.platform !== 'win32')('a pipe where a file should be', () => {
  const pipe = (name: string) => {
    const at = path.join(folder, name);
    execFileSync('mkfifo', [at]);
    return at;
  };

  it('is no journal, and nobody waits for it', () => {
    const file = pipe('journal.jsonl');
    const journal = fileJournal(file);
    expect(journal.load()).toEqual({ entries: [], problem: 'journal.jsonl is not a file' });
    expect(() => {
      journal.record({ id: 'a', context: 'prod', what: 'rescue', state: {} });
    }).toThrow('is not a file');
  });

  it('is no count of what was asked of mirrors either', () => {
    expect(fileMirrorUse(pipe('mirrors.json')).problem).toContain('is not a file');
  });
});
