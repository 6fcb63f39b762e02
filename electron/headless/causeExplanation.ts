import type { Cause, Diagnosis, Healable } from '../domain/diagnosis/cause';
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

/** `image` as the sentences name it; empty where none is known. */
export function explainCause(diagnosis: Diagnosis, image: string, language: Language): CauseExplanation {
  const { cause, healable, ambiguous, sandbox, needsLogin, host } = diagnosis;
  const { title, explanation, mirrorHelps, next } = causeTexts(language, diagnosis, { image, host: '' });
  return {
    cause,
    healable,
    title,
    explanation,
    next,
    mirror: mirrorHelps,
    ...(host !== '' && { host }),
    ambiguous,
    sandbox,
    needsLogin,
  };
}
