import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { startContainerd, type Containerd } from '../cluster/containerd';
import { makeImage, runsUntilStopped, type Image } from '../cluster/image';
import { nodePrograms, type NodePrograms } from '../cluster/nodePrograms';
import { Registry } from '../cluster/registry';
import { waitFor } from '../cluster/waiting';
import { Workspace, type RunningProcess } from '../cluster/workspace';
import type { ComposeService } from './compose';
import { pullImage, type PullOutcome } from './criImages';
import { UpstreamLine } from './upstreamLine';

const run = promisify(execFile);
/** The name that the guide gives to the machine with the mirror, and one that the guide has no certificate for. */
const mirrorHosts = ['mirror.lan', 'other.lan'];
/** Where the guide puts what containerd reads before each pull. */
const trustFolder = '/etc/containerd/certs.d';
const pauseImage = 'guide.example/pause:1';
/** Where registry:3 keeps what it has, and where it listens, in its container. */
const storage = '/var/lib/registry';
const containerPort = '5000';
const upstreamVariable = 'REGISTRY_PROXY_REMOTEURL';
/** What registry:3 knows and docker-registry 2.8 does not. */
const newVariables = ['REGISTRY_PROXY_TTL'];

/** A service that runs. */
export interface Mirror {
  readonly line: UpstreamLine;
  /** Waits until it keeps all of an image; it stores what it serves a moment after it has served it. */
  readonly stored: (repository: string, image: Image) => Promise<void>;
}

/**
 * The guide's world on this machine: an upstream registry, services of the guide's compose files as run by
 * docker-registry, and a node's containerd that finds them under the guide's own name and ports.
 */
export class MirrorWorld {
  static async open(): Promise<MirrorWorld> {
    const programs = nodePrograms();
    const workspace = await Workspace.open('guide');
    try {
      const upstream = await Registry.start(workspace, 'upstream', programs.registry);
      const world = new MirrorWorld(workspace, programs, upstream);
      world.containerd = await world.startNode();
      return world;
    } catch (error) {
      await workspace.close();
      throw error;
    }
  }

  private containerd: Containerd | null = null;
  private readonly running: { readonly service: RunningProcess; readonly line: UpstreamLine }[] = [];

  private constructor(
    private readonly workspace: Workspace,
    private readonly programs: NodePrograms,
    private readonly upstream: Registry,
  ) {}

  /** The folder of the compose files. */
  get folder(): string {
    return this.workspace.folder;
  }

  /** One of this machine's own addresses (127.0.0.0/8) that no other test has, so that the guide's ports are free there. */
  get address(): string {
    return `127.${[...Buffer.from(this.workspace.id.slice(-3))].join('.')}`;
  }

  /** Makes an image that the upstream has as `repository:tag`. */
  async publish(repository: string, tag: string): Promise<Image> {
    const image = makeImage(`${repository}:${tag}`, runsUntilStopped, this.programs.busybox);
    await this.upstream.push(repository, tag, image);
    return image;
  }

  /**
   * Starts a service with the upstream of this world in place of its own, and waits until its health check is content.
   * @throws Error also when the registry knows nothing of one of its variables
   */
  async start(name: string, service: ComposeService): Promise<Mirror> {
    const line = await UpstreamLine.to(this.upstream.url);
    const [port = '', inside] = service.ports?.[0]?.split(':') ?? [];
    if (inside !== containerPort) throw new Error(`${name} publishes no port of the registry`);
    const here = `${this.address}:${port}`;
    const folders = (service.volumes ?? []).map((volume) => {
      const [source = '', target = ''] = volume.split(':');
      return { target, folder: join(this.folder, source.startsWith('.') ? source : `volume-${source}`) };
    });
    const onThisMachine = (text: string) =>
      folders.reduce((path, { target, folder }) => path.replace(new RegExp(`^${target}(?=/|$)`), folder), text);
    if (onThisMachine(storage) === storage) throw new Error(`${name} keeps what it stores in no volume`);
    if (service.environment?.[upstreamVariable] === undefined) throw new Error(`${name} has no upstream`);
    const environment = { ...service.environment, [upstreamVariable]: line.url, REGISTRY_HTTP_ADDR: here };
    const variables = Object.entries(environment).map(([key, value]) => `${key}=${onThisMachine(value)}`);
    const config = join(this.folder, `${name}.json`);
    await writeFile(config, JSON.stringify(imageConfig(onThisMachine(storage))));
    const process = this.workspace.start(name, 'env', [...variables, this.programs.registry, 'serve', config]);
    this.running.push({ service: process, line });
    const [form, ...check] = service.healthcheck?.test ?? [];
    if (form !== 'CMD') throw new Error(`${name} has no health check`);
    const command = check.map((word) => word.replace(`127.0.0.1:${containerPort}`, here));
    await this.workspace.ready(process, 20_000, () =>
      run(this.programs.busybox, command).then(
        () => true,
        () => false, // not listening yet
      ),
    );
    const log = await readFile(join(this.folder, 'log', `${name}.log`), 'utf8');
    const unknown = [...log.matchAll(/unrecognized environment variable (\w+)/g)].flatMap(
      ([, variable = '']) => variable,
    );
    const meant = unknown.filter((variable) => !newVariables.includes(variable));
    if (meant.length > 0) throw new Error(`${name} has variables that mean nothing: ${meant.join(' ')}`);
    return { line, stored: (repository, image) => stored(onThisMachine(storage), repository, image) };
  }

  /** Puts a file on the node, where the guide has it. */
  async writeNodeFile(path: string, content: string): Promise<void> {
    const file = this.onNode(path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }

  /** Copies a file from beside the compose files to the node. */
  async copyToNode(source: string, path: string): Promise<void> {
    await this.writeNodeFile(path, await readFile(join(this.folder, source), 'utf8'));
  }

  /** Runs shell commands of the guide in the folder of the compose files. */
  async shell(commands: string): Promise<void> {
    await run('sh', ['-ec', commands], { cwd: this.folder });
  }

  async pull(reference: string): Promise<PullOutcome> {
    if (!this.containerd) throw new Error('the world has no node yet');
    return pullImage(this.containerd.socket, reference);
  }

  /** Where containerd looks for a registry's files when this is in its configuration, of version 2. */
  async registryFolder(table: string): Promise<string | undefined> {
    const config = join(this.folder, 'containerd.toml');
    await writeFile(config, `version = 2\n${table}`);
    const { stdout } = await run(this.programs.containerd, ['--config', config, 'config', 'dump']);
    return /^ *config_path = ["'](.*)["']$/m.exec(stdout)?.[1];
  }

  /** The node forgets what it has pulled. */
  async forgetImages(): Promise<void> {
    await this.containerd?.removePulledImages();
  }

  /** As it was at first, except for what the upstream has and for the files beside the compose files. */
  async reset(): Promise<void> {
    await Promise.all(
      this.running.splice(0).map(async ({ service, line }) => {
        line.cut();
        await service.stop();
      }),
    );
    await this.forgetImages();
    const trusted = await readdir(this.onNode(trustFolder));
    await Promise.all(trusted.map((name) => rm(join(this.onNode(trustFolder), name), { recursive: true })));
  }

  async close(): Promise<void> {
    for (const { line } of this.running) line.cut();
    await this.workspace.close();
  }

  private onNode(path: string): string {
    if (!path.startsWith(trustFolder)) throw new Error(`${path} is not where containerd looks`);
    return join(this.folder, 'node-certs.d', path.slice(trustFolder.length));
  }

  private async startNode(): Promise<Containerd> {
    const registries = this.onNode(trustFolder);
    await mkdir(registries);
    const pause = makeImage(pauseImage, runsUntilStopped, this.programs.busybox);
    const containerd = await startContainerd(this.workspace, {
      name: 'node',
      program: this.programs.containerd,
      plugins: this.programs.plugins,
      registries,
      preloaded: { [pauseImage]: pause },
      pauseImage,
      link: `pt-${this.workspace.id}-1`,
    });
    const hosts = join(this.folder, 'hosts');
    await writeFile(hosts, `127.0.0.1 localhost\n${this.address} ${mirrorHosts.join(' ')}\n`);
    // In the node's own mounts: this machine's names stay as they are.
    const mount = containerd.node.start('hosts', 'mount', ['--bind', hosts, '/etc/hosts']);
    await waitFor('the names of the node', 10_000, () => !mount.runs);
    if (mount.lastLines() !== '') throw new Error(mount.lastLines());
    return containerd;
  }
}

async function stored(folder: string, repository: string, { config, layer }: Image): Promise<void> {
  const layers = join(folder, 'docker/registry/v2/repositories', repository, '_layers');
  const links = [config, layer].map(({ digest }) => join(layers, digest.replace(':', '/'), 'link'));
  await waitFor(`all of ${repository} in the mirror`, 20_000, () => links.every((link) => existsSync(link)));
}

/** What the image registry:3 comes with, as far as docker-registry 2.8 knows it. */
function imageConfig(rootdirectory: string) {
  return {
    version: '0.1',
    storage: { delete: { enabled: true }, cache: { blobdescriptor: 'inmemory' }, filesystem: { rootdirectory } },
    http: { addr: ':5000' },
    health: { storagedriver: { enabled: true, interval: '10s', threshold: 3 } },
  };
}
