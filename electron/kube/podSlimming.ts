import { canStandFor } from '../domain/image/proxiedImage';
import {
  annotations,
  labels,
  originalsOf,
  type ContainerKind,
  type ContainerSnapshot,
  type ContainerState,
  type PodSnapshot,
  type PullsFor,
  type Restoring,
} from '../domain/podSnapshot';
import type { ContainerFields, ContainerStatusFields, PodFields, Timestamp } from './podWire';

/** The labels that kube-fledged's jobs give their pods: its own, and the ImageCache's name. */
const fledgedLabels = { app: 'app', appValue: 'kubefledged', cache: 'imagecache' } as const;
/** The kubelet's, on the pods that it makes of its own files. */
const staticMark = 'kubernetes.io/config.mirror';

/** The only keys that `slimPod` looks at. */
export const readLabels: ReadonlySet<string> = new Set([
  labels.pullPod,
  labels.retag,
  fledgedLabels.app,
  fledgedLabels.cache,
]);
export const readAnnotations: ReadonlySet<string> = new Set([
  annotations.originalImages,
  annotations.swappedAt,
  annotations.restoring,
  annotations.restoreFailed,
  annotations.auto,
  staticMark,
]);

/** A pod, as the API server sends it, in the form in which the product knows it. */
export function slimPod(pod: PodFields): PodSnapshot {
  const { metadata = {}, spec, status } = pod;
  const notes = metadata.annotations;
  const originals = notes?.[annotations.originalImages] ?? null;
  const owner = metadata.ownerReferences?.find(({ controller }) => controller === true);
  const policy = spec?.restartPolicy ?? 'Always';
  const all = [
    ...containers('init', policy, spec?.initContainers, status?.initContainerStatuses),
    ...containers('regular', policy, spec?.containers, status?.containerStatuses),
    ...containers('ephemeral', policy, spec?.ephemeralContainers, status?.ephemeralContainerStatuses),
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
    swappedAt: timeIn(notes?.[annotations.swappedAt]),
    restoring: restoring(notes?.[annotations.restoring], all),
    restoreFailed: notes?.[annotations.restoreFailed] !== undefined,
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
  podPolicy: string,
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
      restartPolicy: restartPolicy ?? podPolicy,
      state: containerState(status),
      imageId: status?.imageID ?? '',
      restartCount: status?.restartCount ?? 0,
      ready: status?.ready ?? false,
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
  return originalsOf(
    Object.entries(mapIn(text)).filter(
      (entry): entry is [string, string] =>
        typeof entry[1] === 'string' &&
        has.some(({ name, image }) => name === entry[0] && canStandFor(image, String(entry[1]))),
    ),
  );
}

/** Read with the same care. */
function restoring(text: string | undefined, has: readonly ContainerSnapshot[]): Restoring | null {
  if (text === undefined) return null;
  const marks = Object.entries(asMap(mapIn(text).containers)).flatMap(([container, mark]) => {
    const { from, start } = asMap(mark);
    const known = has.find(({ name }) => name === container);
    if (!known || typeof from !== 'string' || typeof start !== 'number') return [];
    return canStandFor(from, known.image) ? [[container, { proxied: from, nextStart: start }] as const] : [];
  });
  return Object.fromEntries(marks);
}

function mapIn(text: string | null): Readonly<Record<string, unknown>> {
  if (text === null) return {};
  try {
    return asMap(JSON.parse(text));
  } catch {
    // not JSON, so not written by us: it tells nothing
    return {};
  }
}

function asMap(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function timeIn(text: string | undefined): number | null {
  const time = Date.parse(text ?? '');
  return Number.isNaN(time) ? null : time;
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
