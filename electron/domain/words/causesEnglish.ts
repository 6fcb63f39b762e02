import { pauseImageSettings as settings, type CauseForm, type CauseWords, type RefusalWords } from './causeWords';

const registry = (host: string) => (host === '' ? 'the registry' : host);
/** At the start of a sentence; a host keeps its spelling. */
const Registry = (host: string) => (host === '' ? 'The registry' : host);
/** Where from, unless the image's own name says it. */
const from = (host: string, image = '') => (host === '' || image.startsWith(`${host}/`) ? '' : ` from ${host}`);
const keyIn = ({ section, key }: { readonly section: string; readonly key: string }) => `${key} in ${section}`;
/** A title in the middle of a sentence. */
const inside = (title: string) => title.charAt(0).toLowerCase() + title.slice(1);

export const causesEnglish: Readonly<Record<CauseForm, CauseWords>> = {
  unreachable: {
    title: 'Registry unreachable',
    explanation: ({ image, host }) => `The node cannot reach ${registry(host)}, so ${image} was not pulled.`,
    mirrorHelps: 'A mirror helps, as long as the node can reach the mirror.',
    next: ({ host }) => `Pull through a mirror, or give the nodes a way to ${registry(host)}: DNS, firewall, proxy.`,
  },
  'rate-limited': {
    title: 'Rate limited',
    explanation: ({ image, host }) =>
      `${Registry(host)} counts too many pulls from this address and holds ${image} back for now.`,
    mirrorHelps: 'A mirror helps, because what is pulled from another host does not count against this limit.',
    next: ({ host }) =>
      `Pull through a mirror, wait until the limit starts anew, or add a pull secret for ${registry(host)} with a higher limit.`,
  },
  'node-limit': {
    title: 'Node pulls too often',
    explanation: ({ image }) => `The node starts only so many pulls per second, and ${image} has to wait.`,
    mirrorHelps: 'A mirror does not help, because no registry was asked yet.',
    next: () => 'Wait: the node tries again by itself. If this happens often, raise registryPullQPS of its kubelet.',
  },
  'mirror-error': {
    title: 'Mirror failed',
    explanation: ({ image, host }) =>
      `${host === '' ? 'The mirror' : `The mirror ${host}`} refused ${image} or could not deliver it.`,
    mirrorHelps: 'Another mirror may have the image.',
    next: () => 'Try another mirror, or the same one later; some serve only the images on a list of theirs.',
  },
  'mirror-login': {
    title: 'Mirror needs a login',
    explanation: ({ image, host }) =>
      `${host === '' ? 'The mirror' : `The mirror ${host}`} gives ${image} only to those who log in, and got no valid credentials.`,
    mirrorHelps: 'Another mirror may help, or this one as soon as the kubelet has credentials for it.',
    next: ({ host }) =>
      `In the pod’s namespace, add a pull secret for ${host === '' ? 'the mirror’s host' : host} to the workload’s pod template, or to the pod’s service account where the template names no secret; pods made after that use it. The kubelet looks credentials up by the host of the name that it pulls, and Pullthrough never copies a secret.`,
  },
  interrupted: {
    title: 'Pull cut off',
    explanation: ({ image, host }) =>
      `Pulling ${image}${from(host, image)} was cut off before it was complete, most likely because it took too long.`,
    mirrorHelps: 'A mirror closer to the node is often fast enough.',
    next: () => 'Pull through a mirror; the node also goes on trying by itself.',
  },
  tls: {
    title: 'Connection not trusted',
    explanation: ({ image, host }) =>
      `The node does not trust its connection to ${registry(host)}, because the certificate or the protocol is not the expected one, so ${image} was not pulled.`,
    mirrorHelps: 'A mirror does not help, because the registry answers and only the node’s trust in it is missing.',
    next: () =>
      'See in the node’s message what is wrong: renew a certificate that has expired, install a private CA on the nodes, or mark a registry that is meant to work without TLS as insecure in their container runtime.',
  },
  'led-elsewhere': {
    title: 'Led to another server',
    explanation: ({ image, host }) =>
      `The node asked for ${registry(host)}, and another server answered with its own certificate, so ${image} was not pulled.`,
    mirrorHelps: 'A mirror may help, because connections to its host are seldom led astray as well; you can try.',
    next: ({ host }) =>
      `Pull through a mirror, or find out what leads the nodes’ connections to ${registry(host)} elsewhere: DNS, a proxy, a hosts file.`,
  },
  unauthorized: {
    title: 'Login needed',
    explanation: ({ image, host }) => `${Registry(host)} does not give out ${image} without a valid login.`,
    mirrorHelps: 'A mirror does not help, because it never gets your credentials and cannot see private images.',
    next: ({ host }) =>
      `Add a pull secret with valid credentials for ${registry(host)} to the workload’s pod template, or to the pod’s service account where the template names no secret; pods made after that use it.`,
  },
  'private-or-not-found': {
    title: 'Private or not found',
    explanation: ({ image, host }) =>
      `${Registry(host)} denies access to ${image}, which is either private or does not exist; it does not say which.`,
    mirrorHelps: 'A mirror does not help, because it sees neither private images nor missing ones.',
    next: ({ host }) =>
      `Check the name; if the image is private, add a pull secret for ${registry(host)} to the workload’s pod template.`,
  },
  'refused-here': {
    title: 'Refused to this address',
    explanation: ({ image, host }) =>
      `${Registry(host)} refuses ${image}, although its images are public: it seems to turn away your network or region.`,
    mirrorHelps: 'A mirror may help, because it asks from elsewhere; you can try.',
    next: ({ host }) => `Pull through a mirror, or find out why ${registry(host)} turns away the nodes’ address.`,
  },
  'not-found': {
    title: 'Image not found',
    explanation: ({ image, host }) => `${Registry(host)} does not have ${image}.`,
    mirrorHelps: 'A mirror does not help, because it has only what the registry has.',
    next: () => 'Check the name and the tag for mistakes, and whether the image was deleted or not yet pushed.',
  },
  'not-found-or-private': {
    title: 'Not found or private',
    explanation: ({ image }) =>
      `Docker Hub denies access to ${image}, which means either a wrong name or a private image; it does not say which.`,
    mirrorHelps: 'A mirror helps only if the image is public after all; you can try.',
    next: () =>
      'Check the name; if the image is private, add a pull secret for Docker Hub to the workload’s pod template.',
  },
  'bad-reference': {
    title: 'Invalid image name',
    explanation: ({ image }) => `“${image}” is not a valid image name, so no registry was asked for it.`,
    mirrorHelps: 'A mirror does not help, because the name itself has to be corrected.',
    next: () =>
      'Correct the image in the workload: lower-case letters only, no https:// in front, and no placeholder that was never filled in.',
  },
  'short-name': {
    title: 'Short image name',
    explanation: ({ image }) => `${image} names no registry, and the node does not know which one to ask.`,
    mirrorHelps: 'A mirror can help, because the names on it are complete.',
    next: () =>
      'Write the name with its registry in the workload, such as docker.io/library/nginx, or list the registries to search in the node’s /etc/containers/registries.conf.',
  },
  'no-matching-platform': {
    title: 'No build for this node',
    explanation: ({ image, host }) =>
      `${image}${from(host, image)} has no build for the node’s processor or operating system.`,
    mirrorHelps: 'A mirror does not help, because it has the same builds.',
    next: () => 'Use an image that is built for this platform, or let the pod run on other nodes.',
  },
  'disk-full': {
    title: 'Node disk full',
    explanation: ({ image }) => `The node’s disk is full or faulty, so ${image} could not be stored.`,
    mirrorHelps: 'A mirror does not help, because the image has to fit on the same disk.',
    next: () => 'Free space on the node, for example by removing unused images, or check its disk.',
  },
  signature: {
    title: 'Signature rejected',
    explanation: ({ image }) => `The signature policy for this node does not accept ${image}.`,
    mirrorHelps: 'A mirror must not be used here, because it would lead around the policy.',
    next: () => 'Have the image signed, or ask those who keep the policy to accept it.',
  },
  'never-policy': {
    title: 'Pulling forbidden',
    explanation: ({ image }) =>
      `${image} is not on the node, or not for this pod, and the pull policy Never forbids fetching it.`,
    mirrorHelps: 'A mirror does not help, because its image would have to be pulled as well.',
    next: () =>
      'Load the image onto the node under this very name, or set imagePullPolicy to IfNotPresent in the workload.',
  },
  unknown: {
    title: 'Cause unknown',
    explanation: ({ image, host }) =>
      `${image} could not be pulled${from(host, image)}, and the node’s message names no cause that is known here.`,
    mirrorHelps: 'Whether a mirror helps is not known; you can try.',
    next: () => 'Read the node’s message itself, or the events of the pod.',
  },
  'node-trouble': {
    title: 'Trouble on the node',
    explanation: ({ image }) => `The node could not handle ${image}, and no registry is to blame.`,
    mirrorHelps: 'A mirror does not help, because the trouble is on the node itself.',
    next: () => 'Check the node’s container runtime and storage; an image in an outdated format has to be built anew.',
  },
  sandbox: {
    title: 'Pause image missing',
    explanation: ({ host, cause }) =>
      `The node cannot get its own pause image${from(host)} (${inside(cause)}), and without it no pod starts there.`,
    mirrorHelps: 'Nothing in the pod can change this, because the image is named in the node’s configuration.',
    next: () =>
      `Name a pause image within the node’s reach, for example one on a mirror, and restart its runtime: ${keyIn(settings.containerd1)} for containerd 1.x, ${keyIn(settings.containerd2)} for containerd 2.x, ${keyIn(settings.crio)} for CRI-O, ${settings.criDockerd} for cri-dockerd.`,
  },
};

export const refusalsEnglish: RefusalWords = {
  'no-rule': (about) => `No mirror rule matches ${about}.`,
  excluded: (about) => `“${about}” is on the list of what never goes through a mirror.`,
  'already-proxied': (about) => `The image already comes through the mirror ${about}.`,
  local: (about) => `${about} is the node itself, which no mirror can reach.`,
  'ip-host': (about) => `${about} is a bare address, which a mirror cannot look up.`,
  'host-without-dot': (about) => `${about} is a name inside your network, which a mirror does not know.`,
  port: (about) => `${about} has a port, which cannot become part of a mirror’s path.`,
  invalid: (about) => (about === '' ? 'The image name is empty.' : `“${about}” is not a valid image name.`),
  'image-id': () => 'The image is given by its id, which only the node knows.',
  'not-on-allow-list': (about) => `The mirror ${about} does not serve this image: it is not on its list.`,
  budget: (about) => `The mirror ${about} has been asked so much that it might ban this address.`,
  'static-pod': () => 'This is a static pod: the node runs it from a file and ignores changes made in the cluster.',
  'never-policy': () => 'The pull policy Never forbids pulling, under any name.',
  'opted-out-pod': () => 'The pod asks to be left alone with the annotation pullthrough.dev/auto.',
  'opted-out-namespace': (about) => `The namespace ${about} is to be left alone.`,
  'ephemeral-container': () => 'The image of a debug container cannot be changed any more.',
  'image-volume': (about) =>
    about === ''
      ? 'A volume of the pod needs the image, and volumes cannot be changed.'
      : `A volume of the pod needs ${about}, and volumes cannot be changed.`,
  cause: (about) => `A mirror does not help against this: ${about}.`,
  sandbox: () => 'The node’s own pause image is missing, and nothing in the pod can change that.',
};
