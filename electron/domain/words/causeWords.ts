import type { Cause, RefusalCode } from '../diagnosis/cause';

/** What the texts speak about. */
export interface CauseSubject {
  /** The image as the pod has it. */
  readonly image: string;
  /** The registry or mirror that was asked; empty where the text of the kubelet names none. */
  readonly host: string;
}

/** A cause, or one of its forms that needs other words. */
export type CauseForm =
  | Cause
  | 'mirror-login'
  | 'not-found-or-private'
  | 'private-or-not-found'
  | 'refused-here'
  | 'led-elsewhere'
  | 'short-name'
  | 'node-limit'
  | 'node-trouble'
  | 'sandbox';

/** What an explanation can use: `cause` is the title of the cause, for a form that stands before several of them. */
export interface ExplanationSubject extends CauseSubject {
  readonly cause: string;
}

/** The words of one form of a cause in one language. */
export interface CauseWords {
  readonly title: string;
  readonly explanation: (subject: ExplanationSubject) => string;
  readonly mirrorHelps: string;
  readonly next: (subject: CauseSubject) => string;
}

export type RefusalWords = Readonly<Record<RefusalCode, (about: string) => string>>;

/**
 * Where a runtime has the name of its pause image: containerd's docs/cri/config.md of 1.7 and of 2.0, crio.conf(5),
 * `cri-dockerd --help`.
 */
export const pauseImageSettings = {
  containerd1: { section: '[plugins."io.containerd.grpc.v1.cri"]', key: 'sandbox_image' },
  containerd2: { section: "[plugins.'io.containerd.cri.v1.images'.pinned_images]", key: 'sandbox' },
  crio: { section: 'crio.conf', key: 'pause_image' },
  criDockerd: '--pod-infra-container-image',
} as const;
