import type { ActivityEntry, ActivityKind } from '../domain/appState';
import {
  groupOf,
  refOf,
  resources,
  titleOf,
  type KubeObject,
  type ObjectRef,
  type ResourceKind,
} from '../domain/kubeObject';
import { hasEnded } from '../domain/restore/endedContainer';
import { pullPodManifest } from '../domain/prepull/pullPod';
import type { PodSnapshot } from '../domain/podSnapshot';
import type { WriteResult } from '../domain/writeResult';
import {
  isRunning,
  putBackPatch,
  restoredPatch,
  swapPatch,
  type Changed,
  type ImageChange,
  type JsonPatch,
  type Original,
} from '../domain/swap';
import type { Clock, Cluster, PodPatched, WriteOutcome } from './ports';

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

/** Of these the product makes some that are only there for a moment: what may not be taken away is not made. */
const passing: ReadonlySet<string> = new Set<ResourceKind>(['Pod', 'Job', 'ImageCache', 'ImagePullJob']);

/**
 * Every write to a cluster goes through here, so that each one stands in the activity with what exactly was
 * sent, and so that a dry run can show the same without sending anything.
 */
export class ClusterWrites {
  /** Resources with their namespace that this user may delete. */
  private readonly deletable = new Set<string>();

  constructor(
    private readonly cluster: Cluster,
    private readonly record: (entry: Omit<ActivityEntry, 'id' | 'at' | 'context'>) => void,
    /** Everything is shown, and nothing sent. */
    readonly dryRun: boolean,
    private readonly clock: Pick<Clock, 'now'>,
  ) {}

  /** `undoes`: it takes a restore back whose containers did not start. */
  swap(target: PodIdentity, changes: readonly ImageChange[], undoes = false): Promise<PodWriteResult> {
    const isDone = (pod: PodSnapshot) =>
      changes.every(
        ({ container, to }) => imageOf(pod, container) === to && pod.originalImages[container] !== undefined,
      );
    return this.patch('swapped', target, (pod) => swapPatch(pod, changes, this.clock.now(), undoes), isDone);
  }

  /** Gives containers their own text again that do not run: one whose mirror has failed, or that has ended for good. */
  putBack(
    kind: 'put-back' | 'restored',
    target: PodIdentity,
    containers: readonly Original[],
  ): Promise<PodWriteResult> {
    const names = containers.map(({ name }) => name);
    const build = (pod: PodSnapshot): JsonPatch | Changed => {
      const isLeft = (name: string) => (kind === 'put-back' ? isRunning(pod, name) : !endedIn(pod, name));
      // the mirror's image has come to run after all: only a person's restore may end that
      const running = names.find(isLeft);
      return running === undefined ? putBackPatch(pod, containers) : { changed: `container ${running} runs already` };
    };
    return this.patch(kind, target, build, (pod) => hasOwn(pod, containers));
  }

  /** Gives containers their own text again; the kubelet starts those anew that have not ended. */
  restore(target: PodIdentity, containers: readonly Original[]): Promise<PodWriteResult> {
    const build = (pod: PodSnapshot) => putBackPatch(pod, containers, this.clock.now());
    return this.patch('restored', target, build, (pod) => hasOwn(pod, containers));
  }

  /** The containers of a restore run again: its note in the pod has done its work. */
  forgetRestore(target: PodIdentity): Promise<PodWriteResult> {
    return this.patch('restored', target, restoredPatch, (pod) => pod.restoring === null);
  }

  /** Makes what is to pull an image ahead of need. */
  createPuller(manifest: KubeObject): Promise<WriteResult> {
    return this.create(manifest, pullerKinds.created[manifest.kind] ?? 'created');
  }

  deletePuller(object: ObjectRef): Promise<WriteResult> {
    return this.delete(object, null, pullerKinds.deleted[object.kind] ?? 'deleted');
  }

  createPullPod(pod: PodSnapshot, images: readonly string[]): Promise<WriteResult> {
    return this.create(pullPodManifest(pod, images), 'pull-pod-created');
  }

  deletePullPod(namespace: string, name: string): Promise<WriteResult> {
    return this.delete({ apiVersion: 'v1', kind: 'Pod', namespace, name }, null, 'pull-pod-deleted');
  }

  /** `kind`: as which it stands in the activity. */
  async create(object: KubeObject, kind: ActivityKind = 'created'): Promise<WriteResult> {
    const ref = refOf(object);
    const lasting = !this.dryRun && passing.has(ref.kind) && !(await this.mayDelete(ref));
    if (!lasting) return this.write('create', ref, kind, object, () => this.cluster.createObject(object));
    const right = { verb: 'delete', resource: resources[ref.kind].plural, namespace: ref.namespace };
    const why = `may not delete ${right.resource} in ${right.namespace}, so that none is made`;
    this.note(kind, isGeneral(kind) ? titleOf(ref) : `${ref.namespace}/${ref.name}`, 'refused', why, '');
    return { is: 'denied', ...right };
  }

  /** Sends a JSON merge patch. */
  change(object: ObjectRef, patch: object): Promise<WriteResult> {
    return this.write('patch', object, 'changed', patch, () => this.cluster.patchObject(object, patch));
  }

  /** What is gone already counts as done. */
  async delete(object: ObjectRef, uid: string | null, kind: ActivityKind = 'deleted'): Promise<WriteResult> {
    return this.write('delete', object, kind, null, () => this.cluster.deleteObject(object, uid), uid !== null);
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
      // somebody was faster, which is nobody's error: nothing was sent, and whoever asked goes by the pod as it is
      if ('changed' in patch) return { result: { is: 'conflict' }, pod };
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
    isThisOne = false,
  ): Promise<WriteResult> {
    const { namespace, name } = object;
    const title = isGeneral(kind) ? titleOf(object) : `${namespace}/${name}`;
    const sent = body ? JSON.stringify(body) : '';
    if (this.dryRun) {
      this.note(kind, title, 'would-do', '', sent);
      return { is: 'rejected', detail: 'dry run' };
    }
    const outcome = await send();
    if (verb === 'delete' && isGone(outcome, isThisOne)) return { is: 'done' };
    // another instance, or a killed run, has made it already: names are such that all meet on one object
    if (verb === 'create' && outcome.is === 'conflict') return { is: 'conflict' };
    this.noteOutcome(kind, title, outcome, sent);
    return resultOf(outcome, verb, resources[object.kind].plural, namespace);
  }

  /** No answer counts as "may". */
  private async mayDelete({ apiVersion, kind, namespace }: ObjectRef): Promise<boolean> {
    const key = `${kind} ${namespace}`;
    if (this.deletable.has(key)) return true;
    const may = await this.cluster.mayI('delete', groupOf(apiVersion), resources[kind].plural, namespace);
    if (may === true) this.deletable.add(key);
    return may !== false;
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

/** One of the name that is not the one that was meant stands where that one was. */
function isGone({ is }: WriteOutcome, isThisOne: boolean): boolean {
  return is === 'gone' || (isThisOne && is === 'conflict');
}

/** As which the makers of pulls stand in the activity; others by their own kind. */
const pullerKinds: Readonly<Record<'created' | 'deleted', Readonly<Record<string, ActivityKind>>>> = {
  created: { ImageCache: 'cache-created', Pod: 'pull-pod-created' },
  deleted: { ImageCache: 'cache-deleted', Pod: 'pull-pod-deleted' },
};

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

function hasOwn(pod: PodSnapshot, containers: readonly Original[]): boolean {
  return containers.every(
    ({ name, original }) => imageOf(pod, name) === original && pod.originalImages[name] === undefined,
  );
}

function endedIn(pod: PodSnapshot, name: string): boolean {
  return pod.containers.some((container) => container.name === name && hasEnded(pod, container));
}

function imageOf(pod: PodSnapshot, container: string): string | undefined {
  return pod.containers.find(({ name }) => name === container)?.image;
}
