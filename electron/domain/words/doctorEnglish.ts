import type { MissingGroup, RightsFeature, RightsMode } from '../rights/rights';
import { refusalOf } from '../rights/refusal';
import type { DoctorProgram, DoctorSubject, DoctorWords, Limit, ProgramTrouble, WayInstead } from './doctor';

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
  heal: 'heal failing pulls',
  retag: 'have nodes give images their own names',
  fledged: 'pull through kube-fledged',
  kruise: 'pull through OpenKruise',
  prepull: 'bring images onto nodes ahead of need',
  doctor: 'examine this cluster',
  repair: 'mend what an examination finds',
};

const programs: Readonly<Record<DoctorProgram, string>> = {
  controller: 'kube-fledged’s controller',
  webhook: 'kube-fledged’s webhook server',
};

const instead: Readonly<Record<WayInstead, string>> = {
  kruise: 'Pullthrough pulls images ahead with OpenKruise instead',
  'pull-pods': 'Pullthrough pulls images ahead with pods of its own instead',
  none: 'as this user may not create pods either, images are changed without being pulled ahead',
};

const withoutWebhook = (fails: boolean) =>
  fails ? 'so no ImageCache can be written, not even by kube-fledged' : 'so nothing checks ImageCaches';

export const doctorEnglish: DoctorWords = {
  unread: (subject, ...failures) => {
    const may = failures.flatMap((failure) => ('forbidden' in failure ? mayNot(failure.forbidden) : []));
    const silent = failures.flatMap((failure) => ('unanswered' in failure ? failure.unanswered : []));
    const why = may.length > 0 ? `, as this user may not${may.join(';')}` : `: ${silent.join('; ')}`;
    return stopped(`${subjects[subject]} could not be looked at${why}`);
  },
  serverSilent: (why) => stopped(`The API server does not answer: ${why}`),

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

  fledgedAbsent: (way) => `kube-fledged is not installed; ${instead[way]}.`,
  definitionServed: (versions) => `kube-fledged’s ImageCaches are served as ${list(versions)}.`,
  definitionOld: (served, way) =>
    `The kube-fledged here is from before 0.8 and cannot be used, as it serves ImageCaches only as ${list(served)}; ${instead[way]}. 0.10 is offered once it is removed: both use the same names, and the older ImageCaches do not carry over.`,
  definitionGone: 'kube-fledged’s controller is there, but its type ImageCache is not served.',
  controllerAbsent: (namespace) =>
    `ImageCaches are served, but no controller of kube-fledged is in the namespace ${namespace}, so they wait forever.`,

  programRuns: (program, title) => `${programs[program]} ${title} runs.`,
  programStarts: (program, title) => `${programs[program]} ${title} is starting.`,
  programDown: (program, title, trouble, fails) => {
    const so = program === 'webhook' ? withoutWebhook(fails) : 'so no ImageCache is worked on';
    return stopped(`${programs[program]} ${title} ${down(trouble, so)}`);
  },

  webhookAbsent:
    'No webhook checks ImageCaches, so a wrong change to the lists of one can crash kube-fledged’s controller.',
  webhookElsewhere: 'A webhook outside of this cluster checks ImageCaches.',
  webhookRuns: (service) => `The webhook ${service} runs and has its certificate.`,
  webhookWithoutService: (service, fails) => `The webhook’s Service ${service} is not there, ${withoutWebhook(fails)}.`,
  webhookDown: (service, fails) => `No pod behind the webhook’s Service ${service} is ready, ${withoutWebhook(fails)}.`,
  webhookWithoutCertificate: (configuration, fails) =>
    `The webhook cannot be called, as its configuration ${configuration} has no certificate (caBundle), ${withoutWebhook(fails)}.`,
  webhookCertificateExpired: (configuration, expired, fails) =>
    `The webhook cannot be called, as the certificate (caBundle) in its configuration ${configuration} expired on ${expired}, ${withoutWebhook(fails)}.`,
  certificateByHand: ' No server here writes it by itself: whoever made its certificate has to put it there.',

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

  nothingStuck: (limits) => `No ImageCache is stuck${lookedOnly(limits)}.`,
  stuck: (objects) =>
    `${few(objects)} ${objects.length === 1 ? 'stays' : 'stay'} “Processing” although nothing pulls for ${objects.length === 1 ? 'it' : 'them'} any more.`,
  stuckUntilController: (objects) =>
    `${few(objects)} ${objects.length === 1 ? 'stays' : 'stay'} “Processing” until kube-fledged’s controller runs again.`,
  noLeftovers: (limits) => `Nothing of Pullthrough’s is left over${lookedOnly(limits)}.`,
  leftovers: (objects, limits) => `Left over from Pullthrough and not in use${lookedOnly(limits)}: ${few(objects)}.`,

  kruiseServed: (versions) => `OpenKruise serves ImagePullJobs (${list(versions)}).`,
  kruiseAbsent: 'OpenKruise is not installed, and not needed.',

  rightsThere: (feature) => `This user has the rights to ${features[feature]}.`,
  rightsMissing: (feature, groups) =>
    `To ${features[feature]}, this user lacks the right to ${groups.map(rightOf).join('; to ')}.`,

  installFix: (namespace, host) =>
    `Install kube-fledged 0.10 to the namespace ${namespace}${host === '' ? ', with its images from Docker Hub' : `, with its images through ${host}`}.`,
  completeFix: (objects) => `Create what is missing of kube-fledged 0.10: ${few(objects)}.`,
  scaleFix: (titles) => `Scale ${list(titles)} to 1.`,
  restartFix: (title) => `Restart ${title}, so that it makes a certificate and writes it into the configuration.`,
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

/** A trouble of a program, with what comes of it; what a server tells stands last, as it may be long. */
function down(trouble: ProgramTrouble, so: string): string {
  switch (trouble.is) {
    case 'scaled-to-zero':
      return `is scaled to 0, ${so}`;
    case 'image':
      return `cannot start, ${so}: its image ${trouble.image} does not arrive (${trouble.cause})`;
    case 'crashing': {
      const reason = trouble.reason === '' ? '' : ` (${trouble.reason})`;
      return `cannot stay up, ${so}: its container ${trouble.container} ends with exit code ${String(trouble.exitCode)}${reason}`;
    }
    case 'waiting':
      return `cannot start, ${so}: its container ${trouble.container} waits with ${trouble.reason}`;
    case 'unscheduled':
      return `cannot start, ${so}: no node takes it: ${trouble.message}`;
    case 'no-pods':
      return `has no pods, ${so}: they are refused: ${trouble.message}`;
  }
}

/** Another sentence than the usual one stands as it is. */
function mayNot(forbidden: string): string {
  const refusal = refusalOf(forbidden);
  return refusal ? ` ${rightOf(refusal)}` : `: ${forbidden}`;
}

/** Behind a sentence of what was looked for; empty where that was everywhere. */
function lookedOnly(limits: readonly Limit[]): string {
  if (limits.length === 0) return '';
  const places = limits.map(({ resource, namespaces }) => `${resource} only in ${list(namespaces)}`);
  return ` where this user may look (${places.join('; ')})`;
}

/** What a server tells may have its own full stop. */
function stopped(sentence: string): string {
  return `${sentence.replace(/[.。]$/, '')}.`;
}

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
