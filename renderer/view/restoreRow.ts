import type { HeldReason, RestoreView } from '../../electron/domain/appState';
import type { IconName } from '../components/icons';
import { causeTitle } from '../words/causeText';
import type { Speech } from '../words';
import type { Tone } from './incidentRow';
import { formatAgo, formatClock, formatElapsed, formatNumber } from './time';

export type RestoreBand = 'ready' | 'unchecked' | 'held' | 'free';

/** In the order of what a person can do. */
export const restoreBands: readonly RestoreBand[] = ['ready', 'unchecked', 'held', 'free'];

export interface RestoreRow {
  readonly band: RestoreBand;
  readonly tone: Tone | 'ready';
  readonly icon: IconName;
  readonly spin: boolean;
  readonly word: string;
  readonly why: string;
  readonly next:
    | { readonly is: 'restore'; readonly label: string; readonly spoken: string }
    | { readonly is: 'check'; readonly label: string; readonly spoken: string }
    | { readonly is: 'words'; readonly word: string; readonly text: string };
  /** A person may ask for an earlier look than the app plans. */
  readonly checkable: boolean;
}

/** One pod that runs with a proxied image. */
export function restoreRow(restore: RestoreView, speech: Speech, now: number): RestoreRow {
  const { words, locale } = speech;
  const { state } = restore;
  const count = restore.containers.length;
  const restarts = words.restores.restarts(count, formatNumber(locale, count));
  const plain = { spin: false, why: '', checkable: false };
  switch (state.is) {
    case 'ready':
      return {
        ...plain,
        band: 'ready',
        tone: 'ready',
        icon: 'undo',
        word: restarts,
        next: {
          is: 'restore',
          label: words.restores.restoreNow,
          spoken: words.restores.restoreLabel(restore.pod, restarts),
        },
      };
    case 'restoring':
      return {
        ...plain,
        band: 'ready',
        tone: 'work',
        icon: 'work',
        spin: true,
        word: words.restores.restoring,
        next: { is: 'words', word: '', text: formatElapsed(now - state.since) },
      };
    case 'unchecked':
      return {
        ...plain,
        band: 'unchecked',
        tone: 'wait',
        icon: 'wait',
        word: words.restores.uncheckedWord,
        next: {
          is: 'check',
          label: words.restores.check,
          spoken: words.restores.checkLabel(restore.containers[0]?.original ?? restore.pod),
        },
      };
    case 'checking':
      return {
        ...plain,
        band: 'unchecked',
        tone: 'work',
        icon: 'work',
        spin: true,
        word: words.restores.checking,
        next: { is: 'words', word: '', text: formatElapsed(now - state.since) },
      };
    case 'held': {
      const { word, why } = heldText(state.why, speech);
      const tries = state.tries > 0 ? words.restores.tried(state.tries, formatNumber(locale, state.tries)) : '';
      const failed = state.why.is === 'failed-and-swapped-back' || state.why.is === 'denied';
      const text =
        state.retryAt === null
          ? words.restores.whenReplaced
          : words.restores.tries(formatClock(locale, state.retryAt, now));
      return {
        band: 'held',
        spin: false,
        tone: failed ? 'warn' : 'wait',
        icon: failed ? 'warn' : 'clock',
        word,
        why: why || tries,
        next: { is: 'words', word: '', text },
        checkable: state.why.is !== 'pull-policy-always',
      };
    }
    case 'free':
      return {
        ...plain,
        band: 'free',
        tone: 'ok',
        icon: 'ok',
        word: '',
        next: { is: 'words', word: words.restores[state.how], text: formatAgo(locale, now - state.at) },
      };
  }
}

function heldText(why: HeldReason, { words, language }: Speech): { word: string; why: string } {
  switch (why.is) {
    case 'cause':
      return { word: causeTitle(language, why.cause), why: why.host };
    case 'pull-policy-always':
      return { word: words.restores.always, why: words.restores.alwaysWhy };
    case 'denied':
      return { word: words.restores.denied, why: words.failing.mayNot(why.verb, why.resource) };
    case 'failed-and-swapped-back':
      return { word: words.restores.swappedBack, why: '' };
    case 'error':
      return { word: words.restores.error, why: why.detail };
  }
}
