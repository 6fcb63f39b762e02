import { sameImage } from '../image/imageReference';
import { isReadFailure } from '../readFailure';
import { causeTitle } from '../words/causes';
import type { DoctorWords } from '../words/doctor';
import type { Language } from '../words/language';
import { nodeOf, podOf, type ContainerStatus, type Pod } from './clusterObjects';
import { helperVariables, registryOf, throughMirror } from './fledgedImages';
import type { DoctorChoices, DoctorFacts } from './facts';
import { found, type Found } from './fixPlan';
import { helperImagesOf, helpersPlan } from './imageRepair';
import { imageTrouble, isLiving, statusesOf } from './programHealth';
import type { Program } from './programs';
import { isMirrorHost } from '../mirrors/mirrors';

type HelperVariable = keyof typeof helperVariables;

/** What is known of whether the nodes can pull an image; nothing is concluded without a sign. */
type Evidence =
  | { readonly is: 'hangs'; readonly why: string; readonly node: string }
  | { readonly is: 'pulled'; readonly node: string }
  | { readonly is: 'present'; readonly nodes: number; readonly of: number }
  /** The controller's own image came from the same registry. */
  | { readonly is: 'neighbour' }
  | { readonly is: 'mirrored'; readonly host: string }
  | { readonly is: 'doubtful'; readonly host: string }
  | { readonly is: 'unknown' };

/** One finding for each helper image of the controller. */
export function helperImageFindings(
  facts: DoctorFacts,
  controller: Program,
  choices: DoctorChoices,
  words: DoctorWords,
  language: Language,
): readonly Found[] {
  const images = helperImagesOf(controller);
  const judged = (Object.keys(helperVariables) as HelperVariable[]).map((variable) => {
    const image = images[variable];
    return { variable, image, evidence: evidenceOf(image, facts, controller, choices, language) };
  });
  const doubted = judged.filter(({ evidence }) => evidence.is === 'hangs' || evidence.is === 'doubtful');
  const fix = helpersPlan(
    controller,
    doubted.map(({ variable }) => variable),
    choices,
    words,
  );
  return judged.map(({ variable, image, evidence }) => {
    const id = `helper-image ${image}`;
    // only kube-fledged's purges use this one, and nothing here asks for a purge
    const isNeeded = variable === 'BUSYBOX_IMAGE';
    switch (evidence.is) {
      case 'hangs':
        return found(id, isNeeded ? 'broken' : 'warning', words.helperHangs(image, evidence.node, evidence.why), fix);
      case 'pulled':
        return found(id, 'ok', words.helperPulled(image, evidence.node));
      case 'present':
        return found(id, 'ok', words.helperPresent(image, evidence.nodes, evidence.of));
      case 'neighbour':
        return found(id, 'ok', words.helperNeighbour(image));
      case 'mirrored':
        return found(id, 'ok', words.helperMirrored(image, evidence.host));
      case 'doubtful':
        return found(id, 'warning', words.helperDoubtful(image, evidence.host), fix);
      case 'unknown':
        return found(id, 'warning', words.helperUnknown(image));
    }
  });
}

function evidenceOf(
  image: string,
  facts: DoctorFacts,
  controller: Program,
  choices: DoctorChoices,
  language: Language,
): Evidence {
  const pods = isReadFailure(facts.pullPods) ? [] : facts.pullPods.map(podOf);
  for (const pod of pods.filter(isLiving)) {
    const trouble = imageTrouble(pod, choices.mirrors);
    if (!trouble || trouble.image !== image || !isHelper(pod, image)) continue;
    const { cause, needsLogin } = trouble.diagnosis;
    return { is: 'hangs', why: causeTitle(language, cause, needsLogin), node: pod.spec.nodeName };
  }
  const pulled = pods.find((pod) => isHelper(pod, image) && statusOf(pod, image)?.imageID);
  if (pulled) return { is: 'pulled', node: pulled.spec.nodeName };
  const nodes = isReadFailure(facts.nodes) ? [] : facts.nodes.map(nodeOf);
  const having = nodes.filter(({ status }) =>
    status.images.some(({ names }) => names.some((name) => sameImage(name, image))),
  );
  if (having.length > 0) return { is: 'present', nodes: having.length, of: nodes.length };
  const registry = registryOf(image);
  if (isMirrorHost(registry, choices.mirrors)) return { is: 'mirrored', host: registry };
  if (controller.health.is === 'ready' && cameFrom(registry, facts, controller)) return { is: 'neighbour' };
  return throughMirror(image, choices) === null ? { is: 'unknown' } : { is: 'doubtful', host: registry };
}

/** Whether a pull pod has this image as its helper: the wanted image is in another container. */
function isHelper({ spec }: Pod, image: string): boolean {
  const helpers = [...spec.initContainers, ...spec.containers].filter(({ name }) => name !== 'imagepuller');
  return helpers.some((container) => container.image === image);
}

function statusOf(pod: Pod, image: string): ContainerStatus | undefined {
  const { initContainers, containers } = pod.spec;
  const named = [...initContainers, ...containers].find(
    (container) => container.name !== 'imagepuller' && container.image === image,
  );
  return statusesOf(pod).find(({ name }) => name === named?.name);
}

function cameFrom(registry: string, facts: DoctorFacts, { deployment }: Program): boolean {
  if (isReadFailure(facts.pods)) return false;
  const images = deployment.spec.template.spec.containers.map(({ image }) => image);
  // the pod's own text: what a swap put there instead came from elsewhere
  const run = facts.pods
    .map(podOf)
    .filter(isLiving)
    .flatMap(({ spec }) => spec.containers.map(({ image }) => image));
  return images.some((image) => run.includes(image) && registryOf(image) === registry);
}
