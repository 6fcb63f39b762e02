/** Why an image is left alone, in a few words for its row, and what somebody can do; empty where the cause says that. */
export const refusalsEnglish = {
  'no-rule': { short: 'no rule matches', help: 'Add a mirror that serves this registry, in Settings.' },
  excluded: {
    short: 'never proxied',
    help: 'Take it off the list of what never goes through a mirror, in Settings.',
  },
  'already-proxied': {
    short: 'is a mirror already',
    help: 'Put another mirror in the workload, or the original name.',
  },
  local: { short: 'on the node itself', help: 'Load the image onto the node, or name a registry that others reach.' },
  'ip-host': { short: 'bare address', help: 'Add a mirror with a rule of its own for this address, in Settings.' },
  'host-without-dot': {
    short: 'internal name',
    help: 'Add a mirror with a rule of its own for this name, in Settings.',
  },
  port: { short: 'host with a port', help: 'Add a mirror with a rule of its own for this host, in Settings.' },
  invalid: { short: 'invalid name', help: 'Correct the name in the workload.' },
  'image-id': { short: 'given by id', help: 'Write the image with its name in the workload.' },
  'not-on-allow-list': {
    short: 'not on mirror list',
    help: 'Add a mirror that serves this image, or ask for it to be listed.',
  },
  budget: { short: 'mirror spared', help: 'Wait, or add another mirror.' },
  'static-pod': { short: 'static pod', help: 'Change the image in its file on the node.' },
  'never-policy': { short: 'pull policy Never', help: '' },
  'opted-out-pod': {
    short: 'left alone by choice',
    help: 'Remove the annotation pullthrough.dev/auto from the pod.',
  },
  'opted-out-namespace': {
    short: 'namespace left alone',
    help: 'Take the namespace off the list in Settings, or remove its annotation pullthrough.dev/auto.',
  },
  'ephemeral-container': {
    short: 'debug container',
    help: 'Start another debug container with an image from a mirror.',
  },
  'image-volume': { short: 'image volume', help: 'Name an image from a mirror for the volume in the workload.' },
  /** In place of the help for a mirror that is spared, where the time is known. */
  waitUntil: (clock: string) => `Wait until ${clock}, or add another mirror.`,
};
