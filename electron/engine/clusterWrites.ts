import type { ActivityEntry, ActivityKind } from '../domain/appState';
import { imageCacheManifest } from '../domain/imageCache';
import { refOf, resources, titleOf, type KubeObject, type ObjectRef } from '../domain/kubeObject';
import { pullPodManifest } from '../domain/pullPod';
import type { PodSnapshot } from '../domain/podSnapshot';
import type { WriteResult } from '../domain/rescueState';
import {
  isRunning,
  putBackPatch,
  swapPatch,
  type Changed,
  type ImageChange,
  type JsonPatch,
  type Original,
} from '../domain/swap';
import type { Cluster, PodPatched, WriteOutcome } from './ports';

/** Which pod is meant: the one with this uid, not a later one of the same name. */
export interface PodIdentity {
  readonly podUid: string;
  readonly namespace: string;
  readonly pod: string;
}

/** A pod's write brings what it now looks like, where the server told. */
export interface PodWriteResult {
  readonly result: WriteResult;
  readonly pod: PodSnapshot | null;
}

/**
 * Every write to a cluster goes through here, so that each one stands in the activity with what exactly was
 * sent, and so that a dry run can show the same without sending anything.
 */
export class ClusterWrites {
  constructor(
    private readonly cluster: Cluster,
    private readonly record: (entry: Omit<ActivityEntry, 'id' | 'at' | 'context'>) => void,
    private readonly dryRun: boolean,
  ) {}

  swap(target: PodIdentity, changes: readonly ImageChange[]): Promise<PodWriteResult> {
    const isDone = (pod: PodSnapshot) =>
      changes.every(
        ({ container, to }) => imageOf(pod, container) === to && pod.originalImages[container] !== undefined,
      );
    return this.patch('swapped', target, (pod) => swapPatch(pod, changes), isDone);
  }

  putBack(
    kind: 'put-back' | 'restored',
    target: PodIdentity,
    containers: readonly Original[],
  ): Promise<PodWriteResult> {
    const isDone = (pod: PodSnapshot) =>
      containers.every(
        ({ name, original }) => imageOf(pod, name) === original && pod.originalImages[name] === undefined,
      );
    const names = containers.map(({ name }) => name);
    const build = (pod: PodSnapshot): JsonPatch | Changed => {
      // the mirror's image has come to run after all: only a person's restore may end that
      const running = kind === 'put-back' ? names.find((name) => isRunning(pod, name)) : undefined;
      return running === undefined ? putBackPatch(pod, containers) : { changed: `container ${running} runs already` };
    };
    return this.patch(kind, target, build, isDone);
  }

  createCache(namespace: string, name: string, image: string, hostnames: readonly string[]): Promise<WriteResult> {
    return this.create(imageCacheManifest(namespace, name, image, hostnames), 'cache-created');
  }

  deleteCache(namespace: string, name: string): Promise<WriteResult> {
    const { apiVersion } = resources.ImageCache;
    return this.delete({ apiVersion, kind: 'ImageCache', namespace, name }, null, 'cache-deleted');
  }

  createPullPod(pod: PodSnapshot, images: readonly string[]): Promise<WriteResult> {
    return this.create(pullPodManifest(pod, images), 'pull-pod-created');
  }

  deletePullPod(namespace: string, name: string): Promise<WriteResult> {
    return this.delete({ apiVersion: 'v1', kind: 'Pod', namespace, name }, null, 'pull-pod-deleted');
  }

  /** `kind`: as which it stands in the activity. */
  create(object: KubeObject, kind: ActivityKind = 'created'): Promise<WriteResult> {
    return this.write('create', refOf(object), kind, object, () => this.cluster.createObject(object));
  }

  /** Sends a JSON merge patch. */
  change(object: ObjectRef, patch: object): Promise<WriteResult> {
    return this.write('patch', object, 'changed', patch, () => this.cluster.patchObject(object, patch));
  }

  /** What is gone already counts as done. */
  async delete(object: ObjectRef, uid: string | null, kind: ActivityKind = 'deleted'): Promise<WriteResult> {
    return this.write('delete', object, kind, null, () => this.cluster.deleteObject(object, uid));
  }

  /**
   * Reads the pod anew and patches what was read. A conflict is worth another reading, because an annotation
   * of somebody else's may have come in between; a pod whose image is no longer the expected one is not.
   */
  private async patch(
    kind: ActivityKind,
    { podUid, namespace, pod: name }: PodIdentity,
    build: (pod: PodSnapshot) => JsonPatch | Changed,
    isDone: (pod: PodSnapshot) => boolean,
  ): Promise<PodWriteResult> {
    for (let attempt = 1; ; attempt += 1) {
      const pod = await this.cluster.readPod(namespace, name);
      if (pod === null) return { result: { is: 'gone' }, pod: null };
      if ('unanswered' in pod) return { result: { is: 'unavailable', detail: pod.unanswered }, pod: null };
      if (pod.uid !== podUid || pod.deleting) return { result: { is: 'gone' }, pod: null };
      // a killed run, or another instance, has written it already
      if (isDone(pod)) return { result: { is: 'done' }, pod };
      const patch = build(pod);
      if ('changed' in patch) {
        this.note(kind, `${namespace}/${name}`, 'refused', patch.changed, '');
        return { result: { is: 'conflict' }, pod };
      }
      const sent = JSON.stringify(patch);
      if (this.dryRun) {
        this.note(kind, `${namespace}/${name}`, 'would-do', '', sent);
        return { result: { is: 'conflict' }, pod };
      }
      const outcome = await this.cluster.patchPod(namespace, name, patch);
      if (outcome.is === 'conflict' && attempt < 5) continue;
      this.noteOutcome(kind, `${namespace}/${name}`, outcome, sent);
      return {
        result: resultOf(outcome, 'patch', 'pods', namespace),
        pod: 'pod' in outcome ? outcome.pod : null,
      };
    }
  }

  private async write(
    verb: 'create' | 'patch' | 'delete',
    object: ObjectRef,
    kind: ActivityKind,
    body: object | null,
    send: () => Promise<WriteOutcome>,
  ): Promise<WriteResult> {
    const { namespace, name } = object;
    const title = isGeneral(kind) ? titleOf(object) : `${namespace}/${name}`;
    const sent = body ? JSON.stringify(body) : '';
    if (this.dryRun) {
      this.note(kind, title, 'would-do', '', sent);
      return { is: 'rejected', detail: 'dry run' };
    }
    const outcome = await send();
    if (verb === 'delete' && outcome.is === 'gone') return { is: 'done' };
    this.noteOutcome(kind, title, outcome, sent);
    return resultOf(outcome, verb, resources[object.kind].plural, namespace);
  }

  private noteOutcome(kind: ActivityKind, object: string, outcome: WriteOutcome | PodPatched, sent: string): void {
    const detail = 'detail' in outcome ? outcome.detail : outcome.is === 'gone' ? '404: it is gone' : '';
    this.note(kind, object, outcome.is === 'done' ? 'done' : 'refused', detail, sent);
  }

  private note(
    kind: ActivityKind,
    object: string,
    outcome: ActivityEntry['outcome'],
    detail: string,
    sent: string,
  ): void {
    this.record({ kind, object, outcome, detail, sent });
  }
}

function isGeneral(kind: ActivityKind): boolean {
  return kind === 'created' || kind === 'changed' || kind === 'deleted';
}

function resultOf(outcome: WriteOutcome | PodPatched, verb: string, resource: string, namespace: string): WriteResult {
  switch (outcome.is) {
    case 'denied':
      return { is: 'denied', verb, resource, namespace };
    case 'rejected':
    case 'unavailable':
      return { is: outcome.is, detail: outcome.detail };
    default:
      return { is: outcome.is };
  }
}

function imageOf(pod: PodSnapshot, container: string): string | undefined {
  return pod.containers.find(({ name }) => name === container)?.image;
}
