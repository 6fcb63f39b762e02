import type { ClusterClient } from './clusterClient';
import { EventRecorder } from './eventRecorder';
import type { Informer } from './informer';
import type { Node, Pod } from '../objects';
import { keyOf } from '../objects';
import { Reconciler } from './reconciler';

/** Binds pods without a node to the matching node that has the fewest of them. */
export function startScheduler(client: ClusterClient, pods: Informer<Pod>, nodes: Informer<Node>): () => void {
  const events = new EventRecorder(client, client.clock, { component: 'default-scheduler' });
  /** Pods that were bound here, until the watch shows it: the spread would otherwise be blind to them. */
  const bound = new Map<string, string>();

  const queue = new Reconciler(client.clock, async (key) => {
    const pod = pods.get(key);
    if (!pod || pod.spec.nodeName || pod.metadata.deletionTimestamp || bound.has(pod.metadata.uid ?? '')) return;
    const fitting = nodes.list().filter((node) => fits(pod, node));
    const [chosen] = fitting
      .map((node) => ({ name: node.metadata.name, pods: podsOn(node.metadata.name) }))
      .sort((a, b) => a.pods - b.pods || a.name.localeCompare(b.name));
    if (!chosen) {
      const all = String(nodes.list().length);
      const why = `0/${all} nodes are available: ${all} node(s) didn't match Pod's node affinity/selector.`;
      events.record(pod, 'Warning', 'FailedScheduling', why);
      return;
    }
    bound.set(pod.metadata.uid ?? '', chosen.name);
    const body = {
      apiVersion: 'v1',
      kind: 'Binding',
      metadata: { name: pod.metadata.name, uid: pod.metadata.uid },
      target: { apiVersion: 'v1', kind: 'Node', name: chosen.name },
    };
    const done = await client
      .create(client.pathOf('pods', pod, 'binding'), body, [404, 409])
      .catch((error: unknown) => {
        bound.delete(pod.metadata.uid ?? '');
        throw error;
      });
    if (!done) return;
    const { namespace = '', name } = pod.metadata;
    events.record(pod, 'Normal', 'Scheduled', `Successfully assigned ${namespace}/${name} to ${chosen.name}`);
  });

  function podsOn(node: string): number {
    const seen = pods.list().filter((pod) => pod.spec.nodeName === node).length;
    return seen + [...bound.values()].filter((name) => name === node).length;
  }

  const unfollowPods = pods.onChange((after, before) => {
    const pod = after ?? before;
    if (pod && (!after || after.spec.nodeName)) bound.delete(pod.metadata.uid ?? '');
    if (after && !after.spec.nodeName) queue.add(keyOf(after));
  });
  const unfollowNodes = nodes.onChange((after) => {
    if (!after) return;
    for (const pod of pods.list()) if (!pod.spec.nodeName) queue.add(keyOf(pod));
  });
  return () => {
    unfollowPods();
    unfollowNodes();
    queue.stop();
  };
}

function fits(pod: Pod, node: Node): boolean {
  const labels = node.metadata.labels ?? {};
  return Object.entries(pod.spec.nodeSelector ?? {}).every(([label, value]) => labels[label] === value);
}
