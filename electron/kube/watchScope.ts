import pLimit from 'p-limit';
import type { Unanswered } from '../engine/ports';

/** What a user may watch the pods of: everything, or these namespaces, or nothing, and then which right is missing. */
export type WatchScope =
  | { readonly is: 'all' }
  | { readonly is: 'some'; readonly namespaces: readonly string[] }
  | { readonly is: 'none'; readonly verb: WatchVerb };

export type WatchVerb = 'list' | 'watch';

/** What the API server says of this user's rights. */
export interface WatchRights {
  /** Whether this user may do it to pods of a namespace (empty = of all). */
  readonly may: (verb: WatchVerb, namespace: string) => Promise<boolean | Unanswered>;
  /** All namespaces; null where they may not be listed. */
  readonly namespaces: () => Promise<readonly string[] | null | Unanswered>;
}

/** Reviews at the same time. */
const width = 4;

/**
 * The widest scope that this user has: all namespaces, else those of the listed ones that may be read, else those of
 * `named`, which are the ones that the settings and the context name.
 */
export async function findScope(rights: WatchRights, named: readonly string[]): Promise<WatchScope | Unanswered> {
  const everywhere = await missingVerb(rights, '');
  if (everywhere === null) return { is: 'all' };
  if (typeof everywhere !== 'string') return everywhere;
  const listed = await rights.namespaces();
  if (listed && 'unanswered' in listed) return listed;
  const asked = [...new Set(listed ?? named)];
  const limit = pLimit(width);
  const missing = await Promise.all(asked.map((namespace) => limit(() => missingVerb(rights, namespace))));
  const silent = missing.find((verb) => verb !== null && typeof verb !== 'string');
  if (silent) return silent;
  const namespaces = asked.filter((_namespace, index) => missing[index] === null);
  return namespaces.length > 0 ? { is: 'some', namespaces } : { is: 'none', verb: everywhere };
}

async function missingVerb(rights: WatchRights, namespace: string): Promise<WatchVerb | null | Unanswered> {
  for (const verb of ['list', 'watch'] as const) {
    const may = await rights.may(verb, namespace);
    if (typeof may !== 'boolean') return may;
    if (!may) return verb;
  }
  return null;
}
