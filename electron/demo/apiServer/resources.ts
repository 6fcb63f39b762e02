import type { Fields } from '../objects';

/** One kind of object that the API server stores. */
export interface ResourceType {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly singular: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
  /** `status` is written through its own subresource; plain writes leave it as it is. */
  readonly hasStatus: boolean;
  /** Defined by a CustomResourceDefinition: no strategic merge patch. */
  readonly custom: boolean;
  /** What a custom type's objects look like, `openAPIV3Schema` of its definition. */
  readonly schema: Fields | null;
}

function type(
  group: string,
  version: string,
  plural: string,
  kind: string,
  more: Partial<ResourceType> = {},
): ResourceType {
  return {
    group,
    version,
    plural,
    kind,
    singular: kind.toLowerCase(),
    namespaced: true,
    shortNames: [],
    hasStatus: false,
    custom: false,
    schema: null,
    ...more,
  };
}

const rbac = 'rbac.authorization.k8s.io';

/** Roles are kept and grant nothing: who may do what is told when the server starts. */
export const builtIn = {
  namespaces: type('', 'v1', 'namespaces', 'Namespace', { namespaced: false, hasStatus: true, shortNames: ['ns'] }),
  nodes: type('', 'v1', 'nodes', 'Node', { namespaced: false, hasStatus: true, shortNames: ['no'] }),
  pods: type('', 'v1', 'pods', 'Pod', { hasStatus: true, shortNames: ['po'] }),
  events: type('', 'v1', 'events', 'Event', { shortNames: ['ev'] }),
  configmaps: type('', 'v1', 'configmaps', 'ConfigMap', { shortNames: ['cm'] }),
  secrets: type('', 'v1', 'secrets', 'Secret'),
  serviceaccounts: type('', 'v1', 'serviceaccounts', 'ServiceAccount', { shortNames: ['sa'] }),
  services: type('', 'v1', 'services', 'Service', { hasStatus: true, shortNames: ['svc'] }),
  deployments: type('apps', 'v1', 'deployments', 'Deployment', { hasStatus: true, shortNames: ['deploy'] }),
  replicasets: type('apps', 'v1', 'replicasets', 'ReplicaSet', { hasStatus: true, shortNames: ['rs'] }),
  jobs: type('batch', 'v1', 'jobs', 'Job', { hasStatus: true }),
  leases: type('coordination.k8s.io', 'v1', 'leases', 'Lease'),
  roles: type(rbac, 'v1', 'roles', 'Role'),
  rolebindings: type(rbac, 'v1', 'rolebindings', 'RoleBinding'),
  clusterroles: type(rbac, 'v1', 'clusterroles', 'ClusterRole', { namespaced: false }),
  clusterrolebindings: type(rbac, 'v1', 'clusterrolebindings', 'ClusterRoleBinding', { namespaced: false }),
  validatingwebhookconfigurations: type(
    'admissionregistration.k8s.io',
    'v1',
    'validatingwebhookconfigurations',
    'ValidatingWebhookConfiguration',
    { namespaced: false },
  ),
  customresourcedefinitions: type(
    'apiextensions.k8s.io',
    'v1',
    'customresourcedefinitions',
    'CustomResourceDefinition',
    { namespaced: false, hasStatus: true, shortNames: ['crd', 'crds'] },
  ),
} as const satisfies Record<string, ResourceType>;

/** Answered on the spot, never stored. */
export const reviews = {
  selfsubjectaccessreviews: type('authorization.k8s.io', 'v1', 'selfsubjectaccessreviews', 'SelfSubjectAccessReview', {
    namespaced: false,
  }),
  selfsubjectrulesreviews: type('authorization.k8s.io', 'v1', 'selfsubjectrulesreviews', 'SelfSubjectRulesReview', {
    namespaced: false,
  }),
} as const satisfies Record<string, ResourceType>;

/** `group/plural`: where objects of this type are kept. */
export function idOf(type: Pick<ResourceType, 'group' | 'plural'>): string {
  return `${type.group}/${type.plural}`;
}

/** `v1` or `group/version`. */
export function apiVersionOf(type: ResourceType): string {
  return type.group === '' ? type.version : `${type.group}/${type.version}`;
}

/** The types that are served: the built-in ones, and those that definitions in the store add. */
export class ResourceTypes {
  private readonly custom = new Map<string, ResourceType>();
  private readonly fixed = new Map<string, ResourceType>(
    [...Object.values(builtIn), ...Object.values(reviews)].map((known) => [idOf(known), known]),
  );

  find(group: string, version: string, plural: string): ResourceType | undefined {
    const id = idOf({ group, plural });
    const found = this.fixed.get(id) ?? this.custom.get(id);
    return found?.version === version ? found : undefined;
  }

  serve(type: ResourceType): void {
    this.custom.set(idOf(type), type);
  }

  unserve(type: Pick<ResourceType, 'group' | 'plural'>): void {
    this.custom.delete(idOf(type));
  }

  all(): ResourceType[] {
    return [...this.fixed.values(), ...this.custom.values()];
  }
}
