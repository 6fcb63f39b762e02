import { allSettled, type Prepull, type PrepullEffect, type PrepullEvent } from '../prepull/prepull';
import { abandonPrepull, beginPrepull, resumePrepull, stepPrepull } from '../prepull/prepullSteps';
import { isSameObject, refOf, type ObjectRef } from '../kubeObject';
import { candidate, inPhase, timerName } from './rescueTargets';
import type { RescueEffect, RescueLimits, RescueState } from './rescueState';

/** The first step of a rescue for each mirror: its image is brought onto the nodes before a pod is touched. */

type Next = readonly [RescueState, readonly RescueEffect[]];

export function enterCache(state: RescueState, limits: RescueLimits): Next {
  const { proxied, mirror } = candidate(state);
  const nodes = [...new Set(inPhase(state, 'waiting').map(({ node }) => node))];
  return taken({ ...state, step: 'cache' }, beginPrepull(state, proxied, mirror, nodes, limits));
}

/** What earlier mirrors left goes as well: the write that was to take it away may not have come to be. */
export function resumeCache(state: RescueState, limits: RescueLimits): Next {
  if (!state.cache) return enterCache(state, limits);
  const [resumed, effects] = taken(state, resumePrepull(state, state.cache, limits));
  const named = effects.flatMap((effect) => {
    if (effect.do === 'create-puller') return refOf(effect.manifest);
    return effect.do === 'delete-puller' ? effect.object : [];
  });
  return [
    resumed,
    [...away(state.made.filter((object) => !named.some((each) => isSameObject(each, object)))), ...effects],
  ];
}

/** Everything that was made to pull for it. */
export function takeAway({ made }: RescueState): readonly RescueEffect[] {
  return away(made);
}

function away(objects: readonly ObjectRef[]): readonly RescueEffect[] {
  return objects.map((object) => ({ do: 'delete-puller', object }));
}

export function cacheStepped(state: RescueState, event: PrepullEvent, limits: RescueLimits): Next {
  if (state.step !== 'cache' || !state.cache) return [state, []];
  const [after, effects] = stepPrepull(state, state.cache, event, limits);
  return after === state.cache && effects.length === 0 ? [state, []] : taken(state, [after, effects]);
}

/** Nothing of it is waited for any more, whatever has come of it. */
export function leaveCache(state: RescueState): Next {
  return state.cache ? taken(state, abandonPrepull(state, state.cache)) : [state, []];
}

/** All nodes have an answer: the pods of those on which the mirror failed are for the next one. */
export function isCacheSettled(state: RescueState): boolean {
  return state.cache === null || allSettled(state.cache);
}

function taken(state: RescueState, [cache, effects]: readonly [Prepull, readonly PrepullEffect[]]): Next {
  const created = effects.flatMap((effect): readonly ObjectRef[] =>
    effect.do === 'create-puller' ? [refOf(effect.manifest)] : [],
  );
  const made = [...state.made, ...created.filter((object) => !state.made.some((each) => isSameObject(each, object)))];
  const named = effects.map((effect) =>
    effect.do === 'timer' ? { ...effect, name: timerName(state, 'prepull', effect.name) } : effect,
  );
  return [{ ...state, cache, made: made.length === state.made.length ? state.made : made }, named];
}
