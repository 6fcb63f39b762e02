import * as z from 'zod';

/**
 * The entries of a kubeconfig file as `k8s.io/client-go/tools/clientcmd/api/v1` has them. As there, null stands for
 * absent, unknown fields are passed over, and a field of the wrong type makes its entry unreadable.
 */

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');
const flag = z
  .boolean()
  .nullish()
  .transform((value) => value ?? false);
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
/** Base64 as Go reads it: padded, and line ends within it do not count. */
const bytes = text
  .transform((value) => value.replace(/[\r\n]/g, ''))
  .refine((value) => base64.test(value), { error: 'is not base64' });
const listOf = <T extends z.ZodType>(item: T) =>
  z
    .array(item)
    .nullish()
    .transform((list) => list ?? []);

const extension = z.object({ name: text, extension: z.unknown() });

export const clusterSchema = z.object({
  server: text,
  'tls-server-name': text,
  'insecure-skip-tls-verify': flag,
  'certificate-authority': text,
  'certificate-authority-data': bytes,
  'proxy-url': text,
  'disable-compression': flag,
  extensions: listOf(extension),
});

const execSchema = z.object({
  command: text,
  args: listOf(text),
  env: listOf(z.object({ name: text, value: text })),
  apiVersion: text,
  installHint: text,
  provideClusterInfo: flag,
  interactiveMode: text,
});

const authProviderSchema = z.object({
  name: text,
  config: z
    .record(z.string(), text)
    .nullish()
    .transform((config) => config ?? {}),
});

export const userSchema = z.object({
  'client-certificate': text,
  'client-certificate-data': bytes,
  'client-key': text,
  'client-key-data': bytes,
  token: text,
  tokenFile: text,
  as: text,
  'as-uid': text,
  'as-groups': listOf(text),
  'as-user-extra': z
    .record(z.string(), listOf(text))
    .nullish()
    .transform((extra) => extra ?? {}),
  username: text,
  password: text,
  'auth-provider': authProviderSchema.nullish(),
  exec: execSchema.nullish(),
});

export const contextSchema = z.object({ cluster: text, user: text, namespace: text });

export type ClusterEntry = z.infer<typeof clusterSchema>;
export type UserEntry = z.infer<typeof userSchema>;
export type ContextEntry = z.infer<typeof contextSchema>;
export type ExecEntry = z.infer<typeof execSchema>;
export type AuthProviderEntry = z.infer<typeof authProviderSchema>;

/** Somebody of whom nothing is known: what a context without a user is used with. */
export const nobody: UserEntry = userSchema.parse({});
