import { isReadFailure } from '../readFailure';
import type { MissingGroup, Right } from '../rights/rights';
import type { DoctorWords } from '../words/doctor';
import type { DoctorFacts } from './facts';
import { found, type Found } from './fixPlan';
import { rbacCommand } from './rbacCommand';

/** One finding for each mode and feature in use: whether this user has its rights. */
export function rightsFindings({ rights, home }: DoctorFacts, words: DoctorWords): readonly Found[] {
  if (isReadFailure(rights)) return [found('rights', 'warning', words.unread('rights', rights))];
  const asked = [...new Set(rights.asked.map(({ neededBy }) => neededBy))];
  return asked.map((neededBy) => {
    const missing = rights.missing.filter((right) => right.neededBy === neededBy);
    const id = `rights-${neededBy}`;
    if (missing.length === 0) return found(id, 'ok', words.rightsThere(neededBy));
    const level = missing.some(isNeeded) ? 'broken' : 'warning';
    const command = rbacCommand(rights.asked, home);
    return found(id, level, words.rightsMissing(neededBy, groupsOf(missing)), null, command);
  });
}

/** Without these the feature does nothing at all; without the others it does without. */
function isNeeded({ neededBy, purpose }: Right): boolean {
  return purpose === 'see-pods' || purpose === 'swap' || neededBy === 'retag';
}

function groupsOf(rights: readonly Right[]): readonly MissingGroup[] {
  const groups = new Map<string, { verbs: string[]; resource: string; namespace: string }>();
  for (const { verb, group, resource, namespace } of rights) {
    const key = [group, resource, namespace].join('\n');
    const known = groups.get(key);
    if (known) known.verbs.push(verb);
    else groups.set(key, { verbs: [verb], resource, namespace });
  }
  return [...groups.values()];
}
