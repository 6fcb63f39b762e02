import type { MissingGroup } from './rights';

/**
 * What a server refused, from the sentence of its answer (as k8s.io/apiserver writes it for every authorizer); null where
 * the sentence is another.
 */
export function refusalOf(sentence: string): MissingGroup | null {
  const told = /cannot (\w+) resource "([^"]+)" in API group "[^"]*"(?: in the namespace "([^"]+)")?/.exec(sentence);
  const [, verb, resource, namespace = ''] = told ?? [];
  return verb === undefined || resource === undefined ? null : { verbs: [verb], resource, namespace };
}
