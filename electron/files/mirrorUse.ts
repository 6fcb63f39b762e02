import { renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import type { MirrorUse } from '../domain/mirrors/mirrorBudget';
import type { MirrorUseStore } from '../engine/ports';
import { makeFolder, readFile } from './folder';

/** What was asked of the mirrors, in a JSON file beside the journal. */
export interface MirrorUseFile extends MirrorUseStore {
  /** Why what was kept cannot be used, as one sentence; null when all is well. Counting starts anew then. */
  readonly problem: string | null;
}

/** Times in milliseconds since the epoch, by the name under which a mirror's use is counted. */
const useSchema = z.record(
  z.string().min(1),
  z.object({ requests: z.array(z.number().nonnegative()), errors: z.array(z.number().nonnegative()) }),
);

/**
 * Opens the file. One that is broken is kept under another name. What is written is whole or not there: a power cut may
 * cost the last seconds' counts, and no more.
 */
export function fileMirrorUse(file: string): MirrorUseFile {
  const opened = open(file);
  return {
    problem: opened.problem,
    read: () => opened.uses,
    write: (uses) => {
      makeFolder(path.dirname(file));
      const fresh = `${file}.new`;
      writeFileSync(fresh, JSON.stringify(uses), { mode: 0o600 });
      renameSync(fresh, file);
    },
  };
}

interface Opened {
  readonly uses: Readonly<Record<string, MirrorUse>>;
  readonly problem: string | null;
}

function open(file: string): Opened {
  let text: string;
  try {
    text = readFile(file);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return { uses: {}, problem: code === 'ENOENT' ? null : `${file} cannot be read: ${message}` };
  }
  const { uses, broken } = parse(text);
  return { uses, problem: broken === null ? null : setAside(file, broken) };
}

function parse(text: string): { readonly uses: Opened['uses']; readonly broken: string | null } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { uses: {}, broken: (error as Error).message };
  }
  const uses = useSchema.safeParse(value);
  return uses.success ? { uses: uses.data, broken: null } : { uses: {}, broken: z.prettifyError(uses.error) };
}

function setAside(file: string, why: string): string {
  const kept = `${file}.broken`;
  try {
    renameSync(file, kept);
    return `${file} cannot be used (${why}); it is kept as ${kept}`;
  } catch (error) {
    return `${file} cannot be used (${why}), and not kept either: ${(error as Error).message}`;
  }
}
