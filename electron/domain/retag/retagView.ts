import type { IncidentProgress } from '../appState';
import { maySwapNow } from './retagParts';
import type { RetagState } from './retagState';

/** What a window shows of a retag under way; the mirror is that of the node that is furthest in their order. */
export function retagging(retag: RetagState): IncidentProgress {
  // what is left to the usual rescue is no work of this one any more
  const targets = Object.values(retag.targets).filter(({ phase }) => phase !== 'left' && phase !== 'swap');
  const maySwap = targets.filter((target) => maySwapNow(retag, target)).length;
  const mirror = Math.max(0, ...Object.values(retag.nodes).map((node) => node.mirror));
  return {
    is: 'rescuing',
    since: retag.startedAt,
    step: 'retag',
    mirror: mirror + 1,
    mirrors: retag.candidates.length,
    host: retag.candidates[mirror]?.mirror ?? '',
    done: targets.filter(({ phase }) => phase === 'healed').length,
    total: targets.length,
    earlier: retag.failures,
    ...(maySwap > 0 && { maySwap }),
  };
}
