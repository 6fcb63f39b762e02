import type { Cause, Healable } from '../../electron/domain/diagnosis/cause';

/** One text of a kubelet or a runtime, in its real shape with made-up names, and what it means. */
export interface PullMessage {
  readonly message: string;
  readonly cause: Cause;
  readonly healable: Healable;
  /** Empty when the text names none. */
  readonly host: string;
  readonly ambiguous?: boolean;
  readonly sandbox?: boolean;
  readonly needsLogin?: boolean;
  readonly image?: string;
  readonly reason?: string;
}

/** A text that somebody showed, in its words with other names. */
export interface SeenMessage {
  /** `project#number` on GitHub. */
  readonly from: string;
  readonly message: string;
  readonly cause: Cause;
  readonly sandbox?: boolean;
}

export const sha = `sha256:${'ab'.repeat(32)}`;

/** The kubelet's head and containerd's steps around a last word. */
export function containerd(image: string, last: string, code = ''): string {
  const wrapper = code === '' ? '' : `rpc error: code = ${code} desc = `;
  return `Failed to pull image "${image}": ${wrapper}failed to pull and unpack image "${image}": ${last}`;
}
export const resolving = (image: string, last: string, code = '') =>
  containerd(image, `failed to resolve reference "${image}": ${last}`, code);
/** The text of a FailedCreatePodSandBox event: containerd's steps around its pause image. */
export const sandboxed = (image: string, last: string) =>
  `Failed to create pod sandbox: rpc error: code = Unknown desc = failed to get sandbox image "${image}": failed to pull image "${image}": failed to pull and unpack image "${image}": ${last}`;
export const daemon = (last: string) => `rpc error: code = Unknown desc = Error response from daemon: ${last}`;

export const hub = 'registry-1.docker.io';
export const app = 'docker.io/team/app:1';

export function unreachable(message: string, host = hub): PullMessage {
  return { message, cause: 'unreachable', healable: 'yes', host };
}
export function rateLimited(message: string, host: string): PullMessage {
  return { message, cause: 'rate-limited', healable: 'yes', host };
}
export function mirrorError(message: string, host: string): PullMessage {
  return { message, cause: 'mirror-error', healable: 'yes', host };
}
export function mirrorLogin(message: string, image: string, host: string): PullMessage {
  return { message, image, cause: 'mirror-error', healable: 'yes', host, needsLogin: true };
}
export function interrupted(message: string, host = ''): PullMessage {
  return { message, cause: 'interrupted', healable: 'yes', host };
}
export function no(cause: Cause, message: string, host: string, isAmbiguous = false, reason = ''): PullMessage {
  return { message, cause, healable: 'no', host, ambiguous: isAmbiguous, reason };
}
export function ambiguous(message: string, host: string): PullMessage {
  return { message, cause: 'not-found', healable: 'offer', host, ambiguous: true };
}
export function shortName(message: string): PullMessage {
  return { message, cause: 'bad-reference', healable: 'offer', host: '', reason: 'ImageInspectError' };
}
export function unknown(message: string, host = ''): PullMessage {
  return { message, cause: 'unknown', healable: 'offer', host };
}
export function nodeTrouble(message: string, host = ''): PullMessage {
  return { message, cause: 'unknown', healable: 'no', host };
}
