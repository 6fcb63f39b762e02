import { canStandFor } from '../domain/proxiedImage';
import {
  annotations,
  labels,
  originalsOf,
  type ContainerKind,
  type ContainerSnapshot,
  type ContainerState,
  type PodSnapshot,
  type PullsFor,
} from '../domain/podSnapshot';
import type { ContainerFields, ContainerStatusFields, PodFields, Timestamp } from './podWire';

/** The labels that kube-fledged's jobs give their pods: its own, and the ImageCache's name. */
const fledgedLabels = { app: 'app', appValue: 'kubefledged', cache: 'imagecache' } as const;
/** The kubelet's, on the pods that it makes of its own files. */
const staticMark = 'kubernetes.io/config.mirror';

/** The only keys that `slimPod` looks at. */
export const readLabels: ReadonlySet<string> = new Set([labels.pullPod, fledgedLabels.app, fledgedLabels.cache]);
export const readAnnotations: ReadonlySet<string> = new Set([annotations.originalImages, annotations.auto, staticMark]);

/** A pod, as the API server sends it, in the form in which the product knows it. */
export function slimPod(pod: PodFields): PodSnapshot {
  const { metadata = {}, spec, status } = pod;
  const notes = metadata.annotations;
  const originals = notes?.[annotations.originalImages] ?? null;
  const owner = metadata.ownerReferences?.find(({ controller }) => controller === true);
  const all = [
    ...containers('init', spec?.initContainers, status?.initContainerStatuses),
    ...containers('regular', spec?.containers, status?.containerStatuses),
    ...containers('ephemeral', spec?.ephemeralContainers, status?.ephemeralContainerStatuses),
  ];
  return {
    uid: metadata.uid ?? '',
    namespace: metadata.namespace ?? '',
    name: metadata.name ?? '',
    resourceVersion: metadata.resourceVersion ?? '',
    node: spec?.nodeName ?? '',
    phase: status?.phase ?? '',
    createdAt: milliseconds(metadata.creationTimestamp),
    deleting: metadata.deletionTimestamp !== undefined,
    isStatic: notes?.[staticMark] !== undefined,
    optedOut: notes?.[annotations.auto] === 'false',
    originalImages: originalImages(originals, all),
    originalImagesText: originals,
    hasAnnotations: notes !== undefined,
    owner: owner ? `${owner.kind}/${owner.name}` : null,
    serviceAccount: spec?.serviceAccountName ?? '',
    pullSecrets: (spec?.imagePullSecrets ?? []).flatMap(({ name }) => name ?? []),
    pullsFor: pullsFor(metadata.labels ?? {}, metadata.name ?? ''),
    containers: all,
  };
}

function containers(
  kind: ContainerKind,
  specs: readonly ContainerFields[] | null = [],
  statuses: readonly ContainerStatusFields[] | null = [],
): ContainerSnapshot[] {
  return (specs ?? []).map(({ name, image, imagePullPolicy, restartPolicy }, index) => {
    const status = statuses?.find((candidate) => candidate.name === name);
    return {
      name,
      kind: kind === 'init' && restartPolicy === 'Always' ? 'sidecar' : kind,
      index,
      image: image ?? '',
      pullPolicy: imagePullPolicy ?? '',
      state: containerState(status),
      imageId: status?.imageID ?? '',
      restartCount: status?.restartCount ?? 0,
    };
  });
}

function containerState(status: ContainerStatusFields | undefined): ContainerState {
  const { waiting, running, terminated } = status?.state ?? {};
  if (waiting) return { is: 'waiting', reason: waiting.reason ?? '', message: waiting.message ?? '' };
  if (running) return { is: 'running' };
  if (terminated) return { is: 'terminated', reason: terminated.reason ?? '', exitCode: terminated.exitCode ?? 0 };
  return { is: 'unknown' };
}

/**
 * Anybody can write that annotation, and change an image after it: only texts that are names and texts count, and only
 * those that the container's image can stand for; the rest is left out.
 */
function originalImages(text: string | null, has: readonly ContainerSnapshot[]): Readonly<Record<string, string>> {
  if (text === null) return originalsOf([]);
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return originalsOf([]);
    return originalsOf(
      Object.entries(value).filter(
        (entry): entry is [string, string] =>
          typeof entry[1] === 'string' &&
          has.some(({ name, image }) => name === entry[0] && canStandFor(image, String(entry[1]))),
      ),
    );
  } catch {
    // not JSON, so not written by us: there is no original to go back to
    return originalsOf([]);
  }
}

function pullsFor(has: Readonly<Record<string, string>>, name: string): PullsFor | null {
  if (has[labels.pullPod] === 'true') return { kind: 'pull-pod', name };
  const job = has[labels.retag];
  if (job) return { kind: 'retag', name: job };
  const cache = has[fledgedLabels.cache];
  return has[fledgedLabels.app] === fledgedLabels.appValue && cache ? { kind: 'image-cache', name: cache } : null;
}

function milliseconds(time: Timestamp | undefined): number {
  if (time === undefined) return 0;
  if (typeof time === 'string' || time instanceof Date) return new Date(time).getTime();
  return (time.seconds ?? 0) * 1000;
}
