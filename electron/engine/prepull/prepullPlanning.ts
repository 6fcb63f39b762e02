import type { PrepullWay } from '../../domain/appState';
import { groupOf, resources } from '../../domain/kubeObject';
import type { PodSnapshot } from '../../domain/podSnapshot';
import type { PrepullPlan, Puller } from '../../domain/prepull/prepull';
import type { ClusterFacts } from '../clusterFacts';

/** A workload's pod on whose behalf an image may be pulled. */
export type Pulled = Pick<PodSnapshot, 'namespace' | 'node' | 'serviceAccount' | 'pullSecrets'>;

/** Of these objects what is made has to be taken away again. */
const both = ['create', 'delete'];

/**
 * The ways to get an image onto the nodes of these pods, and onto `further` nodes on their behalf, given with their
 * kubernetes.io/hostname labels: the ways that are there and that this user may use. Asks the cluster, writes nothing.
 */
export async function planPrepull(
  facts: ClusterFacts,
  pods: readonly Pulled[],
  further: ReadonlyMap<string, string | undefined> = new Map<string, string>(),
): Promise<PrepullPlan> {
  if (pods.length === 0) return { ways: [], hostnames: {}, pullers: {} };
  const nodes = [...new Set(pods.map(({ node }) => node))];
  const fledged = await fledgedWay(facts);
  const pullers = await pullersOf(facts, pods, [...further.keys()]);
  const kruise = await kruiseWay(facts, pods);
  const ownPods: PrepullWay | null = Object.keys(pullers).length > 0 ? { is: 'pull-pods' } : null;
  const ways = [fledged, kruise, ownPods].filter((way) => way !== null);
  const known = ways.length > 0 ? [...(await facts.nodes(nodes))] : [];
  const own = new Map(known.map(([node, { hostname }]) => [node, hostname] as const));
  return {
    ways,
    hostnames: fledged ? { ...labelled(further), ...labelled(own) } : {},
    pullers,
    barred: Object.fromEntries(known.flatMap(([node, { bar }]) => (bar ? [[node, bar]] : []))),
  };
}

async function fledgedWay(facts: ClusterFacts): Promise<PrepullWay | null> {
  const { status, namespace } = await facts.fledged();
  if (status !== 'present') return null;
  const mayUse = await facts.may(both, groupOf(resources.ImageCache.apiVersion), 'imagecaches', namespace);
  // only its pods show whether it pulls
  const maySee = await facts.may(['list'], '', 'pods', namespace);
  return mayUse && maySee ? { is: 'image-cache', namespace } : null;
}

/** In the namespace of a workload, whose pull secrets it can name. */
async function kruiseWay(facts: ClusterFacts, pods: readonly Pulled[]): Promise<PrepullWay | null> {
  const { apiVersion, plural } = resources.ImagePullJob;
  const group = groupOf(apiVersion);
  if (!(await facts.serves(group, apiVersion.slice(group.length + 1)))) return null;
  for (const namespace of new Set(pods.map((pod) => pod.namespace)))
    if (await facts.may([...both, 'get'], group, plural, namespace)) return { is: 'image-pull-job', namespace };
  return null;
}

async function pullersOf(
  facts: ClusterFacts,
  pods: readonly Pulled[],
  further: readonly string[],
): Promise<Readonly<Record<string, Puller>>> {
  const allowed: Pulled[] = [];
  for (const pod of pods) if (await facts.may(both, '', 'pods', pod.namespace)) allowed.push(pod);
  const [first] = allowed;
  const own = allowed.map((pod) => [pod.node, pullerOf(pod)] as const);
  const others = first ? further.map((node) => [node, pullerOf(first)] as const) : [];
  // the first pod of a node counts
  return Object.fromEntries([...others, ...own.reverse()]);
}

function pullerOf({ namespace, serviceAccount, pullSecrets }: Pulled): Puller {
  return { namespace, serviceAccount, pullSecrets };
}

function labelled(nodes: ReadonlyMap<string, string | null | undefined>): Readonly<Record<string, string>> {
  return Object.fromEntries([...nodes].flatMap(([node, hostname]) => (hostname ? [[node, hostname]] : [])));
}
