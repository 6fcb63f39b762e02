import {
  appendFileSync,
  closeSync,
  copyFileSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import type { Journal, JournalEntry } from '../engine/ports';

/**
 * What the app is about to write to clusters, as one JSON line per record, appended and synced to the disk
 * before `record` returns. The last line for an id counts; `rescue: null` ends it. A line that was cut off by
 * a crash was never acted on, so it is dropped; a line that is broken in the middle is reported, and the file
 * is kept beside the new one. `load` and a file that has grown large write the live entries anew.
 */
export interface JournalOptions {
  /** Size in bytes beyond which the file is written anew. */
  readonly compactBeyond?: number;
}

const lineSchema = z.object({ id: z.string(), context: z.string(), rescue: z.unknown() });

export function fileJournal(file: string, options: JournalOptions = {}): Journal {
  const compactBeyond = options.compactBeyond ?? 1024 * 1024;
  const live = new Map<string, JournalEntry>();
  let size = 0;
  let descriptor: number | null = null;
  let nextCompaction = compactBeyond;

  function compact(): void {
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    const fresh = `${file}.new`;
    const text = [...live.values()].map(asLine).join('');
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
      mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
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
        text = readFileSync(file, 'utf8');
      } catch (error) {
        const { code, message } = error as NodeJS.ErrnoException;
        if (code === 'ENOENT') live.clear();
        return { entries: [], problem: code === 'ENOENT' ? null : message };
      }
      // only now: what a file that cannot be read holds is not given up
      live.clear();
      const broken = replay(text, live);
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
    record(id, context, rescue) {
      const entry = { id, context, rescue };
      append(asLine(entry));
      if (rescue === null) live.delete(id);
      else live.set(id, entry);
      if (size > nextCompaction) compact();
    },
  };
}

const asLine = (entry: JournalEntry): string => `${JSON.stringify(entry)}\n`;

/** Plays the lines into `live`; gives the number of whole lines that could not be read. */
function replay(text: string, live: Map<string, JournalEntry>): number {
  const lines = text.split('\n');
  const torn = lines.pop() ?? ''; // empty after a whole last line
  let broken = 0;
  for (const line of lines) {
    const entry = parseLine(line);
    if (entry === null) broken += 1;
    else if (entry.rescue === null) live.delete(entry.id);
    else live.set(entry.id, entry);
  }
  const last = parseLine(torn);
  if (last?.rescue === null) live.delete(last.id);
  else if (last) live.set(last.id, last);
  return broken;
}

function parseLine(line: string): JournalEntry | null {
  try {
    const parsed = lineSchema.safeParse(JSON.parse(line));
    return parsed.success ? { ...parsed.data, rescue: parsed.data.rescue ?? null } : null;
  } catch {
    return null;
  }
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
