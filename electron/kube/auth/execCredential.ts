import { parse } from 'yaml';
import * as z from 'zod';
import type { ClusterEntry, ExecEntry } from '../config/entries';
import type { KeyPair } from './tlsMaterial';

/** What a credential plugin has given, for as long as it says. */
export interface PluginCredential {
  readonly token: string;
  readonly pair: KeyPair | null;
  /** Milliseconds since the epoch; null: until the server refuses it. */
  readonly expires: number | null;
}

/** The versions of ExecCredential that kubectl takes. */
export const execVersions: readonly string[] = [
  'client.authentication.k8s.io/v1',
  'client.authentication.k8s.io/v1beta1',
];

/** The cluster as a plugin is told of it. */
export interface PluginCluster {
  readonly value: ClusterEntry;
  /** The certificate authority in base64, also where it comes from a file. */
  readonly ca: string;
}

/** The content of KUBERNETES_EXEC_INFO; `cluster` where the plugin wants to know it. */
export function execInfo({ apiVersion }: ExecEntry, cluster: PluginCluster | null): string {
  return JSON.stringify({
    kind: 'ExecCredential',
    apiVersion,
    spec: { ...(cluster && { cluster: clusterInfo(cluster) }), interactive: false },
  });
}

const extensionName = 'client.authentication.k8s.io/exec';

function clusterInfo({ value, ca }: PluginCluster): object {
  const config = value.extensions.find(({ name }) => name === extensionName)?.extension;
  return {
    server: value.server,
    ...(value['tls-server-name'] !== '' && { 'tls-server-name': value['tls-server-name'] }),
    ...(value['insecure-skip-tls-verify'] && { 'insecure-skip-tls-verify': true }),
    ...(ca !== '' && { 'certificate-authority-data': ca }),
    ...(value['proxy-url'] !== '' && { 'proxy-url': value['proxy-url'] }),
    ...(value['disable-compression'] && { 'disable-compression': true }),
    config: config ?? null,
  };
}

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');

const outputSchema = z.object({
  kind: z.literal('ExecCredential'),
  apiVersion: z.string(),
  status: z.object({
    token: text,
    clientCertificateData: text,
    clientKeyData: text,
    expirationTimestamp: z.iso.datetime({ offset: true }).nullish(),
  }),
});

/**
 * What a plugin has printed: JSON, or YAML, which kubectl takes as well. Answers with why it is no credential, in words
 * that quote none of it.
 */
export function parseCredential(output: string, apiVersion: string): PluginCredential | { readonly problem: string } {
  const parsed = outputSchema.safeParse(parseOutput(output));
  if (!parsed.success) {
    const field = parsed.error.issues[0]?.path.map(String).join('.') ?? '';
    return {
      problem: field === '' ? 'printed no ExecCredential' : `printed an ExecCredential without a right ${field}`,
    };
  }
  const { status } = parsed.data;
  if (parsed.data.apiVersion !== apiVersion) return { problem: `answered in another version than ${apiVersion}` };
  const { token, clientCertificateData: cert, clientKeyData: key } = status;
  if (token === '' && cert === '' && key === '') return { problem: 'gave neither a token nor a certificate' };
  if ((cert === '') !== (key === '')) return { problem: 'gave a certificate or a key, not both' };
  return {
    token,
    pair: cert === '' ? null : { cert, key },
    expires: status.expirationTimestamp ? Date.parse(status.expirationTimestamp) : null,
  };
}

function parseOutput(output: string): unknown {
  try {
    return JSON.parse(output);
  } catch {
    // client-go takes both
    return parseYaml(output);
  }
}

function parseYaml(output: string): unknown {
  try {
    return parse(output, { version: '1.1', logLevel: 'silent' });
  } catch {
    return null; // neither of the two
  }
}
