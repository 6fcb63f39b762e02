import type { ContextSettings, Settings } from '../domain/settings';

/** The same with those fields changed that were given. */
export function withChanges<T extends object>(before: T, change: { readonly [K in keyof T]?: T[K] | undefined }): T {
  const given = Object.entries(change).filter(([, value]) => value !== undefined);
  return { ...before, ...(Object.fromEntries(given) as Partial<T>) };
}

/** Whether settings changed that decide what is healed, and how. */
export function decidesOtherwise(before: Settings, after: Settings): boolean {
  const decisive = ({ mirrors, noProxy, excludedNamespaces, fledgedNamespace, allowList }: Settings) =>
    JSON.stringify([mirrors, noProxy, excludedNamespaces, fledgedNamespace, allowList]);
  return decisive(before) !== decisive(after);
}

/** What of these settings has the app write to a cluster, as a sentence begins; null where nothing does. */
export function writesByItself({ auto, restore, retag, prepull }: ContextSettings): string | null {
  if (auto) return 'Auto-proxy';
  if (restore) return 'Restoring without a click';
  if (retag) return 'Retagging';
  return prepull === undefined ? null : 'Pulling ahead of need';
}
