import { createHash } from 'node:crypto';
import { existsSync, readFileSync, watch as watchFolder, type FSWatcher } from 'node:fs';
import path from 'node:path';
import { KubeConfig, type Cluster as KubeconfigCluster, type Context, type User } from '@kubernetes/client-node';
import type { Clock, ContextHandle, ContextReading, ContextSource } from '../engine/ports';
import { ApiConnection, type RequestOptions } from './apiConnection';
import { KubeCluster } from './cluster';
import { Credentials } from './credentials';

/** Where kubeconfig files are looked for. */
export interface KubeconfigPlaces {
  /** Given by flags: then nothing else is read. */
  readonly explicit: readonly string[];
  /** The environment's KUBECONFIG, if any. */
  readonly environment: string | undefined;
  readonly home: string;
}

interface Merged {
  readonly clusters: Map<string, KubeconfigCluster>;
  readonly users: Map<string, User>;
  readonly contexts: Map<string, Context>;
  current: string | null;
}

/** An editor writes a file in several steps; a reading follows this long after the last one, in milliseconds. */
const settleMs = 200;

/** The files in kubectl's order: explicit ones, else KUBECONFIG, else ~/.kube/config; extra ones come last. */
export function kubeconfigFiles(places: KubeconfigPlaces, extra: readonly string[]): readonly string[] {
  if (places.explicit.length > 0) return places.explicit;
  const listed = (places.environment ?? '').split(path.delimiter).filter((file) => file !== '');
  const standard = listed.length > 0 ? listed : [path.join(places.home, '.kube', 'config')];
  return [...new Set([...standard, ...extra])];
}

/**
 * Reads kubeconfig files as kubectl does (missing ones are skipped, the first entry of a name wins) and follows
 * their changes. A broken file is reported and does not take the others along.
 */
export function kubeconfigSource(places: KubeconfigPlaces, clock: Clock, random: () => number): ContextSource {
  return {
    follow(extra, listener) {
      const files = kubeconfigFiles(places, extra);
      let last = '';
      const read = () => {
        const reading = readKubeconfigs(files, clock, random);
        const now = JSON.stringify([
          reading.broken,
          reading.contexts.map(({ name, fingerprint }) => [name, fingerprint]),
        ]);
        if (now === last) return;
        last = now;
        listener(reading);
      };
      let cancel: (() => void) | null = null;
      let watchers: readonly FSWatcher[] = [];
      const changed = () => {
        cancel?.();
        cancel = clock.after(settleMs, () => {
          watch();
          read();
        });
      };
      // anew after each change: a folder may have come, gone, or been replaced
      const watch = () => {
        for (const watcher of watchers) watcher.close();
        watchers = watchFolders(files, changed);
      };
      watch();
      read();
      return () => {
        cancel?.();
        for (const watcher of watchers) watcher.close();
      };
    },
  };
}

/** One reading of these files, now. */
export function readKubeconfigs(files: readonly string[], clock: Clock, random: () => number): ContextReading {
  const merged: Merged = { clusters: new Map(), users: new Map(), contexts: new Map(), current: null };
  const broken: { path: string; detail: string }[] = [];
  for (const file of files) {
    const problem = mergeFile(file, merged);
    if (problem !== null) broken.push({ path: file, detail: problem });
  }
  const contexts: ContextHandle[] = [];
  for (const context of merged.contexts.values()) {
    const cluster = merged.clusters.get(context.cluster);
    const user = merged.users.get(context.user);
    const where = files.join(path.delimiter);
    if (!cluster) broken.push({ path: where, detail: `context "${context.name}" names no known cluster` });
    else if (!isServer(cluster.server))
      broken.push({ path: where, detail: `the server of cluster "${cluster.name}" is no address` });
    else contexts.push(contextHandle(context, cluster, user, clock, random));
  }
  return { files, broken, contexts, current: merged.current };
}

function mergeFile(file: string, merged: Merged): string | null {
  const config = new KubeConfig();
  try {
    const text = readFileSync(file, 'utf8');
    if (text.trim() === '') return null;
    config.loadFromString(text);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    // what follows the first line is a drawing of the place, and may show a token
    return code === 'ENOENT' ? null : (message.split('\n')[0] ?? message);
  }
  if (config.currentContext) merged.current ??= config.currentContext;
  config.makePathsAbsolute(path.dirname(path.resolve(file)));
  for (const cluster of config.clusters)
    if (!merged.clusters.has(cluster.name)) merged.clusters.set(cluster.name, cluster);
  for (const user of config.users) if (!merged.users.has(user.name)) merged.users.set(user.name, user);
  for (const context of config.contexts)
    if (!merged.contexts.has(context.name)) merged.contexts.set(context.name, context);
  return null;
}

function isServer(text: string): boolean {
  try {
    return /^https?:$/.test(new URL(text).protocol);
  } catch {
    return false;
  }
}

function contextHandle(
  context: Context,
  cluster: KubeconfigCluster,
  // tls options of a cluster are ignored by the client library where there is no user at all
  user: User = { name: context.user },
  clock: Clock,
  random: () => number,
): ContextHandle {
  // each context gets a KubeConfig of its own: the library keeps "current" as shared state
  const fresh = () => {
    const config = new KubeConfig();
    config.loadFromOptions({
      clusters: [cluster],
      users: [user],
      contexts: [{ ...context, user: user.name }],
      currentContext: context.name,
    });
    return config;
  };
  const server = new URL(cluster.server);
  return {
    name: context.name,
    server: server.host,
    namespace: context.namespace ?? 'default',
    fingerprint: createHash('sha256')
      .update(JSON.stringify([cluster, user, context]))
      .digest('hex'),
    connect() {
      const credentials = new Credentials(fresh, clock);
      const options = async (): Promise<RequestOptions> => {
        const asked = await credentials.get();
        // it makes a new agent for each call; only one for a proxy does what our own pool does not
        if (cluster.proxyUrl === undefined || cluster.proxyUrl === '') delete asked.agent;
        return asked;
      };
      const refused = () => {
        credentials.drop();
      };
      return new KubeCluster(new ApiConnection({ server: cluster.server, options, refused }), clock, random);
    },
  };
}

/**
 * Watches folders, not files: editors and tools replace files, and a watch of the old one then sees nothing. For a
 * folder that is not there, the nearest one above it is watched for its coming.
 */
function watchFolders(files: readonly string[], changed: () => void): readonly FSWatcher[] {
  const wanted = new Map<string, Set<string>>();
  for (const file of files) {
    let entry = path.resolve(file);
    while (!existsSync(path.dirname(entry))) entry = path.dirname(entry);
    const names = wanted.get(path.dirname(entry)) ?? new Set();
    wanted.set(path.dirname(entry), names.add(path.basename(entry)));
  }
  const watchers: FSWatcher[] = [];
  for (const [folder, names] of wanted) {
    try {
      const watcher = watchFolder(folder, (_event, name) => {
        if (name === null || names.has(name)) changed();
      });
      watcher.on('error', changed);
      watchers.push(watcher);
    } catch {
      // it went between the two looks, or may not be watched: the next change of another one tries again
      continue;
    }
  }
  return watchers;
}
