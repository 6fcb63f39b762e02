import { isComing, type AppState, type ContextView, type IncidentView } from '../../electron/domain/appState';
import type { Speech } from '../words';
import { incidentRow, isInFixAll, type IncidentRow } from './incidentRow';
import { formatClock, formatNumber } from './time';

export interface FailingBand {
  readonly name: string;
  readonly context: ContextView | undefined;
  readonly rows: readonly { readonly incident: IncidentView; readonly row: IncidentRow }[];
}

export interface FailingScreen {
  readonly bands: readonly FailingBand[];
  /** Said aloud when it changes; the first part is the one that matters. */
  readonly summary: readonly string[];
  readonly needYou: number;
  /** Everything that is not healed: the number on the section. */
  readonly open: number;
  readonly fixAll: number;
}

/** An id is unique in its context only. */
export const incidentKey = (incident: { readonly context: string; readonly id: string }): string =>
  `${incident.context}\n${incident.id}`;

/** Everything that the first section shows, from one snapshot. */
export function failingScreen(state: AppState, speech: Speech, now: number): FailingScreen {
  const contexts = new Map(state.contexts.map((context) => [context.name, context]));
  const shown = state.incidents.filter((incident) => contexts.get(incident.context)?.watch !== false);
  const rows = [...shown].sort(newestFirst).map((incident) => ({
    incident,
    row: incidentRow(incident, contexts.get(incident.context), state.caches, speech, now),
  }));
  // What is healed moves to the end of its band; nothing else changes its place while one looks at it.
  const ordered = [...rows.filter(({ row }) => row.tone !== 'ok'), ...rows.filter(({ row }) => row.tone === 'ok')];

  const watched = state.contexts.filter((context) => context.watch);
  const names = new Set([...watched.map((context) => context.name), ...shown.map((incident) => incident.context)]);
  const bands = [...names].map((name): FailingBand => ({
    name,
    context: contexts.get(name),
    rows: ordered.filter(({ incident }) => incident.context === name),
  }));
  const count = (is: (row: IncidentRow) => boolean) => rows.filter(({ row }) => is(row)).length;
  const needYou = count((row) => row.tone === 'fail' || row.tone === 'warn');
  return {
    bands: [...bands.filter(saysSomething), ...bands.filter((band) => !saysSomething(band))],
    summary: summary(watched, rows, speech),
    needYou,
    open: count((row) => row.tone !== 'ok'),
    fixAll: rows.filter(({ incident }) => isInFixAll(incident, contexts.get(incident.context))).length,
  };
}

function newestFirst(a: IncidentView, b: IncidentView): number {
  return b.firstSeen - a.firstSeen || (incidentKey(a) < incidentKey(b) ? -1 : 1);
}

/** A healthy context without failures needs no attention, so it comes after those that do. */
function saysSomething({ rows, context }: FailingBand): boolean {
  return rows.length > 0 || context?.status.is !== 'live';
}

function summary(
  watched: readonly ContextView[],
  rows: readonly { readonly row: IncidentRow }[],
  { words, locale }: Speech,
): readonly string[] {
  const said = (count: number, text: (n: number, digits: string) => string) =>
    count > 0 ? [text(count, formatNumber(locale, count))] : [];
  const tones = (...wanted: readonly IncidentRow['tone'][]) =>
    rows.filter(({ row }) => wanted.includes(row.tone) && !row.old).length;
  const counts = [
    ...said(tones('fail', 'warn'), words.failing.needYou),
    ...said(tones('work', 'wait'), words.failing.inProgress),
    ...said(tones('ok'), words.failing.healedCount),
  ];
  const number = (value: number) => formatNumber(locale, value);
  const blind = watched.filter((context) => context.status.is === 'blind' || context.status.is === 'denied').length;
  if (blind > 0) {
    const lead =
      watched.length === 1 ? words.failing.blindInOnly : words.failing.blindIn(number(blind), number(watched.length));
    const old = rows.some(({ row }) => row.old) && counts.length === 0 ? [words.failing.mayBeOld] : [];
    return [lead, ...counts.slice(0, 2), ...old];
  }
  const reading = watched.filter((context) => isComing(context.status)).length;
  if (reading === 0) return counts;
  const of = [number(reading), number(watched.length)] as const;
  if (rows.length > 0)
    return [
      ...counts.slice(0, 2),
      watched.length === 1 ? words.failing.stillReadingOnly : words.failing.stillReading(...of),
    ];
  return [watched.length === 1 ? words.failing.readingOnly : words.failing.readingIn(...of), words.failing.noneSoFar];
}

/** What the empty screen may claim: since when every watched context has been seen without a gap. */
export function calmFacts(state: AppState, { words, locale }: Speech, now: number): string | null {
  const watched = state.contexts.filter((context) => context.watch);
  const since = watched.map((context) => (context.status.is === 'live' ? context.status.since : null));
  if (watched.length === 0 || since.includes(null)) return null;
  const pods = watched.reduce((sum, context) => sum + context.pods, 0);
  return words.calm.facts(
    words.common.pods(pods, formatNumber(locale, pods)),
    words.common.contexts(watched.length, formatNumber(locale, watched.length)),
    formatClock(locale, Math.max(...since.map((at) => at ?? 0)), now),
  );
}
