import type { DecisionRules } from '../../domain/decision';
import type { MirrorStop } from '../../domain/mirrors/mirrorBudget';
import type { ContextSettings, Settings } from '../../domain/settings';
import type { ClusterFacts } from '../clusterFacts';
import type { MirrorAccess } from '../mirrors/mirrorAccess';

export interface CurrentRulesParts {
  readonly settings: () => Settings;
  readonly context: () => ContextSettings;
  readonly facts: Pick<ClusterFacts, 'optedOut'>;
  readonly mirrors: Pick<MirrorAccess, 'allowList' | 'stopOf'>;
}

/**
 * What one context's decisions are made by, besides its failures. The very same object for as long as it says the same:
 * with hundreds of failing pods most decisions then need not be made anew.
 */
export class CurrentRules {
  private last: Round | null = null;

  constructor(private readonly parts: CurrentRulesParts) {}

  get now(): DecisionRules {
    const { settings, context, facts, mirrors: access } = this.parts;
    const { mirrors, noProxy, excludedNamespaces } = settings();
    const next = {
      ...{ mirrors, noProxy, excludedNamespaces },
      optedOutNamespaces: facts.optedOut,
      allowList: access.allowList,
      retag: context().retag ?? false,
    };
    if (!this.last || !saysTheSame(this.last, next, access)) this.last = newRound(next, access);
    return this.last.rules;
  }
}

type Given = Omit<DecisionRules, 'stopOf'>;

interface Round {
  readonly rules: DecisionRules;
  /** The hosts that were asked about, each once. */
  readonly stops: ReadonlyMap<string, MirrorStop | null>;
}

function newRound(given: Given, access: Pick<MirrorAccess, 'stopOf'>): Round {
  const stops = new Map<string, MirrorStop | null>();
  const stopOf = (host: string) => {
    const known = stops.get(host);
    if (known !== undefined) return known;
    const stop = access.stopOf(host);
    stops.set(host, stop);
    return stop;
  };
  return { rules: { ...given, stopOf }, stops };
}

function saysTheSame({ rules, stops }: Round, next: Given, access: Pick<MirrorAccess, 'stopOf'>): boolean {
  return (
    rules.mirrors === next.mirrors &&
    rules.noProxy === next.noProxy &&
    rules.excludedNamespaces === next.excludedNamespaces &&
    rules.allowList === next.allowList &&
    rules.retag === next.retag &&
    rules.optedOutNamespaces.size === next.optedOutNamespaces.size &&
    [...next.optedOutNamespaces].every((namespace) => rules.optedOutNamespaces.has(namespace)) &&
    [...stops].every(([host, stop]) => isSameStop(access.stopOf(host), stop))
  );
}

function isSameStop(one: MirrorStop | null, other: MirrorStop | null): boolean {
  return one?.by === other?.by && one?.until === other?.until;
}
