import type { DecisionRules } from '../../domain/decision';
import type { Settings } from '../../domain/settings';
import type { ClusterFacts } from '../clusterFacts';
import type { MirrorAccess } from '../mirrors/mirrorAccess';

/** What one round of decisions depends on besides the failures. Each mirror is asked about once in it. */
export function decisionRules(
  { mirrors, noProxy, excludedNamespaces }: Settings,
  { optedOut }: ClusterFacts,
  access: Pick<MirrorAccess, 'allowList' | 'stopOf'>,
  retag = false,
): DecisionRules {
  const stops = new Map<string, ReturnType<DecisionRules['stopOf']>>();
  return {
    mirrors,
    noProxy,
    excludedNamespaces,
    optedOutNamespaces: optedOut,
    allowList: access.allowList,
    retag,
    stopOf: (host) => {
      const known = stops.get(host);
      if (known !== undefined) return known;
      const stop = access.stopOf(host);
      stops.set(host, stop);
      return stop;
    },
  };
}
