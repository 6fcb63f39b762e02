import type { Clock } from '../../engine/ports';
import type { CrdServing } from './crdServing';
import { asPod } from './objectDefaults';
import type { Fields, KubeObject } from '../objects';
import { fieldsOf, textOf, timestamp } from '../objects';
import type { ResourceType } from './resources';
import { preconditionFailed } from './status';
import type { Store } from './store';

/** How objects leave the store: at once, after a kubelet has ended them, or after their last finalizer. */
export class Deletion {
  constructor(
    private readonly store: Store,
    private readonly clock: Clock,
    private readonly crds: CrdServing,
  ) {}

  /** Removes the object, or marks it where somebody has to do something first. Gives the answer's body. */
  remove(type: ResourceType, object: KubeObject, options: Fields): unknown {
    if (type.kind === 'Pod') {
      const grace = this.gracePeriod(object, options);
      if (grace > 0) {
        if ((object.metadata.deletionGracePeriodSeconds ?? Infinity) <= grace) return object;
        return this.store.put(type, deleting(object, this.clock.now() + grace * 1000, grace));
      }
      const last = deleting(object, this.clock.now(), 0);
      // watchers see a pod marked even when it goes at once
      const marked = this.store.put(type, last);
      return marked.metadata.finalizers?.length ? marked : this.store.remove(type, marked);
    }
    const policy = deletionPolicy(type, options);
    const held = [...(object.metadata.finalizers ?? []), ...policy];
    if (held.length > 0) {
      if (object.metadata.deletionTimestamp) return object;
      const marked = deleting(object, this.clock.now(), 0);
      return this.store.put(type, { ...marked, metadata: { ...marked.metadata, finalizers: held } });
    }
    if (type.kind === 'CustomResourceDefinition') this.crds.withdraw(object);
    if (type.kind === 'Namespace') this.emptyNamespace(object.metadata.name);
    this.store.remove(type, object);
    const { name, uid } = object.metadata;
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Success',
      details: { name, ...(type.group && { group: type.group }), kind: type.plural, uid },
    };
  }

  /** A pod that no kubelet has, or that has ended, goes at once. */
  private gracePeriod(object: KubeObject, options: Fields): number {
    const pod = asPod(object);
    const phase = pod.status?.phase ?? '';
    if (!pod.spec.nodeName || phase === 'Succeeded' || phase === 'Failed') return 0;
    return Number(options.gracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds ?? 30);
  }

  /** Real namespaces are emptied by a controller; here it happens with the deletion. */
  private emptyNamespace(namespace: string): void {
    for (const type of this.crds.types.all()) {
      if (!type.namespaced) continue;
      for (const object of this.store.of(type).list(namespace)) this.store.remove(type, object);
    }
  }
}

/** Throws a 409 when the deletion was meant for another object. */
export function checkPreconditions(type: ResourceType, { metadata }: KubeObject, options: Fields): void {
  const wanted = fieldsOf(options.preconditions);
  for (const [field, label] of [
    ['uid', 'UID'],
    ['resourceVersion', 'ResourceVersion'],
  ] as const) {
    const is = metadata[field] ?? '';
    if (wanted[field] === undefined || wanted[field] === is) continue;
    const was = textOf(wanted[field]);
    throw preconditionFailed(
      type,
      metadata.name,
      `the ${label} in the precondition (${was}) does not match the ${label} in record (${is}). The object might have ` +
        'been deleted and then recreated',
    );
  }
}

/** Marked as being deleted, which counts as a new generation once. */
function deleting(object: KubeObject, at: number, grace: number): KubeObject {
  const { metadata } = object;
  const { generation } = metadata;
  return {
    ...object,
    metadata: {
      ...metadata,
      ...(generation !== undefined && !metadata.deletionTimestamp && { generation: generation + 1 }),
      deletionTimestamp: timestamp(at),
      deletionGracePeriodSeconds: grace,
    },
  };
}

/** What has to happen to the dependents first; the API orphans the pods of Jobs unless told otherwise. */
function deletionPolicy(type: ResourceType, options: Fields): string[] {
  const policy = options.propagationPolicy ?? (type.kind === 'Job' ? 'Orphan' : 'Background');
  if (policy === 'Orphan') return ['orphan'];
  return policy === 'Foreground' ? ['foregroundDeletion'] : [];
}
