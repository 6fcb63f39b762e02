import { lstatSync, readlinkSync, statSync, watch, type FSWatcher } from 'node:fs';
import path from 'node:path';
import type { Clock } from '../../engine/ports';
import { filesIn } from './places';

/** An editor writes a file in several steps; a change is told this long after the last one, in milliseconds. */
const settleMs = 200;

/**
 * Network and shared folders send no events, and a system may have no watches left: what the files look like is compared
 * this often as well, in milliseconds.
 */
const compareMs = 30_000;

/**
 * Calls back some time after any of these files, or what is in these folders, has changed: written, replaced, deleted,
 * come back, or reached through a link that leads elsewhere now. Ends with the returned function.
 */
export function followFiles(sources: readonly string[], clock: Clock, changed: () => void): () => void {
  let watchers: readonly FSWatcher[] = [];
  let cancelSettle: (() => void) | null = null;
  let cancelCompare: (() => void) | null = null;
  let seen = '';
  const settle = () => {
    cancelSettle?.();
    cancelSettle = clock.after(settleMs, () => {
      cancelSettle = null;
      look();
      changed();
    });
  };
  // anew after each change: a folder may have come or gone, a link may lead elsewhere
  const look = () => {
    for (const watcher of watchers) watcher.close();
    watchers = watchPlaces(sources, settle);
    seen = looksOf(sources);
  };
  const compare = () => {
    cancelCompare = clock.after(compareMs, () => {
      if (looksOf(sources) !== seen) settle();
      compare();
    });
  };
  look();
  compare();
  return () => {
    cancelSettle?.();
    cancelCompare?.();
    for (const watcher of watchers) watcher.close();
  };
}

/** What can be seen of the files without reading them. */
function looksOf(sources: readonly string[]): string {
  return JSON.stringify(
    sources.flatMap((source) => {
      const files = filesIn(source) ?? [source];
      return files.map((file) => {
        const found = looked(() => statSync(file));
        return [file, found?.ino, found?.size, found?.mtimeMs];
      });
    }),
  );
}

/**
 * Watches folders, not files: editors and tools replace files, and a watch of the old one then sees nothing. Null stands
 * for every name in the folder.
 */
function watchPlaces(sources: readonly string[], changed: () => void): readonly FSWatcher[] {
  const wanted = new Map<string, Set<string> | null>();
  const want = (folder: string, name: string) => {
    const names = wanted.get(folder);
    if (names !== null) wanted.set(folder, (names ?? new Set()).add(name));
  };
  for (const source of sources) {
    const end = resolveLinks(path.resolve(source), want);
    if (end !== null && filesIn(end)) wanted.set(end, null);
  }
  const watchers: FSWatcher[] = [];
  for (const [folder, names] of wanted) {
    try {
      const own = path.basename(folder);
      // under its own name a folder tells that it was moved or deleted itself
      const watcher = watch(folder, (_event, name) => {
        if (names === null || name === null || name === own || names.has(name)) changed();
      });
      watcher.on('error', changed);
      watchers.push(watcher);
    } catch {
      // it went between the two looks, or no watch can be had: the comparison finds what changes there
      continue;
    }
  }
  return watchers;
}

/** Deeper chains of links are loops. */
const mostLinks = 40;

/**
 * Follows a path through all links in it, as the system does, and names each entry whose change makes it another file:
 * the links, and the last one. Where the path ends early, that is the entry whose coming lengthens it. Gives the
 * path without links, or null when there is nothing at its end.
 */
function resolveLinks(file: string, want: (folder: string, name: string) => void): string | null {
  const { root } = path.parse(file);
  let at = root;
  let left = file.slice(root.length).split(path.sep).filter(Boolean);
  for (let links = 0; left.length > 0;) {
    const [name = '', ...rest] = left;
    const entry = path.join(at, name);
    const found = looked(() => lstatSync(entry));
    if (!found) {
      want(at, name);
      return null;
    }
    if (found.isSymbolicLink()) {
      want(at, name);
      links += 1;
      if (links > mostLinks) return null;
      const target = path.resolve(at, looked(() => readlinkSync(entry)) ?? name);
      at = path.parse(target).root;
      left = [...target.slice(at.length).split(path.sep).filter(Boolean), ...rest];
      continue;
    }
    if (rest.length === 0) want(at, name);
    at = entry;
    left = rest;
  }
  return at;
}

/** Null when there is nothing, or when it may not be looked at: either way it is nothing until that changes. */
function looked<T>(look: () => T): T | null {
  try {
    return look();
  } catch {
    return null;
  }
}
