import type { Cause, RefusalCode } from '../cause';

/** What the texts speak about. */
export interface CauseSubject {
  /** The image as the pod has it. */
  readonly image: string;
  /** The registry or mirror that was asked; empty where the text of the kubelet names none. */
  readonly host: string;
}

/** A cause, or one of its forms that needs other words. */
export type CauseForm =
  Cause | 'not-found-or-private' | 'private-or-not-found' | 'short-name' | 'node-limit' | 'node-trouble' | 'sandbox';

/** The words of one form of a cause in one language. */
export interface CauseWords {
  readonly title: string;
  readonly explanation: (subject: CauseSubject) => string;
  readonly mirrorHelps: string;
  readonly next: (subject: CauseSubject) => string;
}

export type RefusalWords = Readonly<Record<RefusalCode, (about: string) => string>>;
