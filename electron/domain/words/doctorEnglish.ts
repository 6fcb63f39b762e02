import type { MissingGroup, RightsFeature, RightsMode } from '../rights/rights';
import type { DoctorSubject, DoctorWords } from './doctor';

const subjects: Readonly<Record<DoctorSubject, string>> = {
  version: 'The API server’s version',
  nodes: 'The nodes',
  fledged: 'Whether kube-fledged’s ImageCaches are served',
  kruise: 'Whether OpenKruise’s ImagePullJobs are served',
  deployments: 'The Deployments of kube-fledged',
  pods: 'The pods of kube-fledged',
  webhooks: 'The webhook configurations',
  services: 'The Service of kube-fledged’s webhook',
  caches: 'The ImageCaches',
  ours: 'What Pullthrough has made here',
  rights: 'The rights of this user',
};

const features: Readonly<Record<RightsMode | RightsFeature, string>> = {
  watch: 'see failing pulls',
  heal: 'heal them',
  retag: 'have nodes give images their own names',
  fledged: 'pull through kube-fledged',
  kruise: 'pull through OpenKruise',
  prepull: 'bring images onto nodes ahead of need',
  doctor: 'examine this cluster',
};

const withoutWebhook = (fails: boolean) =>
  fails ? 'so no ImageCache can be written, not even by kube-fledged' : 'so nothing checks ImageCaches';

export const doctorEnglish: DoctorWords = {
  unread: (subject, failure) =>
    'forbidden' in failure
      ? `${subjects[subject]} could not be looked at, as this user may not: ${failure.forbidden}`
      : `${subjects[subject]} could not be looked at: ${failure.unanswered}`,

  server: (version) => `The API server is ${version}.`,
  kubelets: (versions) => `The nodes run kubelet ${list(versions)}, which fits the API server.`,
  kubeletsSkewed: (versions, server) =>
    `Kubelet ${list(versions)} is outside of what an API server ${server} supports: newer than it, or too old.`,
  noNodes: 'There is no node, so nothing can be pulled.',
  causesFlip:
    'Kubelets before 1.32 name the cause of a failed pull only until they back off; afterwards Pullthrough takes it from events and from what it saw before.',
  namesRemembered: (retag) =>
    retag
      ? 'Kubelets from 1.35 on remember under which name they pulled an image, so a retag cannot help where a node has pulled those bytes through a mirror before.'
      : 'Kubelets from 1.35 on remember under which name they pulled an image; that only matters once retag is switched on.',

  fledgedAbsent: 'kube-fledged is not installed; Pullthrough tries images with pods of its own instead.',
  definitionServed: (versions) => `ImageCaches are served as ${list(versions)}.`,
  definitionOld: (versions, wanted) =>
    `ImageCaches are served only as ${list(versions)}, and Pullthrough speaks ${wanted}: update kube-fledged to 0.8 or newer.`,
  definitionGone: 'kube-fledged’s controller is there, but its type ImageCache is not served.',
  controllerAbsent: (namespace) =>
    `ImageCaches are served, but no controller of kube-fledged is in the namespace ${namespace}, so they wait for ever.`,

  programRuns: (title) => `${title} runs.`,
  programStarts: (title) => `${title} is starting.`,
  programScaledToZero: (title) => `${title} is scaled to 0 replicas.`,
  programWithoutImage: (title, image, cause) =>
    `${title} cannot start, as its image ${image} does not arrive: ${cause}.`,
  programCrashes: (title, container, exitCode, reason) =>
    `${title} cannot stay up: its container ${container} ends with exit code ${String(exitCode)}${reason === '' ? '' : ` (${reason})`}.`,
  programWaits: (title, container, reason) => `${title} cannot start: its container ${container} waits with ${reason}.`,
  programUnscheduled: (title, message) => `${title} cannot start, as no node takes it: ${message}`,
  programWithoutPods: (title, message) => `${title} has no pods, as they are refused: ${message}`,

  webhookAbsent:
    'No webhook checks ImageCaches, and one whose lists are changed wrongly crashes kube-fledged’s controller.',
  webhookElsewhere: 'A webhook outside of this cluster checks ImageCaches.',
  webhookRuns: (service) => `The webhook ${service} runs and has its certificate.`,
  webhookWithoutService: (service, fails) => `The webhook’s Service ${service} is not there, ${withoutWebhook(fails)}.`,
  webhookDown: (service, fails) => `No pod behind the webhook’s Service ${service} is ready, ${withoutWebhook(fails)}.`,
  webhookWithoutCertificate: (fails) =>
    `The webhook’s configuration has no certificate (caBundle), ${withoutWebhook(fails)}.`,

  helperHangs: (image, node, cause) => `The helper image ${image} does not arrive on ${node}: ${cause}.`,
  helperPulled: (image, node) => `The helper image ${image} was pulled on ${node}.`,
  helperPresent: (image, nodes, of) =>
    `The helper image ${image} is on ${String(nodes)} of ${String(of)} ${of === 1 ? 'node' : 'nodes'}, as far as they list their images.`,
  helperNeighbour: (image) =>
    `The helper image ${image} has not been pulled yet; the controller’s own image came from the same registry.`,
  helperMirrored: (image, host) =>
    `The helper image ${image} has not been pulled yet; it comes through the mirror ${host}.`,
  helperDoubtful: (image, host) =>
    `Nothing shows whether the nodes can pull the helper image ${image} from ${host}, for which there is a mirror.`,
  helperUnknown: (image) => `Nothing shows whether the nodes can pull the helper image ${image}.`,

  nothingStuck: 'No ImageCache is stuck.',
  stuck: (objects) =>
    `${few(objects)} ${objects.length === 1 ? 'stays' : 'stay'} “Processing” although nothing pulls for ${objects.length === 1 ? 'it' : 'them'} any more.`,
  stuckUntilController: (objects) =>
    `${few(objects)} ${objects.length === 1 ? 'stays' : 'stay'} “Processing” until kube-fledged’s controller runs again.`,
  noLeftovers: 'Nothing of Pullthrough’s is left over.',
  leftovers: (objects) => `Left over from Pullthrough and not in use: ${few(objects)}.`,

  kruiseServed: (versions) => `OpenKruise serves ImagePullJobs (${list(versions)}).`,
  kruiseAbsent: 'OpenKruise is not installed, and not needed.',

  rightsThere: (feature) => `This user has the rights to ${features[feature]}.`,
  rightsMissing: (feature, groups) =>
    `To ${features[feature]}, this user lacks the right to ${groups.map(rightOf).join('; to ')}.`,

  installFix: (namespace, host) =>
    `Install kube-fledged 0.10 to the namespace ${namespace}${host === '' ? ', with its images from Docker Hub' : `, with its images through ${host}`}.`,
  rescueFix: 'Point kube-fledged’s own programs that cannot pull at the mirror.',
  helpersFix: 'Have kube-fledged take its helper images through the mirror.',
  releaseFix: (count) =>
    `Ask kube-fledged to begin ${count === 1 ? 'the stuck ImageCache' : `the ${String(count)} stuck ImageCaches`} anew.`,
  cleanFix: (count) => `Remove ${count === 1 ? 'this object' : `these ${String(count)} objects`} of Pullthrough’s.`,

  fixDone: (written, alreadyThere) =>
    `Done: ${counted(written, 'object')} written${alreadyThere === 0 ? '' : `, ${String(alreadyThere)} already there`}.`,
  fixStopped: (object, why, done, left) =>
    `Stopped at ${object}: ${why.replace(/\.$/, '')}; ${done.length === 0 ? 'nothing was written' : `written: ${done.join(', ')}`}${left.length === 0 ? '' : `; not written: ${left.join(', ')}`}.`,
  changedMeanwhile: 'it has changed since it was shown, so look again',
  goneMeanwhile: 'it is gone',
  notAllowed: (verb, resource, namespace) =>
    `this user may not ${verb} ${resource}${namespace === '' ? '' : ` in ${namespace}`}`,
};

function list(texts: readonly string[]): string {
  return texts.length < 2 ? texts.join('') : `${texts.slice(0, -1).join(', ')} and ${texts.at(-1) ?? ''}`;
}

/** Named as far as a sentence can hold them; the fix names all. */
function few(objects: readonly string[]): string {
  return objects.length <= 3
    ? list(objects)
    : `${objects.slice(0, 2).join(', ')} and ${String(objects.length - 2)} more`;
}

function counted(count: number, noun: string): string {
  return count === 1 ? `1 ${noun}` : `${String(count)} ${noun}s`;
}

function rightOf({ verbs, resource, namespace }: MissingGroup): string {
  return `${list(verbs)} ${resource}${namespace === '' ? '' : ` in ${namespace}`}`;
}
