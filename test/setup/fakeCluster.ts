import { annotations, type ContainerState, type PodSnapshot, type Restoring } from '../../electron/domain/podSnapshot';
import type { JsonPatch } from '../../electron/domain/swap';
import type { Cluster, PodEvent, PodPatched, Unanswered, WriteOutcome } from '../../electron/engine/ports';

/** A cluster that holds pods as the engine sees them and takes its patches; kubelets are played by the test. */
export class FakeCluster implements Cluster {
  /** `pod: image` of each patch that set a container's image, in order. */
  readonly written: string[] = [];
  /** What comes of the next patches; null: they are applied. */
  refuses: WriteOutcome | null = null;
  /** Why nothing is answered; null: everything is. */
  silence: string | null = null;
  /** The reads that were asked for, by name. */
  readonly asked: string[] = [];
  /** Namespaces in which this user may not patch pods. */
  readonly closed = new Set<string>();
  private readonly pods = new Map<string, PodSnapshot>();
  private readonly watching = new Set<(event: PodEvent) => void>();
  private version = 100;
  private listed = false;

  constructor(pods: readonly PodSnapshot[]) {
    for (const pod of pods) this.pods.set(pod.name, pod);
  }

  /** A full list. */
  list(): void {
    this.listed = true;
    for (const event of this.wholeList()) this.tell(event);
  }

  /** What the stream brings next, whatever the pods are. */
  tell(event: PodEvent): void {
    for (const listener of this.watching) listener(event);
  }

  /** A pod is deleted. */
  remove(name: string): void {
    const pod = this.pod(name);
    this.pods.delete(name);
    this.tell({ is: 'deleted', namespace: '', pod: { ...pod, resourceVersion: this.nextVersion() } });
  }

  /** A pod is made, or is as given now. */
  put(pod: PodSnapshot): void {
    const seen = { ...pod, resourceVersion: this.nextVersion() };
    this.pods.set(pod.name, seen);
    this.tell({ is: 'changed', namespace: '', pod: seen });
  }

  /** The kubelet reports the state of a container. */
  report(name: string, state: ContainerState, container = 'app'): void {
    const pod = this.pod(name);
    const containers = pod.containers.map((each) => (each.name === container ? { ...each, state } : each));
    this.put({ ...pod, containers });
  }

  pod(name: string): PodSnapshot {
    const pod = this.pods.get(name);
    if (!pod) throw new Error(`no pod ${name}`);
    return pod;
  }

  imageOf(name: string, container = 'app'): string | undefined {
    return this.pod(name).containers.find((each) => each.name === container)?.image;
  }

  watchPods(_namespaces: unknown, listener: (event: PodEvent) => void) {
    this.watching.add(listener);
    // whoever watches anew reads the list anew
    if (this.listed)
      queueMicrotask(() => {
        for (const event of this.wholeList()) listener(event);
      });
    return { stop: () => this.watching.delete(listener), resume: () => undefined };
  }

  readPod = (_namespace: string, name: string) => this.read('pod', this.pods.get(name) ?? null);

  patchPod(_namespace: string, name: string, patch: JsonPatch): Promise<WriteOutcome | PodPatched> {
    if (this.silence !== null) return Promise.resolve({ is: 'unavailable', detail: this.silence });
    if (this.refuses) return Promise.resolve(this.refuses);
    let pod = this.pod(name);
    const isOld = patch.some(
      (each) => each.op === 'test' && each.path === '/metadata/resourceVersion' && each.value !== pod.resourceVersion,
    );
    if (isOld) return Promise.resolve({ is: 'conflict', detail: '422: the version is another one' });
    for (const operation of patch) {
      const [, index] = /^\/spec\/containers\/(\d+)\/image$/.exec(operation.path) ?? [];
      const value = 'value' in operation && operation.op !== 'test' ? operation.value : null;
      if (index !== undefined && typeof value === 'string') {
        const image = value;
        this.written.push(`${name}: ${image}`);
        pod = {
          ...pod,
          containers: pod.containers.map((each) => (each.index === Number(index) ? { ...each, image } : each)),
        };
      } else if (operation.path.startsWith('/metadata/annotations') && operation.op !== 'test')
        pod = annotated(pod, operation.path, value);
    }
    pod = { ...pod, resourceVersion: this.nextVersion() };
    this.pods.set(name, pod);
    return Promise.resolve({ is: 'done', pod });
  }

  failureEvents = () => this.read('events', []);
  createObject = () => Promise.resolve({ is: 'done' } as const);
  patchObject = () => Promise.resolve({ is: 'done' } as const);
  deleteObject = () => Promise.resolve({ is: 'done' } as const);
  readObject = () => this.read('object', null);
  listObjects = () => this.read('objects', []);
  listPods = () => this.read('pods', []);
  servedVersions = () => this.read('versions', []);
  serverVersion = () => this.read('version', 'v1.35.4');
  listOurs = () => Promise.resolve([]);
  findFledged = () => Promise.resolve({ status: 'absent', namespace: '' } as const);
  namespaceOptedOut = () => this.read('namespace', false);
  /** Nobody pulls here ahead of a pod, so that a rescue begins with the swap. */
  mayI = (verb: string, _group: string, _resource: string, namespace: string) =>
    verb === 'create' || verb === 'delete' ? Promise.resolve(false) : this.read('review', !this.closed.has(namespace));
  close = () => undefined;

  private read<T>(what: string, answer: T): Promise<T | Unanswered> {
    this.asked.push(what);
    return Promise.resolve(this.silence === null ? answer : { unanswered: this.silence });
  }

  private wholeList(): readonly PodEvent[] {
    return [
      { is: 'page', namespace: '', first: true, pods: [...this.pods.values()] },
      { is: 'synced', namespace: '' },
    ];
  }

  private nextVersion(): string {
    this.version += 1;
    return String(this.version);
  }
}

/** One annotation, or the whole map of a pod that had none. */
function annotated(pod: PodSnapshot, path: string, value: unknown): PodSnapshot {
  const [, , , key] = path.split('/');
  const notes =
    key === undefined ? (value as Record<string, string>) : { [key.replace('~1', '/')]: value as string | null };
  return Object.entries(notes).reduce(
    (noted: PodSnapshot, [name, text]): PodSnapshot => {
      switch (name) {
        case annotations.originalImages:
          return {
            ...noted,
            originalImages: JSON.parse(text ?? '{}') as Record<string, string>,
            originalImagesText: text,
          };
        case annotations.swappedAt:
          return { ...noted, swappedAt: text === null ? null : Date.parse(text) };
        case annotations.restoreFailed:
          return { ...noted, restoreFailed: text !== null };
        case annotations.restoring:
          return { ...noted, restoring: text === null ? null : restoringIn(text) };
        default:
          return noted;
      }
    },
    { ...pod, hasAnnotations: true },
  );
}

function restoringIn(text: string): Restoring {
  const { containers } = JSON.parse(text) as { containers: Record<string, { from: string; start: number }> };
  return Object.fromEntries(
    Object.entries(containers).map(([name, { from, start }]) => [name, { proxied: from, nextStart: start }]),
  );
}
