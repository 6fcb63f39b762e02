import * as z from 'zod';
import { prepullPlanShape, prepullSchema } from '../prepull/prepullRecord';
import type { RescueState } from './rescueState';

const text = z.string();
const named = z.looseObject({ is: text });

/** As much of a rescue's state as its machine relies on; what views alone show may be anything. */
const recordSchema = z.object({
  id: text,
  incident: text,
  image: text,
  startedAt: z.number(),
  candidates: z.array(z.object({ mirror: text, proxied: text })),
  ...prepullPlanShape,
  step: z.enum(['cache', 'swap', 'verify', 'put-back', 'ended']),
  mirror: z.int().nonnegative(),
  cache: prepullSchema.nullable(),
  made: z.array(z.object({ apiVersion: text, kind: text, namespace: text, name: text })),
  failures: z.array(z.object({ host: text, cause: text, message: text })),
  refused: named.nullable(),
  outcome: named.nullable(),
  targets: z.record(
    text,
    z.object({
      podUid: text,
      namespace: text,
      pod: text,
      node: text,
      phase: z.enum(['waiting', 'swapping', 'swapped', 'healed', 'failed', 'putting-back', 'put-back', 'left']),
      pullSecrets: z.array(text).optional(),
      unanswered: z.number(),
      containers: z.array(
        z.object({ name: text, original: text, image: text, before: text.nullable(), hasImage: z.boolean() }),
      ),
    }),
  ),
});

/** Whether a rescue from the journal, which another version of the app may have written, can be gone on with. */
export function isRescueRecord(value: unknown): value is RescueState {
  const { success, data } = recordSchema.safeParse(value);
  if (!success) return false;
  const needsMirror = data.step !== 'put-back' && data.step !== 'ended';
  return !needsMirror || data.mirror < data.candidates.length;
}
