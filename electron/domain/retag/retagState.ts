import type { Candidate, GaveUpReason, MirrorFailure } from '../appState';
import type { Cause } from '../diagnosis/cause';
import type { KubeObject } from '../kubeObject';
import type { PodSnapshot } from '../podSnapshot';
import type { TargetPlan } from '../rescue/rescueState';
import type { WriteResult } from '../writeResult';
import type { NodeRuntime } from './nodeRuntime';
import type { RetagProgress } from './retagProgress';

/** What a retag starts from. Plain data, like everything here: the journal keeps it. */
export interface RetagPlan {
  readonly id: string;
  readonly incident: string;
  /** The incident's image, for people and reports. */
  readonly image: string;
  readonly startedAt: number;
  /** A person asked for it, and so for what it leads to. */
  readonly asked: boolean;
  readonly candidates: readonly RetagCandidate[];
  /** Where its Jobs go. */
  readonly namespace: string;
  /** By name: every node that a target is on. */
  readonly nodes: Readonly<Record<string, NodeRuntime>>;
  /** Node -> the images of Jobs that it is known to have; absent: none is. */
  readonly helpers?: Readonly<Record<string, readonly string[]>>;
  readonly targets: readonly RetagTargetPlan[];
}

export interface RetagCandidate extends Candidate {
  /** The image of the Job that pulls through this mirror. */
  readonly helper: string;
  /** The host of the mirror that the helper comes through; absent: through none. */
  readonly helperMirror?: string;
}

export interface RetagTargetPlan extends TargetPlan {
  /** Whether the usual rescue may go on with it where a retag cannot help. */
  readonly swappable: boolean;
}

/**
 * `waiting` for the Job on its node, `starting` once its image has its name, until the kubelet tries again; then `healed`.
 * `swap`: a retag cannot help it, the usual rescue may. `failed`: nothing can. `left`: no longer ours to heal.
 */
export type RetagTargetPhase = 'waiting' | 'starting' | 'healed' | 'swap' | 'failed' | 'left';

export interface RetagTarget extends RetagTargetPlan {
  readonly phase: RetagTargetPhase;
  /** Whether one of its containers was seen waiting before its next attempt, since its image has its name. */
  readonly armed: boolean;
  /** Attempts of the kubelet that were seen to fail since then. */
  readonly refused: number;
}

/** `creating` its Job, `working` while that runs; then `retagged`, or `over` when no mirror is left or it cannot be done. */
export type RetagNodePhase = 'creating' | 'working' | 'retagged' | 'over';

export interface RetagNode {
  readonly runtime: NodeRuntime;
  readonly phase: RetagNodePhase;
  /** Index into candidates. */
  readonly mirror: number;
  /** The Job's name; empty before there was one. */
  readonly job: string;
  /** Writes that got no answer since the last one that did. */
  readonly unanswered: number;
  /** Whether the Job's pod has been seen. */
  readonly seen: boolean;
  /** Whether it was told that the Job is there. */
  readonly told?: boolean;
  /** Attempts of kubelets that began before the image had its name have ended by now. */
  readonly calm: boolean;
}

export interface RetagState extends Omit<RetagPlan, 'nodes' | 'targets'> {
  readonly step: 'retag' | 'ended';
  readonly nodes: Readonly<Record<string, RetagNode>>;
  readonly targets: Readonly<Record<string, RetagTarget>>;
  readonly failures: readonly MirrorFailure[];
  /** A right is missing, or a Job is refused. */
  readonly refused: GaveUpReason | null;
  /** Retags were switched off: no mirror's Job is begun any more. */
  readonly isOff?: boolean;
  readonly outcome: RetagOutcome | null;
}

export type RetagOutcome =
  | { readonly is: 'healed'; readonly via: string }
  /** The usual rescue may go on with what is left. */
  | { readonly is: 'swap' }
  | { readonly is: 'gave-up'; readonly why: GaveUpReason }
  /** Nothing was left to heal. */
  | { readonly is: 'closed' };

export type RetagEvent =
  | { readonly type: 'begin' }
  /** The app was started again with this under way. */
  | { readonly type: 'resume' }
  | { readonly type: 'job-write'; readonly node: string; readonly job: string; readonly result: WriteResult }
  | { readonly type: 'progress'; readonly node: string; readonly job: string; readonly progress: RetagProgress }
  | { readonly type: 'pod-seen'; readonly pod: PodSnapshot }
  | { readonly type: 'pod-gone'; readonly podUid: string }
  /** A person does not want to wait for the kubelets' next attempts. */
  | { readonly type: 'swap-now' }
  | { readonly type: 'timer'; readonly name: string };

export type RetagEffect =
  | { readonly do: 'create-job'; readonly node: string; readonly job: KubeObject }
  | { readonly do: 'delete-job'; readonly namespace: string; readonly name: string }
  | { readonly do: 'timer'; readonly name: string; readonly ms: number }
  | { readonly do: 'report'; readonly report: RetagReport };

/** Why a retag could not help. */
export type RetagFailure =
  /** The mirror did not give the image; `cause` says why. */
  | 'pull'
  /** The mirror wants a login, and no pull secret reaches the node's own client. */
  | 'login'
  /** The Job's own image could not be pulled. */
  | 'helper'
  /** The Job could not run, or not do its work, on this node. */
  | 'node'
  /** No pod came of the Job. */
  | 'no-pod'
  | 'slow'
  /** The Job could not be created. */
  | 'job-refused'
  /** Since 1.35: the kubelet has itself pulled these bytes under another name, and gives them to nobody under this one. */
  | 'kubelet-pulled'
  /** The kubelet goes on failing although the image has its name. */
  | 'not-taken'
  /** The kubelet did not try again in time. */
  | 'not-tried';

export type RetagReport =
  | { readonly event: 'retag-started' | 'retagged'; readonly node: string; readonly proxied: string }
  | {
      readonly event: 'retag-failed';
      readonly node: string;
      readonly proxied: string;
      readonly failure: RetagFailure;
      readonly cause: Cause | null;
      /** What was said of it, in whoever's words. */
      readonly detail: string;
      /** The pod that it is about; null where it is about all of the node. */
      readonly target: RetagTarget | null;
    }
  | { readonly event: 'healed'; readonly target: RetagTarget; readonly proxied: string }
  | { readonly event: 'ended'; readonly outcome: RetagOutcome };

/** Limits in milliseconds. */
export interface RetagLimits {
  /** When no pod has come of a Job by then, none is let in. */
  readonly noPod: number;
  /** More than a Job gets from its own deadline. */
  readonly job: number;
  /** An attempt of a kubelet to pull takes no longer where its registry does not answer. */
  readonly attempt: number;
  /** The kubelet tries again after at most five minutes, and shows what came of it a little later. */
  readonly start: number;
  readonly retryWrite: number;
  /** Writes without an answer before a node is left. */
  readonly unanswered: number;
}

export const retagLimits: RetagLimits = {
  noPod: 20_000,
  job: 1_260_000,
  attempt: 90_000,
  start: 420_000,
  retryWrite: 3_000,
  unanswered: 10,
};
