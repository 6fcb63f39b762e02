import { execFile } from 'node:child_process';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parseImageReference, withDefaultTag } from '../../electron/domain/image/imageReference';
import { imageArchive, type Image } from './image';
import { isolate, type IsolatedNode } from './isolation';
import type { Workspace } from './workspace';

const run = promisify(execFile);

/** A node's containerd, with its images and containers in a folder of its own. */
export interface Containerd {
  readonly node: IsolatedNode;
  readonly socket: string;
  /** Removes every image that was not preloaded, under all the names that it has. */
  removePulledImages(): Promise<void>;
  /** Removes the name that a pull of this reference has given, and the one by digest that comes with it. */
  removeImage(reference: string): Promise<void>;
}

export interface ContainerdOptions {
  readonly name: string;
  readonly program: string;
  /** Folder of the CNI plugins. */
  readonly plugins: string;
  /** Folder written by `pointRegistry`. */
  readonly registries: string;
  /** Images that the node has from the start, for the machinery; `pauseImage` is one of them. */
  readonly preloaded: Readonly<Record<string, Image>>;
  readonly pauseImage: string;
  /** Network link of the node's pods, at most 15 characters. */
  readonly link: string;
}

export async function startContainerd(workspace: Workspace, options: ContainerdOptions): Promise<Containerd> {
  const folder = join(workspace.folder, options.name);
  const socket = join(folder, 'containerd.sock');
  await mkdir(join(folder, 'cni'), { recursive: true });
  await writeFile(join(folder, 'cni', '10-pods.conflist'), JSON.stringify(podNetwork(options.link, folder)));
  const config = join(folder, 'containerd.toml');
  await writeFile(config, configuration(folder, socket, options));
  workspace.undoLater({ link: options.link });
  const usual = { '/run/containerd/containerd.sock': socket, '/etc/containerd/certs.d': options.registries };
  const node = isolate(workspace, `containerd-${options.name}`, usual, options.program, ['--config', config]);
  const ctr = (args: readonly string[]) => run('ctr', ['--address', socket, '--namespace', 'k8s.io', ...args]);
  await workspace.ready(node.first, 30_000, async () => {
    return ctr(['images', 'ls', '-q']).then(
      () => true,
      () => false, // not listening yet
    );
  });
  const archive = join(folder, 'preloaded.tar');
  await writeFile(archive, imageArchive(options.preloaded));
  await ctr(['images', 'import', '--snapshotter', 'native', archive]);
  return {
    node,
    socket,
    removePulledImages: async () => {
      const { stdout } = await ctr(['images', 'ls']);
      const rows = stdout
        .split('\n')
        .slice(1)
        .map((row) => row.split(/\s+/));
      const images = rows.flatMap(([name, , digest]) => (name && digest ? [{ name, digest }] : []));
      const kept = new Set(Object.values(options.preloaded).map(({ manifest }) => manifest.digest));
      const doomed = images.filter(({ digest }) => !kept.has(digest)).map(({ name }) => name);
      if (doomed.length > 0) await ctr(['images', 'rm', '--sync', ...doomed]);
    },
    removeImage: async (reference) => {
      const parsed = parseImageReference(reference);
      if (!parsed.ok) throw new Error(`${reference} is no image reference: ${parsed.why}`);
      const { domain, path, tag } = withDefaultTag(parsed.reference);
      const repository = `${domain}/${path}`;
      const { stdout } = await ctr(['images', 'ls', '-q']);
      const doomed = stdout
        .split('\n')
        .filter((name) => name === `${repository}:${tag ?? ''}` || name.startsWith(`${repository}@`));
      if (doomed.length === 0) throw new Error(`the node does not have ${reference}: ${stdout}`);
      await ctr(['images', 'rm', '--sync', ...doomed]);
    },
  };
}

/** Says where the images of a registry name come from; containerd asks the file before each pull. */
export async function pointRegistry(registries: string, name: string, url: string): Promise<void> {
  const folder = join(registries, name);
  await mkdir(folder, { recursive: true });
  const unfinished = join(folder, 'hosts.toml.new');
  await writeFile(unfinished, `server = "${url}"\n[host."${url}"]\n  capabilities = ["pull", "resolve"]\n`);
  await rename(unfinished, join(folder, 'hosts.toml'));
}

/**
 * A bridge without an address: pods get one each, and reach nothing of this machine, nor can they be reached.
 * So nothing here collides with the networks of the machine or of another cluster.
 */
function podNetwork(link: string, folder: string) {
  const ipam = { type: 'host-local', dataDir: join(folder, 'addresses'), subnet: '10.244.0.0/24' };
  const bridge = { type: 'bridge', bridge: link, isGateway: false, ipMasq: false, ipam };
  return { cniVersion: '0.4.0', name: 'pods', plugins: [bridge] };
}

/**
 * The native snapshotter copies files where others mount layers over each other, which works on any file system;
 * images are small here. runc may not lower a container's OOM score where this machine's root may not.
 */
function configuration(folder: string, socket: string, options: ContainerdOptions): string {
  const cri = 'plugins."io.containerd.grpc.v1.cri"';
  return `version = 2
root = "${folder}/containerd"
state = "${folder}/state"
disabled_plugins = ["io.containerd.internal.v1.opt"]
[grpc]
  address = "${socket}"
[${cri}]
  sandbox_image = "${options.pauseImage}"
  restrict_oom_score_adj = true
  disable_apparmor = true
  [${cri}.containerd]
    snapshotter = "native"
  [${cri}.registry]
    config_path = "${options.registries}"
  [${cri}.cni]
    bin_dir = "${options.plugins}"
    conf_dir = "${folder}/cni"
`;
}
