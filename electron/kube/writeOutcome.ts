import type { V1Status } from '@kubernetes/client-node';
import type { WriteOutcome } from '../engine/ports';
import { asNoAnswer, type ApiResponse } from './apiConnection';

/** What the API server's answer to a write means for whoever asked for it. */
export function writeOutcome({ status, body }: ApiResponse): WriteOutcome {
  if (status >= 200 && status < 300) return { is: 'done' };
  const detail = statusMessage(status, body);
  switch (status) {
    case 404:
    case 410:
      return { is: 'gone' };
    case 409:
      return { is: 'conflict', detail };
    case 401:
    case 429:
      return { is: 'unavailable', detail };
    case 403:
      // an admission webhook refuses with 403 as well, and then the right itself is there
      return isMissingRight(body) ? { is: 'denied', detail } : { is: 'rejected', detail };
    case 422:
      return isFailedTest(detail) ? { is: 'conflict', detail } : { is: 'rejected', detail };
    default:
      return status >= 500 ? { is: 'unavailable', detail } : { is: 'rejected', detail };
  }
}

/** Runs a write; no answer at all is an outcome like the others. */
export async function outcomeOf(write: () => Promise<ApiResponse>): Promise<WriteOutcome> {
  try {
    return writeOutcome(await write());
  } catch (error) {
    return { is: 'unavailable', detail: asNoAnswer(error).message };
  }
}

/** The server's own sentence, led by its code. */
export function statusMessage(status: number, body: unknown): string {
  const { message } = (typeof body === 'object' && body !== null ? body : {}) as V1Status;
  return `${String(status)}: ${message ?? (typeof body === 'string' ? body.slice(0, 200) : 'no reason given')}`;
}

/** RBAC's refusal: `pods "x" is forbidden: User "u" cannot patch resource "pods" in API group "" ...`. */
function isMissingRight(body: unknown): boolean {
  const { message } = (typeof body === 'object' && body !== null ? body : {}) as V1Status;
  return message === undefined || /\bcannot \w+ resource\b/.test(message);
}

/** A failed `test` of a JSON patch: "the server rejected our request due to an error in our request". */
function isFailedTest(detail: string): boolean {
  return /testing (value|path)|test(ed)? .*failed|error in our request/i.test(detail);
}
