import type { CauseForm, CauseWords, RefusalWords } from './causeWords';

const registry = (host: string) => (host === '' ? 'the registry' : host);
const atStart = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
/** At the start of a sentence; a host keeps its spelling. */
const Registry = (host: string) => (host === '' ? atStart(registry('')) : host);

export const causesEnglish: Readonly<Record<CauseForm, CauseWords>> = {
  unreachable: {
    title: 'Registry unreachable',
    explanation: ({ image, host }) => `The node cannot reach ${registry(host)}, so ${image} was not pulled.`,
    mirrorHelps: 'A mirror helps as long as the node can reach the mirror.',
    next: ({ host }) => `Pull through a mirror, or give the nodes a way to ${registry(host)}.`,
  },
  'rate-limited': {
    title: 'Rate limited',
    explanation: ({ image, host }) =>
      `${Registry(host)} counts too many pulls from this address and holds ${image} back for now.`,
    mirrorHelps: 'A mirror helps, because its pulls do not count against this limit.',
    next: () => 'Pull through a mirror, wait until the limit starts anew, or add a pull secret with a higher limit.',
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
  interrupted: {
    title: 'Pull cut off',
    explanation: ({ image }) => `Pulling ${image} took too long and was cut off before it was complete.`,
    mirrorHelps: 'A mirror closer to the node is often fast enough.',
    next: () => 'Pull through a mirror; the node also goes on trying by itself.',
  },
  tls: {
    title: 'Connection not trusted',
    explanation: ({ host }) =>
      `The node does not trust the connection to ${registry(host)}: its certificate or its protocol is not the expected one.`,
    mirrorHelps: 'A mirror does not help, because the registry answers and only the node’s trust in it is missing.',
    next: ({ host }) =>
      `Install the CA certificate of ${registry(host)} on the nodes, or mark a registry without TLS as insecure in the container runtime.`,
  },
  unauthorized: {
    title: 'Login needed',
    explanation: ({ image, host }) => `${Registry(host)} does not give out ${image} without a valid login.`,
    mirrorHelps: 'A mirror does not help, because it never gets your credentials and cannot see private images.',
    next: ({ host }) =>
      `Add a pull secret with valid credentials for ${registry(host)} to the pod or its service account.`,
  },
  'private-or-not-found': {
    title: 'Login needed',
    explanation: ({ image, host }) =>
      `${Registry(host)} denies access to ${image}: it is private, or it does not exist.`,
    mirrorHelps: 'A mirror does not help, because it sees neither private images nor missing ones.',
    next: ({ host }) => `Check the name, and add a pull secret for ${registry(host)} if the image is private.`,
  },
  'not-found': {
    title: 'Image not found',
    explanation: ({ image, host }) => `${Registry(host)} has no image ${image}.`,
    mirrorHelps: 'A mirror does not help, because it has only what the registry has.',
    next: () => 'Check the name and the tag for mistakes, or whether the image was deleted.',
  },
  'not-found-or-private': {
    title: 'Not found or private',
    explanation: ({ image }) =>
      `Docker Hub denies access to ${image}, which means either a wrong name or a private image; it does not say which.`,
    mirrorHelps: 'A mirror helps only if the image is public after all; you can try.',
    next: () => 'Check the name, and add a pull secret for Docker Hub if the image is private.',
  },
  'bad-reference': {
    title: 'Invalid image name',
    explanation: ({ image }) => `“${image}” is not a valid image name.`,
    mirrorHelps: 'A mirror does not help, because the name itself has to be corrected.',
    next: () =>
      'Correct the image in the workload: lower-case letters only, and no placeholder that was never filled in.',
  },
  'short-name': {
    title: 'Short image name',
    explanation: ({ image }) => `The node does not know which registry the short name ${image} belongs to.`,
    mirrorHelps: 'A mirror can help, because the names on it are complete.',
    next: () => 'Write the name with its registry in the workload, or list the registries to search on the node.',
  },
  'no-matching-platform': {
    title: 'No build for this node',
    explanation: ({ image }) => `${image} has no build for the node’s processor or operating system.`,
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
    explanation: ({ image }) => `The node’s signature policy does not accept ${image}.`,
    mirrorHelps: 'A mirror must not help here, or it would lead around the policy.',
    next: () => 'Have the image signed, or ask those who keep the node’s policy to accept it.',
  },
  'never-policy': {
    title: 'Pulling forbidden',
    explanation: ({ image }) => `${image} is not on the node, and the pull policy Never forbids fetching it.`,
    mirrorHelps: 'A mirror does not help, because its image would have to be pulled as well.',
    next: () => 'Load the image onto the node under this very name, or set imagePullPolicy to IfNotPresent.',
  },
  unknown: {
    title: 'Cause unknown',
    explanation: ({ image }) => `${image} could not be pulled, and the node’s message names no known cause.`,
    mirrorHelps: 'Whether a mirror helps is not known; you can try.',
    next: () => 'Read the node’s message, or the events of the pod.',
  },
  'node-trouble': {
    title: 'Trouble on the node',
    explanation: ({ image }) => `The node could not handle ${image}, and no registry is to blame.`,
    mirrorHelps: 'A mirror does not help, because the trouble is on the node itself.',
    next: () => 'Check the container runtime and the storage of the node.',
  },
  sandbox: {
    title: 'Pause image missing',
    explanation: () => 'The node cannot get its own pause image, without which no pod starts.',
    mirrorHelps: 'Nothing in the pod can change this, because the image is named in the node’s configuration.',
    next: () => 'Name a pause image that can be reached in the node’s container runtime, for example one on a mirror.',
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
