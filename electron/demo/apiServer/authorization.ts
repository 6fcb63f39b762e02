import type { Fields } from '../objects';
import { fieldsOf } from '../objects';
import type { ResourceType } from './resources';
import { forbidden } from './status';

/** What one user may do. `*` stands for all; a subresource is named `pods/status`. No namespaces = all of them. */
export interface Rule {
  readonly verbs: readonly string[];
  readonly groups: readonly string[];
  readonly resources: readonly string[];
  readonly namespaces?: readonly string[];
}

/** One user, known by a bearer token. */
export interface ApiUser {
  readonly name: string;
  readonly token: string;
  readonly rules: readonly Rule[];
}

/** One thing that somebody wants to do. An empty namespace means the whole cluster. */
export interface Attempt {
  readonly verb: string;
  readonly group: string;
  /** With its subresource: `pods/status`. */
  readonly resource: string;
  readonly namespace: string;
}

export const everything: readonly Rule[] = [{ verbs: ['*'], groups: ['*'], resources: ['*'] }];

const has = (list: readonly string[], value: string) => list.includes('*') || list.includes(value);

export function mayDo(user: ApiUser, attempt: Attempt): boolean {
  return user.rules.some(
    (rule) =>
      has(rule.verbs, attempt.verb) &&
      has(rule.groups, attempt.group) &&
      has(rule.resources, attempt.resource) &&
      (rule.namespaces === undefined || rule.namespaces.includes(attempt.namespace)),
  );
}

/** The 403 of the real RBAC authorizer. */
export function refusal(user: ApiUser, attempt: Attempt, type: ResourceType, name: string) {
  const where = attempt.namespace === '' ? 'at the cluster scope' : `in the namespace "${attempt.namespace}"`;
  return forbidden(
    type,
    name,
    `User "${user.name}" cannot ${attempt.verb} resource "${attempt.resource}" in API group "${attempt.group}" ${where}`,
  );
}

/** The answer to a SelfSubjectAccessReview. */
export function accessReview(user: ApiUser, body: Fields): Fields {
  const asked = fieldsOf(fieldsOf(body.spec).resourceAttributes);
  const text = (field: string) => (typeof asked[field] === 'string' ? asked[field] : '');
  const subresource = text('subresource');
  const allowed = mayDo(user, {
    verb: text('verb'),
    group: text('group'),
    resource: text('resource') + (subresource && `/${subresource}`),
    namespace: text('namespace'),
  });
  return {
    kind: 'SelfSubjectAccessReview',
    apiVersion: 'authorization.k8s.io/v1',
    metadata: {},
    spec: body.spec,
    status: { allowed, ...(allowed && { reason: `RBAC: allowed for "${user.name}"` }) },
  };
}

/** The answer to a SelfSubjectRulesReview: the rules that hold in the namespace asked about. */
export function rulesReview(user: ApiUser, body: Fields): Fields {
  const namespace = fieldsOf(body.spec).namespace;
  const inForce = user.rules.filter((rule) => rule.namespaces?.includes(String(namespace)) ?? true);
  return {
    kind: 'SelfSubjectRulesReview',
    apiVersion: 'authorization.k8s.io/v1',
    metadata: {},
    spec: {},
    status: {
      resourceRules: inForce.map(({ verbs, groups, resources }) => ({ verbs, apiGroups: groups, resources })),
      nonResourceRules: [{ verbs: ['get'], nonResourceURLs: ['/api', '/apis', '/readyz', '/version'] }],
      incomplete: false,
    },
  };
}
