/** Why an image could not be pulled. The codes are stable: scripts and settings name them. */
export type Cause =
  | 'unreachable'
  | 'rate-limited'
  | 'mirror-error'
  | 'interrupted'
  | 'tls'
  | 'unauthorized'
  | 'not-found'
  | 'bad-reference'
  | 'no-matching-platform'
  | 'disk-full'
  | 'signature'
  | 'never-policy'
  | 'unknown';

/**
 * Whether a mirror can heal a cause: `yes` also by itself in auto mode; `offer` only when a person asks;
 * `no` never.
 */
export type Healable = 'yes' | 'offer' | 'no';

export interface Diagnosis {
  readonly cause: Cause;
  readonly healable: Healable;
  /** docker.io's "pull access denied" means either a wrong name or a private image. */
  readonly ambiguous: boolean;
  /**
   * The host that the runtime's text names, which may be a redirect target; the image's registry where its answer is
   * about credentials or about what it has. Empty when neither is named.
   */
  readonly host: string;
  /** The node's own pause image failed: nothing in the pod can change that. */
  readonly sandbox: boolean;
  /** A mirror wants a login. The kubelet looks credentials up by the host of the name that it pulls, the mirror's. */
  readonly needsLogin: boolean;
}

/** Why a failing container is left alone. Codes are stable. */
export type RefusalCode =
  // about the reference and the mirrors
  | 'no-rule'
  | 'excluded'
  | 'already-proxied'
  | 'local'
  | 'ip-host'
  | 'host-without-dot'
  | 'port'
  | 'invalid'
  | 'image-id'
  | 'not-on-allow-list'
  /** The mirror has been asked so much that it might ban the address. */
  | 'budget'
  // about the pod and the cause
  | 'static-pod'
  | 'never-policy'
  | 'opted-out-pod'
  | 'opted-out-namespace'
  | 'ephemeral-container'
  | 'image-volume'
  | 'cause'
  | 'sandbox';

export interface Refusal {
  readonly code: RefusalCode;
  /** What the code is about: the host, the cause, the namespace. Empty when the code says it all. */
  readonly about: string;
  /** Until when it holds, in milliseconds since the epoch; absent when no time is known. */
  readonly until?: number;
}
