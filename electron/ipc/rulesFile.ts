import { readRulesFile } from '../domain/mirrors/mirrorRulesFile';
import type { Language } from '../domain/words/language';
import type { ImportedRules, Result } from './contract';

/** The rules in a file's text, or the field that is wrong and what is wrong with it, as one sentence. */
export function readRules(
  { name, text }: { readonly name: string; readonly text: string },
  language: Language,
): Result<ImportedRules> {
  const read = readRulesFile(text, language);
  if (read.ok) return { ok: true, value: { file: name, rules: read.rules } };
  const where = read.path === '' ? name : `${name}, ${read.path}`;
  return { ok: false, error: { code: 'bad-request', message: `${where}: ${read.why}` } };
}
