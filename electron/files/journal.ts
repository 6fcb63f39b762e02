import {
  appendFileSync,
  closeSync,
  copyFileSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import type { Journal, JournalEntry } from '../engine/ports';
import { makeFolder, readFile, refuseOthers } from './folder';

/**
 * What the app is about to write to clusters, as one JSON line per record, appended and synced to the disk
 * before `record` returns. The last line for an id counts; `state: null` ends it. A line that was cut off by
 * a crash was never acted on, so it is dropped; a line that is broken in the middle is reported, and the file
 * is kept beside the new one. A line of a later version of the app is not acted on, and kept as it is for that
 * version. `load` and a file that has grown large write the live entries anew.
 */
export interface JournalOptions {
  /** Size in bytes beyond which the file is written anew. */
  readonly compactBeyond?: number;
}

/** Of a line, where another version of the app has to know it for another's. */
const version = 1;
const lineSchema = z.object({
  v: z.literal(version),
  what: z.enum(['rescue', 'restore', 'retag', 'prepull', 'doctor']),
  id: z.string(),
  context: z.string(),
  state: z.unknown(),
});
const laterLineSchema = z.union([
  z.object({ v: z.number().gt(version) }),
  z.object({ v: z.literal(version), what: z.string(), id: z.string() }),
]);

export function fileJournal(file: string, options: JournalOptions = {}): Journal {
  const compactBeyond = options.compactBeyond ?? 1024 * 1024;
  const live = new Map<string, JournalEntry>();
  /** Lines of a later version, verbatim. */
  const foreign: string[] = [];
  let size = 0;
  let descriptor: number | null = null;
  let nextCompaction = compactBeyond;

  function compact(): void {
    makeFolder(path.dirname(file));
    const fresh = `${file}.new`;
    const text = [...foreign.map((line) => `${line}\n`), ...[...live.values()].map(asLine)].join('');
    const to = openSync(fresh, 'w', 0o600);
    try {
      writeFileSync(to, text);
      fsyncSync(to);
    } finally {
      closeSync(to);
    }
    if (descriptor !== null) closeSync(descriptor);
    descriptor = null;
    renameSync(fresh, file);
    syncFolder(path.dirname(file));
    size = Buffer.byteLength(text);
    // Many live entries must not make each record write the whole file.
    nextCompaction = Math.max(compactBeyond, size * 2);
  }

  function append(line: string): void {
    if (descriptor === null) {
      makeFolder(path.dirname(file));
      refuseOthers(file);
      const isNew = !existsSync(file);
      descriptor = openSync(file, 'a', 0o600);
      if (isNew) syncFolder(path.dirname(file));
      size = fstatSync(descriptor).size;
    }
    try {
      appendFileSync(descriptor, line);
      fsyncSync(descriptor);
    } catch (error) {
      // A full disk may have taken half a line, which would spoil the next one as well.
      ftruncateSync(descriptor, size);
      throw error;
    }
    size += Buffer.byteLength(line);
  }

  return {
    path: file,
    load() {
      let text: string;
      try {
        text = readFile(file);
      } catch (error) {
        const { code, message } = error as NodeJS.ErrnoException;
        if (code === 'ENOENT') live.clear();
        return { entries: [], problem: code === 'ENOENT' ? null : message };
      }
      // only now: what a file that cannot be read holds is not given up
      live.clear();
      foreign.length = 0;
      const broken = replay(text, live, foreign);
      let problem: string | null = null;
      try {
        if (broken > 0) {
          const kept = freeName(`${file}.broken`);
          copyFileSync(file, kept);
          problem = `${String(broken)} of its lines cannot be read; the file is kept as ${kept}`;
        }
        compact();
      } catch (error) {
        problem = (error as Error).message;
      }
      return { entries: [...live.values()], problem };
    },
    record(entry) {
      append(asLine(entry));
      keep(entry, live);
      if (size > nextCompaction) compact();
    },
  };
}

/**
 * What a journal holds as text, with the context that it is about (null: a later version's, of whichever). Nothing is
 * written: whoever keeps the journal may be at work. Throws where the file is there and cannot be read.
 */
export function readJournal(file: string): readonly { readonly context: string | null; readonly text: string }[] {
  let text: string;
  try {
    text = readFile(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  const live = new Map<string, JournalEntry>();
  const foreign: string[] = [];
  replay(text, live, foreign);
  return [
    ...[...live.values()].map((entry) => ({ context: entry.context, text: JSON.stringify(entry.state) })),
    ...foreign.map((line) => ({ context: null, text: line })),
  ];
}

function asLine({ what, id, context, state }: JournalEntry): string {
  return `${JSON.stringify({ v: version, what, id, context, state })}\n`;
}

/** Plays the lines into `live` and `foreign`; gives the number of whole lines that could not be read. */
function replay(text: string, live: Map<string, JournalEntry>, foreign: string[]): number {
  const lines = text.split('\n');
  const torn = lines.pop() ?? ''; // empty after a whole last line
  let broken = 0;
  for (const line of lines) {
    const parsed = parseLine(line);
    if (parsed === null) broken += 1;
    else if (parsed === 'later') foreign.push(line);
    else keep(parsed, live);
  }
  const last = parseLine(torn);
  if (last === 'later') foreign.push(torn);
  else if (last !== null) keep(last, live);
  return broken;
}

function keep(entry: JournalEntry, live: Map<string, JournalEntry>): void {
  if (entry.state === null) live.delete(entry.id);
  else live.set(entry.id, entry);
}

function parseLine(line: string): JournalEntry | 'later' | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    // whoever reads the file says so, unless it is the last one, which a power cut may have torn
    return null;
  }
  const { success, data } = lineSchema.safeParse(value);
  if (!success) return laterLineSchema.safeParse(value).success ? 'later' : null;
  const { what, id, context, state } = data;
  return { what, id, context, state: state ?? null };
}

function freeName(wanted: string): string {
  for (let n = 1; ; n += 1) {
    const name = `${wanted}-${String(n)}`;
    if (!existsSync(name)) return name;
  }
}

/** Makes a new or renamed file outlive a power cut; Windows has no such call and needs none. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
