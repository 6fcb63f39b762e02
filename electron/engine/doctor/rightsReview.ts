import type { Right } from '../../domain/rights/rights';
import type { Cluster, Unanswered } from '../ports';

/** Asks the API server for each of these rights whether this user has it; gives those that are missing. */
export async function missingRights(
  cluster: Pick<Cluster, 'mayI'>,
  rights: readonly Right[],
): Promise<readonly Right[] | Unanswered> {
  const answers = await Promise.all(
    rights.map(({ verb, group, resource, namespace }) => cluster.mayI(verb, group, resource, namespace)),
  );
  const unanswered = answers.find((answer) => typeof answer !== 'boolean');
  if (unanswered !== undefined) return unanswered;
  return rights.filter((_right, index) => answers[index] === false);
}
