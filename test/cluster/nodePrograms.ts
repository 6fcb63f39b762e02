import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from './assets';

/** What a node needs from the system, with the Debian and Ubuntu package that has it. */
export interface NodePrograms {
  readonly containerd: string;
  readonly registry: string;
  readonly busybox: string;
  /** Folder of the CNI plugins. */
  readonly plugins: string;
}

const pluginFolders = ['/usr/lib/cni', '/opt/cni/bin', '/usr/libexec/cni'];
const packages = {
  containerd: 'containerd',
  ctr: 'containerd',
  runc: 'runc',
  ip: 'iproute2',
  mount: 'mount',
  unshare: 'util-linux',
  nsenter: 'util-linux',
} as const;

/** A sentence about what stands in the way of a node on this machine, or null. Takes no time. */
export function whyNoNode(): string | null {
  const found = findNodePrograms();
  return 'programs' in found ? null : found.why;
}

/** @throws Error with that sentence */
export function nodePrograms(): NodePrograms {
  const found = findNodePrograms();
  if ('programs' in found) return found.programs;
  throw new Error(found.why);
}

function findNodePrograms(): { readonly programs: NodePrograms } | { readonly why: string } {
  if (process.platform !== 'linux') return { why: 'A node needs Linux.' };
  if (process.getuid?.() !== 0) return { why: 'A node needs root.' };
  const registry = findProgram('docker-registry') ?? findProgram('registry');
  const busybox = findStaticBusybox();
  const plugins = pluginFolders.find((folder) =>
    ['bridge', 'host-local', 'loopback'].every((name) => existsSync(join(folder, name))),
  );
  const containerd = findProgram('containerd');
  const missing = Object.entries(packages)
    .filter(([name]) => findProgram(name) === null)
    .map(([, name]) => name as string);
  if (registry === null) missing.push('docker-registry');
  if (busybox === undefined) missing.push('busybox-static');
  if (plugins === undefined) missing.push('containernetworking-plugins');
  if (containerd && registry && busybox && plugins && missing.length === 0) {
    return { programs: { containerd, registry, busybox, plugins } };
  }
  return { why: `A node needs these packages, which are not installed: ${[...new Set(missing)].join(' ')}.` };
}

/** One that names no dynamic loader: in an image there is nothing but it. */
function findStaticBusybox(): string | undefined {
  const found = ['busybox', 'busybox.static'].flatMap((name) => findProgram(name) ?? []);
  return found.find((path) => !/\/ld-(linux|musl)/.test(readFileSync(path, 'latin1')));
}
