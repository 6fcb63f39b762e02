/**
 * A pod cut down to the few fields that the product needs, made as the pod arrives from the API server
 * (`kube/podSlimming.ts`). Everything above the kube room knows pods only in this form.
 */
export interface PodSnapshot {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly resourceVersion: string;
  /** Empty until the scheduler has bound the pod. */
  readonly node: string;
  readonly phase: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly deleting: boolean;
  /** The API shows a static pod as a mirror pod; the kubelet ignores every patch of it. */
  readonly isStatic: boolean;
  /** `pullthrough.dev/auto: "false"` on the pod. */
  readonly optedOut: boolean;
  /** Container name -> image text as it was before our swap; from `pullthrough.dev/original-images`. See `originalsOf`. */
  readonly originalImages: Readonly<Record<string, string>>;
  /** The raw text of that annotation, which a patch that removes it has to test. Null when absent. */
  readonly originalImagesText: string | null;
  /** When its first container was swapped, in milliseconds since the epoch; null where nothing tells. */
  readonly swappedAt: number | null;
  /** A restore that waits for its containers to start; null where there is none. See `Restoring`. */
  readonly restoring: Restoring | null;
  /** It was restored once, did not start, and was swapped again. */
  readonly restoreFailed: boolean;
  /** Whether `metadata.annotations` exists at all: a JSON patch cannot add a key to a map that is absent. */
  readonly hasAnnotations: boolean;
  /** `kind/name` of the controlling owner, or null for a bare pod. */
  readonly owner: string | null;
  readonly serviceAccount: string;
  readonly pullSecrets: readonly string[];
  /** Present on pods that kube-fledged or we made for pulling: which object they work for. */
  readonly pullsFor: PullsFor | null;
  readonly containers: readonly ContainerSnapshot[];
}

/** Whose pulling pod this is: one of kube-fledged's jobs for an ImageCache, a pull pod of ours, or one of our retag Jobs. */
export interface PullsFor {
  readonly kind: 'image-cache' | 'pull-pod' | 'retag';
  /** The ImageCache's, the pull pod's or the Job's name. */
  readonly name: string;
}

/**
 * Container name -> what is needed to undo its restore; from `pullthrough.dev/restoring`. Only containers whose image
 * can have had that text are in it: empty where somebody has changed them since.
 */
export type Restoring = Readonly<Record<string, RestoringContainer>>;
export interface RestoringContainer {
  /** The text that it had before. */
  readonly proxied: string;
  /** The restart count of its start with the original. */
  readonly nextStart: number;
}

export type ContainerKind = 'init' | 'sidecar' | 'regular' | 'ephemeral';

export interface ContainerSnapshot {
  readonly name: string;
  readonly kind: ContainerKind;
  /** Position in its own list of the pod spec, as a JSON patch path needs it. */
  readonly index: number;
  /** `spec` image, verbatim. Never `status.image`: that is the first name of the image id on the node. */
  readonly image: string;
  readonly pullPolicy: string;
  /** Always, OnFailure or Never: the container's own, else the pod's. */
  readonly restartPolicy: string;
  readonly state: ContainerState;
  /** The image id that the runtime reports; empty until the image is there. */
  readonly imageId: string;
  readonly restartCount: number;
  /** What its readiness probe says, where it has one. */
  readonly ready: boolean;
}

export type ContainerState =
  | { readonly is: 'unknown' }
  | { readonly is: 'waiting'; readonly reason: string; readonly message: string }
  | { readonly is: 'running' }
  | { readonly is: 'terminated'; readonly reason: string; readonly exitCode: number };

/** A map of originals. It inherits nothing: a container may be called `constructor`. */
export function originalsOf(
  entries: readonly (readonly [container: string, original: string])[],
): Record<string, string> {
  return Object.assign(Object.create(null) as Record<string, string>, Object.fromEntries(entries));
}

/** The field of the pod spec that holds containers of this kind. */
export function specField(kind: ContainerKind): 'containers' | 'initContainers' | 'ephemeralContainers' {
  if (kind === 'regular') return 'containers';
  return kind === 'ephemeral' ? 'ephemeralContainers' : 'initContainers';
}

export const annotations = {
  originalImages: 'pullthrough.dev/original-images',
  /** RFC 3339. */
  swappedAt: 'pullthrough.dev/swapped-at',
  restoring: 'pullthrough.dev/restoring',
  /** RFC 3339. */
  restoreFailed: 'pullthrough.dev/restore-failed',
  auto: 'pullthrough.dev/auto',
  /** On objects that were made to bring an image onto nodes: which image, and which nodes. */
  pulls: 'pullthrough.dev/pulls',
} as const;

export const labels = {
  managedBy: 'app.kubernetes.io/managed-by',
  managedByValue: 'pullthrough',
  pullPod: 'pullthrough.dev/pull-pod',
  /** On a retag Job and its pod: the Job's name. */
  retag: 'pullthrough.dev/retag',
} as const;
