import { isComing, type CacheView, type ContextView, type IncidentView } from '../../electron/domain/appState';
import type { Cause } from '../../electron/domain/diagnosis/cause';
import { canBeHealed, isFixable } from '../../electron/domain/views/notices';
import type { IconName } from '../components/icons';
import { causeText, causeTitle } from '../words/causeText';
import type { Speech } from '../words';
import { gaveUpText } from './gaveUp';
import { canOnlyBePutBack, isSpared } from './refusals';
import { stepTrack, type StepTrack } from './stepTrack';
import { formatAge, formatAgo, formatClock, formatElapsed, formatNumber } from './time';

/** Who acts: `fail` a person, here; `warn` a person, elsewhere; `work` the app; `wait` nobody yet; `ok` it runs. */
export type Tone = 'fail' | 'warn' | 'work' | 'wait' | 'ok';

/** The right edge says what happens next: a button when a person acts, words when the app does. Never both. */
export type Next =
  | {
      readonly is: 'button';
      readonly label: string;
      readonly spoken: string;
      readonly does: 'fix' | 'explain';
      readonly loud: boolean;
      readonly disabled: boolean;
    }
  | { readonly is: 'words'; readonly word: string; readonly text: string };

export interface IncidentRow {
  readonly tone: Tone;
  readonly icon: IconName;
  readonly spin: boolean;
  /** The state in a word or two. */
  readonly word: string;
  readonly why: string;
  readonly meta: string;
  readonly next: Next;
  /** One real thing per cell while a rescue runs. */
  readonly track: StepTrack | null;
  /** Known from before sight was lost. */
  readonly old: boolean;
}

/** What a list shows of one incident; `context` is undefined when its context has left the kubeconfig. */
export function incidentRow(
  incident: IncidentView,
  context: ContextView | undefined,
  caches: readonly CacheView[],
  speech: Speech,
  now: number,
): IncidentRow {
  const { words, locale } = speech;
  const { progress } = incident;
  const podCount = words.common.pods(incident.pods.length, formatNumber(locale, incident.pods.length));
  const plain = { spin: false, meta: podCount, track: null, old: false };

  if (progress.is === 'rescuing') {
    const { mirror, mirrors, host, step, since } = progress;
    const last = progress.earlier.at(-1);
    const word =
      step === 'put-back'
        ? words.failing.puttingBack
        : mirror > 1
          ? words.failing.tryingMirror(formatNumber(locale, mirror), formatNumber(locale, mirrors))
          : words.failing.fixing;
    const why = last
      ? words.failing.hostFailed(last.host, causeTitle(speech.language, last.cause, last.needsLogin))
      : words.failing.via(host);
    return {
      ...plain,
      tone: 'work',
      icon: 'work',
      spin: true,
      word,
      why,
      next: { is: 'words', word: '', text: formatElapsed(now - since) },
      // What went wrong before matters more here than how many wait.
      meta: last ? '' : podCount,
      track: stepTrack(incident, progress, caches),
    };
  }

  if (progress.is === 'healed') {
    return {
      ...plain,
      tone: 'ok',
      icon: 'ok',
      word: '',
      why: '',
      meta: '',
      next: { is: 'words', word: words.failing.healed, text: formatAgo(locale, now - progress.at) },
    };
  }

  const cause = causeText(incident, speech, now);

  if (!canSee(context)) {
    const seenAt = context && 'since' in context.status ? context.status.since : incident.firstSeen;
    return {
      ...plain,
      tone: 'wait',
      icon: 'wait',
      word: words.failing.lastSeen,
      why: `${formatClock(locale, seenAt, now)} · ${cause.word}`,
      next: fixButton(incident, speech, words.failing.fix, false, true),
      old: true,
    };
  }

  const age = formatAge(locale, now - incident.firstSeen);
  const meta = `${podCount} · ${age}`;

  if (progress.is === 'gave-up' && !(isSpared(incident) && progress.retryAt === null)) {
    const { word, why, helpsElsewhere } = gaveUpText(progress, speech);
    const given = { ...plain, word, why, meta: helpsElsewhere ? '' : podCount };
    if (progress.retryAt !== null) {
      const text = words.failing.retries(formatClock(locale, progress.retryAt, now));
      return { ...given, tone: 'wait', icon: 'clock', next: { is: 'words', word: '', text } };
    }
    if (helpsElsewhere) return { ...given, tone: 'warn', icon: 'warn', next: explain(words.failing.showHow, incident) };
    return {
      ...given,
      tone: 'fail',
      icon: 'fail',
      next: fixButton(incident, speech, words.failing.tryAgain, false, false),
    };
  }

  // Why it is left alone matters more than for how long.
  const row = { ...plain, word: cause.word, why: cause.why, meta: cause.refused ? podCount : meta };
  if (isSpared(incident))
    return { ...row, tone: 'wait', icon: 'clock', next: afterSparing(incident, context, speech, now) };
  if (canOnlyBePutBack(incident)) {
    if (context?.auto && context.agreed && incident.diagnosis.healable === 'yes')
      return { ...row, tone: 'wait', icon: 'clock', next: { is: 'words', word: '', text: words.failing.queued } };
    return {
      ...row,
      tone: 'fail',
      icon: 'fail',
      next: putBackButton(incident, speech),
    };
  }
  if (!canBeHealed(incident)) return { ...row, tone: 'warn', icon: 'warn', next: explain(words.failing.why, incident) };
  if (context && healsByItself(incident, context))
    return { ...row, tone: 'wait', icon: 'clock', next: { is: 'words', word: '', text: words.failing.queued } };
  if (context && waitsForAnotherFailure(incident, context))
    return { ...row, tone: 'wait', icon: 'clock', next: { is: 'words', word: '', text: words.failing.ifAgain } };
  return {
    ...row,
    tone: 'fail',
    icon: 'fail',
    next: fixButton(incident, speech, words.failing.fix, incident.diagnosis.healable === 'yes', false),
  };
}

/** Whether what is known of a context is what is so now. While it connects again, it counts as seen. */
export function canSee(context: ContextView | undefined): boolean {
  return context !== undefined && (context.status.is === 'live' || isComing(context.status));
}

export function healsByItself(incident: IncidentView, context: ContextView): boolean {
  return context.auto && incident.diagnosis.healable === 'yes' && isFixable(incident, context);
}

/** Where the cause itself is not certain, only a person decides, however often it fails. */
const neverAutomatic: ReadonlySet<Cause> = new Set<Cause>(['unknown', 'not-found', 'unauthorized', 'bad-reference']);

/** What failed once, as a pull that was cut off, may well go through at the kubelet's next attempt, which is waited for. */
export function waitsForAnotherFailure(incident: IncidentView, context: ContextView): boolean {
  const { cause, healable } = incident.diagnosis;
  return context.auto && healable === 'offer' && !neverAutomatic.has(cause) && isFixable(incident, context);
}

function afterSparing(
  incident: IncidentView,
  context: ContextView | undefined,
  { words, locale }: Speech,
  now: number,
): Next {
  const until = incident.refusal?.until ?? 0;
  const byItself = context !== undefined && context.auto && incident.diagnosis.healable === 'yes';
  if (until > now) {
    const clock = formatClock(locale, until, now);
    return { is: 'words', word: '', text: byItself ? words.failing.retries(clock) : words.failing.fixFrom(clock) };
  }
  return byItself ? { is: 'words', word: '', text: words.failing.queued } : explain(words.failing.why, incident);
}

/** Whether "Fix all" takes this one along: it can be healed now, and a person has agreed to writing. */
export function isInFixAll(incident: IncidentView, context: ContextView | undefined): boolean {
  if (context === undefined || !canSee(context) || !isFixable(incident, context)) return false;
  return !healsByItself(incident, context) && !waitsForAnotherFailure(incident, context);
}

function fixButton(incident: IncidentView, { words }: Speech, label: string, loud: boolean, disabled: boolean): Next {
  return { is: 'button', label, spoken: words.failing.fixImage(incident.image), does: 'fix', loud, disabled };
}

function putBackButton({ image }: IncidentView, { words }: Speech): Next {
  const label = words.failing.putBack;
  return { is: 'button', label, spoken: `${label} ${image}`, does: 'fix', loud: false, disabled: false };
}

function explain(label: string, incident: IncidentView): Next {
  return { is: 'button', label, spoken: `${label} ${incident.image}`, does: 'explain', loud: false, disabled: false };
}
