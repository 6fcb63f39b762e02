/** What a client needs to know of the server. */
export interface ServerAccess {
  /** Path of a kubeconfig whose only user may do everything. */
  readonly kubeconfig: string;
  /** The same three facts for a client that reads no kubeconfig: base URL, PEM text, bearer token. */
  readonly server: string;
  readonly ca: string;
  readonly token: string;
}

/** What a client process is asked, over its channel to the bench. */
export type Question =
  | { readonly ask: 'sync'; readonly access: ServerAccess }
  /** To say when it has seen this many changes. */
  | { readonly ask: 'changes'; readonly count: number };

export type Answer =
  | { readonly is: 'ready' }
  | ({ readonly is: 'synced' } & SyncMeasured)
  /** It counts from now on. */
  | { readonly is: 'counting' }
  | ({ readonly is: 'changed' } & ChangesMeasured);

export interface SyncMeasured {
  /** How many pods it knows; null when it does not look. */
  readonly pods: number | null;
  /** From the first step of connecting until all pods are known. */
  readonly syncMs: number;
  /** User and system time of the process over the same span. */
  readonly syncCpuMs: number;
  /** Of the process since its start. */
  readonly peakRssMb: number;
  /** Used, after a garbage collection. */
  readonly heapMb: number;
  /** The longest time in which the event loop got nothing else done. */
  readonly stallMs: number;
}

export interface ChangesMeasured {
  /** User and system time of the process per 1,000 changes. */
  readonly changesCpuMs: number;
}

/** One client in one round. */
export type Measured = Omit<SyncMeasured, 'pods'> & ChangesMeasured;
