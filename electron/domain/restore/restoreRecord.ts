import * as z from 'zod';
import type { Restore } from './restoreState';

const text = z.string();
const time = z.number();
const state = z.discriminatedUnion('is', [
  z.object({ is: z.literal('unchecked'), since: time }),
  z.object({ is: z.literal('checking'), since: time, then: z.enum(['offer', 'restore']) }),
  z.object({ is: z.literal('ready'), at: time }),
  z.object({ is: z.literal('held'), why: z.looseObject({ is: text }), retryAt: time.nullable(), tries: time }),
  z.object({ is: z.literal('restoring'), since: time, step: z.enum(['put-back', 'start', 'swap-back']) }),
  z.object({ is: z.literal('free'), at: time, how: z.enum(['pod-replaced', 'not-running', 'restored']) }),
]);

const recordSchema = z.object({
  podUid: text,
  namespace: text,
  pod: text,
  node: text,
  owner: text.nullable(),
  swappedAt: time.nullable(),
  containers: z.array(z.object({ name: text, original: text, proxied: text, nextStart: time.nullable() })),
  state,
  tries: time,
  burnt: z.boolean(),
  inService: z.boolean(),
  freeAt: time,
});

/** Whether a restore from the journal, which another version of the app may have written, can be gone on with. */
export function isRestoreRecord(value: unknown): value is Restore {
  return recordSchema.safeParse(value).success;
}
