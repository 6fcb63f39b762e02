import type { CacheView } from '../../electron/domain/appState';
import type { Speech } from '../words';
import { formatNumber } from './time';

/** Which way was given up for an image, and why, in a few words. */
export function wayLeft({ way, why }: CacheView['left'][number], speech: Speech): string {
  const { cached } = speech.words;
  return cached.left(cached.ways[way], whyLeft(why, speech));
}

function whyLeft(why: CacheView['left'][number]['why'], { words, locale }: Speech): string {
  const { cached, failing } = words;
  switch (why.is) {
    case 'shows-nothing':
    case 'pod-went':
      return why.detail === '' ? cached.whyLeft[why.is] : cached.inDetail(cached.whyLeft[why.is], why.detail);
    case 'unseen':
      return cached.whyLeft.unseen(formatNumber(locale, why.seconds));
    case 'refused':
      return why.detail;
    case 'denied':
      return failing.mayNotIn(why.verb, why.resource, why.namespace);
    default:
      return cached.whyLeft[why.is];
  }
}
