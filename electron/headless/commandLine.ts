import { parseArgs, type ParseArgsConfig } from 'node:util';
import { parseImageReference } from '../domain/image/imageReference';
import type { Language } from '../domain/words/language';
import { UsageError } from './surroundings';

type Options = NonNullable<ParseArgsConfig['options']>;

/** Reads the arguments of a command; `tokens` has the flags in the order in which they were given. Throws UsageError. */
export function readArguments<const O extends Options>(command: string, args: readonly string[], options: O) {
  try {
    return parseArgs({ args: [...args], strict: true, allowPositionals: true, tokens: true, options });
  } catch (error) {
    // the first sentence says what is wrong, the rest is advice about positional arguments
    const [sentence = ''] = (error as Error).message.split(/\.\s/);
    throw new UsageError(`${sentence.replace(/\.$/, '')}. See pullthrough ${command} --help.`);
  }
}

/** For commands that work on nothing but their flags. Throws UsageError. */
export function refuseWords(command: string, [word]: readonly string[]): void {
  if (word !== undefined) throw new UsageError(`"${word}" is no flag. See pullthrough ${command} --help.`);
}

/** The entries of a flag that takes a list with commas and may be given several times. */
export function listed(values: readonly string[] = []): readonly string[] {
  return values
    .flatMap((list) => list.split(','))
    .map((entry) => entry.trim())
    .filter(Boolean);
}

/** Of a Kubernetes namespace; RFC 1123, as the API server asks for. */
export const namespaceName = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** The namespace that a flag names. Throws UsageError. */
export function namespaceOf(flag: string, name: string): string {
  if (!namespaceName.test(name)) throw new UsageError(`${flag} ${name}: that is no namespace's name.`);
  return name;
}

/** The image that a flag names. Throws UsageError. */
export function imageOf(flag: string, text: string): string {
  if (!parseImageReference(text).ok) throw new UsageError(`${flag} ${text}: that is no image.`);
  return text;
}

/** The language of `--lang`; English when absent. Throws UsageError. */
export function languageOf(text = 'en'): Language {
  if (text !== 'en' && text !== 'zh') throw new UsageError(`--lang is en or zh, not "${text}".`);
  return text;
}
