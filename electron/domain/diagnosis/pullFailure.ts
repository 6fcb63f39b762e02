import { quotedImage } from './kubeletMessage';
import type { ContainerKind, ContainerSnapshot, PodSnapshot } from '../podSnapshot';

/** One container of one pod that waits because of its image. */
export interface PullFailure {
  readonly podUid: string;
  readonly namespace: string;
  readonly pod: string;
  readonly node: string;
  readonly owner: string | null;
  readonly container: string;
  readonly kind: ContainerKind;
  /** Position in its own list of the pod spec. */
  readonly index: number;
  /** The text in the spec now. */
  readonly image: string;
  /** The text as it was before our swap; the same as `image` when there was none. */
  readonly original: string;
  readonly reason: string;
  readonly message: string;
  readonly pullPolicy: string;
}

/**
 * The waiting reasons that are about images: those of the kubelet's image manager (pkg/kubelet/images), and
 * those that cri-o and cri-dockerd pass through it. Every other reason is not this product's matter.
 */
export const imageReasons: ReadonlySet<string> = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'ErrImageNeverPull',
  'InvalidImageName',
  'ImageInspectError',
  'RegistryUnavailable',
  'SignatureValidationFailed',
  'ImageVolumeMountFailed',
]);

/** The containers of a pod, of every kind, that wait because of an image. None in a pod that is going away. */
export function pullFailuresOf(pod: PodSnapshot): PullFailure[] {
  if (pod.deleting || pod.phase === 'Succeeded' || pod.phase === 'Failed') return [];
  return pod.containers.flatMap(({ name, kind, index, image, pullPolicy, state }) =>
    state.is === 'waiting' && imageReasons.has(state.reason)
      ? {
          podUid: pod.uid,
          namespace: pod.namespace,
          pod: pod.name,
          node: pod.node,
          owner: pod.owner,
          container: name,
          kind,
          index,
          image,
          original: pod.originalImages[name] ?? image,
          reason: state.reason,
          message: state.message,
          pullPolicy,
        }
      : [],
  );
}

/**
 * The image that the kubelet's text is about, as quoted there; null when it quotes none. Where it is not the
 * container's image (compare with `sameImage`), the text is about an image volume of the pod, or older than
 * the last change of the spec.
 */
export function messageImage(message: string): string | null {
  return quotedImage(message);
}

/** Steps that the kubelet takes only once the image is on the node. */
const afterThePull: ReadonlySet<string> = new Set([
  'CrashLoopBackOff',
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
]);
const beforeThePull: ReadonlySet<string> = new Set(['', 'ContainerCreating', 'PodInitializing']);

/** Whether the container's image has been pulled, as far as its status tells. */
export function hasImage({ state, imageId, restartCount }: ContainerSnapshot): boolean {
  if (state.is === 'running') return true;
  if (state.is === 'terminated') return imageId !== '';
  if (state.is === 'unknown' || imageReasons.has(state.reason) || beforeThePull.has(state.reason)) return false;
  return afterThePull.has(state.reason) || imageId !== '' || restartCount > 0;
}
