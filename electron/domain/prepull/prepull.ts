import type { NodePull, PrepullWay, WayLeft } from '../appState';
import type { Cause } from '../diagnosis/cause';
import type { KubeObject, ObjectRef } from '../kubeObject';
import type { WriteResult } from '../writeResult';
import type { NodeBar } from './readyNodes';

/**
 * How one image gets onto nodes before a pod asks for it, as plain data: a rescue's canary, and what is brought onto
 * further nodes ahead of need. `prepullSteps.ts` has the machine.
 */

/** What is known of a cluster's ways and nodes before anything is made. */
export interface PrepullPlan {
  /** In order of preference; those that are not there, or may not be used, are not among them. */
  readonly ways: readonly PrepullWay[];
  /** Node name -> kubernetes.io/hostname label; a node that is absent here is none that kube-fledged can be told. */
  readonly hostnames: Readonly<Record<string, string>>;
  /** Node name -> as whom a pull pod of ours runs there; a node that is absent here gets none. */
  readonly pullers: Readonly<Record<string, Puller>>;
  /** Node name -> what keeps ways from it, as far as that is known; absent where nothing does. */
  readonly barred?: Readonly<Record<string, NodeBar>>;
}

/** The workload for which a pull pod pulls: its namespace, and what its kubelet pulls with. */
export interface Puller {
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly pullSecrets: readonly string[];
}

/** One object that was made so that somebody pulls. */
export interface PrepullBatch {
  /** Index into the plan's ways. */
  readonly way: number;
  readonly namespace: string;
  readonly name: string;
  readonly nodes: readonly string[];
  /** The nodes on which something was seen to pull for it. */
  readonly seen: readonly string[];
  /** Node whose pull pod went before it was seen to end -> how often the object was read since. */
  readonly gone: Readonly<Record<string, number>>;
  /** Nothing is waited for any more, and the object is taken away. */
  readonly isOver: boolean;
}

export interface Prepull {
  readonly image: string;
  /** The mirror's host that the image comes through. */
  readonly mirror: string;
  readonly nodes: Readonly<Record<string, NodePull>>;
  /** In order of making; the last one that names a node is the one that counts for it. */
  readonly batches: readonly PrepullBatch[];
}

/** What came of reading an object that was made, and of those that pull for it. */
export type PrepullLook =
  | { readonly is: 'unanswered' }
  | {
      readonly is: 'read';
      /** `over`: it has ended without success. A success confirms what was seen, and proves nothing else. */
      readonly object: 'missing' | 'working' | 'succeeded' | 'over';
      /** What the object says of itself, for people. */
      readonly detail: string;
      /** How far the pulls are; null where they were not read, because the stream of pods shows them. */
      readonly pulls: Readonly<Record<string, NodePull>> | null;
    };

/** Each is about the object of this name. */
export type PrepullEvent =
  | { readonly type: 'made'; readonly name: string; readonly result: WriteResult }
  /** A pod that pulls was seen. */
  | { readonly type: 'pull'; readonly name: string; readonly node: string; readonly pull: NodePull }
  /** A pod that pulled is no more. */
  | { readonly type: 'gone'; readonly name: string; readonly node: string }
  | { readonly type: 'looked'; readonly name: string; readonly look: PrepullLook }
  | { readonly type: 'timer'; readonly what: 'look' | 'none'; readonly name: string }
  /** Time is up for all. */
  | { readonly type: 'slow' };

export type PrepullEffect =
  | {
      readonly do: 'create-puller';
      readonly manifest: KubeObject;
      readonly name: string;
      readonly nodes: readonly string[];
    }
  | { readonly do: 'delete-puller'; readonly object: ObjectRef }
  | {
      readonly do: 'look';
      readonly object: ObjectRef;
      readonly batch: PrepullBatch;
      readonly way: PrepullWay;
      readonly image: string;
    }
  | { readonly do: 'timer'; readonly name: string; readonly ms: number }
  | { readonly do: 'report'; readonly report: PrepullReport };

/** What is told to the outside, one line of `pullthrough run --json` a node. */
export type PrepullReport =
  | {
      readonly event: 'cache-started';
      readonly proxied: string;
      readonly nodes: readonly string[];
      readonly way: PrepullWay['is'];
    }
  | { readonly event: 'cached'; readonly proxied: string; readonly node: string }
  | {
      readonly event: 'cache-failed';
      readonly proxied: string;
      readonly node: string;
      readonly cause: Cause;
      readonly why: string;
    }
  /** A way shows nothing on these nodes; the next one begins. */
  | {
      readonly event: 'way-left';
      readonly proxied: string;
      readonly nodes: readonly string[];
      readonly way: PrepullWay['is'];
      readonly why: WayLeft;
    }
  /** There is no way left: the kubelet pulls when the pod asks. `way`: the last one, where there was one. */
  | {
      readonly event: 'not-cached';
      readonly proxied: string;
      readonly nodes: readonly string[];
      readonly way?: PrepullWay['is'];
      readonly why: WayLeft;
    };

/** Limits in milliseconds. */
export interface PrepullLimits {
  /** kube-fledged and OpenKruise begin at once; what shows nothing by then shows nothing at all. */
  readonly noPullPod: number;
  /** kube-fledged's own --image-pull-deadline-duration (5 m): after that the kubelet pulls by itself. */
  readonly cache: number;
  /** When an object is read for the first time, and again while nothing was seen of it. */
  readonly firstLook: number;
  /** Between two readings where nothing else shows how far it is. */
  readonly look: number;
}

export const prepullLimits: PrepullLimits = { noPullPod: 15_000, cache: 300_000, firstLook: 2_000, look: 1_000 };

const settledPulls: ReadonlySet<string> = new Set<NodePull['is']>(['pulled', 'failed', 'unproven']);

export function isSettled({ is }: NodePull): boolean {
  return settledPulls.has(is);
}

export function allSettled({ nodes }: Prepull): boolean {
  return Object.values(nodes).every(isSettled);
}

/** The object that counts for a node, or undefined where none was made. */
export function batchOf(prepull: Prepull, node: string): PrepullBatch | undefined {
  return prepull.batches.findLast(({ nodes }) => nodes.includes(node));
}

/** The way that is, or was last, in use; null where there was none. */
export function wayInUse({ ways }: Pick<PrepullPlan, 'ways'>, { batches }: Prepull): PrepullWay['is'] | null {
  return ways[batches.at(-1)?.way ?? -1]?.is ?? null;
}
