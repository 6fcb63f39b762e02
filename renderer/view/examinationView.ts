import type { ActivityEntry } from '../../electron/domain/appState';
import type { Examination, Finding, FindingLevel, Fix, PlannedWrite } from '../../electron/domain/doctor/examination';
import type { WorkingFix } from '../model/examinations.svelte';
import type { Speech } from '../words';
import type { IconName } from '../components/icons';
import type { Tone } from './incidentRow';
import { formatNumber } from './time';

export interface FindingBand {
  readonly level: FindingLevel;
  readonly tone: Tone;
  readonly icon: IconName;
  readonly findings: readonly Finding[];
}

const looks: Readonly<Record<FindingLevel, { readonly tone: Tone; readonly icon: IconName }>> = {
  broken: { tone: 'fail', icon: 'fail' },
  warning: { tone: 'warn', icon: 'warn' },
  ok: { tone: 'ok', icon: 'ok' },
};
const levels: readonly FindingLevel[] = ['broken', 'warning', 'ok'];

/** What was found, worst first; levels of which there is none are left out. */
export function findingBands({ findings }: Examination): readonly FindingBand[] {
  return levels
    .map((level) => ({ level, ...looks[level], findings: findings.filter((finding) => finding.level === level) }))
    .filter((band) => band.findings.length > 0);
}

/** The findings as one sentence, in parts; the first is the one that matters. */
export function examinationSummary(examination: Examination, { words, locale }: Speech): readonly string[] {
  const bands = findingBands(examination);
  const count = { broken: words.examination.brokenCount, warning: words.examination.warningCount };
  const trouble = bands.flatMap(({ level, findings: { length } }) =>
    level === 'ok' ? [] : [count[level](length, formatNumber(locale, length))],
  );
  const fine = bands.find(({ level }) => level === 'ok')?.findings.length ?? 0;
  if (trouble.length === 0) return [words.examination.allInOrder];
  return fine === 0 ? trouble : [...trouble, words.examination.okCount(fine, formatNumber(locale, fine))];
}

export function fixOf(examination: Examination | null, id: string | null): Fix | undefined {
  return examination?.findings.find(({ fix }) => fix !== null && fix.id === id)?.fix ?? undefined;
}

export type WriteMark = 'later' | 'now' | 'done' | 'refused';

/** How far a fix is that is being done: its writes stand in the activity as they are answered. */
export function writeMarks(
  { writes }: Fix,
  context: string,
  working: WorkingFix,
  activity: readonly ActivityEntry[],
): readonly WriteMark[] {
  const known = activity.findIndex(({ id }) => id === working.after);
  const since = activity.slice(0, known < 0 ? activity.length : known).filter((entry) => entry.context === context);
  const marks = writes.map((write): WriteMark => {
    const entry = since.find((candidate) => isAbout(candidate, write));
    return entry === undefined ? 'later' : entry.outcome === 'refused' ? 'refused' : 'done';
  });
  const next = marks.indexOf('later');
  return marks.map((mark, index) => (index === next ? 'now' : mark));
}

/** An entry of a usual kind names its object without the kind. */
function isAbout({ object }: ActivityEntry, write: PlannedWrite): boolean {
  return object === write.object || write.object.endsWith(` ${object}`);
}
