import type { RescueEffect, RescueState } from './rescueState';
import { candidate, inPhase } from './rescueTargets';

/** Pulls that are over, one way or the other. */
const ended: ReadonlySet<string> = new Set(['pulled', 'failed']);

/**
 * The pulls through the present mirror that these effects start, by what pulls: one for each node of the cache, and one
 * for each pod that is swapped on a node where the cache has not brought the image. The kubelet asks the mirror for each
 * such pod, also where several of a node wait for the same image.
 */
export function pullsStarted(state: RescueState, effects: readonly RescueEffect[]): readonly string[] {
  return effects.flatMap((effect) => {
    if (effect.do === 'create-puller') return effect.nodes.map((node) => `node ${node}`);
    return effect.do === 'swap' && !isCached(state, effect.target.node) ? [`pod ${effect.target.podUid}`] : [];
  });
}

/** The host of the present mirror, as often as there are pulls through it under way. */
export function pullsUnderWay(state: RescueState): readonly string[] {
  const pulling =
    state.step === 'cache'
      ? Object.values(state.cache?.nodes ?? {}).filter(({ is }) => !ended.has(is))
      : inPhase(state, 'swapping', 'swapped').filter(({ node }) => !isCached(state, node));
  return pulling.map(() => candidate(state).mirror);
}

function isCached(state: RescueState, node: string): boolean {
  return state.cache?.nodes[node]?.is === 'pulled';
}
