import { rewrite, ruleFlaw } from '../../electron/domain/mirrors/mirrors';
import type { MirrorRule } from '../../electron/domain/settings';
import type { Language } from '../words';

/** A rule as it is being typed. */
export interface RuleDraft {
  readonly name: string;
  readonly match: string;
  /** Patterns with commas or blanks between them. */
  readonly except: string;
  readonly template: string;
}

export type RuleField = keyof RuleDraft;

/** What is wrong with a draft, and in which field. */
export interface DraftFault {
  readonly field: Exclude<RuleField, 'name'>;
  readonly why: string;
}

export const emptyDraft: RuleDraft = { name: '', match: '*', except: '', template: '' };

export function draftOf({ name, match, except = [], template }: MirrorRule): RuleDraft {
  return { name, match, except: except.join(', '), template };
}

/** The rule that was typed. Without a name it is called after the mirror's host. */
export function ruleOf({ name, match, except, template }: RuleDraft): MirrorRule {
  const patterns = except.split(/[\s,，、]+/).filter((pattern) => pattern !== '');
  return {
    name: name.trim() || (template.trim().split('/')[0] ?? ''),
    match: match.trim(),
    ...(patterns.length > 0 && { except: patterns }),
    template: template.trim(),
  };
}

/** The first thing that keeps a draft from being a rule, or null. */
export function draftFault(draft: RuleDraft, language: Language): DraftFault | null {
  const flaw = ruleFlaw(ruleOf(draft), language);
  if (flaw === null) return null;
  const field = (['match', 'except'] as const).find((name) => flaw.path.startsWith(name)) ?? 'template';
  return { field, why: flaw.why };
}

export interface RuleExample {
  readonly image: string;
  readonly proxied: string;
}

const usualImages = ['nginx:1.27', 'registry.k8s.io/pause:3.10', 'quay.io/argoproj/argocd:v2.13.1'];

/** What the rules make of an image that the first of them is for; null where they make nothing of it. */
export function ruleExample(rules: readonly MirrorRule[]): RuleExample | null {
  const [first] = rules;
  if (!first) return null;
  for (const image of [...usualImages, imageFor(first.match)]) {
    for (const outcome of rewrite(image, rules, []))
      if ('proxied' in outcome) return { image, proxied: outcome.proxied };
  }
  return null;
}

/** An image that a pattern covers. */
function imageFor(match: string): string {
  const filled = match.trim().replaceAll('*', 'app');
  return `${filled}${filled.includes('/') ? '' : '/team/app'}:1.0`;
}
