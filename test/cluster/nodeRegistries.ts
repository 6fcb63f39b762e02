import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseImageReference, withDefaultTag } from '../../electron/domain/image/imageReference';
import { pointRegistry } from './containerd';
import { mirrors, privateHost } from './hostNames';
import { exitsAtOnce, makeImage, runsUntilStopped } from './image';
import { makeLogin } from './login';
import type { NodePrograms } from './nodePrograms';
import { startGuardedRegistry, type GuardedRegistry } from './guardedRegistry';
import { Registry } from './registry';
import type { Login, TestRegistries } from './testCluster';
import type { Workspace } from './workspace';

type Place = 'origin' | 'first' | 'second';

/** Nothing may listen on a port below 1024 here without meaning to, and on this one nothing has for decades. */
const refusing = 'http://127.0.0.1:1';
/** containerd's name for every registry that has no folder of its own. */
const everyOther = '_default';

/**
 * The world of registries as the nodes see it: every public registry is `origin`, and there are two mirrors and a
 * private one. Which one a name stands for is in the folder that containerd asks before each pull.
 */
export class NodeRegistries implements TestRegistries {
  static async start(workspace: Workspace, programs: NodePrograms): Promise<NodeRegistries> {
    const folder = join(workspace.folder, 'registries');
    await mkdir(folder);
    const start = (name: string) => Registry.start(workspace, name, programs.registry);
    const [origin, first, second, refusingOne] = await Promise.all([
      start('origin'),
      start('first'),
      start('second'),
      startGuardedRegistry(null),
    ]);
    const registries = new NodeRegistries(folder, { origin, first, second }, refusingOne, programs.busybox);
    await Promise.all([
      pointRegistry(folder, privateHost, refusingOne.url),
      registries.pointMirrors(),
      registries.blockOrigin(),
    ]);
    return registries;
  }

  readonly privateHost = privateHost;
  private readonly published: { readonly registry: Registry; readonly repository: string }[] = [];
  private readonly guards: GuardedRegistry[] = [];
  /** Between two resets a reference has the same bytes wherever it is published; after one, it has others. */
  private generation = 0;

  private constructor(
    /** What containerd is told to look into. */
    readonly folder: string,
    private readonly places: Readonly<Record<Place, Registry>>,
    private readonly refusingOne: GuardedRegistry,
    private readonly busybox: string,
  ) {}

  async publish(reference: string, on: readonly Place[], kind: 'runs' | 'exits' = 'runs'): Promise<void> {
    const { domain, path, tag } = readReference(reference);
    const mark = `${domain}/${path}:${tag} ${String(this.generation)}`;
    const image = makeImage(mark, kind === 'runs' ? runsUntilStopped : exitsAtOnce, this.busybox);
    for (const place of on) {
      const isOwnName = place === 'origin' || domain === mirrors[place];
      const repository = isOwnName ? path : `${domain}/${path}`;
      this.published.push({ registry: this.places[place], repository });
      await this.places[place].push(repository, tag, image);
    }
  }

  async blockOrigin(): Promise<void> {
    await this.pointOrigin(refusing);
  }

  async unblockOrigin(): Promise<void> {
    await this.pointOrigin(this.places.origin.url);
  }

  async requireLogin(mirror: 'first' | 'second'): Promise<Login> {
    const login = makeLogin();
    const guard = await startGuardedRegistry({ login, registry: this.places[mirror].url });
    this.guards.push(guard);
    await pointRegistry(this.folder, mirrors[mirror], guard.url);
    return login;
  }

  async reset(): Promise<void> {
    await this.blockOrigin();
    await this.pointMirrors();
    for (const guard of this.guards.splice(0)) guard.close();
    await Promise.all(this.published.splice(0).map(({ registry, repository }) => registry.remove(repository)));
    this.generation += 1;
  }

  close(): void {
    for (const guard of [this.refusingOne, ...this.guards]) guard.close();
  }

  private async pointMirrors(): Promise<void> {
    const places = ['first', 'second'] as const;
    await Promise.all(places.map((place) => pointRegistry(this.folder, mirrors[place], this.places[place].url)));
  }

  private async pointOrigin(url: string): Promise<void> {
    await Promise.all([pointRegistry(this.folder, 'docker.io', url), pointRegistry(this.folder, everyOther, url)]);
  }
}

function readReference(text: string) {
  const parsed = parseImageReference(text);
  if (!parsed.ok) throw new Error(`${text} is no image reference: ${parsed.why}`);
  const { domain, path, tag } = withDefaultTag(parsed.reference);
  if (tag === null) throw new Error(`${text} has no tag, and cannot be published`);
  return { domain, path, tag };
}
