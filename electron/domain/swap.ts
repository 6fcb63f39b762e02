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

const annotationPath = `/metadata/annotations/${annotations.originalImages.replace('/', '~1')}`;

/**
 * The patch that puts proxied images into a waiting pod, with each container's own text kept in the annotation
 * in the same write. Every value that was decided on is tested, so that a pod that was changed or replaced in
 * between is left alone (the API server answers 422). A container that runs by now is left alone as well: the kubelet
 * would kill it for the other image.
 */
export function swapPatch(pod: PodSnapshot, changes: readonly ImageChange[]): JsonPatch | Changed {
  const running = changes.find(({ container }) => isRunning(pod, container));
  if (running) return { changed: `container ${running.container} runs already` };
  const images = imageOperations(pod, changes);
  if ('changed' in images) return images;
  const originals = originalsOf(Object.entries(pod.originalImages));
  for (const { container, from } of changes) originals[container] ??= from;
  return [...images.tests, ...annotationOperations(pod, originals), ...images.replacements];
}

/** A container and the text that it is to have again. */
export interface Original {
  readonly name: string;
  readonly original: string;
}

/**
 * The patch that gives containers their original text back and forgets it in the annotation; the annotation
 * goes when it holds nothing more. Only the text that was decided on goes back: the annotation may have changed.
 */
export function putBackPatch(pod: PodSnapshot, containers: readonly Original[]): JsonPatch | Changed {
  const changes: ImageChange[] = [];
  const originals = originalsOf(Object.entries(pod.originalImages));
  for (const { name, original } of containers) {
    const current = pod.containers.find((container) => container.name === name);
    if (!current || originals[name] !== original)
      return { changed: `the original of container ${name} is no longer ${original}` };
    changes.push({ container: name, from: current.image, to: original });
    Reflect.deleteProperty(originals, name);
  }
  const images = imageOperations(pod, changes);
  if ('changed' in images) return images;
  return [...images.tests, ...annotationOperations(pod, originals), ...images.replacements];
}

interface ImageOperations {
  readonly tests: readonly JsonPatchOperation[];
  readonly replacements: readonly JsonPatchOperation[];
}

function imageOperations(pod: PodSnapshot, changes: readonly ImageChange[]): ImageOperations | Changed {
  const tests: JsonPatchOperation[] = [
    { op: 'test', path: '/metadata/uid', value: pod.uid },
    // since it was read a container may have come to run, or somebody's annotation been added: no test of its own shows that
    { op: 'test', path: '/metadata/resourceVersion', value: pod.resourceVersion },
  ];
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

function annotationOperations(pod: PodSnapshot, originals: Readonly<Record<string, string>>): JsonPatchOperation[] {
  const empty = Object.keys(originals).length === 0;
  const value = JSON.stringify(originals);
  if (pod.originalImagesText !== null) {
    const test: JsonPatchOperation = { op: 'test', path: annotationPath, value: pod.originalImagesText };
    return [test, empty ? { op: 'remove', path: annotationPath } : { op: 'replace', path: annotationPath, value }];
  }
  if (empty) return [];
  if (pod.hasAnnotations) return [{ op: 'add', path: annotationPath, value }];
  return [{ op: 'add', path: '/metadata/annotations', value: { [annotations.originalImages]: value } }];
}

export function isRunning(pod: PodSnapshot, name: string): boolean {
  return pod.containers.some((container) => container.name === name && container.state.is === 'running');
}

function containerPath(container: ContainerSnapshot): string {
  return `/spec/${specField(container.kind)}/${String(container.index)}`;
}
