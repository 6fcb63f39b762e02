import type { Candidate, GaveUpReason, MirrorFailure, RescueStep } from '../appState';
import type { ObjectRef } from '../kubeObject';
import type { PodSnapshot } from '../podSnapshot';
import {
  prepullLimits,
  type Prepull,
  type PrepullEffect,
  type PrepullEvent,
  type PrepullLimits,
  type PrepullPlan,
  type PrepullReport,
} from '../prepull/prepull';
import type { ImageChange } from '../swap';
import type { WriteResult } from '../writeResult';

/** What a rescue starts from. Plain data, like everything here: the journal keeps it. */
export interface RescuePlan extends PrepullPlan {
  readonly id: string;
  readonly incident: string;
  /** The incident's image, for people and reports. */
  readonly image: string;
  readonly startedAt: number;
  readonly candidates: readonly Candidate[];
  readonly targets: readonly TargetPlan[];
}

/** One pod that is to be healed. */
export interface TargetPlan {
  readonly podUid: string;
  readonly namespace: string;
  readonly pod: string;
  readonly node: string;
  /** Names of the secrets that its kubelet pulls with; absent in records of before they were known. */
  readonly pullSecrets?: readonly string[];
  readonly containers: readonly { readonly name: string; readonly image: string; readonly original: string }[];
}

/**
 * `waiting` for its swap, `swapping` while the patch is under way, `swapped` until the container starts or
 * fails; then `healed`, or `failed` on the current mirror, `putting-back` and `put-back`. `left` is a pod that is
 * no longer ours to heal: gone, changed by somebody else, healed without us, or not to be written to.
 */
export type TargetPhase =
  'waiting' | 'swapping' | 'swapped' | 'healed' | 'failed' | 'putting-back' | 'put-back' | 'left';

export interface Target {
  readonly podUid: string;
  readonly namespace: string;
  readonly pod: string;
  readonly node: string;
  readonly pullSecrets?: readonly string[];
  readonly phase: TargetPhase;
  /** Writes that got no answer since the last one that did. */
  readonly unanswered: number;
  readonly containers: readonly TargetContainer[];
}

export interface TargetContainer {
  readonly name: string;
  readonly original: string;
  /** The image text that the pod has by what we know. */
  readonly image: string;
  /** The text before our patch, until the pod has been seen without it: a status on its way may still show it. */
  readonly before: string | null;
  readonly hasImage: boolean;
}

export interface RescueState extends Omit<RescuePlan, 'targets'> {
  readonly step: Exclude<RescueStep, 'retag'> | 'ended';
  /** Index into candidates. */
  readonly mirror: number;
  readonly targets: Readonly<Record<string, Target>>;
  /** How its image gets onto the nodes; null before its first mirror's turn. */
  readonly cache: Prepull | null;
  /** Everything that was made to pull for it, through any mirror: none of it may be left at the end. */
  readonly made: readonly ObjectRef[];
  readonly failures: readonly MirrorFailure[];
  /** A write was refused for good; ends the rescue as soon as nothing is under way. */
  readonly refused: GaveUpReason | null;
  readonly outcome: RescueOutcome | null;
}

export type RescueOutcome =
  | { readonly is: 'healed'; readonly via: string }
  /** Nothing was left to heal: pods gone, changed, or healed without us. */
  | { readonly is: 'closed' }
  | { readonly is: 'gave-up'; readonly why: GaveUpReason };

export type RescueEvent =
  | { readonly type: 'begin' }
  /** The app was started again with this rescue under way: every effect of its step is asked for anew. */
  | { readonly type: 'resume' }
  | { readonly type: 'prepull'; readonly event: PrepullEvent }
  | { readonly type: 'swap-write'; readonly podUid: string; readonly result: WriteResult }
  | { readonly type: 'put-back-write'; readonly podUid: string; readonly result: WriteResult }
  | { readonly type: 'pod-seen'; readonly pod: PodSnapshot }
  | { readonly type: 'pod-gone'; readonly podUid: string }
  | { readonly type: 'timer'; readonly name: string };

export type RescueEffect =
  | Exclude<PrepullEffect, { do: 'timer' | 'report' }>
  | { readonly do: 'swap'; readonly target: Target; readonly changes: readonly ImageChange[] }
  | { readonly do: 'put-back'; readonly target: Target }
  | { readonly do: 'timer'; readonly name: string; readonly ms: number }
  | { readonly do: 'report'; readonly report: RescueReport };

/** What a rescue tells the outside, one line of `pullthrough run --json` each. */
export type RescueReport =
  | PrepullReport
  | {
      readonly event: 'swapped' | 'healed' | 'put-back';
      readonly target: Target;
      readonly container: string;
      readonly image: string;
      readonly proxied: string;
    }
  | { readonly event: 'ended'; readonly outcome: RescueOutcome };

/** Limits in milliseconds. */
export interface RescueLimits extends PrepullLimits {
  /** A swapped container that neither started nor failed by then counts as failed. */
  readonly verify: number;
  readonly retryWrite: number;
  /** Writes without an answer before a target is left. */
  readonly unanswered: number;
}

export const rescueLimits: RescueLimits = {
  ...prepullLimits,
  verify: 1_200_000,
  retryWrite: 3_000,
  unanswered: 10,
};
