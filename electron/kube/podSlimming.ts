import type { V1Container, V1ContainerStatus, V1Pod } from '@kubernetes/client-node';
import { canStandFor } from '../domain/proxiedImage';
import {
  annotations,
  labels,
  type ContainerKind,
  type ContainerSnapshot,
  type ContainerState,
  type PodSnapshot,
  type PullsFor,
} from '../domain/podSnapshot';

/** The labels that kube-fledged's jobs give their pods: its own, and the ImageCache's name. */
const fledgedLabels = { app: 'app', appValue: 'kubefledged', cache: 'imagecache' } as const;

/** Cuts a pod, as the API server sends it in JSON, down to what the product needs. */
export function slimPod(pod: V1Pod): PodSnapshot {
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
    isStatic: notes?.['kubernetes.io/config.mirror'] !== undefined,
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
  specs: readonly Pick<V1Container, 'name' | 'image' | 'imagePullPolicy' | 'restartPolicy'>[] | null = [],
  statuses: readonly V1ContainerStatus[] | null = [],
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

function containerState(status: V1ContainerStatus | undefined): ContainerState {
  const { waiting, running, terminated } = status?.state ?? {};
  if (waiting) return { is: 'waiting', reason: waiting.reason ?? '', message: waiting.message ?? '' };
  if (running) return { is: 'running' };
  if (terminated) return { is: 'terminated', reason: terminated.reason ?? '', exitCode: terminated.exitCode };
  return { is: 'unknown' };
}

/**
 * Anybody can write that annotation, and change an image after it: only texts that are names and texts count, and only
 * those that the container's image can stand for; the rest is left out.
 */
function originalImages(text: string | null, has: readonly ContainerSnapshot[]): Readonly<Record<string, string>> {
  if (text === null) return {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
    return Object.fromEntries(
      Object.entries(value).filter(
        (entry): entry is [string, string] =>
          typeof entry[1] === 'string' &&
          has.some(({ name, image }) => name === entry[0] && canStandFor(image, String(entry[1]))),
      ),
    );
  } catch {
    // not JSON, so not written by us: there is no original to go back to
    return {};
  }
}

function pullsFor(has: Readonly<Record<string, string>>, name: string): PullsFor | null {
  if (has[labels.pullPod] === 'true') return { kind: 'pull-pod', name };
  const cache = has[fledgedLabels.cache];
  return has[fledgedLabels.app] === fledgedLabels.appValue && cache ? { kind: 'image-cache', name: cache } : null;
}

/** JSON has texts where the client's types say Date. */
function milliseconds(timestamp: Date | string | undefined): number {
  return timestamp === undefined ? 0 : new Date(timestamp).getTime();
}
