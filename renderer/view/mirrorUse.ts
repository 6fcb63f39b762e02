import type { MirrorView, UseOfLimit } from '../../electron/domain/appState';
import { budgetOf } from '../../electron/domain/mirrors/mirrorHosts';
import { templateHost } from '../../electron/domain/mirrors/mirrorTemplate';
import type { MirrorRule } from '../../electron/domain/settings';
import type { Speech } from '../words';
import { formatClock, formatNumber } from './time';

/** What is known of one mirror's host; both texts are empty where there is nothing to say. */
export interface MirrorUseText {
  /** Nothing new is asked of it, and until when. */
  readonly spared: string;
  /** How much of a limit is used up: the one that stopped it, or else that of errors, which brings the longest ban. */
  readonly use: string;
}

export function mirrorUse(
  host: string,
  known: readonly MirrorView[],
  { words, locale }: Speech,
  now: number,
): MirrorUseText {
  const mirror = known.find((view) => view.host === host) ?? known.find((view) => view.host === budgetOf(host));
  if (!mirror) return { spared: '', use: '' };
  const { stopped } = mirror;
  const by = stopped?.by ?? 'errors';
  const { used, stopsAt }: UseOfLimit = mirror[by];
  const number = (value: number) => formatNumber(locale, value);
  return {
    spared:
      stopped === null
        ? ''
        : stopped.until !== null && stopped.until > now
          ? words.mirrors.spared(formatClock(locale, stopped.until, now))
          : words.mirrors.sparedForNow,
    use: stopsAt === null || used === 0 ? '' : words.mirrors.hosts[by](number(used), number(stopsAt)),
  };
}

/** The host that a rule leads to; null where each registry has one of its own. */
export function hostOfRule({ template }: MirrorRule): string | null {
  const host = templateHost(template);
  return host.includes('{') ? null : host;
}
