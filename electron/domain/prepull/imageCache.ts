import type { NodePull } from '../appState';
import { diagnose } from '../diagnosis/diagnosis';
import { resources, type KubeObject } from '../kubeObject';
import { pullsAnnotation } from './prepullAnnotation';
import { labels, type ContainerSnapshot, type PodSnapshot, type PullsFor } from '../podSnapshot';
import type { PrepullLook } from './prepull';
import { hasImage } from '../diagnosis/pullFailure';

/** The container of kube-fledged's pull pods that has the wanted image; the other one is its helper. */
const pullerContainer = 'imagepuller';
const namePrefix = 'pullthrough-';

/**
 * The name of the ImageCache for one image on some nodes. It depends on nothing else, so that two instances
 * of the app that heal the same incident meet on one object. Kept to 50 characters: kube-fledged puts the name
 * into a label (63 at most) and in front of its jobs' names.
 */
export function imageCacheName(image: string, hostnames: readonly string[]): string {
  return `${namePrefix}${imageSlug(image)}-${fnv1a([image, ...[...hostnames].sort()].join('\n'))}`;
}

/** As much of an image's name and tag as helps a person to know it again, in 24 characters of an object's name. */
export function imageSlug(image: string): string {
  const words = image.replace(/@.*$/, '').replace(/^.*\//, '');
  const slug = words
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, 24)
    .replace(/-+$/, '');
  return slug || 'image';
}

/** Whether a pod pulls for an ImageCache of ours, and not for one of the cluster's owner. */
export function isOurCache(pullsFor: PullsFor | null): boolean {
  return pullsFor?.kind === 'image-cache' && pullsFor.name.startsWith(namePrefix);
}

/** An ImageCache of one image on the nodes with these kubernetes.io/hostname labels. */
export function imageCacheManifest(
  namespace: string,
  name: string,
  image: string,
  hostnames: readonly string[],
): KubeObject {
  return {
    apiVersion: resources.ImageCache.apiVersion,
    kind: 'ImageCache',
    metadata: {
      namespace,
      name,
      labels: { app: 'kubefledged', [labels.managedBy]: labels.managedByValue },
      annotations: pullsAnnotation(image, hostnames),
    },
    spec: {
      cacheSpec: hostnames.map((hostname) => ({
        images: [image],
        nodeSelector: { 'kubernetes.io/hostname': hostname },
      })),
    },
  };
}

/**
 * How far a pull is, read from the pod that pulls: one of kube-fledged's, or a pull pod of ours. The object's
 * own status is never asked: it says "Succeeded" also where nothing was pulled. `mirrorHost` is the mirror that the
 * image comes through, where it comes through one.
 */
export function pullProgress(pod: PodSnapshot, now: number, mirrorHost = ''): NodePull {
  const pullers = pod.containers.filter((container) => container.name === pullerContainer || isPullPod(pod));
  const helpers = pod.containers.filter((container) => !pullers.includes(container));
  if (pullers.length > 0 && pullers.every(hasImage)) return { is: 'pulled', at: now };
  const broken = failing(pullers);
  if (broken) {
    const { message } = broken;
    const { cause, needsLogin } = diagnose({ ...broken, mirrorHost });
    return { is: 'failed', at: now, cause, message, ...(needsLogin && { needsLogin }) };
  }
  if (failing(helpers)) return { is: 'unproven', at: now, why: 'helper-failed' };
  if (pod.node === '') return { is: 'queued' };
  const helped = helpers.every((container) => container.state.is === 'terminated');
  return helped ? { is: 'pulling', since: now } : { is: 'helper' };
}

/**
 * What an ImageCache tells, and the pods of its jobs where these were listed; null: no object, or not listed. Its status
 * is the controller's word, which can be wrong either way: whoever asks may let it confirm what the pods showed.
 */
export function readImageCache(
  cache: KubeObject | null,
  pods: readonly PodSnapshot[] | null,
  now: number,
  mirrorHost: string,
): PrepullLook {
  const pulls =
    pods &&
    Object.fromEntries(
      pods.flatMap((pod) => (pod.node === '' ? [] : [[pod.node, pullProgress(pod, now, mirrorHost)] as const])),
    );
  if (cache === null) return { is: 'read', object: 'missing', detail: '', pulls };
  const { status = '', message = '' } = (cache.status ?? {}) as { status?: string; message?: string };
  const detail = status === '' ? '' : `${status}${message === '' ? '' : `: ${message}`}`;
  if (status === '' || status === 'Processing') return { is: 'read', object: 'working', detail, pulls };
  return { is: 'read', object: status === 'Succeeded' ? 'succeeded' : 'over', detail, pulls };
}

function isPullPod(pod: PodSnapshot): boolean {
  return pod.pullsFor?.kind === 'pull-pod';
}

function failing(containers: readonly ContainerSnapshot[]) {
  for (const { state, image } of containers) {
    if (state.is === 'waiting' && imageTrouble.has(state.reason) && state.message !== '')
      return { reason: state.reason, message: state.message, image };
  }
  return null;
}

/** The waiting reasons that tell a failed pull as soon as it failed. */
const imageTrouble = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
  'ImageInspectError',
  'RegistryUnavailable',
  'SignatureValidationFailed',
]);

/** 64-bit FNV-1a in base 36: names only have to differ, nobody attacks them. */
export function fnv1a(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  }
  return hash.toString(36).padStart(13, '0');
}
