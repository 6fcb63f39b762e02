import type { Cause, Diagnosis, Refusal } from './diagnosis/cause';
import type { Settings } from './settings';

/**
 * All that a view may know, as plain data. The main process builds it, every window mirrors it. It never
 * holds a token, a certificate or the text of a kubeconfig.
 */
export interface AppState {
  /** Grows with each snapshot, so that a view can drop one that arrives late. */
  readonly version: number;
  /** Milliseconds since the epoch when this snapshot was made. */
  readonly at: number;
  readonly demo: boolean;
  /** The kubeconfig files that were read, or would be. */
  readonly kubeconfigFiles: readonly string[];
  readonly problems: readonly Problem[];
  readonly contexts: readonly ContextView[];
  readonly incidents: readonly IncidentView[];
  readonly caches: readonly CacheView[];
  readonly restores: readonly RestoreView[];
  /** The hosts of the mirrors in use, in the order of their rules. */
  readonly mirrors: readonly MirrorView[];
  /** Newest first. */
  readonly activity: readonly ActivityEntry[];
  readonly settings: Settings;
}

/** Something about the app itself that a person has to know. */
export type Problem =
  | { readonly kind: 'no-kubeconfig'; readonly path: string }
  | { readonly kind: 'kubeconfig-broken'; readonly path: string; readonly detail: string }
  /** A login was renewed, and lasts only as long as the app runs. */
  | { readonly kind: 'login-unsaved'; readonly path: string; readonly detail: string }
  | { readonly kind: 'journal-unusable'; readonly path: string; readonly detail: string }
  | { readonly kind: 'allow-list-unusable'; readonly path: string; readonly detail: string };

/** How much was asked of one mirror, and how much may be before it might ban the address. */
export interface MirrorView {
  readonly host: string;
  /** In the last minute. */
  readonly requests: UseOfLimit;
  /** Answers 403, 404, 429 and 5xx in the last two days. */
  readonly errors: UseOfLimit;
  /** Pulls under way now. */
  readonly pulls: UseOfLimit;
  /** Nothing new is asked of it, until this time in milliseconds since the epoch where one is known. */
  readonly stopped: { readonly by: 'requests' | 'errors' | 'pulls'; readonly until: number | null } | null;
}
export interface UseOfLimit {
  readonly used: number;
  /** Where it stops; null when no limit is known. */
  readonly stopsAt: number | null;
}

/** One honest status of a context's stream. */
export type ContextStatus =
  | { readonly is: 'off' }
  | { readonly is: 'connecting' }
  /** The first list is being read; so many pods have come so far. */
  | { readonly is: 'syncing'; readonly pods: number }
  | { readonly is: 'live'; readonly since: number }
  | { readonly is: 'blind'; readonly since: number; readonly why: string; readonly retryAt: number }
  | {
      readonly is: 'denied';
      readonly verb: string;
      readonly resource: string;
      /** Empty: in all of them. */
      readonly namespace: string;
      readonly retryAt: number;
    };

/** Not seen yet, and not lost either. */
export function isComing(status: ContextStatus): boolean {
  return status.is === 'connecting' || status.is === 'syncing';
}

/** What is known of kube-fledged in a context. `denied` and `absent` both mean: swap without a canary. */
export type FledgedStatus = 'unknown' | 'present' | 'absent' | 'denied';

export interface ContextView {
  readonly name: string;
  /** The API server's host and port. */
  readonly server: string;
  readonly status: ContextStatus;
  readonly watch: boolean;
  readonly auto: boolean;
  /** A person has agreed once that the app may write to this cluster. */
  readonly agreed: boolean;
  readonly pods: number;
  readonly fledged: FledgedStatus;
}

/** All failures of one image in one context. */
export interface IncidentView {
  readonly id: string;
  readonly context: string;
  /** The image as the first pod's spec had it before any swap. */
  readonly image: string;
  readonly firstSeen: number;
  readonly diagnosis: Diagnosis;
  /** The last text of the kubelet that named a cause. */
  readonly message: string;
  readonly pods: readonly AffectedPod[];
  /** Why no mirror is tried, or null when one can be. */
  readonly refusal: Refusal | null;
  /** What a fix would use, in order of trial. */
  readonly candidates: readonly Candidate[];
  readonly progress: IncidentProgress;
}

export interface AffectedPod {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly container: string;
  readonly node: string;
  readonly owner: string | null;
}

export interface Candidate {
  readonly mirror: string;
  readonly proxied: string;
}

/** `retag`: the nodes themselves give the image its own name, and its pods start as they are. */
export type RescueStep = 'retag' | 'cache' | 'swap' | 'verify' | 'put-back';

export type IncidentProgress =
  | { readonly is: 'failing' }
  | {
      readonly is: 'rescuing';
      readonly since: number;
      readonly step: RescueStep;
      /** 1-based number of the mirror in use, and how many there are. */
      readonly mirror: number;
      readonly mirrors: number;
      readonly host: string;
      readonly done: number;
      readonly total: number;
      readonly earlier: readonly MirrorFailure[];
      /** Pods that wait for a retag, or after it for their kubelet's next attempt, and could be swapped at once: see `swapNow`. */
      readonly maySwap?: number;
    }
  /** `retagged`: the image got its own name on the nodes; no pod was changed. */
  | { readonly is: 'healed'; readonly at: number; readonly via: string; readonly retagged?: boolean }
  | {
      readonly is: 'gave-up';
      readonly at: number;
      readonly why: GaveUpReason;
      readonly earlier: readonly MirrorFailure[];
      /** When it is tried again by itself, or null when only a person starts it. */
      readonly retryAt: number | null;
    };

export interface MirrorFailure {
  readonly host: string;
  readonly cause: Cause;
  readonly message: string;
  /** See Diagnosis; absent in records of before it was known. */
  readonly needsLogin?: boolean;
}

export type GaveUpReason =
  | { readonly is: 'no-mirror-left' }
  | { readonly is: 'denied'; readonly verb: string; readonly resource: string; readonly namespace: string }
  | { readonly is: 'rejected'; readonly detail: string }
  | { readonly is: 'unreachable'; readonly detail: string };

/** One image that is being, or was, brought onto nodes before a pod asks for it. */
export interface CacheView {
  readonly id: string;
  readonly context: string;
  readonly image: string;
  /** The way that is, or was last, in use. */
  readonly way: PrepullWay['is'];
  /** The ways that were given up for it on some node, each once, and why. */
  readonly left: readonly { readonly way: PrepullWay['is']; readonly why: WayLeft }[];
  /** Compressed bytes of the image, where its mirror's manifest made them known; else null. */
  readonly bytes: number | null;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly nodes: readonly CacheNode[];
}

/** How an image gets onto nodes: through kube-fledged, through OpenKruise, or with pods of our own. */
export type PrepullWay =
  | { readonly is: 'image-cache'; readonly namespace: string }
  | { readonly is: 'image-pull-job'; readonly namespace: string }
  | { readonly is: 'pull-pods' };

/** Why a way is not, or no longer, tried on a node. `detail` is in the words of the object or of the server. */
export type WayLeft =
  /** `unlabelled`: the label by which kube-fledged picks nodes is absent, or could not be read. `helper-failed`: what pulls there cannot. */
  | { readonly is: 'no-way' | 'not-ready' | 'windows' | 'unlabelled' | 'helper-failed' }
  | { readonly is: 'object-gone' | 'pod-deleted' | 'namespace-gone' }
  | { readonly is: 'shows-nothing' | 'pod-went' | 'refused'; readonly detail: string }
  | { readonly is: 'denied'; readonly verb: string; readonly resource: string; readonly namespace: string }
  | { readonly is: 'unseen'; readonly seconds: number };

export type NodePull =
  | { readonly is: 'queued' }
  | { readonly is: 'helper' }
  /** `percent`: only where whoever pulls has measured it. */
  | { readonly is: 'pulling'; readonly since: number; readonly percent?: number }
  | { readonly is: 'pulled'; readonly at: number }
  | {
      readonly is: 'failed';
      readonly at: number;
      readonly cause: Cause;
      readonly message: string;
      /** See Diagnosis; absent where it is not so. */
      readonly needsLogin?: boolean;
    }
  /** Nothing was shown either way; the swap goes on and the kubelet pulls. */
  | {
      readonly is: 'unproven';
      readonly at: number;
      readonly why: 'no-pull-pod' | 'node-not-ready' | 'helper-failed' | 'slow';
    };

export interface CacheNode {
  readonly node: string;
  readonly pull: NodePull;
}

export interface RestoreView {
  readonly id: string;
  readonly context: string;
  readonly namespace: string;
  readonly pod: string;
  readonly node: string;
  /** `kind/name` of the controlling owner, whose next rollout brings the original by itself; null for a bare pod. */
  readonly owner: string | null;
  /** When it was swapped, in milliseconds since the epoch; null where nothing tells. */
  readonly swappedAt: number | null;
  readonly containers: readonly { readonly name: string; readonly original: string; readonly proxied: string }[];
  /** How many of its containers run and are restarted by a restore; 0: `restoreFree` puts it back. Absent: all of them. */
  readonly restarts?: number;
  readonly state: RestoreState;
}

/** See `domain/restore/restore.ts` for how a pod gets from one to the next. */
export type RestoreState =
  | { readonly is: 'unchecked'; readonly since: number }
  /** `then`: what is done with the proof; a click on an old one asks for a new one and for the restore. */
  | { readonly is: 'checking'; readonly since: number; readonly then: 'offer' | 'restore' }
  | { readonly is: 'ready'; readonly at: number }
  | { readonly is: 'held'; readonly why: HeldReason; readonly retryAt: number | null; readonly tries: number }
  | { readonly is: 'restoring'; readonly since: number; readonly step: 'put-back' | 'start' | 'swap-back' }
  /** `not-running`: all of it has ended, and goes back for nothing. */
  | { readonly is: 'free'; readonly at: number; readonly how: 'pod-replaced' | 'not-running' | 'restored' };

export type HeldReason =
  | { readonly is: 'cause'; readonly cause: Cause; readonly host: string }
  | { readonly is: 'pull-policy-always' }
  | { readonly is: 'denied'; readonly verb: string; readonly resource: string }
  | { readonly is: 'failed-and-swapped-back' }
  | { readonly is: 'error'; readonly detail: string };

export type ActivityKind =
  | 'swapped'
  | 'put-back'
  | 'restored'
  | 'cache-created'
  | 'cache-deleted'
  | 'pull-pod-created'
  | 'pull-pod-deleted'
  /** Any other object; the entry's `object` names its kind as well. */
  | 'created'
  | 'changed'
  | 'deleted';

/** One write to a cluster, with what was sent and what came back. */
export interface ActivityEntry {
  readonly id: string;
  readonly at: number;
  readonly context: string;
  readonly kind: ActivityKind;
  /** `namespace/name` of the object that was written. */
  readonly object: string;
  readonly outcome: 'done' | 'refused' | 'would-do';
  /** The answer in words when refused: "409: the pod changed meanwhile". */
  readonly detail: string;
  /** The exact JSON patch or object, as text. */
  readonly sent: string;
}
