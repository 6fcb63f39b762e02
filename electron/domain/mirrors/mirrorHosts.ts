import { daoCloudHost, daoCloudLimits, isDaoCloudHost } from './daocloud';
import { noLimits, type MirrorLimits } from './mirrorBudget';
import { isOneOf, templateHost } from './mirrorTemplate';
import type { MirrorRule } from '../settings';

/** What the mirror on this host is known to ban or to refuse for. Of a mirror that nobody knows, nothing is. */
export function knownLimits(host: string): MirrorLimits {
  return isDaoCloudHost(host) ? daoCloudLimits : noLimits;
}

/** The name under which a host's use is counted: one for all hosts of a mirror that counts them together. */
export function budgetOf(host: string): string {
  return isDaoCloudHost(host) ? daoCloudHost : host.toLowerCase();
}

/**
 * The hosts that the rules lead to, in their order and each once. A rule that gives each registry a host of its own
 * stands for those of them that were `seen`.
 */
export function hostsOfRules(rules: readonly MirrorRule[], seen: readonly string[]): readonly string[] {
  const hosts = rules.flatMap(({ template }) => {
    const host = templateHost(template);
    return host.includes('{host}') ? seen.filter((each) => isOneOf(host, each)) : host;
  });
  return [...new Set(hosts)];
}
