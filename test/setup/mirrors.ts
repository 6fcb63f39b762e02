import type { ContextParts } from '../../electron/engine/contextParts';

/** Mirrors that may always be asked, and that nobody has asked before. */
export const unlimitedMirrors: ContextParts['mirrors'] = {
  allowList: null,
  stopOf: () => null,
  mayAsk: () => true,
  order: (candidates) => Promise.resolve(candidates),
  size: () => Promise.resolve(null),
  knownSize: () => null,
  pulling: () => undefined,
  failed: () => undefined,
};
