import type { Candidate, PrepullWay } from '../domain/appState';
import type { RefusalCode } from '../domain/diagnosis/cause';
import type { KubeObject } from '../domain/kubeObject';
import type { PullsFor } from '../domain/podSnapshot';
import type { JsonPatch } from '../domain/swap';
import type { CauseExplanation } from './causeExplanation';

/** One pod with all that is to be said of its images, as `explain --json` writes it. */
export interface Explanation {
  readonly context: string;
  readonly namespace: string;
  readonly pod: string;
  readonly node?: string;
  /** Why nothing is done for it, whatever its containers say. */
  readonly state?: 'deleting' | 'ended';
  /** It pulls for somebody else, and is left alone. */
  readonly pullsFor?: PullsFor;
  /** The containers that carry a mirror's image in the place of their own. */
  readonly swapped?: readonly SwappedContainer[];
  /** The pod does not get as far as its images: the node's own pause image is missing. */
  readonly sandboxFailure?: CauseExplanation & { readonly message: string };
  /** Those that wait for their image. */
  readonly containers: readonly WaitingContainer[];
  /** Rights that this user lacks, and reads that were not answered, with what they are needed for. */
  readonly missing?: readonly MissingRight[];
}

export interface SwappedContainer {
  readonly container: string;
  readonly image: string;
  readonly original: string;
}

export interface WaitingContainer extends CauseExplanation {
  readonly container: string;
  readonly image: string;
  /** The image before a swap of ours, where there was one. */
  readonly original?: string;
  readonly reason: string;
  readonly message?: string;
  /** The pod's status did not name the cause, an event of it did. */
  readonly source?: 'event';
  readonly refused?: RefusalCode;
  readonly why?: string;
  readonly fix?: Fix;
}

/** What a click on Fix would do. */
export interface Fix {
  /** `put-back` where no mirror is left to try for a container that has been swapped; `retag` edits no pod. */
  readonly does: 'swap' | 'put-back' | 'retag';
  /** In order of trial. */
  readonly mirrors: readonly Candidate[];
  /** The object by which the first mirror's image would be pulled before the pod is changed. */
  readonly cache?: {
    readonly way: PrepullWay['is'];
    readonly namespace: string;
    readonly name: string;
    readonly nodes: readonly string[];
    /** As kube-fledged is told of the nodes. */
    readonly hostnames?: readonly string[];
  };
  /** The containers that it is for: those of the same image go together. */
  readonly containers: readonly string[];
  /** Of the pod; absent where a retag edits none. */
  readonly patch?: JsonPatch;
  /** With the first mirror. */
  readonly job?: KubeObject;
}

export interface MissingRight {
  readonly verb: 'patch' | 'list' | 'get' | 'create' | 'delete';
  readonly resource: 'pods' | 'events' | 'namespaces' | 'nodes' | 'imagecaches' | 'jobs';
  /** Absent for what belongs to no namespace. */
  readonly namespace?: string;
  /** What is not to be had without it, in one sentence. */
  readonly means: string;
  /** The server's own words, where it gave any. */
  readonly answer?: string;
}
