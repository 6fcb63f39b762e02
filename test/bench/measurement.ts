import type { ServerAccess } from './cluster/benchCluster';

/** Where a client finds its server. */
export interface ClientAccess extends ServerAccess {
  /** Path of a kubeconfig that says the same, in as many contexts as are to be watched. */
  readonly kubeconfig: string;
  readonly contexts: readonly string[];
  /** How many there are in the cluster. */
  readonly pods: number;
}

/** What a client process is asked, over its channel to the bench. */
export type Question =
  | { readonly ask: 'sync'; readonly access: ClientAccess }
  /** To collect its garbage and to say what is left. */
  | { readonly ask: 'memory' }
  /** User and system time since its start. */
  | { readonly ask: 'cpu' }
  /** To say when it has seen this many changes. */
  | { readonly ask: 'changes'; readonly count: number }
  /** To say when it knows that the pods with these numbers fail, which they do not yet. */
  | { readonly ask: 'failures'; readonly numbers: readonly number[] };

export type Answer =
  | { readonly is: 'ready' }
  | ({ readonly is: 'synced' } & Synced)
  | ({ readonly is: 'memory' } & MemoryLeft)
  | { readonly is: 'cpu'; readonly cpuMs: number }
  /** It counts, or looks for failures, from now on. */
  | { readonly is: 'attentive' }
  | ({ readonly is: 'changed' } & Followed)
  | { readonly is: 'failed'; readonly seen: readonly SeenFailure[] };

export interface Synced {
  /** How many pods it knows; null when it does not look. */
  readonly pods: number | null;
  /** From the first step of connecting until all pods are known. */
  readonly syncMs: number;
  /** User and system time of the process over the same span. */
  readonly cpuMs: number;
  /** The most that the process itself computed between two turns of its event loop; not a number where unknown. */
  readonly holdMs: number;
  /** The longest time in which its event loop got nothing else done, also because others had the processor. */
  readonly stallMs: number;
}

export interface MemoryLeft {
  /** JavaScript's heap and its array buffers, in megabytes of 10^6 bytes. */
  readonly heapMb: number;
}

export interface Followed {
  /** User and system time of the process per 1,000 changes, over the first half of them. */
  readonly cpuPerThousandMs: number;
  /** As of `Synced`, over the second half. */
  readonly holdMs: number;
  readonly stallMs: number;
}

export interface SeenFailure {
  readonly number: number;
  /** When it was known, in milliseconds of the machine's monotonic clock, which all processes share. */
  readonly at: number;
  /** Since the chunk in which the pod's event begins was read from the connection; null when that is not looked at. */
  readonly afterArrivalMs: number | null;
  /** As the field before: until it was told to whoever listens; null when it does not tell. */
  readonly toldAfterMs: number | null;
}

/** Milliseconds of the machine's monotonic clock. */
export function machineMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
