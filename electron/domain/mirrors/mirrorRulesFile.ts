import * as z from 'zod';
import { ruleFlaw, type RuleFlaw } from './mirrors';
import { mirrorRuleSchema, type MirrorRule } from '../settings';
import type { Language } from '../words/language';
import { mirrorRulesFileWords } from '../words/mirrorRulesFile';

export type RulesFile =
  | { readonly ok: true; readonly rules: readonly MirrorRule[] }
  /** `path` leads to the wrong field, as in `rules.0.template`; it is empty where the whole text is wrong. */
  | ({ readonly ok: false } & RuleFlaw);

const { name, match, except, template } = mirrorRuleSchema.shape;
const ruleSchema = mirrorRuleSchema.extend({
  name: name.describe('What people call the rule.'),
  match: match.describe(
    'The images that the rule is for: a host, with * for any text, and the start of a path where it is not for all of the host’s images. Examples: *, docker.io, *.gcr.io, ghcr.io/acme/*.',
  ),
  except: except.describe('What the rule leaves to the next one, written as in match.'),
  template: template.describe(
    'The name under which the mirror has the image. {host}, {path}, {name} (the last part of the path), {tag} and {digest} stand for its parts; a tag and a digest that are not mentioned end the name. Example: m.daocloud.io/{host}/{path}.',
  ),
});
const fileSchema = z.strictObject({
  $schema: z.string().optional().describe('Where this schema is.'),
  rules: z.array(ruleSchema).describe('In order of trial.'),
});

/** The JSON schema of a file of rules. */
export function rulesFileSchema(): object {
  return { title: 'Mirror rules of Pullthrough', ...z.toJSONSchema(fileSchema) };
}

/** Reads a file of rules; a list of rules alone is one too. Every rule that it gives can be used. */
export function readRulesFile(text: string, language: Language = 'en'): RulesFile {
  const words = mirrorRulesFileWords[language];
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    return { ok: false, path: '', why: words.notJson(lineOf(text, error), (error as Error).message) };
  }
  const bare = Array.isArray(value);
  const read = fileSchema.safeParse(bare ? { rules: value } : value);
  const within = (path: string) => (bare ? path.replace(/^rules\.?/, '') : path);
  if (!read.success) {
    const { path, why } = firstFlaw(read.error, language);
    return { ok: false, path: within(path), why };
  }
  for (const [index, rule] of read.data.rules.entries()) {
    const flaw = ruleFlaw(rule, language);
    if (flaw) return { ok: false, path: within(`rules.${String(index)}.${flaw.path}`), why: flaw.why };
  }
  return { ok: true, rules: read.data.rules };
}

/** The text of a file of rules: the same for the same rules. */
export function writeRulesFile(rules: readonly MirrorRule[]): string {
  const ordered = rules.map((rule) => ({
    name: rule.name,
    match: rule.match,
    ...(rule.except === undefined ? {} : { except: rule.except }),
    template: rule.template,
  }));
  return `${JSON.stringify({ rules: ordered }, null, 2)}\n`;
}

/** A misspelled field is both unknown and missing: the one that is there is told. */
function firstFlaw({ issues }: z.ZodError, language: Language): RuleFlaw {
  const words = mirrorRulesFileWords[language];
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0];
  if (!issue) return { path: '', why: words.notRules };
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    const [key = ''] = issue.keys;
    return { path: [...path, key].join('.'), why: path.length === 0 ? words.unknownInFile(key) : words.unknown(key) };
  }
  return { path: path.join('.'), why: why() };

  function why(): string {
    const field = path.at(-1) ?? '';
    if (path.length === 0) return words.notRules;
    if (issue?.code === 'too_small') return words.empty(field);
    if (issue?.code !== 'invalid_type') return words.wrong(field);
    if (issue.message.endsWith('received undefined')) return words.missing(field);
    if (issue.expected === 'array') return words.notAList(field);
    return issue.expected === 'object' ? words.notARule : words.notText(field);
  }
}

/** Where the text stops to be JSON, as far as the engine tells: a line, from 1. */
function lineOf(text: string, error: unknown): number | null {
  const position = /at position (\d+)/.exec((error as Error).message)?.[1];
  return position === undefined ? null : text.slice(0, Number(position)).split('\n').length;
}
