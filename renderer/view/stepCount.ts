import type { Speech } from '../words';
import type { TrackStep } from './stepTrack';
import { formatNumber } from './time';

/** "2 of 3 nodes". */
export function stepCount({ of, done, total }: TrackStep, { words, locale }: Speech): string {
  const count = of === 'nodes' ? words.common.nodes : words.common.pods;
  return count(total, words.common.some(formatNumber(locale, done), formatNumber(locale, total)));
}
