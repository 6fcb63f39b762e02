import { constants } from 'node:buffer';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { say } from '../../electron/bootstrap/say.mjs';
import { ApiConnection } from '../../electron/kube/apiConnection';
import { kubeAssets, whyNoAssets } from '../cluster/assets';
import { send } from '../cluster/objects';
import { waitFor } from '../cluster/waiting';
import { Workspace } from '../cluster/workspace';
import { bundleProcesses, clientKinds, type BundleName, type ClientKind } from './clients';
import type { BenchCluster, ServerAccess } from './cluster/benchCluster';
import { startRealCluster } from './cluster/realCluster';
import { startSimulatedCluster } from './cluster/simulatedCluster';
import { runContexts, type ContextsRun } from './contexts';
import { Load } from './load';
import type { WatchOptions } from './options';
import type { SizeResult, WatchResult } from './result';
import { followChanges, startClient, type Bench, type EventsRun, type SyncRun } from './run';
import { slowKinds, syncOverSlowLink } from './slow';
import { stubbornly } from './stubbornly';

/** At which changes, contexts and the slow link are measured, where it is among the sizes. */
const usualSize = 10_000;
/** Of each client on a cluster without pods. */
const emptyRuns = 3;

/** Measures everything that was asked for, on one cluster that grows. */
export async function measureWatch(options: WatchOptions): Promise<WatchResult> {
  const workspace = await Workspace.open('bench');
  try {
    const real = !options.simulated && isRealPossible();
    const kubectl = await findKubectl(options);
    const kinds = clientKinds.filter(
      ({ id, entry }) =>
        (options.clients.length === 0 || options.clients.includes(id)) && (entry !== undefined || kubectl !== null),
    );
    const bundles = new Set<BundleName>(['product', 'floor', ...kinds.flatMap(({ entry }) => entry ?? [])]);
    if (!real) bundles.add('simulatedServer');
    if (options.slow) bundles.add('relay');
    const bundleOf = await bundleProcesses(workspace.folder, bundles);
    const cluster = real ? await startRealCluster(workspace) : await startSimulatedCluster(bundleOf('simulatedServer'));
    try {
      const { folder } = workspace;
      const bench = { folder, cluster, load: new Load(cluster), bundleOf, kubectl, profile: options.profile };
      return await measure(bench, kinds, options);
    } finally {
      await cluster.stop();
    }
  } finally {
    await workspace.close();
  }
}

async function measure(bench: Bench, kinds: readonly ClientKind[], options: WatchOptions): Promise<WatchResult> {
  const { cluster, load } = bench;
  const { pods: sizes, runs } = options;
  const base = sizes.includes(usualSize) ? usualSize : (sizes.at(-1) ?? 0);
  say(`measuring on ${cluster.name}`);
  // one that is waited for until it shows pods would be waited for in vain
  const patient = kinds.filter(({ entry }) => entry !== undefined && entry !== 'ancestor');
  const empty = await rounds(Math.min(emptyRuns, runs), patient, (kind) => syncOnce(bench, kind));
  const bySize: SizeResult[] = [];
  let podBytes = NaN;
  let slow: WatchResult['slow'] = null;
  const contexts: { contexts: number; runs: ContextsRun[] }[] = [];
  for (const size of sizes) {
    say(`${size} pods`);
    await load.growTo(size);
    podBytes = await proveListed(cluster, size);
    await warmUp(bench);
    const events = new Map<string, EventsRun[]>();
    const able = kinds.filter((kind) => canRead(kind, size * podBytes));
    const syncs = await rounds(runs, able, async (kind) => {
      const { client, sync } = await startClient(bench, kind);
      try {
        if (size === base) {
          const followed = await followChanges(bench, kind, client, options);
          events.set(kind.id, [...(events.get(kind.id) ?? []), followed]);
        }
      } finally {
        client.stop();
      }
      return sync;
    });
    bySize.push({ pods: size, syncs, events });
    if (size !== base) continue;
    if (options.slow) {
      say('over the slow link');
      slow = await syncOverSlowLink(bench, slowKinds(kinds), runs);
    }
    for (const count of options.contexts) {
      say(`${count} ${count === 1 ? 'context' : 'contexts'}`);
      const found: ContextsRun[] = [];
      for (let run = 0; run < runs; run += 1) {
        const one = await stubbornly(`${count} contexts`, () => runContexts(bench, count, options.quiet));
        if (one) found.push(one);
      }
      contexts.push({ contexts: count, runs: found });
    }
  }
  return { machine: machine(), server: cluster.name, podBytes, base, options, kinds, empty, bySize, contexts, slow };
}

/** No text of V8's is longer than half a gigabyte, and so no list of 100,000 pods is read by who reads it as one. */
function canRead({ name, atOnce = false }: ClientKind, bytes: number): boolean {
  const can = !atOnce || bytes < constants.MAX_STRING_LENGTH;
  if (!can) say(`${name} reads a list as one text, and ${Math.round(bytes / 1e6)} MB are too many for that: left out`);
  return can;
}

/** What a server does only the first time is nobody's to pay: it puts each pod into bytes, and fills its caches. */
async function warmUp(bench: Bench): Promise<void> {
  for (const kind of clientKinds.filter(({ id }) => id === 'protobuf' || id === 'json')) await syncOnce(bench, kind);
}

async function syncOnce(bench: Bench, kind: ClientKind): Promise<SyncRun> {
  const { client, sync } = await startClient(bench, kind);
  client.stop();
  return sync;
}

/** Each client once a round; another one begins each, so that none profits from what the one before has warmed up. */
async function rounds<T>(
  count: number,
  kinds: readonly ClientKind[],
  play: (kind: ClientKind) => Promise<T>,
): Promise<ReadonlyMap<string, readonly T[]>> {
  const found = new Map<string, T[]>(kinds.map(({ id }) => [id, []]));
  for (let round = 0; round < count; round += 1) {
    say(`round ${round + 1} of ${count}`);
    const first = round % kinds.length;
    for (const kind of [...kinds.slice(first), ...kinds.slice(0, first)]) {
      const played = await stubbornly(kind.name, () => play(kind));
      if (played) found.get(kind.id)?.push(played);
    }
  }
  return found;
}

/** Waits until the API server itself counts so many pods. Gives the JSON bytes of one, on average. */
async function proveListed({ access }: BenchCluster, pods: number): Promise<number> {
  const api = connectionTo(access);
  try {
    const sample = Math.min(pods, 100);
    return await waitFor(`${pods} pods on the server`, 60_000, async () => {
      const page = await send(api, { method: 'GET', path: '/api/v1/pods', query: { limit: String(sample) } });
      const { items, metadata } = page as { items: object[]; metadata: { remainingItemCount?: number } };
      const counted = items.length + (metadata.remainingItemCount ?? 0) === pods;
      return counted ? Math.round(JSON.stringify(items).length / items.length) : null;
    });
  } finally {
    api.close();
  }
}

function connectionTo({ server, ca, token }: ServerAccess): ApiConnection {
  const options = { ca, headers: { Authorization: `Bearer ${token}` } };
  return new ApiConnection({ server, options: () => Promise.resolve(options) });
}

function isRealPossible(): boolean {
  const obstacle = whyNoAssets(['etcd', 'kube-apiserver']);
  if (obstacle !== null) say(`MEASURING ON THE SIMULATED API SERVER INSTEAD: ${obstacle}`);
  return obstacle === null;
}

/** kubectl of the API server's own version; without it, its row is missing, and that is said. */
async function findKubectl({ clients }: WatchOptions): Promise<string | null> {
  if (clients.length > 0 && !clients.includes('kubectl')) return null;
  const obstacle = whyNoAssets(['kubectl']);
  if (obstacle !== null) {
    say(`KUBECTL IS MISSING AND IS NOT MEASURED: ${obstacle}`);
    return null;
  }
  return `${await kubeAssets(['kubectl'])}/kubectl`;
}

function machine(): WatchResult['machine'] {
  return {
    cores: availableParallelism(),
    processor: cpus()[0]?.model ?? 'unknown',
    memoryGiB: Math.round(totalmem() / 1024 ** 3),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
  };
}
