import { createHash } from 'node:crypto';
import type { ClusterClient } from './clusterClient';
import { inNamespace, paths } from './clusterClient';
import type { Informer } from './informer';
import type { Fields, KubeObject, Pod, PodTemplate } from '../objects';
import { controllerOf, fieldsOf, keyOf } from '../objects';
import { ownedBy, podFrom } from './ownership';
import { Reconciler } from './reconciler';
import { statusPatch } from '../apiServer/statusPatch';

/** Deployments make one ReplicaSet per template and let go of the older ones; ReplicaSets keep their number of pods. */
export function startDeployments(
  client: ClusterClient,
  deployments: Informer<KubeObject>,
  replicaSets: Informer<KubeObject>,
  pods: Informer<Pod>,
): () => void {
  /** Pods that were made or deleted here, until the watch shows it. */
  const expected = new Map<string, Set<string>>();

  const sets = new Reconciler(client.clock, async (key) => {
    const set = replicaSets.get(key);
    if (!set || set.metadata.deletionTimestamp) return;
    const { uid = '', namespace = '' } = set.metadata;
    const spec = fieldsOf(set.spec);
    const wanted = Number(spec.replicas ?? 1);
    const mine = pods.list().filter((pod) => controllerOf(pod)?.uid === uid);
    const active = mine.filter((pod) => isActive(pod));
    const coming = expected.get(uid) ?? new Set<string>();
    expected.set(uid, coming);
    for (const known of mine) coming.delete(known.metadata.uid ?? '');
    for (let count = active.length + coming.size; count < wanted; count += 1) {
      const made = await client.create(
        inNamespace(paths.pods, namespace),
        podFrom(spec.template as PodTemplate, set),
        [403],
      );
      if (made?.metadata.uid) coming.add(made.metadata.uid);
    }
    if (coming.size === 0) {
      const surplus = active.sort(unreadyFirst).slice(0, Math.max(0, active.length - wanted));
      for (const pod of surplus) await client.delete(client.pathOf('pods', pod));
    }
    const status = {
      replicas: active.length,
      readyReplicas: active.filter(isReady).length,
      observedGeneration: set.metadata.generation,
    };
    const patch = statusPatch(set.status, status);
    if (patch) await client.merge(client.pathOf('replicasets', set, 'status'), patch);
  });

  const rollouts = new Reconciler(client.clock, async (key) => {
    const deployment = deployments.get(key);
    if (!deployment || deployment.metadata.deletionTimestamp) return;
    const { uid = '', namespace = '', name } = deployment.metadata;
    const spec = fieldsOf(deployment.spec);
    const replicas = Number(spec.replicas ?? 1);
    const template = spec.template as PodTemplate;
    const hash = createHash('sha256').update(JSON.stringify(template)).digest('hex').slice(0, 10);
    const mine = replicaSets.list().filter((set) => controllerOf(set)?.uid === uid);
    const current = mine.find((set) => set.metadata.labels?.['pod-template-hash'] === hash);
    if (!current) {
      const labels = { ...template.metadata?.labels, 'pod-template-hash': hash };
      await client.create(
        inNamespace(paths.replicasets, namespace),
        {
          apiVersion: 'apps/v1',
          kind: 'ReplicaSet',
          metadata: { name: `${name}-${hash}`, labels, ownerReferences: [ownedBy(deployment)] },
          spec: {
            replicas,
            selector: { matchLabels: labels },
            template: { ...template, metadata: { ...template.metadata, labels } },
          },
        },
        [409],
      );
    } else if (fieldsOf(current.spec).replicas !== replicas) {
      await client.merge(client.pathOf('replicasets', current), { spec: { replicas } });
    }
    const currentStatus = fieldsOf(current?.status);
    for (const old of mine) {
      // a rollout takes the old pods away when the new ones are ready
      if (old === current || Number(currentStatus.readyReplicas ?? 0) < replicas) continue;
      if (fieldsOf(old.spec).replicas !== 0) {
        await client.merge(client.pathOf('replicasets', old), { spec: { replicas: 0 } });
      }
    }
    const sum = (field: string) => mine.reduce((total, set) => total + Number(fieldsOf(set.status)[field] ?? 0), 0);
    const ready = sum('readyReplicas');
    const status: Fields = {
      observedGeneration: deployment.metadata.generation,
      replicas: sum('replicas'),
      updatedReplicas: Number(currentStatus.replicas ?? 0),
      readyReplicas: ready,
      availableReplicas: ready,
      unavailableReplicas: Math.max(0, replicas - ready),
    };
    const patch = statusPatch(deployment.status, status);
    if (patch) await client.merge(client.pathOf('deployments', deployment, 'status'), patch);
  });

  function queueOwner(object: KubeObject, kind: string, queue: Reconciler): void {
    const owner = controllerOf(object);
    if (owner?.kind === kind) queue.add(`${object.metadata.namespace ?? ''}/${owner.name}`);
  }
  const unfollow = [
    deployments.onChange((after) => {
      if (after) rollouts.add(keyOf(after));
    }),
    replicaSets.onChange((after, before) => {
      if (after) sets.add(keyOf(after));
      else if (before) expected.delete(before.metadata.uid ?? '');
      const set = after ?? before;
      if (set) queueOwner(set, 'Deployment', rollouts);
    }),
    pods.onChange((after, before) => {
      const pod = after ?? before;
      if (pod) queueOwner(pod, 'ReplicaSet', sets);
      const owner = pod && controllerOf(pod)?.uid;
      if (owner) expected.get(owner)?.delete(pod.metadata.uid ?? '');
    }),
  ];
  return () => {
    for (const stop of unfollow) stop();
    sets.stop();
    rollouts.stop();
  };
}

function isActive(pod: Pod): boolean {
  return !pod.metadata.deletionTimestamp && pod.status?.phase !== 'Failed' && pod.status?.phase !== 'Succeeded';
}

function isReady(pod: Pod): boolean {
  return pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
}

function unreadyFirst(a: Pod, b: Pod): number {
  return Number(isReady(a)) - Number(isReady(b));
}
