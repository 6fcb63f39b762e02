import { counted } from './counted';

const objects = counted('object', 'objects');

/** What the examination of one context says. */
export const examinationEnglish = {
  column: 'Examine',
  open: (name: string) => `Examine ${name}`,
  looking: 'Looking it over',
  lookingFacts: 'kube-fledged, your rights and what is left over are read. Nothing is written.',
  failedTitle: 'Not examined',
  again: 'Look again',
  lookedAt: (clock: string) => `as of ${clock}`,
  offTitle: 'This context is off',
  offFacts: 'Only a context that is watched can be examined.',
  watch: 'Watch it',
  allInOrder: 'All is in order',
  brokenCount: (_n: number, text: string) => `${text} broken`,
  warningCount: (n: number, text: string) => `${text} ${n === 1 ? 'warning' : 'warnings'}`,
  okCount: (_n: number, text: string) => `${text} in order`,
  levels: { broken: 'Broken', warning: 'Could be better', ok: 'In order' },
  fix: 'Fix…',
  fixLabel: (sentence: string) => `Show the fix: ${sentence}`,
  fixing: 'Fixing',
  toFindings: 'Findings',
  plan: {
    band: 'Exactly this will be written',
    inOrder: 'in this order',
    verbs: { create: 'Create', patch: 'Change', delete: 'Delete' },
    marks: { done: 'done', refused: 'refused' },
    bodyOf: (object: string) => `YAML of ${object}`,
    copyAll: 'Copy all',
    hint: (n: number, text: string, context: string) =>
      n === 0 ? `Nothing has to be written to ${context}.` : `Writes ${objects(n, text)} to ${context}.`,
    working: (done: string, total: string) => `Working: ${done} of ${total} written`,
    doThis: 'Do this',
    notNow: 'Not now',
  },
};
