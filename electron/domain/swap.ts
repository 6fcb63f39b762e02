import { nextStartOf } from './restore/endedContainer';
import { annotations, originalsOf, specField, type ContainerSnapshot, type PodSnapshot } from './podSnapshot';

/** RFC 6902. */
export type JsonPatch = readonly JsonPatchOperation[];
export type JsonPatchOperation =
  | { readonly op: 'test' | 'add' | 'replace'; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string };

/** One container whose image text goes from one to another. */
export interface ImageChange {
  readonly container: string;
  readonly from: string;
  readonly to: string;
}

/** The pod is no longer what was decided on: another image, another set of containers. */
export interface Changed {
  readonly changed: string;
}

/**
 * The patch that puts proxied images into a waiting pod, with each container's own text kept in the annotation
 * in the same write, and since when (`now`, in milliseconds since the epoch). Every value that was decided on is tested,
 * so that a pod that was changed or replaced in between is left alone (the API server answers 422). A container that runs
 * by now is left alone as well: the kubelet would kill it for the other image. `undoes`: it takes a restore back, which
 * is written to the pod too, so that no instance tries the same by itself again.
 */
export function swapPatch(
  pod: PodSnapshot,
  all: readonly ImageChange[],
  now: number,
  undoes = false,
): JsonPatch | Changed {
  const isOpen = ({ container }: ImageChange) => !isRunning(pod, container);
  // what the restore has started stays as it is; the rest is down until it is undone
  const wanted = undoes && all.some(isOpen) ? all.filter(isOpen) : all;
  const running = wanted.find((change) => !isOpen(change));
  if (running) return { changed: `container ${running.container} runs already` };
  const images = imageOperations(pod, wanted);
  if ('changed' in images) return images;
  const originals = originalsOf(Object.entries(pod.originalImages));
  for (const { container, from } of wanted) originals[container] ??= from;
  const notes: Notes = {
    [annotations.originalImages]: JSON.stringify(originals),
    ...(pod.swappedAt === null && { [annotations.swappedAt]: time(now) }),
    ...(pod.restoring !== null && { [annotations.restoring]: null }),
    ...(undoes && { [annotations.restoreFailed]: time(now) }),
  };
  return [...images.tests, ...annotationOperations(pod, notes), ...images.replacements];
}

/** A container and the text that it is to have again. */
export interface Original {
  readonly name: string;
  readonly original: string;
}

/**
 * The patch that gives containers their original text back and forgets it in the annotation; what was noted goes when
 * the last container has its own text again. Only the text that was decided on goes back: the annotation may have
 * changed. `restartsAt`: those that have not ended start anew for it at this time, in milliseconds since the epoch; what
 * undoes that is noted in the pod until they have, so that any instance of the app can do it.
 */
export function putBackPatch(
  pod: PodSnapshot,
  containers: readonly Original[],
  restartsAt: number | null = null,
): JsonPatch | Changed {
  const changes: ImageChange[] = [];
  const restarts: [string, { from: string; start: number }][] = [];
  const originals = originalsOf(Object.entries(pod.originalImages));
  for (const { name, original } of containers) {
    const current = pod.containers.find((container) => container.name === name);
    if (!current || originals[name] !== original)
      return { changed: `the original of container ${name} is no longer ${original}` };
    changes.push({ container: name, from: current.image, to: original });
    const start = nextStartOf(pod, current);
    if (start !== null) restarts.push([name, { from: current.image, start }]);
    Reflect.deleteProperty(originals, name);
  }
  const images = imageOperations(pod, changes);
  if ('changed' in images) return images;
  const isLast = Object.keys(originals).length === 0;
  const notes: Notes = {
    ...(pod.originalImagesText !== null && { [annotations.originalImages]: isLast ? null : JSON.stringify(originals) }),
    ...(isLast && pod.swappedAt !== null && { [annotations.swappedAt]: null }),
    ...(isLast && pod.restoreFailed && { [annotations.restoreFailed]: null }),
    ...(restartsAt !== null &&
      restarts.length > 0 && {
        [annotations.restoring]: JSON.stringify({ at: time(restartsAt), containers: Object.fromEntries(restarts) }),
      }),
  };
  return [...images.tests, ...annotationOperations(pod, notes), ...images.replacements];
}

/** The patch that takes the note of a restore away, whose containers run again; none where there is no note. */
export function restoredPatch(pod: PodSnapshot): JsonPatch {
  const { tests } = readPod(pod);
  return pod.restoring === null ? [] : [...tests, ...annotationOperations(pod, { [annotations.restoring]: null })];
}

interface ImageOperations {
  readonly tests: readonly JsonPatchOperation[];
  readonly replacements: readonly JsonPatchOperation[];
}

function readPod(pod: PodSnapshot): { readonly tests: JsonPatchOperation[] } {
  return {
    tests: [
      { op: 'test', path: '/metadata/uid', value: pod.uid },
      // since it was read a container may have come to run, or somebody's annotation been added: no test of its own shows that
      { op: 'test', path: '/metadata/resourceVersion', value: pod.resourceVersion },
    ],
  };
}

function imageOperations(pod: PodSnapshot, changes: readonly ImageChange[]): ImageOperations | Changed {
  const { tests } = readPod(pod);
  const replacements: JsonPatchOperation[] = [];
  for (const { container: name, from, to } of changes) {
    const container = pod.containers.find((candidate) => candidate.name === name);
    if (container?.image !== from) return { changed: `container ${name} no longer has the image ${from}` };
    const path = containerPath(container);
    tests.push({ op: 'test', path: `${path}/name`, value: name });
    tests.push({ op: 'test', path: `${path}/image`, value: from });
    replacements.push({ op: 'replace', path: `${path}/image`, value: to });
  }
  return { tests, replacements };
}

/** Annotation -> its new value; null takes one away that is there. */
type Notes = Readonly<Record<string, string | null>>;

function annotationOperations(pod: PodSnapshot, notes: Notes): JsonPatchOperation[] {
  const changes = Object.entries(notes);
  if (!pod.hasAnnotations && pod.originalImagesText === null && changes.length > 0)
    return [{ op: 'add', path: '/metadata/annotations', value: notes }];
  return changes.flatMap(([name, value]): JsonPatchOperation[] => {
    const path = `/metadata/annotations/${name.replace('/', '~1')}`;
    const write: JsonPatchOperation = value === null ? { op: 'remove', path } : { op: 'add', path, value };
    if (name !== annotations.originalImages || pod.originalImagesText === null) return [write];
    const test: JsonPatchOperation = { op: 'test', path, value: pod.originalImagesText };
    return [test, value === null ? write : { op: 'replace', path, value }];
  });
}

/** RFC 3339. */
function time(now: number): string {
  return new Date(now).toISOString();
}

export function isRunning(pod: PodSnapshot, name: string): boolean {
  return pod.containers.some((container) => container.name === name && container.state.is === 'running');
}

function containerPath(container: ContainerSnapshot): string {
  return `/spec/${specField(container.kind)}/${String(container.index)}`;
}
