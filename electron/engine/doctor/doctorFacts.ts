import type { DoctorChoices, DoctorFacts, WebhookBackend } from '../../domain/doctor/facts';
import { serviceOf } from '../../domain/doctor/clusterObjects';
import { installation } from '../../domain/doctor/installation';
import { fledgedWebhook } from '../../domain/doctor/webhook';
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
  const [fledgedVersions, kruiseVersions, nodes, deployments, pods, webhooks] = await Promise.all([
    cluster.servedVersions('kubefledged.io'),
    cluster.servedVersions('apps.kruise.io'),
    cluster.listObjects('Node', '', ''),
    cluster.listObjects('Deployment', home, ''),
    cluster.listObjects('Pod', home, ''),
    cluster.listObjects('ValidatingWebhookConfiguration', '', ''),
  ]);
  const { namespaces, ownNamespaces } = question;
  const workloads = namespaces.length > 0 ? namespaces : ownNamespaces;
  const everywhere = (kind: ResourceKind, selector: string, otherwise: readonly string[] = [home]) =>
    everywhereOr(otherwise, cluster, kind, selector);
  // who may not read what is not there misses nothing
  const isAbsent = (versions: readonly string[] | ReadFailure) => !isReadFailure(versions) && versions.length === 0;
  const [caches, pullPods, imagePullJobs, jobs, ourPods, backend, installed] = await Promise.all([
    isAbsent(fledgedVersions) ? [] : everywhere('ImageCache', ''),
    everywhere('Pod', pullingLabel),
    isAbsent(kruiseVersions) ? [] : everywhere('ImagePullJob', ourLabel, workloads),
    everywhere('Job', ourLabel),
    everywhere('Pod', `${ourLabel},${labels.pullPod}=true`, workloads),
    backendOf(cluster, webhooks),
    installedParts(cluster, home, choices),
  ]);
  return {
    now,
    home,
    serverVersion,
    nodes,
    fledgedVersions,
    kruiseVersions,
    deployments,
    pods,
    webhooks,
    backend,
    caches,
    pullPods,
    ours: [imagePullJobs, jobs, ourPods],
    installed,
    rights: await askRights(cluster, question, home, {
      fledged: !isReadFailure(fledgedVersions) && fledgedVersions.length > 0,
      kruise: !isReadFailure(kruiseVersions) && kruiseVersions.length > 0,
    }),
  };
}

/** All of a kind, or those of these namespaces where not all may be read. */
async function everywhereOr(namespaces: readonly string[], cluster: Cluster, kind: ResourceKind, selector: string) {
  const all = await cluster.listObjects(kind, '', selector);
  if (!isReadFailure(all) || !('forbidden' in all) || namespaces.length === 0) return all;
  const lists = await Promise.all(
    [...new Set(namespaces)].map((namespace) => cluster.listObjects(kind, namespace, selector)),
  );
  return lists.find(isReadFailure) ?? lists.flatMap((list) => (isReadFailure(list) ? [] : list));
}

async function backendOf(cluster: Cluster, webhooks: DoctorFacts['webhooks']): Promise<WebhookBackend | null> {
  const service = fledgedWebhook(webhooks)?.service;
  if (!service) return null;
  const { namespace, name } = service;
  const { apiVersion } = resources.Service;
  const [read, pods] = await Promise.all([
    cluster.readObject({ apiVersion, kind: 'Service', namespace, name }),
    cluster.listObjects('Pod', namespace, ''),
  ]);
  if (read === null || isReadFailure(read) || isReadFailure(pods))
    return { title: `${namespace}/${name}`, service: read, pods };
  const selector = Object.entries(serviceOf(read).spec.selector);
  const chosen = pods.filter(({ metadata }) => selector.every(([label, value]) => metadata.labels?.[label] === value));
  return { title: `${namespace}/${name}`, service: read, pods: selector.length > 0 ? chosen : [] };
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
  ];
  const wanted = (among: readonly string[]): RightsWanted => ({
    mode: choices.retag ? 'retag' : 'heal',
    features,
    namespaces: among,
    fledgedNamespace: home,
    retagNamespace,
  });
  let asked = rightsFor(wanted(namespaces));
  if (namespaces.length === 0 && ownNamespaces.length > 0) {
    const all = await cluster.mayI('list', '', 'pods', '');
    // what is watched then are these namespaces
    if (all === false) asked = rightsFor(wanted([...new Set(ownNamespaces)]));
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
