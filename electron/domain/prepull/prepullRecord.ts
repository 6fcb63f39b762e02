import * as z from 'zod';

const text = z.string();
const named = z.looseObject({ is: text });

/** As much of a prepull's plan as its machine relies on. */
export const prepullPlanShape = {
  ways: z.array(
    z.discriminatedUnion('is', [
      z.object({ is: z.enum(['image-cache', 'image-pull-job']), namespace: text }),
      z.object({ is: z.literal('pull-pods') }),
    ]),
  ),
  hostnames: z.record(text, text),
  pullers: z.record(text, z.object({ namespace: text, serviceAccount: text, pullSecrets: z.array(text) })),
  // absent in records of before it was known
  barred: z.record(text, z.enum(['not-ready', 'windows'])).optional(),
};

/** And of how far it is. */
export const prepullSchema = z.object({
  image: text,
  mirror: text,
  nodes: z.record(text, named),
  batches: z.array(
    z.object({
      way: z.int().nonnegative(),
      namespace: text,
      name: text,
      nodes: z.array(text),
      seen: z.array(text),
      gone: z.record(text, z.number()),
      isOver: z.boolean(),
    }),
  ),
});
