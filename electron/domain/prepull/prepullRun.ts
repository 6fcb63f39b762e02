import * as z from 'zod';
import type { ObjectRef } from '../kubeObject';
import type { Prepull, PrepullPlan } from './prepull';
import { prepullPlanShape, prepullSchema } from './prepullRecord';

/** A healed image on its way onto further nodes, ahead of need. Plain data: the journal keeps it. */
export interface PrepullRun {
  readonly id: string;
  /** The image as the workload's owner wrote it, for people. */
  readonly original: string;
  readonly startedAt: number;
  readonly plan: PrepullPlan;
  /** The nodes whose turn it is. */
  readonly prepull: Prepull;
  /** Those whose turn comes: not all at one time ask one mirror. */
  readonly later: readonly string[];
  /** What is known of the nodes whose turn it was. */
  readonly before: Prepull['nodes'];
  /** Everything that was made to pull for it: none of it may be left at the end. */
  readonly made: readonly ObjectRef[];
}

const runSchema = z.object({
  id: z.string(),
  original: z.string(),
  startedAt: z.number(),
  plan: z.object(prepullPlanShape),
  prepull: prepullSchema,
  later: z.array(z.string()),
  before: z.record(z.string(), z.looseObject({ is: z.string() })),
  made: z.array(z.object({ apiVersion: z.string(), kind: z.string(), namespace: z.string(), name: z.string() })),
});

/** Whether a run from the journal, which another version of the app may have written, can be gone on with. */
export function isPrepullRun(value: unknown): value is PrepullRun {
  return runSchema.safeParse(value).success;
}
