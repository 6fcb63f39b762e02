import type {
  RetagEffect,
  RetagNode,
  RetagPlan,
  RetagReport,
  RetagState,
  RetagTarget,
  RetagTargetPhase,
} from './retagState';

/** What the machine of a retag asks and changes of its nodes and targets. */

/** The state, and what is to be done now. */
export type Next = readonly [RetagState, readonly RetagEffect[]];

/** A retag before its first event; `begin` starts it. */
export function plannedRetag({ nodes, targets, ...plan }: RetagPlan): RetagState {
  return {
    ...plan,
    step: 'retag',
    nodes: Object.fromEntries(
      Object.entries(nodes).map(([name, runtime]) => [
        name,
        { runtime, phase: 'creating', mirror: 0, job: '', unanswered: 0, seen: false, calm: false },
      ]),
    ),
    targets: Object.fromEntries(
      targets.map((target) => [target.podUid, { ...target, phase: 'waiting', armed: false, refused: 0 }]),
    ),
    failures: [],
    refused: null,
    outcome: null,
  };
}

export function onEachNode(state: RetagState, step: (state: RetagState, node: string) => Next): Next {
  return Object.keys(state.nodes).reduce<Next>(
    ([known, effects], node) => {
      const [next, more] = step(known, node);
      return [next, [...effects, ...more]];
    },
    [state, []],
  );
}

export function onNode(state: RetagState, node: string, phase: RetagTargetPhase): readonly RetagTarget[] {
  return Object.values(state.targets).filter((target) => target.node === node && target.phase === phase);
}

/** Throws RangeError: every target's node is planned with it. */
export function nodeOf(state: RetagState, name: string): RetagNode {
  const node = state.nodes[name];
  if (!node) throw new RangeError(`retag ${state.id} has no node ${name}`);
  return node;
}

export function proxiedOn(state: RetagState, node: string): string {
  return state.candidates[nodeOf(state, node).mirror]?.proxied ?? '';
}

export function withNode(state: RetagState, name: string, changes: Partial<RetagNode>): RetagState {
  return { ...state, nodes: { ...state.nodes, [name]: { ...nodeOf(state, name), ...changes } } };
}

export function withTarget(state: RetagState, target: RetagTarget): RetagState {
  return { ...state, targets: { ...state.targets, [target.podUid]: target } };
}

export function mapTargets(state: RetagState, map: (target: RetagTarget) => RetagTarget): RetagState {
  return {
    ...state,
    targets: Object.fromEntries(Object.entries(state.targets).map(([uid, target]) => [uid, map(target)])),
  };
}

/** Whether its retag is not over: it waits for the image's name, or for its kubelet's next attempt. */
export function isUnderWay({ phase }: RetagTarget): boolean {
  return phase === 'waiting' || phase === 'starting';
}

/** Whether it waits, for its Job or its kubelet, and need not: the usual rescue may go on with it. */
export function maySwapNow(state: RetagState, target: RetagTarget): boolean {
  return target.swappable && isUnderWay(target) && !isReserved(state, target.node);
}

/**
 * Whether a pod that nothing but the retag can heal waits on this node, and a swap there would take that from it: a kubelet
 * that has pulled the bytes under the mirror's name gives them to nobody under another.
 */
function isReserved({ nodes, targets }: RetagState, name: string): boolean {
  return (
    nodes[name]?.runtime.recordsPulls === true &&
    Object.values(targets).some((target) => target.node === name && !target.swappable && isUnderWay(target))
  );
}

/** Whether a retag has this pod and leaves it to the usual rescue, which may go on with it now. */
export function isLeftToRescue(state: RetagState, podUid: string): boolean {
  const target = state.targets[podUid];
  return target?.phase === 'swap' && !isReserved(state, target.node);
}

export function timerName(state: RetagState, node: string, what: string): string {
  return `${String(nodeOf(state, node).mirror)}/${what}/${node}`;
}

export function report(told: RetagReport): RetagEffect {
  return { do: 'report', report: told };
}
