import { loadYaml } from '@kubernetes/client-node';
import * as z from 'zod';

/** With nothing in its environment, docker compose reads `${NAME:-default}` as the default. */
const text = z.string().transform((value) => value.replace(/\$\{\w+:-([^}]*)\}/g, '$1'));

const serviceSchema = z.object({
  image: text.optional(),
  ports: z.array(text).optional(),
  volumes: z.array(text).optional(),
  environment: z.record(z.string(), text).optional(),
  healthcheck: z.object({ test: z.array(text) }).optional(),
});
const fileSchema = z.object({
  services: z.record(z.string(), serviceSchema),
  volumes: z.record(z.string(), z.null()).optional(),
});

export type ComposeFile = z.infer<typeof fileSchema>;
export type ComposeService = z.infer<typeof serviceSchema>;

export function parseCompose(content: string): ComposeFile {
  return fileSchema.parse(loadYaml(content));
}

/** The second file on top of the first, as `docker compose -f ONE -f OTHER` has it. */
export function merged(one: ComposeService, other: ComposeService): ComposeService {
  return {
    ...one,
    ...other,
    volumes: [...(one.volumes ?? []), ...(other.volumes ?? [])],
    environment: { ...one.environment, ...other.environment },
  };
}
