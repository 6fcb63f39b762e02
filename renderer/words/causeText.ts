import type { IncidentView, MirrorFailure } from '../../electron/domain/appState';
import { hostOf, parseImageReference } from '../../electron/domain/image/imageReference';
import { causeTexts, causeTitle, refusalText } from '../../electron/domain/words/causes';
import { referenceParts, shortDigest } from '../view/referenceParts';
import { formatClock } from '../view/time';
import type { Language, Speech } from './index';

/** What the window says about why an image is missing. */
export interface CauseText {
  /** A few words: the state of a row. */
  readonly word: string;
  /** What the word is about, as short: a host, or why no mirror is tried. */
  readonly why: string;
  /** `why` says why no mirror is tried, whatever the cause. */
  readonly refused: boolean;
  /** Whole sentences. */
  readonly explanation: string;
  /** What somebody can do where a click on Fix is not the answer. */
  readonly help: readonly string[];
}

/** The cause of an incident, and why it is left alone where it is. */
export function causeText(incident: IncidentView, { language, words, locale }: Speech, now: number): CauseText {
  const { diagnosis, refusal, image } = incident;
  const host = diagnosis.host || imageHost(image);
  // The heading shows the whole name, so that the sentences can use the short one.
  const called = diagnosis.cause === 'bad-reference' ? image : shortName(image);
  const { title, explanation, mirrorHelps, next } = causeTexts(language, diagnosis, { image: called, host });
  const space = language === 'zh' ? '' : ' ';
  if (refusal === null || refusal.code === 'cause' || refusal.code === 'sandbox')
    return {
      word: title,
      why: host,
      refused: false,
      explanation: [explanation, mirrorHelps].join(space),
      help: [next],
    };
  const { short, help } = words.refusals[refusal.code];
  const until = refusal.until !== undefined && refusal.until > now ? formatClock(locale, refusal.until, now) : null;
  return {
    word: title,
    why: short,
    refused: true,
    explanation: [explanation, refusalText(language, refusal)].join(space),
    help: [refusal.code === 'budget' && until !== null ? words.refusals.waitUntil(until) : help || next],
  };
}

/** What happened at a mirror that wants a login, and what to do about it; null for any other failure of a mirror. */
export function mirrorLoginText(
  { host, cause, needsLogin }: MirrorFailure,
  image: string,
  language: Language,
): { readonly explanation: string; readonly next: string } | null {
  if (needsLogin !== true) return null;
  const diagnosis = { cause, healable: 'no', ambiguous: false, host, sandbox: false, needsLogin } as const;
  return causeTexts(language, diagnosis, { image: shortName(image), host });
}

export { causeTitle, refusalText };

function imageHost(image: string): string {
  const parsed = parseImageReference(image);
  return parsed.ok ? hostOf(parsed.reference.domain) : '';
}

function shortName(image: string): string {
  const { name, tag } = referenceParts(image);
  return name + shortDigest(tag);
}
