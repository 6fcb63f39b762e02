import type { Rule } from '../../electron/demo/apiServer/authorization';
import type { ApiConnection } from '../../electron/kube/apiConnection';
import { apply, send, type KubeObject } from './objects';

const path = '/apis/rbac.authorization.k8s.io/v1';
const collections = ['clusterrolebindings', 'clusterroles', 'rolebindings', 'roles'] as const;
/** Whatever `pullthrough rbac` prints carries this. */
const query = { labelSelector: 'app.kubernetes.io/part-of=pullthrough' };

/** Makes these roles and bindings the only ones of their label. */
export async function applyGrants(api: ApiConnection, objects: readonly KubeObject[]): Promise<void> {
  for (const collection of collections) {
    const body = (await send(api, { method: 'GET', path: `${path}/${collection}`, query })) as {
      items: readonly KubeObject[];
    };
    for (const { metadata } of body.items)
      await send(api, { method: 'DELETE', path: `${pathFor(collection, metadata.namespace)}/${metadata.name}` }, [404]);
  }
  for (const object of objects) {
    const collection = collections.find((each) => each === `${(object.kind ?? '').toLowerCase()}s`);
    if (!collection) throw new Error(`${object.kind ?? ''} is neither a role nor a binding`);
    await apply(api, pathFor(collection, object.metadata.namespace), object);
  }
}

/** What these roles let whoever they are bound to do, for the simulation: every one of them has its binding. */
export function rulesOf(objects: readonly KubeObject[]): readonly Rule[] {
  return objects.flatMap(({ rules = [], metadata }) =>
    (rules as readonly RoleRule[]).map(({ verbs, apiGroups, resources }) => ({
      verbs,
      groups: apiGroups,
      resources,
      ...(metadata.namespace !== undefined && { namespaces: [metadata.namespace] }),
    })),
  );
}

interface RoleRule {
  readonly verbs: readonly string[];
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
}

function pathFor(collection: string, namespace: string | undefined): string {
  return namespace === undefined ? `${path}/${collection}` : `${path}/namespaces/${namespace}/${collection}`;
}
