/** The languages that every text of the product exists in. */
export type Language = 'en' | 'zh';

/** What a person chose, or the system's language where they chose `system`; `locale` is a BCP 47 tag. */
export function languageFor(choice: 'system' | Language, locale: string): Language {
  if (choice !== 'system') return choice;
  return locale.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}
