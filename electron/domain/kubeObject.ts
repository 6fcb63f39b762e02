/** A Kubernetes object as it is sent and read: only what every object has is typed. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly [field: string]: unknown;
}

export interface ObjectMeta {
  readonly name: string;
  /** Absent for objects of the whole cluster. */
  readonly namespace?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  /** RFC 3339. */
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ownerReferences?: readonly OwnerReference[];
}

export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
}

/** Which object is meant. */
export interface ObjectRef {
  readonly apiVersion: string;
  readonly kind: ResourceKind;
  /** Empty for objects of the whole cluster. */
  readonly namespace: string;
  readonly name: string;
}

/** How the API serves a kind: the plural of its paths and rights, and whether its objects live in namespaces. */
export interface Resource {
  readonly apiVersion: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

/** Every kind that the product reads or writes; there are deliberately no secrets and no config maps among them. */
export const resources = {
  Pod: { apiVersion: 'v1', plural: 'pods', namespaced: true },
  Node: { apiVersion: 'v1', plural: 'nodes', namespaced: false },
  Namespace: { apiVersion: 'v1', plural: 'namespaces', namespaced: false },
  Service: { apiVersion: 'v1', plural: 'services', namespaced: true },
  ServiceAccount: { apiVersion: 'v1', plural: 'serviceaccounts', namespaced: true },
  Deployment: { apiVersion: 'apps/v1', plural: 'deployments', namespaced: true },
  Job: { apiVersion: 'batch/v1', plural: 'jobs', namespaced: true },
  Role: { apiVersion: 'rbac.authorization.k8s.io/v1', plural: 'roles', namespaced: true },
  RoleBinding: { apiVersion: 'rbac.authorization.k8s.io/v1', plural: 'rolebindings', namespaced: true },
  ClusterRole: { apiVersion: 'rbac.authorization.k8s.io/v1', plural: 'clusterroles', namespaced: false },
  ClusterRoleBinding: { apiVersion: 'rbac.authorization.k8s.io/v1', plural: 'clusterrolebindings', namespaced: false },
  CustomResourceDefinition: {
    apiVersion: 'apiextensions.k8s.io/v1',
    plural: 'customresourcedefinitions',
    namespaced: false,
  },
  ValidatingWebhookConfiguration: {
    apiVersion: 'admissionregistration.k8s.io/v1',
    plural: 'validatingwebhookconfigurations',
    namespaced: false,
  },
  ImageCache: { apiVersion: 'kubefledged.io/v1alpha2', plural: 'imagecaches', namespaced: true },
  ImagePullJob: { apiVersion: 'apps.kruise.io/v1alpha1', plural: 'imagepulljobs', namespaced: true },
  NodeImage: { apiVersion: 'apps.kruise.io/v1alpha1', plural: 'nodeimages', namespaced: false },
} as const satisfies Readonly<Record<string, Resource>>;

export type ResourceKind = keyof typeof resources;

/** The object that a manifest makes. */
export function refOf({ apiVersion, kind, metadata }: KubeObject): ObjectRef {
  if (!isKnown(kind)) throw new RangeError(`nothing is known of objects of the kind ${kind}`);
  return { apiVersion, kind, namespace: metadata.namespace ?? '', name: metadata.name };
}

export function isSameObject(one: ObjectRef, other: ObjectRef): boolean {
  return one.kind === other.kind && one.namespace === other.namespace && one.name === other.name;
}

/** For people: `ImageCache kube-fledged/web`. */
export function titleOf({ kind, namespace, name }: ObjectRef): string {
  return `${kind} ${namespace === '' ? '' : `${namespace}/`}${name}`;
}

/** Path of an object, or of all of its kind in a namespace (empty: in all) where `name` is empty. */
export function pathOf({ apiVersion, kind, namespace, name }: ObjectRef): string {
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const { plural, namespaced } = resources[kind];
  const inside = namespaced && namespace !== '' ? `/namespaces/${namespace}` : '';
  return `${root}${inside}/${plural}${name === '' ? '' : `/${name}`}`;
}

/** The API group of a version: empty for the core group. */
export function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
}

function isKnown(kind: string): kind is ResourceKind {
  return Object.hasOwn(resources, kind);
}
