import { mkdirSync, readFileSync, statSync, type Stats } from 'node:fs';
import path from 'node:path';

/**
 * Makes a folder, and those above it that are missing, for its owner alone. Throws where that cannot be. One level after
 * the other: asked to make all at once, Node never ends where a file system answers that a folder has no parent, as /proc
 * does.
 */
export function makeFolder(folder: string): void {
  const wanted = path.resolve(folder);
  const missing: string[] = [];
  for (let at = wanted; !isFolder(at); at = path.dirname(at)) {
    missing.unshift(at);
    if (at === path.dirname(at)) break;
  }
  for (const each of missing)
    try {
      mkdirSync(each, { mode: 0o700 });
    } catch (error) {
      // another process was faster
      if (codeOf(error) !== 'EEXIST' || !isFolder(each)) throw error;
    }
}

/** The text of a file. Throws also where it is none: a pipe of this name would keep whoever reads it waiting for ever. */
export function readFile(file: string): string {
  refuseOthers(file);
  return readFileSync(file, 'utf8');
}

/** Throws where something stands there that is no file. */
export function refuseOthers(file: string): void {
  const found = statOf(file);
  if (found && !found.isFile()) throw new Error(`${path.basename(file)} is not a file`);
}

/** Why a folder cannot be used, as the end of a sentence. */
export function folderTrouble(error: unknown): string {
  switch (codeOf(error)) {
    case 'EACCES':
    case 'EPERM':
      return 'this account may not write there';
    case 'EROFS':
      return 'it is on a file system that can only be read';
    case 'ENOSPC':
    case 'EDQUOT':
      return 'there is no space left';
    case 'ENAMETOOLONG':
      return 'its path is longer than the system allows';
    case 'ENOENT':
      return 'no folder can be made there';
    default:
      return error instanceof Error ? error.message : String(error);
  }
}

/** Throws where something stands there that is no folder. */
function isFolder(at: string): boolean {
  const found = statOf(at);
  if (found && !found.isDirectory()) throw new Error(`${at} is not a folder`);
  return found !== undefined;
}

function statOf(at: string): Stats | undefined {
  try {
    return statSync(at);
  } catch (error) {
    // ENOTDIR: one above it is a file
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
