import { planCleanup, isAnnotated } from '../../electron/domain/doctor/cleanup';
import { titleOf, type KubeObject, type ResourceKind, pathOf, resources } from '../../electron/domain/kubeObject';
import { send } from '../cluster/objects';
import type { AuditEntry, TestCluster, TestUser } from '../cluster/testCluster';

/** The users that an app under test may be. */
const users: readonly TestUser[] = ['app', 'viewer', 'granted'];
const reads = new Set(['get', 'list', 'watch']);
/** What the product makes is named so. */
const isOurs = (name: string) => name.startsWith('pullthrough-');

/** Each write that the product may send, and of which objects. */
const allowed: Readonly<Record<string, (name: string) => boolean>> = {
  'patch pods': () => true,
  'create pods': isOurs,
  'delete pods': isOurs,
  'create imagecaches': isOurs,
  'delete imagecaches': isOurs,
  'create imagepulljobs': isOurs,
  'delete imagepulljobs': isOurs,
  'create jobs': isOurs,
  'delete jobs': isOurs,
  // a question
  'create selfsubjectaccessreviews': () => true,
};
const secret = ['secrets', 'configmaps'];
/** Of one page. */
const most = 500;

/** The requests of a scenario's apps that the product may never send. */
export async function strayRequests(cluster: TestCluster): Promise<readonly AuditEntry[]> {
  const entries = await Promise.all(users.map((user) => cluster.audit(user)));
  return entries.flat().filter(isStray);
}

function isStray({ verb, resource, name, code, query }: AuditEntry): boolean {
  if (secret.includes(resource.split('/')[0] ?? '')) return true;
  if (!reads.has(verb)) {
    const may = allowed[`${verb} ${resource}`];
    // of what was refused for want of a right the body was not read, and so no name
    return !may || !(may(name) || (code === 403 && name === ''));
  }
  return verb === 'list' && !isBounded(new URLSearchParams(query));
}

/** A page, or one pod. */
function isBounded(query: URLSearchParams): boolean {
  const limit = Number(query.get('limit') ?? Infinity);
  return limit <= most || /(^|,)metadata\.name=/.test(query.get('fieldSelector') ?? '');
}

/** What a scenario's apps have left on the cluster and nobody needs. */
export async function leftovers(cluster: TestCluster): Promise<readonly string[]> {
  const list = async (kind: ResourceKind, query: Readonly<Record<string, string>> = {}) => {
    const { apiVersion } = resources[kind];
    const path = pathOf({ apiVersion, kind, namespace: '', name: '' });
    const { items = [] } = (await send(cluster.api, { method: 'GET', path, query }, [404])) as {
      items?: readonly KubeObject[];
    };
    return items.map((item) => ({ ...item, apiVersion, kind }));
  };
  const made: readonly ResourceKind[] = ['Pod', 'Job', 'ImageCache', 'ImagePullJob'];
  const labelSelector = 'app.kubernetes.io/managed-by=pullthrough';
  const ours = (await Promise.all(made.map((kind) => list(kind, { labelSelector })))).flat();
  const pods = (await list('Pod')).filter(isAnnotated);
  const { remove, leave } = planCleanup({ now: Infinity, leftoverAge: 0, ours, pods, journal: [] });
  // the note of a restore is needed until the next start has seen how that went
  const working = leave.filter(({ why }) => why.is === 'working');
  return [...remove, ...working].map(({ object }) => titleOf(object));
}
