import type { Candidate, GaveUpReason } from '../../domain/appState';
import { isAutomatic, isOnMirror, isSwappable, type Incident, type Verdict } from '../../domain/decision';
import { fnv1a } from '../../domain/prepull/imageCache';
import { resources } from '../../domain/kubeObject';
import { candidatesFor } from '../../domain/mirrors/mirrors';
import { isNotReady } from '../../domain/prepull/readyNodes';
import { listsImage, nodeRuntimeOf, type NodeRuntime } from '../../domain/retag/nodeRuntime';
import { pulledName, soughtName } from '../../domain/retag/retagNames';
import type { RetagCandidate, RetagFailure, RetagPlan } from '../../domain/retag/retagState';
import type { Settings } from '../../domain/settings';
import type { ClusterFacts } from '../clusterFacts';
import { isReadFailure, type Cluster } from '../ports';
import { targetsOf, type RescueScope } from '../rescue/rescuePlanning';

export interface RetagPlanningParts {
  readonly cluster: Pick<Cluster, 'readObject' | 'mayI'>;
  readonly facts: Pick<ClusterFacts, 'learn' | 'knows' | 'optedOut'>;
  readonly settings: () => Settings;
  /** Puts mirrors in the order in which to try them. */
  readonly order: (candidates: readonly Candidate[]) => Promise<readonly Candidate[]>;
  readonly mayAsk: (host: string) => boolean;
  /** Whether a retag of this pod has come to nothing. */
  readonly hasFailed: (podUid: string) => boolean;
}

/** Failures that a retag cannot help, and why. */
export interface Unhelped {
  readonly verdicts: readonly Verdict[];
  readonly failure: RetagFailure;
  readonly detail: string;
  readonly why: GaveUpReason;
}

export interface PlannedRetag {
  /** Null: there is nothing that a retag could help. */
  readonly plan: RetagPlan | null;
  readonly unhelped: readonly Unhelped[];
}

/** What a retag of this incident needs to know before it begins; asks the cluster, writes nothing. */
export async function planRetag(
  incident: Incident,
  scope: RescueScope,
  parts: RetagPlanningParts,
  now: number,
): Promise<PlannedRetag> {
  const { facts, settings, hasFailed } = parts;
  await facts.learn(incident.verdicts.map(({ pod }) => pod.namespace));
  const wanted = incident.verdicts.filter(
    (verdict) =>
      mayBeRetagged(verdict) &&
      isInScope(verdict, scope) &&
      !hasFailed(verdict.pod.uid) &&
      facts.knows(verdict.pod.namespace) &&
      !facts.optedOut.has(verdict.pod.namespace),
  );
  const [first] = wanted;
  if (!first) return { plan: null, unhelped: [] };
  const { retagNamespace } = settings();
  const candidates = await retagCandidates(first.candidates, parts);
  if (candidates.length === 0) return { plan: null, unhelped: [] };
  const missing = await missingRight(parts.cluster, retagNamespace);
  if (missing !== null) return { plan: null, unhelped: [{ verdicts: wanted, failure: 'job-refused', ...missing }] };
  const { nodes, helpers, unhelped } = await readNodes(parts.cluster, wanted, candidates);
  const helped = wanted.filter((verdict) => !unhelped.some(({ verdicts }) => verdicts.includes(verdict)));
  if (helped.length === 0) return { plan: null, unhelped };
  const swappable = new Set(wanted.filter(isSwappable).map(({ pod }) => pod.uid));
  const targets = targetsOf(helped).map((target) => ({ ...target, swappable: swappable.has(target.podUid) }));
  return {
    plan: {
      id: fnv1a(`retag\n${incident.id}\n${String(now)}\n${targets.map(({ podUid }) => podUid).join('\n')}`),
      incident: incident.id,
      image: incident.image,
      startedAt: now,
      asked: scope === 'all',
      candidates,
      namespace: retagNamespace,
      nodes: Object.fromEntries(targets.map(({ node }) => [node, nodes.get(node)] as const).filter(isKnown)),
      helpers,
      targets,
    },
    unhelped,
  };
}

/** Whether the name alone would do. Under the policy Always the node asks the name's own registry, whatever it has. */
function mayBeRetagged(verdict: Verdict): boolean {
  const { pod, failure } = verdict;
  return pod.node !== '' && failure.pullPolicy !== 'Always' && !isOnMirror(verdict);
}

function isInScope(verdict: Verdict, scope: RescueScope): boolean {
  if (scope === 'put-back') return false;
  return scope === 'all' ? verdict.refusal === null : isAutomatic(verdict);
}

/** The mirrors in their order, each with the image of a Job that comes through the same one where that is possible. */
async function retagCandidates(
  candidates: readonly Candidate[],
  { settings, order, mayAsk }: RetagPlanningParts,
): Promise<readonly RetagCandidate[]> {
  const { retagImage, mirrors, noProxy } = settings();
  const helpers = candidatesFor(retagImage, mirrors, noProxy).candidates;
  const asked = (await order(candidates)).filter(({ mirror }) => mayAsk(mirror));
  return asked.map((candidate) => {
    const helper = helpers.find(({ mirror }) => mirror === candidate.mirror) ?? helpers[0];
    return { ...candidate, helper: helper?.proxied ?? retagImage, ...(helper && { helperMirror: helper.mirror }) };
  });
}

/** The first right that is missing in the Job's namespace; no answer counts as "may". */
async function missingRight(
  cluster: Pick<Cluster, 'mayI'>,
  namespace: string,
): Promise<Pick<Unhelped, 'detail' | 'why'> | null> {
  const { plural: resource } = resources.Job;
  for (const verb of ['create', 'delete'])
    if ((await cluster.mayI(verb, 'batch', resource, namespace)) === false)
      return {
        detail: `may not ${verb} ${resource} in namespace ${namespace}`,
        why: { is: 'denied', verb, resource, namespace },
      };
  return null;
}

interface ReadNodes {
  readonly nodes: ReadonlyMap<string, NodeRuntime>;
  /** Node -> the images of Jobs that it lists. */
  readonly helpers: Readonly<Record<string, readonly string[]>>;
  readonly unhelped: readonly Unhelped[];
}

async function readNodes(
  cluster: Pick<Cluster, 'readObject'>,
  wanted: readonly Verdict[],
  candidates: readonly RetagCandidate[],
): Promise<ReadNodes> {
  const nodes = new Map<string, NodeRuntime>();
  const helpers: Record<string, readonly string[]> = {};
  const unhelped: Unhelped[] = [];
  for (const name of new Set(wanted.map(({ pod }) => pod.node))) {
    const mine = wanted.filter(({ pod }) => pod.node === name);
    const leave = (verdicts: readonly Verdict[], failure: RetagFailure, detail: string) => {
      if (verdicts.length > 0) unhelped.push({ verdicts, failure, detail, why: { is: 'rejected', detail } });
    };
    const { apiVersion } = resources.Node;
    const node = await cluster.readObject({ apiVersion, kind: 'Node', namespace: '', name });
    if (node === null || isReadFailure(node)) {
      const why = node === null ? '' : 'forbidden' in node ? node.forbidden : node.unanswered;
      leave(mine, 'node', `node ${name} could not be read${why === '' ? '' : `: ${why}`}`);
      continue;
    }
    // its Job would wait for the kubelet, and the pods for the Job
    if (isNotReady(node)) {
      leave(mine, 'node', `node ${name} is not ready`);
      continue;
    }
    const runtime = nodeRuntimeOf(node);
    if ('unknown' in runtime) {
      leave(mine, 'node', runtime.unknown);
      continue;
    }
    nodes.set(name, runtime);
    helpers[name] = candidates.map(({ helper }) => helper).filter((helper) => listsImage(node, helper));
    const nameless = mine.filter(({ failure }) => soughtName(failure.original, runtime) === null);
    leave(nameless, 'node', `${runtime.is} gives no image a digest for a name`);
    // its own name would be of no use then; where it has that too, a Job has given it, and the kubelet may not have looked yet
    const isThere =
      runtime.recordsPulls && candidates.some(({ proxied }) => listsImage(node, pulledName(proxied) ?? ''));
    const isNamed = ({ failure }: Verdict) => listsImage(node, failure.original);
    if (isThere)
      leave(
        mine.filter((verdict) => isSwappable(verdict) && !isNamed(verdict) && !nameless.includes(verdict)),
        'kubelet-pulled',
        '',
      );
  }
  return { nodes, helpers, unhelped };
}

function isKnown(entry: readonly [string, NodeRuntime | undefined]): entry is readonly [string, NodeRuntime] {
  return entry[1] !== undefined;
}
