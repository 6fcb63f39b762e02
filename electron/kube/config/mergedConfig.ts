import { parseConfigFile, UnreadableConfig, type ConfigFile, type Entry } from './configFile';
import type { ClusterEntry, ContextEntry, UserEntry } from './entries';
import { filesIn, looksLikeKubeconfig, readText } from './places';

/** All files as one, as kubectl sees them. */
export interface MergedConfig {
  readonly clusters: ReadonlyMap<string, Entry<ClusterEntry>>;
  readonly users: ReadonlyMap<string, Entry<UserEntry>>;
  readonly contexts: ReadonlyMap<string, Entry<ContextEntry>>;
  /** Unreadable entries, as `users/NAME`. */
  readonly unreadable: ReadonlySet<string>;
  /** Null when no file names one. */
  readonly current: string | null;
  /** By file, what is wrong with it. */
  readonly problems: ReadonlyMap<string, readonly string[]>;
}

interface Merging {
  readonly clusters: Map<string, Entry<ClusterEntry>>;
  readonly users: Map<string, Entry<UserEntry>>;
  readonly contexts: Map<string, Entry<ContextEntry>>;
  readonly unreadable: Set<string>;
}

/**
 * Reads files, and folders of files, and merges them: missing ones are skipped, the first entry of a name wins, and so
 * does the first current-context. A broken one is reported, where kubectl would refuse all of them.
 */
export function readMergedConfig(sources: readonly string[]): MergedConfig {
  const merging: Merging = { clusters: new Map(), users: new Map(), contexts: new Map(), unreadable: new Set() };
  const problems = new Map<string, readonly string[]>();
  let current: string | null = null;
  const add = (file: string, inFolder: boolean) => {
    const found = readText(file);
    if (found === null) return;
    try {
      if ('problem' in found) throw new UnreadableConfig(found.problem);
      if (found.text.trim() === '' || (inFolder && !looksLikeKubeconfig(found.text))) return;
      const config = parseConfigFile(file, found.text);
      if (config.problems.length > 0) problems.set(file, config.problems);
      if (config.current !== '') current ??= config.current;
      merge(config, merging);
    } catch (error) {
      if (!(error instanceof UnreadableConfig)) throw error;
      problems.set(file, [error.message]);
    }
  };
  for (const source of sources) {
    const files = filesIn(source);
    if (files) for (const file of files) add(file, true);
    else add(source, false);
  }
  return { ...merging, current, problems };
}

function merge(config: ConfigFile, { clusters, users, contexts, unreadable }: Merging): void {
  const lists = [
    ['clusters', config.clusters, clusters],
    ['users', config.users, users],
    ['contexts', config.contexts, contexts],
  ] as const;
  for (const [list, entries, known] of lists) {
    const taken: Map<string, Entry<unknown>> = known;
    for (const entry of entries)
      if (!taken.has(entry.name) && !unreadable.has(`${list}/${entry.name}`)) taken.set(entry.name, entry);
  }
  for (const key of config.unreadable) {
    const [list = '', name = ''] = key.split(/\/(.*)/s);
    const known = list === 'clusters' ? clusters : list === 'users' ? users : contexts;
    if (!known.has(name)) unreadable.add(key);
  }
}
