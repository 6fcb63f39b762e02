import type { Cause } from '../diagnosis/cause';
import { mapTargets, nodeOf, proxiedOn, report, withNode, withTarget, type Next } from './retagParts';
import type { RetagFailure, RetagState, RetagTarget, RetagTargetPhase } from './retagState';

/** What becomes of a retag's nodes and targets that it cannot help. */

/** The Job has come to nothing: says so, and takes it away. */
export function failed(
  state: RetagState,
  name: string,
  failure: RetagFailure,
  cause: Cause | null,
  detail: string,
): Next {
  const { job } = nodeOf(state, name);
  return [
    state,
    [
      report({
        event: 'retag-failed',
        node: name,
        proxied: proxiedOn(state, name),
        failure,
        cause,
        detail,
        target: null,
      }),
      { do: 'delete-job', namespace: state.namespace, name: job },
    ],
  ];
}

/** No other mirror would make it better on this node. */
export function impossible(state: RetagState, name: string, failure: RetagFailure, detail: string): Next {
  const [known, effects] = failed(state, name, failure, null, detail);
  const [next] = over(known, name, detail);
  return [next, effects];
}

/** The Job could not be made, so that there is none to take away. */
export function notMade(state: RetagState, name: string, detail: string): Next {
  const [next, effects] = impossible(state, name, 'job-refused', detail);
  return [next, effects.filter((effect) => effect.do !== 'delete-job')];
}

/** Nothing more is tried on this node: what waits there is left to the usual rescue, or given up. */
export function over(state: RetagState, name: string, detail: string): Next {
  const refused = state.refused ?? (detail === 'no mirror is left' ? null : ({ is: 'rejected', detail } as const));
  const left = mapTargets(withNode({ ...state, refused }, name, { phase: 'over' }), (target) =>
    target.node === name && target.phase === 'waiting' ? { ...target, phase: unhelped(target) } : target,
  );
  return [left, []];
}

/** What waits on this node is not retagged any more: somebody wished it so. */
export function letGo(state: RetagState, name: string): RetagState {
  return mapTargets(state, (target) =>
    target.node === name && target.phase === 'waiting'
      ? { ...target, phase: target.swappable ? 'swap' : 'left' }
      : target,
  );
}

/** The kubelet goes on failing although the image has its name. */
export function notTaken(state: RetagState, podUid: string): Next {
  const target = state.targets[podUid];
  if (!target) return [state, []];
  const { recordsPulls } = nodeOf(state, target.node).runtime;
  return unhealed(state, target, recordsPulls ? 'kubelet-pulled' : 'not-taken');
}

/** The image has its name, and this pod was not helped by it. */
export function unhealed(state: RetagState, target: RetagTarget, failure: RetagFailure): Next {
  const { node } = target;
  return [
    withTarget(state, { ...target, phase: unhelped(target) }),
    [
      report({
        event: 'retag-failed',
        node,
        proxied: proxiedOn(state, node),
        failure,
        cause: null,
        detail: '',
        target,
      }),
    ],
  ];
}

function unhelped({ swappable }: RetagTarget): RetagTargetPhase {
  return swappable ? 'swap' : 'failed';
}
