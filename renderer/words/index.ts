import { languageFor, type Language } from '../../electron/domain/words/language';
import { en, type Words } from './en';
import { zh } from './zh';

export type { Language, Words };

export const words: Readonly<Record<Language, Words>> = { en, zh };

export interface Speech {
  readonly language: Language;
  readonly words: Words;
  /** For Intl: the system's own variant of the language where it is one, so that en-GB keeps its dates. */
  readonly locale: string;
}

/** `system` follows the browser's language, which is a BCP 47 tag. */
export function speechFor(choice: 'system' | Language, systemLocale: string): Speech {
  const language = languageFor(choice, systemLocale);
  const spoken = words[language];
  const locale = systemLocale.toLowerCase().startsWith(language) ? systemLocale : spoken.tag;
  return { language, words: spoken, locale };
}
