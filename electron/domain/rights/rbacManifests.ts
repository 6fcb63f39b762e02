import { fnv1a } from '../prepull/imageCache';
import type { KubeObject } from '../kubeObject';
import { rulesFor, type PlacedRule, type RightsWanted } from './rights';

/** Whom rights are given to. */
export type RbacSubject =
  | { readonly kind: 'User' | 'Group'; readonly name: string }
  | { readonly kind: 'ServiceAccount'; readonly namespace: string; readonly name: string };

/** A role with its binding; `rules[i]` of the role is made of `purposes[i]`. */
export interface Grant {
  readonly role: KubeObject;
  readonly purposes: readonly PlacedRule[];
  readonly binding: KubeObject;
}

const apiGroup = 'rbac.authorization.k8s.io';
const apiVersion = `${apiGroup}/v1`;
const labels = { 'app.kubernetes.io/part-of': 'pullthrough' };

/**
 * What an administrator applies so that these subjects have exactly these rights: one ClusterRole for what is needed
 * everywhere or is in no namespace, and a Role in each namespace that needs more. Their name is made of the subjects
 * alone, so that applying it again with another mode replaces what was given before.
 */
export function grantsFor(wanted: RightsWanted, subjects: readonly RbacSubject[]): readonly Grant[] {
  const name = grantName(subjects);
  const byNamespace = new Map<string, PlacedRule[]>();
  for (const rule of rulesFor(wanted))
    byNamespace.set(rule.namespace, [...(byNamespace.get(rule.namespace) ?? []), rule]);
  const places = [...byNamespace].sort(([one], [other]) => Number(one !== '') - Number(other !== ''));
  return places.map(([namespace, purposes]) => {
    const scope = namespace === '' ? 'ClusterRole' : 'Role';
    const metadata = { name, ...(namespace !== '' && { namespace }), labels };
    return {
      role: {
        apiVersion,
        kind: scope,
        metadata,
        rules: purposes.map(({ group, resource, verbs }) => ({
          apiGroups: [group],
          resources: [resource],
          verbs: [...verbs],
        })),
      },
      purposes,
      binding: {
        apiVersion,
        kind: `${scope}Binding`,
        metadata,
        roleRef: { apiGroup, kind: scope, name },
        subjects: subjects.map((subject) =>
          subject.kind === 'ServiceAccount' ? { ...subject } : { apiGroup, ...subject },
        ),
      },
    };
  });
}

/** RBAC takes any name that can stand in a path; of a subject's name what cannot, or is hard to type, is left out. */
function grantName(subjects: readonly RbacSubject[]): string {
  const words = subjects.map((subject) => {
    if (subject.kind === 'ServiceAccount') return `${subject.namespace}-${subject.name}`;
    return subject.kind === 'Group' ? `group-${subject.name}` : subject.name;
  });
  const exact = JSON.stringify(subjects);
  const [first = ''] = words;
  const slug = first.replace(/[^A-Za-z0-9.@_-]+/g, '-').slice(0, 60);
  const isExact = subjects.length === 1 && slug === first && subjects[0]?.kind === 'User';
  return `pullthrough-${slug}${isExact ? '' : `-${fnv1a(exact).slice(0, 6)}`}`;
}
