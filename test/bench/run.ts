import { join } from 'node:path';
import type { BundleName, ClientKind } from './clients';
import { ClientProcess, type BenchClient } from './clientProcess';
import type { BenchCluster, ServerAccess } from './cluster/benchCluster';
import { writeKubeconfig } from './cluster/accessFiles';
import { conditionOf } from './cluster/benchPods';
import { KubectlProcess } from './kubectlProcess';
import type { Load } from './load';
import type { ClientAccess } from './measurement';
import { bytesRead, cpuMs, memoryMb } from './processStat';

/** What all runs share. */
export interface Bench {
  /** Of the bench itself; it goes with it. */
  readonly folder: string;
  readonly cluster: BenchCluster;
  readonly load: Load;
  readonly bundleOf: (name: BundleName) => string;
  /** Path of the program; null where it is not to be had. */
  readonly kubectl: string | null;
  /** Folder for CPU profiles; empty: none. */
  readonly profile: string;
}

/** What one client took for one list and the beginning of its watch. Not a number: not measured. */
export interface SyncRun {
  /** How many pods it knew; null when it does not look. */
  readonly pods: number | null;
  readonly syncMs: number;
  readonly cpuMs: number;
  readonly serverCpuMs: number;
  readonly wireMb: number;
  readonly holdMs: number;
  readonly stallMs: number;
  readonly peakRssMb: number;
  readonly settledRssMb: number;
  readonly heapMb: number;
}

/** What one client took to follow changes. Not a number: not measured. */
export interface EventsRun {
  readonly cpuPerThousandMs: number;
  readonly holdMs: number;
  readonly stallMs: number;
  readonly rssMb: number;
  /** Of each pod that began to fail, in milliseconds; see SeenFailure. */
  readonly afterArrival: readonly number[];
  readonly told: readonly number[];
  readonly afterWrite: readonly number[];
}

/** A client that has synced, and goes on until it is stopped. */
export interface RunningClient {
  readonly client: BenchClient;
  readonly sync: SyncRun;
}

/** Starts a client in so many contexts and lets it sync. @param server another way to the same server */
export async function startClient(
  bench: Bench,
  kind: ClientKind,
  { contexts = 1, server }: { readonly contexts?: number; readonly server?: string } = {},
): Promise<RunningClient> {
  const { cluster, load } = bench;
  const access = accessOf(bench, kind, contexts, server === undefined ? cluster.access : { ...cluster.access, server });
  const client = await processOf(bench, kind);
  try {
    await cluster.forget();
    const stopTrickle = load.trickle();
    const readBefore = bytesBefore(client);
    const serverBefore = cpuMs(cluster.pid);
    const synced = await client.sync(access).finally(stopTrickle);
    const serverCpuMs = cpuMs(cluster.pid) - serverBefore;
    const wireMb = (bytesRead(client.pid) - readBefore) / 1e6;
    const { peak: peakRssMb } = memoryMb(client.pid);
    const left = await client.memory();
    const { pods, ...rest } = synced;
    if (kind.entry !== 'ancestor' && pods !== null && pods !== load.pods * contexts)
      throw new Error(`${kind.name} knows ${pods} pods of ${load.pods * contexts}`);
    const settledRssMb = memoryMb(client.pid).now;
    return {
      client,
      sync: { pods, ...rest, serverCpuMs, wireMb, peakRssMb, settledRssMb, heapMb: left?.heapMb ?? NaN },
    };
  } catch (error) {
    client.stop();
    throw error;
  }
}

export interface EventsOptions {
  readonly changes: number;
  readonly rate: number;
  readonly failures: number;
}

/** Among so many changes there is one pod that begins to fail. */
const changesPerFailure = 20;

/** Lets a client that has synced follow changes, and then see pods begin to fail in the midst of others. */
export async function followChanges(
  { load }: Bench,
  kind: ClientKind,
  client: BenchClient,
  { changes, rate, failures }: EventsOptions,
): Promise<EventsRun> {
  // ten times as long as it should take, and a minute
  const limitMs = (count: number) => (count / rate) * 10_000 + 60_000;
  let cpuPerThousandMs: number;
  let [holdMs, stallMs] = [NaN, NaN];
  if (kind.counts) {
    const { seen } = await client.countChanges(changes, limitMs(changes));
    await load.change(changes, rate);
    ({ cpuPerThousandMs, holdMs, stallMs } = await seen);
  } else {
    const before = await client.cpuMs();
    await load.change(changes, rate);
    cpuPerThousandMs = (((await client.cpuMs()) - before) * 1000) / changes;
  }
  const rssMb = memoryMb(client.pid).now;
  const nothing = { afterArrival: [], told: [], afterWrite: [] };
  if (!kind.looks) return { cpuPerThousandMs, holdMs, stallMs, rssMb, ...nothing };

  const healthy = Array.from({ length: load.pods }, (_, number) => number).filter(
    (number) => conditionOf(number) === 'running',
  );
  const step = Math.max(1, Math.floor(healthy.length / failures));
  const numbers = healthy.filter((_, index) => index % step === 0).slice(0, failures);
  const { seen } = await client.watchFailures(numbers, limitMs(numbers.length * changesPerFailure));
  const written = await load.fail(numbers, { every: changesPerFailure, perSecond: rate });
  const found = await seen.finally(() => load.mend(numbers));
  return {
    cpuPerThousandMs,
    holdMs,
    stallMs,
    rssMb,
    afterArrival: found.flatMap(({ afterArrivalMs }) => afterArrivalMs ?? []),
    told: found.flatMap(({ toldAfterMs }) => toldAfterMs ?? []),
    afterWrite: found.map(({ number, at }) => at - (written.get(number) ?? NaN)),
  };
}

async function processOf({ bundleOf, folder, kubectl, profile }: Bench, kind: ClientKind): Promise<BenchClient> {
  if (kind.entry === undefined) {
    if (kubectl === null) throw new Error('there is no kubectl');
    return new KubectlProcess(kubectl, folder);
  }
  const args = kind.argument === undefined ? [] : [kind.argument];
  const profiles = profile === '' ? undefined : join(profile, kind.id);
  return ClientProcess.start(kind.name, bundleOf(kind.entry), args, profiles);
}

/** A process that is yet to be started has read nothing. */
function bytesBefore(client: BenchClient): number {
  return client.pid === 0 ? 0 : bytesRead(client.pid);
}

function accessOf({ folder, load }: Bench, kind: ClientKind, contexts: number, access: ServerAccess): ClientAccess {
  const kubeconfig = join(folder, 'bench.kubeconfig');
  const names = writeKubeconfig(kubeconfig, access, { contexts, compressed: kind.compressed ?? true });
  return { ...access, kubeconfig, contexts: names, pods: load.pods };
}
