import type { NodePull } from '../../electron/domain/appState';
import { batchOf, type PrepullEvent, type PrepullPlan } from '../../electron/domain/prepull/prepull';
import type { RescueEvent, RescueState } from '../../electron/domain/rescue/rescueState';

/** A cluster in which nothing can be pulled ahead of need. */
export const noWays: PrepullPlan = { ways: [], hostnames: {}, pullers: {} };

/** kube-fledged alone, which can be told of two nodes. */
export const fledgedOnly: PrepullPlan = {
  ways: [{ is: 'image-cache', namespace: 'kube-fledged' }],
  hostnames: { 'node-1': 'host-1', 'node-2': 'host-2' },
  pullers: {},
};

/** A pull pod's news, of whatever object counts for the node at that moment. */
export function pullOn(node: string, pull: NodePull): (state: RescueState) => RescueEvent {
  return aboutNode(node, (name) => ({ type: 'pull', name, node, pull }));
}

/** An event of the object that counts for a node. */
export function aboutNode(node: string, event: (name: string) => PrepullEvent): (state: RescueState) => RescueEvent {
  return ({ cache }) => ({ type: 'prepull', event: event((cache && batchOf(cache, node)?.name) ?? 'none') });
}
