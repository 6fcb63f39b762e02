import { canonicalName, parseImageReference } from '../../electron/domain/image/imageReference';
import { RegistryBan } from '../../electron/demo/node/registryBan';
import type { RegistryWorld } from '../../electron/demo/node/registryWorld';
import { mirrors, privateHost } from './hostNames';
import { makeLogin } from './login';
import type { Login, TestRegistries } from './testCluster';

/** The public registries that workloads name; they are reached or blocked together. */
const origins = ['docker.io', 'ghcr.io', 'quay.io', 'gcr.io', 'registry.k8s.io'];

/** The registries of a test cluster, for nodes that are simulated and pull from a simulated world. */
export class SimulatedRegistries implements TestRegistries {
  readonly privateHost = privateHost;
  /** Between two resets a reference has the same bytes wherever it is published; after one, it has others. */
  private generation = 0;

  constructor(private readonly world: RegistryWorld) {
    for (const host of [mirrors.first, mirrors.second]) this.world.host(host);
    this.world.host(privateHost).answer = 'unauthorized';
    this.setOrigin('refused');
  }

  publish(
    reference: string,
    on: readonly ('origin' | 'first' | 'second')[],
    kind: 'runs' | 'exits' = 'runs',
  ): Promise<void> {
    const parsed = parseImageReference(reference);
    if (!parsed.ok) return Promise.reject(new Error(`${reference} is no image reference: ${parsed.why}`));
    const name = canonicalName(parsed.reference);
    for (const place of on) {
      const isOwnName = place === 'origin' || parsed.reference.domain === mirrors[place];
      this.world.publish(isOwnName ? name : `${mirrors[place]}/${name}`, {
        kind,
        content: `${name} ${String(this.generation)}`,
      });
    }
    return Promise.resolve();
  }

  blockOrigin(): Promise<void> {
    this.setOrigin('refused');
    return Promise.resolve();
  }

  unblockOrigin(): Promise<void> {
    this.setOrigin('serves');
    return Promise.resolve();
  }

  requireLogin(mirror: 'first' | 'second'): Promise<Login> {
    const login = makeLogin();
    this.world.host(mirrors[mirror]).login = `${login.username}:${login.password}`;
    return Promise.resolve(login);
  }

  banAfter(mirror: 'first' | 'second', errors: number): RegistryBan {
    // longer than any scenario takes
    const ban = new RegistryBan({ errors, within: 600_000, lasts: 600_000 });
    this.world.host(mirrors[mirror]).ban = ban;
    return ban;
  }

  withdrawAll(): void {
    this.world.unpublishAll();
  }

  async reset(): Promise<void> {
    for (const host of [mirrors.first, mirrors.second])
      Object.assign(this.world.host(host), { login: null, ban: null });
    this.world.unpublishAll();
    this.generation += 1;
    await this.blockOrigin();
  }

  private setOrigin(answer: 'serves' | 'refused'): void {
    for (const host of origins) this.world.host(host).answer = answer;
  }
}
