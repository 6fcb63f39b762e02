import { counted } from './counted';

const pods = counted('pod', 'pods');
const containers = counted('container', 'containers');

/** What the way back says: each swapped pod, and what its state means. */
export const restoresEnglish = {
  readyCount: (_n: number, text: string) => `${text} ready`,
  uncheckedCount: (_n: number, text: string) => `${text} not checked`,
  heldCount: (_n: number, text: string) => `${text} held`,
  freeCount: (_n: number, text: string) => `${text} back to the original`,
  emptyTitle: 'Nothing to restore',
  emptyFacts: 'Every pod runs with the image that its owner asks for.',
  notes: {
    ready: 'The original has been pulled on the node. You choose when its containers restart.',
    unchecked: 'Runs with the image of the mirror. A check pulls the original on the node; nothing restarts.',
    held: 'Runs well with the image of the mirror, as the original cannot be had yet.',
    free: 'Has its original image. Nothing is left to do.',
  },
  since: (clock: string) => `since ${clock}`,
  endsWithRollout: 'gone with the next rollout',
  endsWithJob: 'gone when its Job ends',
  byItself: 'restores by itself',
  restoreFree: 'Restore all that is free',
  restoreFreeLabel: (n: number, text: string) => `Restore all that is free: ${pods(n, text)}, nothing restarts`,
  restartsNothing: 'Does not run',
  freeToGo: 'free',
  freeToGoCount: (_n: number, text: string) => `${text} free`,
  freeToGoNote: 'Its containers do not run, so the original goes back without a restart.',
  restarts: (n: number, text: string) => `Restarts ${containers(n, text)}`,
  restoreNow: 'Restore now',
  restoreLabel: (pod: string, restarts: string) => `Restore ${pod} now. ${restarts}.`,
  restoring: 'Restoring',
  check: 'Check',
  checkNow: 'Check now',
  checkLabel: (image: string) => `Check whether ${image} can be pulled again`,
  checking: 'Checking',
  uncheckedWord: 'Runs on the mirror',
  tries: (clock: string) => `Tries ${clock}`,
  tried: (n: number, text: string) => (n === 1 ? 'tried once' : `tried ${text} times`),
  whenReplaced: 'When replaced',
  always: 'Pull policy is Always',
  alwaysNote:
    'With the pull policy Always each start pulls anew, so nothing can show beforehand that a restart goes well.',
  denied: 'Not allowed',
  swappedBack: 'Restore failed, back on the mirror',
  error: 'Check failed',
  'pod-replaced': 'Pod replaced',
  'not-running': 'Was not running',
  restored: 'Restored',
  original: 'original',
  running: 'running',
  onNode: (node: string) => `on ${node}`,
};
