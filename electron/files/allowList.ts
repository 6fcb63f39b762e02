import { readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { parseAllowList, type AllowList } from '../domain/mirrors/allowList';
import type { AllowListSource } from '../engine/ports';

/** Far above any list there is (DaoCloud's has 50 kB), far below what would hold the app up. */
const maxBytes = 5_000_000;

/**
 * Allow lists out of files. A file is read again only when it has changed, and `~/` stands for the home folder. Where there is
 * no list to be had, `problem` is one sentence that says so.
 */
export function fileAllowLists(home: string = homedir()): AllowListSource {
  let last: { readonly state: string; readonly answer: ReturnType<AllowListSource> } | null = null;
  return (given) => {
    const file = given.replace(/^~(?=[\\/]|$)/, home);
    try {
      const stats = statSync(file);
      if (!stats.isFile()) return { problem: `${file} is not a file.` };
      if (stats.size > maxBytes) return { problem: `${file} is too long for an allow list.` };
      const state = [stats.dev, stats.ino, stats.mtimeMs, stats.size].join(' ');
      if (last?.state !== state) last = { state, answer: readList(file) };
      return last.answer;
    } catch (error) {
      return { problem: whyUnreadable(file, error) };
    }
  };
}

function readList(file: string): AllowList | { readonly problem: string } {
  const list = parseAllowList(readFileSync(file, 'utf8'));
  // A saved web page and the like would otherwise refuse every image.
  if (list.patterns === 0) return { problem: `${file} names no images.` };
  if (list.unread > list.patterns) return { problem: `${file} does not look like a list of images.` };
  return list;
}

function whyUnreadable(file: string, error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (code === 'ENOENT' || code === 'ENOTDIR') return `${file} does not exist.`;
  if (code === 'EACCES' || code === 'EPERM') return `${file} may not be read.`;
  return `${file} cannot be read: ${(error as Error).message}.`;
}
