import type { ContextStatus, ContextView, IncidentView } from '../../electron/domain/appState';
import type { IconName } from '../components/icons';
import type { Speech } from '../words';
import { formatAge, formatClock, formatNumber } from './time';

export interface StatusMark {
  readonly is: ContextStatus['is'];
  readonly icon: IconName;
  readonly spin: boolean;
  /** As in a band: "live", "blind since 13:31". */
  readonly word: string;
}

/** A context's one honest status, small. */
export function statusMark(status: ContextStatus, { words, locale }: Speech, now: number): StatusMark {
  const plain = { is: status.is, spin: false };
  switch (status.is) {
    case 'live':
      return { ...plain, icon: 'live', word: words.status.live };
    case 'connecting':
      return { ...plain, icon: 'connecting', spin: true, word: words.status.connecting };
    case 'syncing':
      return { ...plain, icon: 'connecting', spin: true, word: words.status.reading };
    case 'blind':
      return { ...plain, icon: 'blind', word: words.status.blindSince(formatClock(locale, status.since, now)) };
    case 'denied':
      return { ...plain, icon: 'denied', word: words.status.denied };
    case 'off':
      return { ...plain, icon: 'off', word: words.status.off };
  }
}

/** Why a context cannot be seen and when that is tried again; null while it can be, or is off. */
export function sightLost(status: ContextStatus, { words, locale }: Speech, now: number): string | null {
  if (status.is !== 'blind' && status.is !== 'denied') return null;
  const why =
    status.is === 'blind'
      ? asSentence(status.why, words.common.stop)
      : words.status.mayNot(status.verb, status.resource, status.namespace);
  const wait = status.retryAt - now;
  const next = wait > 0 ? words.status.triesAgainIn(formatAge(locale, wait)) : words.status.triesNow;
  return /[。！？]$/.test(why) ? `${why}${next}` : `${why} ${next}`;
}

/** The second line of a context's row: its status in a word, and what is known of it. */
export function contextFacts(
  context: ContextView,
  incidents: readonly IncidentView[],
  { words, locale }: Speech,
  now: number,
): { readonly word: string; readonly fact: string } {
  const number = (value: number) => formatNumber(locale, value);
  switch (context.status.is) {
    case 'live': {
      const failing = incidents.filter(
        (incident) => incident.context === context.name && incident.progress.is !== 'healed',
      ).length;
      const pods = words.common.pods(context.pods, number(context.pods));
      const trouble = failing === 0 ? words.failing.noneFailing : words.contexts.failingCount(failing, number(failing));
      return { word: words.contexts.live, fact: [pods, trouble].join(words.common.comma) };
    }
    case 'connecting':
      return { word: words.contexts.connecting, fact: '' };
    case 'syncing': {
      const { pods } = context.status;
      return { word: words.contexts.reading, fact: words.contexts.podsRead(pods, number(pods)) };
    }
    case 'blind':
      return { word: words.contexts.blindSince(formatClock(locale, context.status.since, now)), fact: '' };
    case 'denied':
      return { word: words.contexts.denied, fact: '' };
    case 'off':
      return { word: words.contexts.off, fact: '' };
  }
}

function asSentence(text: string, stop: string): string {
  return /[.!?。！？]$/.test(text) ? text : text + stop;
}
