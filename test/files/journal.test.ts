import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fileJournal } from '../../electron/files/journal';

const entry = (id: string, state: unknown) => ({ id, context: 'staging', what: 'rescue', state }) as const;

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'journal-'));
  file = path.join(folder, 'deep', 'journal.jsonl');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('the journal file', () => {
  it('is empty, and no problem, where there is none yet', () => {
    expect(fileJournal(file).load()).toEqual({ entries: [], problem: null });
  });

  it('gives back the last record of each id that has not ended', () => {
    const journal = fileJournal(file);
    journal.load();
    journal.record(entry('a', { step: 1 }));
    journal.record(entry('b', { step: 1 }));
    journal.record(entry('a', { step: 2 }));
    journal.record(entry('b', null));
    expect(fileJournal(file).load()).toEqual({
      entries: [{ id: 'a', context: 'staging', what: 'rescue', state: { step: 2 } }],
      problem: null,
    });
  });

  it('is on the disk when record returns, and readable by nobody else', () => {
    const journal = fileJournal(file);
    journal.record(entry('a', { step: 1 }));
    expect(readFileSync(file, 'utf8')).toBe(
      '{"v":1,"what":"rescue","id":"a","context":"staging","state":{"step":1}}\n',
    );
    if (process.platform !== 'win32') expect(statSync(file).mode & 0o077).toBe(0);
  });

  it('drops a last line that was cut off, and goes on cleanly after it', () => {
    fileJournal(file).record(entry('a', { step: 1 }));
    appendFileSync(file, '{"id":"b","context":"sta');
    const journal = fileJournal(file);
    expect(journal.load()).toMatchObject({ entries: [{ id: 'a' }], problem: null });
    journal.record(entry('c', {}));
    expect(
      fileJournal(file)
        .load()
        .entries.map((entry) => entry.id),
    ).toEqual(['a', 'c']);
  });

  it('takes a last line that lacks only its end', () => {
    const journal = fileJournal(file);
    journal.record(entry('a', {}));
    journal.record(entry('b', {}));
    appendFileSync(file, '{"v":1,"what":"rescue","id":"a","context":"staging","state":null}');
    expect(
      fileJournal(file)
        .load()
        .entries.map((entry) => entry.id),
    ).toEqual(['b']);
  });

  it('keeps the file beside when a line in the middle is broken, and says so', () => {
    fileJournal(file).record(entry('a', { step: 1 }));
    appendFileSync(file, 'garbage\n');
    const before = readFileSync(file, 'utf8');
    const { entries, problem } = fileJournal(file).load();
    expect(entries.map((entry) => entry.id)).toEqual(['a']);
    expect(problem).toContain('1 of its lines cannot be read');
    expect(readFileSync(`${file}.broken-1`, 'utf8')).toBe(before);
    expect(fileJournal(file).load().problem).toBeNull();
  });

  it('writes itself anew at load, without what has ended', () => {
    const journal = fileJournal(file);
    for (let i = 0; i < 50; i += 1) journal.record(entry('a', i < 49 ? { step: i } : null));
    journal.record(entry('b', {}));
    fileJournal(file).load();
    expect(readFileSync(file, 'utf8').trimEnd().split('\n')).toHaveLength(1);
    expect(readdirSync(path.dirname(file))).toEqual(['journal.jsonl']);
  });

  it('stays small while it runs', () => {
    const journal = fileJournal(file, { compactBeyond: 2_000 });
    journal.record(entry('kept', { text: 'x'.repeat(500) }));
    for (let i = 0; i < 200; i += 1) journal.record(entry(`id-${String(i % 3)}`, i % 2 ? null : { step: i }));
    expect(statSync(file).size).toBeLessThan(4_000);
    expect(
      fileJournal(file)
        .load()
        .entries.map((entry) => entry.id),
    ).toContain('kept');
  });

  it('keeps what a later version of the app wrote, and does not act on it', () => {
    const journal = fileJournal(file, { compactBeyond: 1_000 });
    journal.record(entry('a', { step: 1 }));
    const later = '{"v":2,"id":"x","of":"a kind that is not known yet"}\n{"v":1,"what":"dance","id":"y","state":{}}\n';
    appendFileSync(file, later);
    expect(journal.load()).toEqual({ entries: [entry('a', { step: 1 })], problem: null });
    for (let i = 0; i < 40; i += 1) journal.record(entry('b', { text: 'x'.repeat(100) }));
    expect(readFileSync(file, 'utf8')).toContain(later);
  });

  it('says why it cannot be read', () => {
    mkdirSync(file, { recursive: true });
    expect(fileJournal(file).load()).toMatchObject({
      entries: [],
      problem: expect.stringContaining('is not a file') as string,
    });
  });

  it('does not return from record when the disk refuses', () => {
    writeFileSync(path.join(folder, 'deep'), 'a file where the folder should be');
    expect(() => {
      fileJournal(file).record(entry('a', {}));
    }).toThrow();
  });
});
