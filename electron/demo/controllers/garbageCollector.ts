import type { ClusterClient, paths } from './clusterClient';
import type { KubeObject } from '../objects';
import { keyOf } from '../objects';
import { Reconciler } from './reconciler';

type Resource = keyof typeof paths;

/** What this needs of an informer, whatever its objects are. */
export interface Followed {
  get(key: string): KubeObject | undefined;
  list(): KubeObject[];
  onChange(listener: (after: KubeObject | null, before: KubeObject | null) => void): () => void;
}

/**
 * Deletes objects whose owners are gone, and serves the deletion policies `Orphan` and `Foreground`. Only owners
 * and dependents that are followed count; `serves` is false for a second collector beside one that serves them.
 */
export function startGarbageCollector(
  client: ClusterClient,
  informers: ReadonlyMap<Resource, Followed>,
  serves = true,
): () => void {
  const queue = new Reconciler(client.clock, async (id) => {
    const [resource, key] = id.split(' ') as [Resource, string];
    const object = informers.get(resource)?.get(key);
    if (!object) return;
    if (object.metadata.deletionTimestamp) {
      if (serves) await release(resource, object);
    } else if (await isAbandoned(object)) await client.delete(client.pathOf(resource, object), background(object));
  });

  /** An object that waits for its dependents to be let go, or to be gone. */
  async function release(resource: Resource, owner: KubeObject): Promise<void> {
    const finalizers = owner.metadata.finalizers ?? [];
    const mine = [...dependents(owner)];
    if (finalizers.includes('orphan')) {
      for (const [type, dependent] of mine) {
        const left = dependent.metadata.ownerReferences?.filter(({ uid }) => uid !== owner.metadata.uid);
        const { uid, resourceVersion } = dependent.metadata;
        await client.merge(client.pathOf(type, dependent), {
          metadata: { uid, resourceVersion, ownerReferences: left?.length ? left : null },
        });
      }
    } else if (finalizers.includes('foregroundDeletion')) {
      for (const [type, dependent] of mine) await client.delete(client.pathOf(type, dependent), background(dependent));
      // each dependent that goes brings the owner back here
      if (mine.length > 0) return;
    } else return;
    const others = finalizers.filter((name) => name !== 'orphan' && name !== 'foregroundDeletion');
    const { uid } = owner.metadata;
    await client.merge(client.pathOf(resource, owner), { metadata: { uid, finalizers: others } });
  }

  function* dependents(owner: KubeObject): Generator<[Resource, KubeObject]> {
    for (const [resource, informer] of informers) {
      for (const object of informer.list()) {
        if (object.metadata.ownerReferences?.some(({ uid }) => uid === owner.metadata.uid)) yield [resource, object];
      }
    }
  }

  /** All of its owners are gone. An owner that the informers do not show is asked for, they may be behind. */
  async function isAbandoned(object: KubeObject): Promise<boolean> {
    const owners = object.metadata.ownerReferences ?? [];
    if (owners.length === 0) return false;
    for (const owner of owners) {
      const resource = resourceOf(owner.kind);
      const informer = resource && informers.get(resource);
      // kinds that nobody follows here are somebody else's business
      if (!resource || !informer) return false;
      const { namespace } = object.metadata;
      const stand: KubeObject = { ...owner, metadata: { name: owner.name, ...(namespace && { namespace }) } };
      if (informer.get(keyOf(stand))?.metadata.uid === owner.uid) return false;
      const found = await client.get(client.pathOf(resource, stand));
      if (found?.metadata.uid === owner.uid) return false;
    }
    return true;
  }

  const unfollow = [...informers].map(([resource, informer]) =>
    informer.onChange((after, before) => {
      if (after) {
        if (after.metadata.ownerReferences?.length || after.metadata.deletionTimestamp)
          queue.add(`${resource} ${keyOf(after)}`);
        return;
      }
      if (!before) return;
      for (const [type, dependent] of dependents(before)) queue.add(`${type} ${keyOf(dependent)}`);
      for (const owner of before.metadata.ownerReferences ?? []) {
        const type = resourceOf(owner.kind);
        const { namespace } = before.metadata;
        if (type) queue.add(`${type} ${namespace ? `${namespace}/` : ''}${owner.name}`);
      }
    }),
  );
  return () => {
    for (const stop of unfollow) stop();
    queue.stop();
  };
}

function background({ metadata: { uid } }: KubeObject) {
  return { propagationPolicy: 'Background', preconditions: { uid } };
}

function resourceOf(kind: string): Resource | null {
  const known: Readonly<Record<string, Resource>> = {
    Deployment: 'deployments',
    ReplicaSet: 'replicasets',
    Job: 'jobs',
    ImageCache: 'imagecaches',
    Pod: 'pods',
    Node: 'nodes',
  };
  return known[kind] ?? null;
}
