import { createHash } from 'node:crypto';
import type { Clock, ContextHandle, ContextReading, ContextSource } from '../engine/ports';
import { ApiConnection } from './apiConnection';
import { runPlugin } from './auth/pluginProcess';
import { SharedLogins } from './auth/sharedLogins';
import { proxyOf } from './auth/userChecks';
import { KubeCluster } from './cluster';
import type { Entry } from './config/configFile';
import { nobody, type ClusterEntry, type ContextEntry, type UserEntry } from './config/entries';
import { followFiles } from './config/fileChanges';
import { readMergedConfig, type MergedConfig } from './config/mergedConfig';
import { kubeconfigFiles, type KubeconfigPlaces } from './config/places';
import { serverAddress } from './config/serverAddress';
import { proxyFromEnvironment } from './connection/proxyEnvironment';
import { Credentials } from './credentials';

export { homesBefore, kubeconfigFiles, type KubeconfigPlaces } from './config/places';

/** What besides the files decides how clusters are reached. */
export interface Surroundings {
  /** Names proxies and certificate authorities, and is the environment of credential plugins. */
  readonly environment: NodeJS.ProcessEnv;
  /** The PATH that credential plugins are looked for in; asked before the first one runs. */
  readonly searchPath: () => Promise<string>;
}

const thisProcess: Surroundings = {
  environment: process.env,
  searchPath: () => Promise.resolve(process.env['PATH'] ?? ''),
};

/** What handles are made with. */
interface Making {
  readonly clock: Clock;
  readonly random: () => number;
  readonly logins: SharedLogins;
}

/**
 * Reads kubeconfig files as kubectl does (missing ones are skipped, the first entry of a name wins) and follows
 * their changes. A broken file is reported and does not take the others along.
 */
export function kubeconfigSource(
  places: KubeconfigPlaces,
  clock: Clock,
  random: () => number,
  surroundings: Surroundings = thisProcess,
): ContextSource {
  const making = { clock, random, logins: loginsIn(surroundings, clock) };
  return {
    follow(extra, listener) {
      const files = kubeconfigFiles(places, extra);
      let last = '';
      const read = () => {
        const reading = readWith(files, making);
        const now = JSON.stringify([
          reading.broken,
          reading.unsavedLogins,
          reading.current,
          reading.contexts.map(({ name, fingerprint }) => [name, fingerprint]),
        ]);
        if (now === last) return;
        last = now;
        listener(reading);
      };
      const stop = followFiles(files, clock, read);
      const unheard = making.logins.onUnsaved(read);
      read();
      return () => {
        unheard();
        stop();
      };
    },
  };
}

/**
 * One reading of these files and folders, now. `unsaved` is told why a login that was renewed for one of the contexts is not
 * in its file.
 */
export function readKubeconfigs(
  files: readonly string[],
  clock: Clock,
  random: () => number,
  surroundings: Surroundings = thisProcess,
  unsaved: (why: string) => void = () => undefined,
): ContextReading {
  const logins = loginsIn(surroundings, clock);
  logins.onUnsaved((why) => {
    if (why !== null) unsaved(why);
  });
  return readWith(files, { clock, random, logins });
}

function loginsIn(surroundings: Surroundings, clock: Clock): SharedLogins {
  return new SharedLogins({ ...surroundings, run: runPlugin }, clock);
}

function readWith(files: readonly string[], making: Making): ContextReading {
  const merged = readMergedConfig(files);
  const problems = new Map([...merged.problems].map(([file, sentences]) => [file, [...sentences]]));
  const contexts: ContextHandle[] = [];
  for (const context of merged.contexts.values()) {
    const found = entriesOf(context, merged);
    if (typeof found !== 'string') contexts.push(contextHandle(found, making));
    else problems.set(context.file, [...(problems.get(context.file) ?? []), found]);
  }
  const broken = [...problems].map(([path, sentences]) => ({ path, detail: sentences.join('; ') }));
  // of users that are there: a login that nothing names any more is no loss
  const unsavedLogins = [...merged.users.values()].flatMap((user) => {
    const detail = making.logins.whyUnsaved(user);
    return detail === null ? [] : [{ path: user.file, detail }];
  });
  return { files, broken, unsavedLogins, contexts, current: merged.current };
}

/** What a context is made of. */
interface Entries {
  readonly context: Entry<ContextEntry>;
  readonly cluster: Entry<ClusterEntry>;
  readonly user: Entry<UserEntry>;
  readonly server: URL;
}

/** A sentence when the context cannot be used. One whose user is not there is used as nobody, as with kubectl. */
function entriesOf(context: Entry<ContextEntry>, merged: MergedConfig): Entries | string {
  const { cluster: clusterName, user: userName } = context.value;
  const of = `context "${context.name}"`;
  if (merged.unreadable.has(`clusters/${clusterName}`)) return `the cluster of ${of} cannot be read`;
  if (merged.unreadable.has(`users/${userName}`)) return `the user of ${of} cannot be read`;
  const cluster = merged.clusters.get(clusterName);
  if (!cluster) return `${of} names no known cluster`;
  if (cluster.value.server === '') return `cluster "${clusterName}" names no server`;
  const server = serverAddress(cluster.value.server);
  if (!server) return `the server of cluster "${clusterName}" is no address`;
  const user = merged.users.get(userName) ?? { name: userName, file: context.file, value: nobody };
  return { context, cluster, user, server };
}

function contextHandle(entries: Entries, { clock, random, logins }: Making): ContextHandle {
  const { context, cluster, user, server } = entries;
  const namespace = context.value.namespace || 'default';
  return {
    name: context.name,
    server: server.host,
    namespace,
    fingerprint: fingerprintOf(entries),
    connect() {
      const credentials = new Credentials(server, cluster, user, logins, clock);
      const connection = new ApiConnection({
        server: server.href,
        options: () => credentials.get(),
        refused: (used) => {
          credentials.refused(used);
        },
        proxy: proxyOf(cluster.value) ?? proxyFromEnvironment(server, logins.environment),
        compressed: !cluster.value['disable-compression'],
      });
      return new KubeCluster(connection, clock, random, namespace);
    },
  };
}

/**
 * What makes it another context when it changes. Not among it: notes that tools leave in extensions, and the tokens of a
 * login, which this app and kubectl renew in the file.
 */
function fingerprintOf({ context, cluster, user }: Entries): string {
  const { extensions, ...lasting } = cluster.value;
  const { 'auth-provider': provider, exec, ...plain } = user.value;
  const { 'id-token': _id, 'refresh-token': _refresh, ...login } = provider?.config ?? {};
  const parts = [
    context.value,
    lasting,
    plain,
    exec && [exec, exec.provideClusterInfo ? extensions : []],
    provider && [user.file, provider.name, login],
  ];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
