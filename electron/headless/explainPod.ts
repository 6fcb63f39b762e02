import type { AllowList } from '../domain/mirrors/allowList';
import { incidentsOf } from '../domain/decision';
import { diagnose } from '../domain/diagnosis/diagnosis';
import type { PodSnapshot } from '../domain/podSnapshot';
import type { MirrorRule } from '../domain/settings';
import { refusalText } from '../domain/words/causes';
import type { Language } from '../domain/words/language';
import { ClusterFacts } from '../engine/clusterFacts';
import type { Clock, Cluster } from '../engine/ports';
import { explainCause } from './causeExplanation';
import type { Explanation, SwappedContainer, WaitingContainer } from './explanation';
import { MissingRights } from './missingRights';
import { planFix } from './plannedFix';
import { planNaming } from './plannedNaming';
import { readFailures, type PodReading } from './podReading';

export interface ExplainOptions {
  /** The context's name. */
  readonly context: string;
  readonly mirrors: readonly MirrorRule[];
  readonly noProxy: readonly string[];
  readonly allowList: AllowList | null;
  /** Empty: where it is found. */
  readonly fledgedNamespace: string;
  readonly language: Language;
  /** Whether nodes may give images their own names; the image and the namespace of the Jobs for that. */
  readonly retag: boolean;
  readonly retagImage: string;
  readonly retagNamespace: string;
}

/** Says why the pod's containers wait and what would be done. Reads from the cluster, writes nothing. */
export async function explainPod(
  cluster: Cluster,
  pod: PodSnapshot,
  clock: Clock,
  options: ExplainOptions,
): Promise<Explanation> {
  const missing = new MissingRights(cluster, options.language);
  const reading = await readFailures(cluster, pod, clock.now());
  if (reading.eventsUnanswered !== null) missing.add('list', 'events', pod.namespace, reading.eventsUnanswered);
  const containers = await waitingContainers(cluster, pod, reading, clock, options, missing);
  const swapped = swappedContainers(pod);
  return {
    context: options.context,
    namespace: pod.namespace,
    pod: pod.name,
    ...(pod.node !== '' && { node: pod.node }),
    ...stateOf(pod),
    ...(pod.pullsFor && { pullsFor: pod.pullsFor }),
    ...(swapped.length > 0 && { swapped }),
    ...sandboxFailure(reading, options),
    containers,
    ...(missing.all.length > 0 && { missing: missing.all }),
  };
}

async function waitingContainers(
  cluster: Cluster,
  pod: PodSnapshot,
  { failures, fromEvents }: PodReading,
  clock: Clock,
  options: ExplainOptions,
  missing: MissingRights,
): Promise<readonly WaitingContainer[]> {
  if (failures.length === 0) return [];
  const { mirrors, noProxy, allowList, fledgedNamespace, language, retag } = options;
  const facts = new ClusterFacts(withEveryRight(cluster, missing), clock, () => fledgedNamespace);
  await facts.learn([pod.namespace]);
  const rules = {
    mirrors,
    noProxy,
    allowList,
    excludedNamespaces: [],
    optedOutNamespaces: facts.optedOut,
    stopOf: () => null,
    retag,
  };
  const containers: WaitingContainer[] = [];
  for (const incident of incidentsOf(failures, () => pod, rules)) {
    const named =
      pod.pullsFor || !retag ? null : await planNaming(incident, cluster, facts, options, missing, clock.now());
    const fix = pod.pullsFor ? null : (named ?? (await planFix(incident, pod, facts, missing, clock.now())));
    for (const { failure, refusal } of incident.verdicts) {
      const { container, image, original, reason, message } = failure;
      // what is said of a volume's image is no word about the container's
      const about = refusal?.code === 'image-volume' && refusal.about !== '' ? refusal.about : image;
      containers.push({
        container,
        image,
        ...(original !== image && { original }),
        reason,
        // of the cause alone: a verdict's own is about whether it is time
        ...explainCause(diagnose({ ...failure, image: about, mirrors }), about, language),
        ...(message !== '' && { message }),
        ...(fromEvents.has(container) && { source: 'event' as const }),
        ...(refusal ? { refused: refusal.code, why: refusalText(language, refusal) } : fix && { fix }),
      });
    }
  }
  if (containers.some(({ fix }) => fix)) {
    if (containers.some(({ fix }) => fix && fix.does !== 'retag')) await missing.ask('patch', 'pods', pod.namespace);
    await missing.ask('get', 'namespaces', pod.namespace);
  }
  return containers;
}

/**
 * What a plan asks a cluster, as it would be answered to somebody who lacks no right: what is missing is told beside
 * the plan, and does not hide it.
 */
function withEveryRight(cluster: Cluster, missing: MissingRights): ConstructorParameters<typeof ClusterFacts>[0] {
  return {
    findFledged: (override) => cluster.findFledged(override),
    readObject: (object) => cluster.readObject(object),
    servedVersions: (group) => cluster.servedVersions(group),
    mayI: () => Promise.resolve(true),
    async namespaceOptedOut(namespace) {
      const optedOut = await cluster.namespaceOptedOut(namespace);
      if (typeof optedOut === 'boolean') return optedOut;
      missing.add('get', 'namespaces', namespace, optedOut.unanswered);
      return false;
    },
  };
}

function sandboxFailure(
  { sandbox: message }: PodReading,
  { mirrors, language }: ExplainOptions,
): Pick<Explanation, 'sandboxFailure'> {
  if (message === null) return {};
  const diagnosis = diagnose({ message, reason: 'FailedCreatePodSandBox', image: '', mirrors });
  return diagnosis.sandbox ? { sandboxFailure: { ...explainCause(diagnosis, '', language), message } } : {};
}

function swappedContainers(pod: PodSnapshot): readonly SwappedContainer[] {
  return pod.containers.flatMap(({ name, image }) => {
    const original = pod.originalImages[name];
    return original === undefined || original === image ? [] : { container: name, image, original };
  });
}

function stateOf({ deleting, phase }: PodSnapshot): Pick<Explanation, 'state'> {
  if (deleting) return { state: 'deleting' };
  return phase === 'Succeeded' || phase === 'Failed' ? { state: 'ended' } : {};
}
