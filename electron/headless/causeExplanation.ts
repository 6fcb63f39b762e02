import type { Cause, Diagnosis, Healable } from '../domain/cause';
import { causeTexts } from '../domain/words/causes';
import type { Language } from '../domain/words/language';

/** A cause as the commands write it: the code, what a person is told, and the finer points. */
export interface CauseExplanation {
  readonly cause: Cause;
  readonly healable: Healable;
  readonly title: string;
  readonly explanation: string;
  readonly next: string;
  /** Whether a mirror helps, and why or why not. */
  readonly mirror: string;
  /** The host that the text names. */
  readonly host?: string;
  readonly ambiguous: boolean;
  readonly sandbox: boolean;
  readonly needsLogin: boolean;
}

/** What the sentences say where no image is named. */
const unnamed: Readonly<Record<Language, string>> = { en: 'the image', zh: '该镜像' };

/** `image` as the sentences name it; empty where none is known. */
export function explainCause(diagnosis: Diagnosis, image: string, language: Language): CauseExplanation {
  const { cause, healable, ambiguous, sandbox, needsLogin, host } = diagnosis;
  const { title, explanation, mirrorHelps, next } = causeTexts(language, diagnosis, {
    image: image === '' ? unnamed[language] : image,
    host: '',
  });
  return {
    cause,
    healable,
    title,
    explanation: image === '' ? asWords(explanation) : explanation,
    next,
    mirror: mirrorHelps,
    ...(host !== '' && { host }),
    ambiguous,
    sandbox,
    needsLogin,
  };
}

/** A name has blanks around it in Chinese and is as it is at the start of a sentence; words are not. */
function asWords(sentence: string): string {
  const text = sentence.replaceAll(/ ?该镜像 ?/g, '该镜像');
  return text.charAt(0).toUpperCase() + text.slice(1);
}
