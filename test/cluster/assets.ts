import { accessSync, constants } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { buildAsset } from './goBuild';

/** Of Kubernetes, and of etcd as that version of Kubernetes recommends it. */
const versions = { kubernetes: '1.35.4', etcd: '3.5.35' } as const;

/** The programs a cluster is made of; the first two are what envtest calls its assets. */
export type AssetName =
  'etcd' | 'kube-apiserver' | 'kubectl' | 'kube-controller-manager' | 'kube-scheduler' | 'kubelet';

/** Where the programs are kept and built: `KUBE_ASSETS_HOME`, or a folder of the user's cache. */
function assetsHome(): string {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  return process.env.KUBE_ASSETS_HOME ?? join(cache, 'pullthrough', 'kube-assets');
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false; // absent, or not to be run: both mean that it has to be had from elsewhere
  }
}

/** The first program of this name in PATH and, since some users' PATH lacks it, in /usr/sbin; null if there is none. */
export function findProgram(name: string): string | null {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return folders.map((folder) => join(folder, name)).find(isProgram) ?? null;
}

/** `KUBEBUILDER_ASSETS` (as envtest has it) where it holds them all, otherwise this project's own folder. */
function folderFor(names: readonly AssetName[]): string {
  const given = process.env.KUBEBUILDER_ASSETS;
  if (given && names.every((name) => isProgram(join(given, name)))) return given;
  return join(assetsHome(), `bin-${versions.kubernetes}`);
}

/** A sentence about what stands in the way of having these programs on this machine, or null. Takes no time. */
export function whyNoAssets(names: readonly AssetName[]): string | null {
  const folder = folderFor(names);
  const missing = names.filter((name) => !isProgram(join(folder, name)));
  if (missing.length === 0 || findProgram('go')) return null;
  return (
    `${missing.join(', ')} not found: set KUBEBUILDER_ASSETS to a folder that holds them, ` +
    `or install Go 1.25 or newer to have them built from their published modules.`
  );
}

/**
 * The folder that holds these programs. Those that are missing are built from their published Go modules, once:
 * some minutes on two cores, and about 4 GB of disk. One line per built program on stderr.
 * @throws Error with a sentence for people when they can neither be found nor built
 */
export async function kubeAssets(names: readonly AssetName[]): Promise<string> {
  const obstacle = whyNoAssets(names);
  if (obstacle) throw new Error(obstacle);
  const folder = folderFor(names);
  for (const name of names) {
    const path = join(folder, name);
    if (isProgram(path)) continue;
    await buildAsset({ name, path, home: assetsHome(), versions, isDone: () => isProgram(path) });
  }
  return folder;
}
