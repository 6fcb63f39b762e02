import type { Clock } from '../../engine/ports';
import type { ApiConnection } from '../../kube/apiConnection';
import type { paths } from './clusterClient';
import { ClusterClient } from './clusterClient';
import { startDeployments } from './deployments';
import type { Followed } from './garbageCollector';
import { startGarbageCollector } from './garbageCollector';
import { startJobs } from './jobs';
import type { KubeObject, Node, Pod } from '../objects';
import { startScheduler } from './scheduler';

export interface WorkloadOptions {
  readonly api: ApiConnection;
  readonly clock: Clock;
}

/** Scheduler, Deployments, ReplicaSets, Jobs and garbage collection, as a client of any API server. */
export async function startWorkloads({ api, clock }: WorkloadOptions): Promise<{ stop(): void }> {
  const client = new ClusterClient(api, clock);
  const pods = client.informer<Pod>('pods');
  const nodes = client.informer<Node>('nodes');
  const deployments = client.informer<KubeObject>('deployments');
  const replicasets = client.informer<KubeObject>('replicasets');
  const jobs = client.informer<KubeObject>('jobs');
  await Promise.all([pods, nodes, deployments, replicasets, jobs].map(({ synced }) => synced));
  const stops = [
    startScheduler(client, pods, nodes),
    startDeployments(client, deployments, replicasets, pods),
    startJobs(client, jobs, pods),
    startGarbageCollector(
      client,
      new Map<keyof typeof paths, Followed>([
        ['pods', pods],
        ['deployments', deployments],
        ['replicasets', replicasets],
        ['jobs', jobs],
      ]),
    ),
  ];
  return {
    stop() {
      for (const stop of stops) stop();
      client.stop();
    },
  };
}
