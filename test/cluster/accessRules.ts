import type { ApiConnection } from '../../electron/kube/apiConnection';
import { apply } from './objects';

const rbac = 'rbac.authorization.k8s.io';
const path = `/apis/${rbac}/v1`;
const metadata = { name: 'pod-viewer' };

/** `viewer` may list and watch pods, and nothing else. The other users' rights come with their groups. */
export async function grantRights(api: ApiConnection): Promise<void> {
  await apply(api, `${path}/clusterroles`, {
    apiVersion: `${rbac}/v1`,
    kind: 'ClusterRole',
    metadata,
    rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['list', 'watch'] }],
  });
  await apply(api, `${path}/clusterrolebindings`, {
    apiVersion: `${rbac}/v1`,
    kind: 'ClusterRoleBinding',
    metadata,
    roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: metadata.name },
    subjects: [{ apiGroup: rbac, kind: 'User', name: 'viewer' }],
  });
}
