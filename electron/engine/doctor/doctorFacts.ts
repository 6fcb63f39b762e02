import type { DoctorChoices, DoctorFacts, Read, WebhookBackend } from '../../domain/doctor/facts';
import { serviceOf } from '../../domain/doctor/clusterObjects';
import { fledgedWebhook } from '../../domain/doctor/fledgedWebhook';
import { installation } from '../../domain/doctor/installation';
import { refOf, resources, titleOf, type KubeObject, type ResourceKind } from '../../domain/kubeObject';
import { labels } from '../../domain/podSnapshot';
import { rightsFor, type Right, type RightsFeature, type RightsWanted } from '../../domain/rights/rights';
import { isReadFailure, type Cluster, type ReadFailure } from '../ports';

/** What is to be known before a cluster is asked. */
export interface DoctorQuestion {
  readonly now: number;
  /** Empty: where it is found. */
  readonly fledgedNamespace: string;
  readonly retagNamespace: string;
  /** Of the workloads; empty: all that may be watched. */
  readonly namespaces: readonly string[];
  /** Where neither all namespaces nor their list may be read: the context's own, and those that a person named. */
  readonly ownNamespaces: readonly string[];
  readonly prepull: boolean;
  readonly choices: DoctorChoices;
}

/** Rights that are asked for at one time. */
const width = 6;
const ourLabel = `${labels.managedBy}=${labels.managedByValue}`;
const pullingLabel = 'kubefledged=kubefledged-image-manager';

/** Asks a cluster for everything that an examination is about; writes nothing. What was not answered stands there as such. */
export async function gatherFacts(cluster: Cluster, question: DoctorQuestion): Promise<DoctorFacts> {
  const { now, choices } = question;
  const serverVersion = await cluster.serverVersion();
  const { namespace: home } = await cluster.findFledged(question.fledgedNamespace);
  const [fledgedVersions, olderVersions, kruiseVersions, nodes, deployments, pods, webhooks] = await Promise.all([
    cluster.servedVersions('kubefledged.io'),
    cluster.servedVersions('kubefledged.k8s.io'),
    cluster.servedVersions('apps.kruise.io'),
    cluster.listObjects('Node', '', ''),
    cluster.listObjects('Deployment', home, ''),
    cluster.listObjects('Pod', home, ''),
    cluster.listObjects('ValidatingWebhookConfiguration', '', ''),
  ]);
  const { namespaces, ownNamespaces, retagNamespace } = question;
  const workloads = namespaces.length > 0 ? namespaces : ownNamespaces;
  const everywhere = async (
    of: DoctorFacts['limits'][number]['of'],
    kind: ResourceKind,
    selector: string,
    otherwise: readonly string[],
  ): Promise<Listing> => ({ of, kind, ...(await everywhereOr(otherwise, cluster, kind, selector)) });
  // who may not read what is not there misses nothing
  const isAbsent = (versions: readonly string[] | ReadFailure) => !isReadFailure(versions) && versions.length === 0;
  const nothing = (of: Listing['of'], kind: ResourceKind): Listing => ({ of, kind, read: [], only: [] });
  const [caches, pullPods, imagePullJobs, jobs, ourPods, backend, installed] = await Promise.all([
    isAbsent(fledgedVersions) ? nothing('caches', 'ImageCache') : everywhere('caches', 'ImageCache', '', [home]),
    everywhere('pullPods', 'Pod', pullingLabel, [home]),
    isAbsent(kruiseVersions)
      ? nothing('ours', 'ImagePullJob')
      : everywhere('ours', 'ImagePullJob', ourLabel, workloads),
    everywhere('ours', 'Job', ourLabel, [retagNamespace]),
    everywhere('ours', 'Pod', `${ourLabel},${labels.pullPod}=true`, workloads),
    backendOf(cluster, webhooks),
    installedParts(cluster, home, choices),
  ]);
  return {
    now,
    home,
    serverVersion,
    nodes,
    fledgedVersions,
    olderVersions,
    kruiseVersions,
    deployments,
    pods,
    webhooks,
    backend,
    caches: caches.read,
    pullPods: pullPods.read,
    ours: [imagePullJobs.read, jobs.read, ourPods.read],
    limits: [caches, pullPods, imagePullJobs, jobs, ourPods].flatMap(({ of, kind, read, only }) =>
      isReadFailure(read) || only.length === 0 ? [] : { of, resource: resources[kind].plural, namespaces: only },
    ),
    installed,
    rights: await askRights(cluster, question, home, {
      fledged: !isReadFailure(fledgedVersions) && fledgedVersions.length > 0,
      kruise: !isReadFailure(kruiseVersions) && kruiseVersions.length > 0,
    }),
  };
}

interface Listed {
  readonly read: Read<readonly KubeObject[]>;
  /** The namespaces that were looked in; empty: all. */
  readonly only: readonly string[];
}

interface Listing extends Listed {
  readonly of: DoctorFacts['limits'][number]['of'];
  readonly kind: ResourceKind;
}

/** All of a kind, or those of these namespaces where not all may be read. */
async function everywhereOr(
  namespaces: readonly string[],
  cluster: Cluster,
  kind: ResourceKind,
  selector: string,
): Promise<Listed> {
  const all = await cluster.listObjects(kind, '', selector);
  if (!isReadFailure(all) || !('forbidden' in all) || namespaces.length === 0) return { read: all, only: [] };
  const only = [...new Set(namespaces)];
  const lists = await Promise.all(only.map((namespace) => cluster.listObjects(kind, namespace, selector)));
  const read = lists.find(isReadFailure) ?? lists.flatMap((list) => (isReadFailure(list) ? [] : list));
  return { read, only };
}

async function backendOf(cluster: Cluster, webhooks: DoctorFacts['webhooks']): Promise<WebhookBackend | null> {
  const known = fledgedWebhook(webhooks);
  if (!known?.service) return null;
  const { namespace, name } = known.service;
  const title = `${namespace}/${name}`;
  const { apiVersion } = resources.Service;
  const [read, pods] = await Promise.all([
    cluster.readObject({ apiVersion, kind: 'Service', namespace, name }),
    cluster.listObjects('Pod', namespace, ''),
  ]);
  if (read === null || isReadFailure(read) || isReadFailure(pods)) return { title, service: read, pods };
  const selector = Object.entries(serviceOf(read).spec.selector);
  const chosen = pods.filter(({ metadata }) => selector.every(([label, value]) => metadata.labels?.[label] === value));
  return { title, service: read, pods: selector.length > 0 ? chosen : [] };
}

/** What may not be read counts as not there: creating it again finds it there, and goes on. */
async function installedParts(cluster: Cluster, home: string, choices: DoctorChoices): Promise<ReadonlySet<string>> {
  const refs = installation(home, choices).map(refOf);
  const reads = await Promise.all(refs.map((ref) => cluster.readObject(ref)));
  const isThere = (read: KubeObject | null | object): boolean => read !== null && !isReadFailure(read);
  return new Set(refs.filter((_ref, index) => isThere(reads[index] ?? null)).map(titleOf));
}

async function askRights(
  cluster: Cluster,
  { namespaces, ownNamespaces, retagNamespace, prepull, choices }: DoctorQuestion,
  home: string,
  served: { readonly fledged: boolean; readonly kruise: boolean },
): Promise<DoctorFacts['rights']> {
  const features: readonly RightsFeature[] = [
    ...(served.fledged ? (['fledged'] as const) : []),
    ...(served.kruise ? (['kruise'] as const) : []),
    ...(prepull ? (['prepull'] as const) : []),
    'doctor',
  ];
  // nobody needs a right to what is not there
  const isServed = ({ group }: Right) =>
    (group !== 'kubefledged.io' || served.fledged) && (group !== 'apps.kruise.io' || served.kruise);
  const wanted = (among: readonly string[]): RightsWanted => ({
    mode: choices.retag ? 'retag' : 'heal',
    features,
    namespaces: among,
    fledgedNamespace: home,
    retagNamespace,
  });
  let asked = rightsFor(wanted(namespaces)).filter(isServed);
  if (namespaces.length === 0 && ownNamespaces.length > 0) {
    const all = await cluster.mayI('list', '', 'pods', '');
    // what is watched then are these namespaces
    if (all === false) asked = rightsFor(wanted([...new Set(ownNamespaces)])).filter(isServed);
  }
  const missing: Right[] = [];
  for (let at = 0; at < asked.length; at += width) {
    const some = asked.slice(at, at + width);
    const answers = await Promise.all(
      some.map(({ verb, group, resource, namespace }) => cluster.mayI(verb, group, resource, namespace)),
    );
    const unanswered = answers.find((answer) => typeof answer !== 'boolean');
    if (unanswered !== undefined) return unanswered;
    missing.push(...some.filter((_right, index) => answers[index] === false));
  }
  return { asked, missing };
}
