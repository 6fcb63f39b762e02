import { stringify } from 'yaml';
import type { Candidate } from '../../domain/appState';
import { resources } from '../../domain/kubeObject';
import { candidatesFor } from '../../domain/mirrors/mirrors';
import { nodeRuntimeOf, usualRuntime, type NodeRuntime } from '../../domain/retag/nodeRuntime';
import { retagJob } from '../../domain/retag/retagJob';
import { pulledName, soughtName } from '../../domain/retag/retagNames';
import type { RetagDescription } from '../../domain/retag/retagDescription';
import { rightsFor } from '../../domain/rights/rights';
import type { Settings } from '../../domain/settings';
import type { Language } from '../../domain/words/language';
import { retagWords } from '../../domain/words/retag';
import { rightsWords } from '../../domain/words/rights';
import { isReadFailure, type Cluster } from '../ports';
import { missingRights } from '../doctor/rightsReview';

/** An image to show the Job with, where none fails. */
const anImage = 'docker.io/library/nginx:1.27';

/** What the example is of. */
export interface RetagExample {
  /** An image that fails now; null: none does. */
  readonly image: string | null;
  /** The node that it fails on; null: not known. */
  readonly node: string | null;
}

/** Says what a retag would run on the nodes of this cluster, and what this user may not do for it. Writes nothing. */
export async function describeRetag(
  cluster: Pick<Cluster, 'mayI' | 'readObject'>,
  { retagImage, retagNamespace, mirrors, noProxy }: Settings,
  example: RetagExample,
  /** Compressed bytes of what a mirror has; null where nobody may ask it. */
  sizeOf: (candidate: Candidate) => Promise<number | null>,
  language: Language,
): Promise<RetagDescription> {
  const words = retagWords[language];
  const [first] = candidatesFor(retagImage, mirrors, noProxy).candidates;
  const helper = first?.proxied ?? retagImage;
  const places = { namespaces: [], fledgedNamespace: '', retagNamespace };
  const needed = rightsFor({ mode: 'retag', features: [], ...places }).filter(({ neededBy }) => neededBy === 'retag');
  const missing = await missingRights(cluster, needed);
  const runtime = await runtimeOf(cluster, example.node);
  const image = example.image ?? anImage;
  const pull = candidatesFor(image, mirrors, noProxy).candidates[0]?.proxied ?? image;
  const task = {
    node: example.node ?? 'node-1',
    runtime,
    pull: pulledName(pull) ?? pull,
    names: [soughtName(image, runtime) ?? image],
  };
  return {
    image: helper,
    bytes: first ? await sizeOf(first) : null,
    namespace: retagNamespace,
    sentences: [
      words.what,
      words.rootFolder(runtime.client),
      words.network,
      words.namespace(retagNamespace),
      words.secrets,
      words.always,
      words.recorded,
      words.over,
      ...('unanswered' in missing
        ? [words.unanswered(missing.unanswered)]
        : missing.map((right) => words.missing(right, rightsWords[language].purposes[right.purpose]))),
    ],
    job: stringify(retagJob(task, retagNamespace, helper)),
  };
}

/** The node's own where that can be read, else what most nodes have. */
async function runtimeOf(cluster: Pick<Cluster, 'readObject'>, node: string | null): Promise<NodeRuntime> {
  if (node === null) return usualRuntime;
  const { apiVersion } = resources.Node;
  const read = await cluster.readObject({ apiVersion, kind: 'Node', namespace: '', name: node });
  if (read === null || isReadFailure(read)) return usualRuntime;
  const runtime = nodeRuntimeOf(read);
  return 'unknown' in runtime ? usualRuntime : runtime;
}
