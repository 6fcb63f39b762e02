import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { prefixRule, validateRule } from '../domain/mirrors';
import { defaultSettings, mirrorRuleSchema, type MirrorRule } from '../domain/settings';
import { UsageError } from './surroundings';

/** The flags that name mirrors, for the commands that take them. */
export const mirrorOptions = {
  mirror: { type: 'string', multiple: true },
  rules: { type: 'string', multiple: true },
} as const;

type Token = { readonly kind: string; readonly name?: string; readonly value?: string | undefined };

/** The rules that the flags name, in the order of the flags; those of a new installation without any. Throws UsageError. */
export function mirrorsOf(tokens: readonly Token[]): readonly MirrorRule[] {
  const rules = tokens.flatMap(({ kind, name, value = '' }) => {
    if (kind !== 'option') return [];
    if (name === 'mirror') return mirrorOf(value);
    return name === 'rules' ? readRules(value) : [];
  });
  return rules.length > 0 ? rules : defaultSettings.mirrors;
}

function mirrorOf(host: string): MirrorRule {
  const rule = prefixRule(host);
  if (!rule.ok) throw new UsageError(`--mirror ${host}: ${rule.why}`);
  return rule.rule;
}

function readRules(file: string): readonly MirrorRule[] {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UsageError(`--rules ${file} cannot be read: ${(error as Error).message}`);
  }
  const rules = z.array(mirrorRuleSchema).safeParse(value);
  if (!rules.success) {
    const [issue] = rules.error.issues;
    throw new UsageError(
      `--rules ${file}: ${issue ? `${issue.path.join('.')}: ${issue.message}` : 'not a list of rules'}`,
    );
  }
  for (const rule of rules.data) {
    const wrong = validateRule(rule);
    if (wrong !== null) throw new UsageError(`--rules ${file}: ${rule.name}: ${wrong}`);
  }
  return rules.data;
}
