import type { MirrorRule } from '../../electron/domain/settings';

/** Whether two rules do the same, whatever they are called. */
export function sameRule(one: MirrorRule, other: MirrorRule): boolean {
  return contentOf(one) === contentOf(other);
}

/** Each rule with a key that it keeps while it moves; a settings file that was written by hand may hold one twice. */
export function keyedRules(
  mirrors: readonly MirrorRule[],
): readonly { readonly rule: MirrorRule; readonly key: string }[] {
  const seen = new Map<string, number>();
  return mirrors.map((rule) => {
    const content = contentOf(rule);
    const before = seen.get(content) ?? 0;
    seen.set(content, before + 1);
    return { rule, key: `${content}\n${String(before)}` };
  });
}

/** The rules that are not among those that are there, each once. */
export function missingRules(there: readonly MirrorRule[], rules: readonly MirrorRule[]): readonly MirrorRule[] {
  return rules.filter(
    (rule, index) =>
      !there.some((other) => sameRule(other, rule)) && rules.findIndex((other) => sameRule(other, rule)) === index,
  );
}

function contentOf({ match, except = [], template }: MirrorRule): string {
  return JSON.stringify([match, except, template]);
}
