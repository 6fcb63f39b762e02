import { KubeConfig } from '@kubernetes/client-node';
import { writeFileSync } from 'node:fs';
import { kubeconfigText } from '../../../electron/demo/kubeconfigText';
import type { ServerAccess } from './benchCluster';

/** What the current context of a kubeconfig says of its server. */
export function accessIn(kubeconfig: string): ServerAccess {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const { server = '', caData = '' } = config.getCurrentCluster() ?? {};
  return { server, ca: Buffer.from(caData, 'base64').toString('utf8'), token: config.getCurrentUser()?.token ?? '' };
}

/** Writes a kubeconfig whose contexts, named bench-1 and so on, all lead to the same server; gives their names. */
export function writeKubeconfig(
  path: string,
  access: ServerAccess,
  { contexts, compressed }: { readonly contexts: number; readonly compressed: boolean },
): readonly string[] {
  const names = Array.from({ length: contexts }, (_, number) => `bench-${number + 1}`);
  const accesses = names.map((context) => ({ context, ...access }));
  const text = kubeconfigText(accesses);
  const line = /^( +)server: .*$/gm;
  writeFileSync(path, compressed ? text : text.replace(line, '$&\n$1disable-compression: true'), { mode: 0o600 });
  return names;
}
