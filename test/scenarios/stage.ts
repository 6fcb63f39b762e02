import type { AuditEntry, TestCluster, TestUser } from '../cluster/testCluster';
import { RunningApp, type AppOptions } from './runningApp';
import { Workloads } from './workloads';

export const nginx = 'nginx:1.25';
export const proxied = (mirror: string, reference = 'library/nginx:1.25') => `${mirror}/docker.io/${reference}`;
export const app = (reference = nginx) => ({ containers: [{ name: 'app', image: reference }] });

const writes = new Set(['create', 'update', 'patch', 'delete', 'deletecollection']);

/** Where a scenario plays: a cluster as new, a namespace of its own, and the apps that it starts. */
export class Stage {
  private running: RunningApp[] = [];
  private number = 0;
  private opened: TestCluster | null = null;

  /** Before the first scenario. */
  open(cluster: TestCluster): void {
    this.opened = cluster;
  }

  async close(): Promise<void> {
    await this.opened?.down();
  }

  get cluster(): TestCluster {
    if (!this.opened) throw new Error('the stage has no cluster yet');
    return this.opened;
  }

  get tier(): TestCluster['tier'] {
    return this.cluster.tier;
  }

  /** The workloads of this scenario. */
  get shop(): Workloads {
    return new Workloads(this.cluster.api, `shop-${String(this.number)}`);
  }

  async set(): Promise<void> {
    await this.cluster.reset();
    this.number += 1;
  }

  async clear(): Promise<void> {
    await Promise.all(this.running.map((each) => each.stop()));
    this.running = [];
  }

  /** An app that ends with the scenario. */
  launch(options: AppOptions): RunningApp {
    const started = new RunningApp(this.cluster, options);
    this.running.push(started);
    return started;
  }

  /** What this user's app has written, SelfSubjectAccessReviews aside: they are questions. */
  async written(user: TestUser = 'app'): Promise<readonly AuditEntry[]> {
    return (await this.cluster.audit(user)).filter(
      ({ verb, resource }) => writes.has(verb) && !resource.startsWith('selfsubject'),
    );
  }
}
