import type { Cause, Diagnosis, Refusal } from '../cause';
import { parseImageReference } from '../imageReference';
import type { CauseForm, CauseSubject, CauseWords, RefusalWords } from './causeWords';
import { causesEnglish, refusalsEnglish } from './causesEnglish';
import { causesChinese, refusalsChinese } from './causesChinese';
import type { Language } from './language';

/** What a person is told about one cause. Each text is one sentence, `title` a few words. */
export interface CauseTexts {
  readonly title: string;
  /** What happened. */
  readonly explanation: string;
  /** Whether a mirror helps, and why or why not. */
  readonly mirrorHelps: string;
  /** What else to do. */
  readonly next: string;
}

const causes: Readonly<Record<Language, Readonly<Record<CauseForm, CauseWords>>>> = {
  en: causesEnglish,
  zh: causesChinese,
};
const refusals: Readonly<Record<Language, RefusalWords>> = { en: refusalsEnglish, zh: refusalsChinese };

/**
 * The texts for a diagnosis. Where no host is given, the host is the one that the diagnosis found in the
 * kubelet's text, or else the image's own.
 */
export function causeTexts(language: Language, diagnosis: Diagnosis, subject: CauseSubject): CauseTexts {
  const { title, explanation, mirrorHelps, next } = causes[language][formOf(diagnosis)];
  const about = { image: subject.image, host: subject.host || diagnosis.host || hostOfImage(subject.image) };
  return { title, explanation: explanation(about), mirrorHelps, next: next(about) };
}

/** The cause in a few words. */
export function causeTitle(language: Language, cause: Cause): string {
  return causes[language][cause].title;
}

/** Why a failing container is left alone, in one sentence. */
export function refusalText(language: Language, { code, about }: Refusal): string {
  // The data names the cause by its code; a person reads its title.
  const title = code === 'cause' ? titleOfCode(language, about) : about;
  return refusals[language][code](title);
}

function titleOfCode(language: Language, code: string): string {
  const words: Readonly<Record<string, CauseWords | undefined>> = causes[language];
  return words[code]?.title ?? code;
}

function formOf({ cause, healable, ambiguous, sandbox }: Diagnosis): CauseForm {
  if (sandbox) return 'sandbox';
  if (cause === 'not-found' && ambiguous) return 'not-found-or-private';
  if (cause === 'unauthorized' && ambiguous) return 'private-or-not-found';
  if (cause === 'bad-reference' && healable === 'offer') return 'short-name';
  if (cause === 'rate-limited' && healable === 'no') return 'node-limit';
  if (cause === 'unknown' && healable === 'no') return 'node-trouble';
  return cause;
}

function hostOfImage(image: string): string {
  const parsed = parseImageReference(image);
  return parsed.ok ? parsed.reference.domain : '';
}
