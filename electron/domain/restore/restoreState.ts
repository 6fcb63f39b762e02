import type { RestoreState } from '../appState';
import type { PodSnapshot } from '../podSnapshot';
import type { WriteResult } from '../writeResult';

/**
 * The way of one swapped pod back to its own image text. Putting it back on a running container makes the
 * kubelet kill it first and pull afterwards, so it is only offered once a pull pod of ours has pulled the
 * original on that very node, and only done on a click (or where the context says so). Plain data: the journal keeps it.
 */
export interface Restore {
  readonly podUid: string;
  readonly namespace: string;
  readonly pod: string;
  readonly node: string;
  /** `kind/name` of the controlling owner; null for a bare pod. */
  readonly owner: string | null;
  /** Milliseconds since the epoch; null where nothing tells. */
  readonly swappedAt: number | null;
  readonly containers: readonly RestoreContainer[];
  readonly state: RestoreState;
  readonly tries: number;
  /** It failed once after a restore and was swapped back: it is not tried by itself again. */
  readonly burnt: boolean;
  /** Its containers are ready, those aside that have ended. */
  readonly inService: boolean;
  /** When what has ended is put back by itself next, in milliseconds since the epoch. */
  readonly freeAt: number;
}

export interface RestoreContainer {
  readonly name: string;
  readonly original: string;
  readonly proxied: string;
  /** See `nextStartOf`; null: it has ended, and its text goes back for nothing. */
  readonly nextStart: number | null;
}

export type RestoreEvent =
  | { readonly type: 'check' }
  | { readonly type: 'proof-write'; readonly result: WriteResult }
  | { readonly type: 'proof-seen'; readonly pod: PodSnapshot }
  | { readonly type: 'proof-gone' }
  | { readonly type: 'restore' }
  | { readonly type: 'restore-write'; readonly result: WriteResult; readonly pod: PodSnapshot | null }
  | { readonly type: 'swap-back-write'; readonly result: WriteResult }
  /** What goes back for nothing is to go back. */
  | { readonly type: 'free' }
  | { readonly type: 'ended-write'; readonly containers: readonly RestoreContainer[]; readonly result: WriteResult }
  | { readonly type: 'pod-seen'; readonly pod: PodSnapshot }
  | { readonly type: 'pod-gone'; readonly finished: boolean }
  /** The app was started again with this in its journal. */
  | { readonly type: 'resume' }
  | { readonly type: 'timer'; readonly name: RestoreTimer };

export type RestoreTimer = 'proof' | 'start';
export type RestoreReport = 'restore-ready' | 'restoring' | 'restored' | 'swapped-back';

export type RestoreEffect =
  | { readonly do: 'create-proof' | 'delete-proof'; readonly name: string }
  | { readonly do: 'put-back' }
  | { readonly do: 'put-back-ended'; readonly containers: readonly RestoreContainer[] }
  | { readonly do: 'swap-back' }
  /** Takes the note of the restore off the pod. */
  | { readonly do: 'forget-restore' }
  | { readonly do: 'timer'; readonly name: RestoreTimer; readonly ms: number }
  | { readonly do: 'report'; readonly report: RestoreReport; readonly containers: readonly RestoreContainer[] };

/** In milliseconds. */
export interface RestoreLimits {
  /** A pull pod that has neither pulled nor failed by then is taken away. */
  readonly proof: number;
  /** The kubelet takes images away that nothing runs: what was proven longer ago is proven again before a restore. */
  readonly proofHolds: number;
  /** A restored container that has not started by then goes back to the mirror. */
  readonly start: number;
  /** Until going back to the mirror is tried again, where it was not answered. */
  readonly again: number;
  readonly firstPause: number;
  readonly longestPause: number;
}

export const restoreLimits: RestoreLimits = {
  proof: 300_000,
  proofHolds: 1_800_000,
  start: 120_000,
  again: 10_000,
  firstPause: 600_000,
  longestPause: 21_600_000,
};

/** A restore, and what is to be done now. */
export type RestoreStep = readonly [Restore, readonly RestoreEffect[]];
