import { randomUUID } from 'node:crypto';
import { linkSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import * as z from 'zod';
import { makeFolder, readFile } from './folder';

/**
 * One process at a time may keep a folder's journal: two would each write the file anew and lose what the other wrote.
 * The lock is a file that names its owner. An owner of this computer that has died frees it at once; any other one, as
 * of another computer on a network folder, or of a container that is gone, when it has been silent for a minute.
 */
export interface StateLock {
  readonly is: 'locked';
  /** Resolves if somebody else took it, after this process was stopped for longer than owners may be silent. */
  readonly lost: Promise<void>;
  release(): void;
}

export interface StateHeld {
  readonly is: 'held';
  readonly pid: number;
  readonly host: string;
}

/** As the subject of a sentence. */
export function holderOf({ pid, host }: StateHeld): string {
  return pid === 0 ? 'Another process' : `The process ${String(pid)} of ${host}`;
}

/** In milliseconds. */
export interface StateLockTiming {
  /** How often the owner shows that it lives. */
  readonly touch: number;
  /** How long an owner may be silent. */
  readonly quiet: number;
}

const usual: StateLockTiming = { touch: 5_000, quiet: 60_000 };
const ownerSchema = z.object({ pid: z.int(), host: z.string(), id: z.string() });
type Owner = z.infer<typeof ownerSchema>;
/** Ids of the locks that this process holds. */
const held = new Set<string>();

/** Takes the lock, or says who holds it. Throws when the folder cannot be written. */
export function lockState(folder: string, timing: StateLockTiming = usual): StateLock | StateHeld {
  const file = path.join(folder, 'lock');
  makeFolder(folder);
  const id = randomUUID();
  const claim = JSON.stringify({ pid: process.pid, host: hostname(), id });
  while (!take(file, claim)) {
    const text = read(file);
    if (text === null) continue;
    const owner = ownerIn(text);
    if (!isAbandoned(file, owner, timing.quiet)) return { is: 'held', pid: owner?.pid ?? 0, host: owner?.host ?? '' };
    removeAbandoned(file, text);
  }
  held.add(id);
  let lose: () => void = () => undefined;
  const lost = new Promise<void>((resolve) => {
    lose = resolve;
  });
  const touching = setInterval(() => {
    if (read(file) === claim) touch(file);
    else {
      clearInterval(touching);
      lose();
    }
  }, timing.touch);
  touching.unref();
  return {
    is: 'locked',
    lost,
    release() {
      clearInterval(touching);
      held.delete(id);
      if (read(file) === claim) rmSync(file, { force: true });
    },
  };
}

/** Whole from its first moment on: it is written beside and linked into its place. */
function take(file: string, claim: string): boolean {
  const mine = `${file}.${randomUUID()}`;
  writeFileSync(mine, claim, { mode: 0o600 });
  try {
    linkSync(mine, file);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    // some network folders know no links
    if (codeOf(error) === 'EPERM' || codeOf(error) === 'ENOTSUP') return takeUnlinked(file, claim);
    throw error;
  } finally {
    rmSync(mine, { force: true });
  }
}

function takeUnlinked(file: string, claim: string): boolean {
  try {
    writeFileSync(file, claim, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

function read(file: string): string | null {
  try {
    return readFile(file);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

function touch(file: string): void {
  const now = new Date();
  try {
    utimesSync(file, now, now);
  } catch (error) {
    // taken over between reading and this: the next look tells
    if (codeOf(error) !== 'ENOENT') throw error;
  }
}

function ownerIn(text: string): Owner | null {
  try {
    return ownerSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    // cut off by a full disk: its age decides
    return null;
  }
}

function isAbandoned(file: string, owner: Owner | null, quiet: number): boolean {
  const touched = statSync(file, { throwIfNoEntry: false })?.mtimeMs;
  if (touched === undefined || Date.now() - touched > quiet) return true;
  if (owner?.host !== hostname()) return false;
  // a container that was started again has the same name and the same first process
  return owner.pid === process.pid ? !held.has(owner.id) : !isAlive(owner.pid);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) !== 'ESRCH';
  }
}

/**
 * Two may judge the same lock at once, and the slower one must not remove what the faster one made: the file is moved
 * aside, looked at once more, and put back when it is not the one that was judged.
 */
function removeAbandoned(file: string, judged: string): void {
  const aside = `${file}.${randomUUID()}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  try {
    if (read(aside) !== judged) linkSync(aside, file);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
