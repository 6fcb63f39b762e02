import * as z from 'zod';
import type { RetagState } from './retagState';

const text = z.string();
const named = z.looseObject({ is: text });

/** As much of a retag's state as its machine relies on. */
const recordSchema = z.object({
  id: text,
  incident: text,
  image: text,
  startedAt: z.number(),
  asked: z.boolean(),
  namespace: text,
  candidates: z.array(z.object({ mirror: text, proxied: text, helper: text, helperMirror: text.optional() })),
  helpers: z.record(text, z.array(text)).optional(),
  isOff: z.boolean().optional(),
  step: z.enum(['retag', 'ended']),
  nodes: z.record(
    text,
    z.object({
      runtime: z.object({
        is: z.enum(['containerd', 'cri-o', 'docker']),
        client: text,
        criClient: text,
        socket: text,
        hosts: text,
        recordsPulls: z.boolean(),
      }),
      phase: z.enum(['creating', 'working', 'retagged', 'over']),
      mirror: z.int().nonnegative(),
      job: text,
      unanswered: z.number(),
      seen: z.boolean(),
      told: z.boolean().optional(),
      calm: z.boolean(),
    }),
  ),
  targets: z.record(
    text,
    z.object({
      podUid: text,
      namespace: text,
      pod: text,
      node: text,
      pullSecrets: z.array(text).optional(),
      swappable: z.boolean(),
      phase: z.enum(['waiting', 'starting', 'healed', 'swap', 'failed', 'left']),
      armed: z.boolean(),
      refused: z.number(),
      containers: z.array(z.object({ name: text, image: text, original: text })),
    }),
  ),
  failures: z.array(z.object({ host: text, cause: text, message: text })),
  refused: named.nullable(),
  outcome: named.nullable(),
});

/** Whether a retag from the journal, which another version of the app may have written, can be gone on with. */
export function isRetagRecord(value: unknown): value is RetagState {
  const { success, data } = recordSchema.safeParse(value);
  return success && Object.values(data.targets).every(({ node }) => data.nodes[node] !== undefined);
}
