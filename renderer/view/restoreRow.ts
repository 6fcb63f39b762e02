import type { AppState, ContextView, HeldReason, RestoreView } from '../../electron/domain/appState';
import type { IconName } from '../components/icons';
import { causeTitle } from '../words/causeText';
import type { Speech } from '../words';
import type { Tone } from './incidentRow';
import { formatAgo, formatClock, formatElapsed, formatNumber } from './time';

type RestoreBand = 'ready' | 'unchecked' | 'held' | 'free';

/** In the order of what a person can do. */
const restoreBands: readonly RestoreBand[] = ['ready', 'unchecked', 'held', 'free'];

interface RestoreContextBand {
  readonly name: string;
  readonly context: ContextView | undefined;
  readonly rows: readonly { readonly restore: RestoreView; readonly row: RestoreRow }[];
}

interface RestoresScreen {
  readonly bands: readonly RestoreContextBand[];
  /** The first part is the one that matters. */
  readonly summary: readonly string[];
  /** How many go back without restarting anything, in contexts where writing was agreed to. */
  readonly free: number;
}

export interface RestoreRow {
  readonly band: RestoreBand;
  readonly tone: Tone | 'ready';
  readonly icon: IconName;
  readonly spin: boolean;
  readonly word: string;
  readonly why: string;
  /** "since 11:06"; empty where nothing tells. */
  readonly since: string;
  /** What brings the original back without a restore; empty for a pod that nobody owns. */
  readonly otherwise: string;
  /** What this state means, in a sentence. */
  readonly note: string;
  readonly next:
    | { readonly is: 'restore'; readonly label: string; readonly spoken: string }
    | { readonly is: 'check'; readonly label: string; readonly spoken: string }
    /** Goes back with all others that are free; where writing was not agreed to, that is asked first. */
    | { readonly is: 'free'; readonly label: string; readonly spoken: string; readonly text: string }
    | { readonly is: 'words'; readonly word: string; readonly text: string };
  /** A person may ask for an earlier look than the app plans. */
  readonly checkable: boolean;
}

/** Every swapped pod, by context: first what a person can do, last what needs nothing. */
export function restoresScreen({ restores, contexts }: AppState, speech: Speech, now: number): RestoresScreen {
  const { words, locale } = speech;
  const known = new Map(contexts.map((context) => [context.name, context]));
  const rows = restores.map((restore) => ({ restore, row: restoreRow(restore, speech, now) }));
  const names = [...new Set([...contexts.map(({ name }) => name), ...restores.map(({ context }) => context)])];
  const order = ({ row }: (typeof rows)[number]) => restoreBands.indexOf(row.band);
  const counts: Record<RestoreBand, (n: number, text: string) => string> = {
    ready: words.restores.readyCount,
    unchecked: words.restores.uncheckedCount,
    held: words.restores.heldCount,
    free: words.restores.freeCount,
  };
  return {
    bands: names
      .map((name) => ({
        name,
        context: known.get(name),
        rows: rows.filter(({ restore }) => restore.context === name).sort((a, b) => order(a) - order(b)),
      }))
      .filter((band) => band.rows.length > 0),
    summary: restoreBands.flatMap((band) => {
      const { length } = rows.filter(({ restore, row }) => row.band === band && !goesFree(restore));
      const { length: free } = rows.filter(({ restore, row }) => row.band === band && goesFree(restore));
      return [
        ...(length === 0 ? [] : [counts[band](length, formatNumber(locale, length))]),
        ...(free === 0 ? [] : [words.restores.freeToGoCount(free, formatNumber(locale, free))]),
      ];
    }),
    free: restores.filter((restore) => goesFree(restore) && known.get(restore.context)?.agreed === true).length,
  };
}

/** Whether it goes back without restarting anything. */
function goesFree({ restarts, state }: RestoreView): boolean {
  return restarts === 0 && state.is !== 'free' && state.is !== 'restoring';
}

/** One pod that runs with a proxied image. */
export function restoreRow(restore: RestoreView, speech: Speech, now: number): RestoreRow {
  const { words, locale } = speech;
  const { state } = restore;
  const count = restore.restarts ?? restore.containers.length;
  const restarts =
    count === 0 ? words.restores.restartsNothing : words.restores.restarts(count, formatNumber(locale, count));
  const back = state.is === 'free';
  const plain = {
    spin: false,
    why: '',
    checkable: false,
    since: restore.swappedAt === null || back ? '' : words.restores.since(formatClock(locale, restore.swappedAt, now)),
    otherwise: back ? '' : otherwiseBack(restore, speech),
    note: words.restores.notes[bandOf(restore)],
  };
  if (goesFree(restore))
    return {
      ...plain,
      band: 'ready',
      tone: 'ready',
      icon: 'undo',
      word: restarts,
      note: words.restores.freeToGoNote,
      next: {
        is: 'free',
        label: words.restores.allow,
        spoken: words.restores.allowLabel(restore.pod, restore.context),
        text: words.restores.freeToGo,
      },
    };
  switch (state.is) {
    case 'ready':
      return {
        ...plain,
        band: bandOf(restore),
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
        band: bandOf(restore),
        tone: 'work',
        icon: 'work',
        spin: true,
        word: words.restores.restoring,
        next: { is: 'words', word: '', text: formatElapsed(now - state.since) },
      };
    case 'unchecked':
      return {
        ...plain,
        band: bandOf(restore),
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
        band: bandOf(restore),
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
        ...plain,
        band: bandOf(restore),
        tone: failed ? 'warn' : 'wait',
        icon: failed ? 'warn' : 'clock',
        word,
        why: why || (failed ? '' : tries),
        note: state.why.is === 'pull-policy-always' ? words.restores.alwaysNote : plain.note,
        next: { is: 'words', word: '', text },
        checkable: state.why.is !== 'pull-policy-always',
      };
    }
    case 'free':
      return {
        ...plain,
        band: bandOf(restore),
        tone: 'ok',
        icon: 'ok',
        word: '',
        next: { is: 'words', word: words.restores[state.how], text: formatAgo(locale, now - state.at) },
      };
  }
}

const bandsOf: Readonly<Record<RestoreView['state']['is'], RestoreBand>> = {
  ready: 'ready',
  restoring: 'ready',
  unchecked: 'unchecked',
  checking: 'unchecked',
  held: 'held',
  free: 'free',
};

const bandOf = ({ state }: RestoreView): RestoreBand => bandsOf[state.is];

/** A Job's pods are not rolled out anew: they end with it. */
function otherwiseBack({ owner }: RestoreView, { words }: Speech): string {
  if (owner === null) return '';
  return owner.startsWith('Job/') ? words.restores.endsWithJob : words.restores.endsWithRollout;
}

function heldText(why: HeldReason, { words, language }: Speech): { word: string; why: string } {
  switch (why.is) {
    case 'cause':
      return { word: causeTitle(language, why.cause), why: why.host };
    case 'pull-policy-always':
      return { word: words.restores.always, why: '' };
    case 'denied':
      return { word: words.restores.denied, why: words.failing.mayNot(why.verb, why.resource) };
    case 'failed-and-swapped-back':
      return { word: words.restores.swappedBack, why: '' };
    case 'error':
      return { word: words.restores.error, why: why.detail };
  }
}
