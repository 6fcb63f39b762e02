import type { Cause, Diagnosis, Refusal } from '../diagnosis/cause';
import { parseImageReference } from '../image/imageReference';
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

/** What stands for an image whose name is not known. */
const theImage: Readonly<Record<Language, string>> = { en: 'the image', zh: '该镜像' };

/**
 * The texts for a diagnosis. Where no host is given, the host is the one that the diagnosis found in the
 * kubelet's text, or else the image's own.
 */
export function causeTexts(language: Language, diagnosis: Diagnosis, subject: CauseSubject): CauseTexts {
  const { title, explanation, mirrorHelps, next } = causes[language][formOf(diagnosis)];
  const host = subject.host || diagnosis.host || hostOfImage(subject.image);
  const image = subject.image || theImage[language];
  const explained = explanation({ image, host, cause: causes[language][diagnosis.cause].title });
  return {
    title,
    explanation: subject.image === '' ? withoutName(language, explained) : explained,
    mirrorHelps,
    next: next({ image, host }),
  };
}

/** The sentences are made for names: in English one may begin with it, in Chinese it is set off with spaces. */
function withoutName(language: Language, text: string): string {
  if (language === 'zh') return text.replace(/[“ ]?该镜像[” ]?/g, theImage.zh);
  return text.replace(/“the image”/, theImage.en).replace(/^the image/, 'The image');
}

/** The cause in a few words; `needsLogin` as in a Diagnosis. */
export function causeTitle(language: Language, cause: Cause, needsLogin = false): string {
  return causes[language][needsLogin ? 'mirror-login' : cause].title;
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

function formOf({ cause, healable, ambiguous, sandbox, needsLogin }: Diagnosis): CauseForm {
  if (sandbox) return 'sandbox';
  if (needsLogin) return 'mirror-login';
  if (cause === 'unauthorized' && healable === 'offer') return 'refused-here';
  if (cause === 'tls' && healable === 'offer') return 'led-elsewhere';
  if (cause === 'not-found' && ambiguous) return 'not-found-or-private';
  if (cause === 'unauthorized' && ambiguous) return 'private-or-not-found';
  if (cause === 'bad-reference' && healable === 'offer') return 'short-name';
  if (cause === 'rate-limited' && healable === 'no') return 'node-limit';
  if ((cause === 'unknown' || cause === 'interrupted') && healable === 'no') return 'node-trouble';
  return cause;
}

function hostOfImage(image: string): string {
  const parsed = parseImageReference(image);
  return parsed.ok ? parsed.reference.domain : '';
}
