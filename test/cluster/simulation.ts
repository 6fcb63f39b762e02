import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { everything } from '../../electron/demo/authorization';
import { fledgedNamespace } from '../../electron/demo/fledgedInstall';
import { parseImageName } from '../../electron/demo/imageName';
import type { KubeObject } from '../../electron/demo/objects';
import type { Simulation } from '../../electron/demo/simulation';
import { startSimulation } from '../../electron/demo/simulation';
import { eventually } from '../setup/eventually';
import type { TestCluster, TestUser } from './testCluster';

const mirrors = { first: 'first.mirror.example', second: 'second.mirror.example' } as const;
const privateHost = 'private.registry.example';

/** What every cluster has, and `reset` leaves. */
const ownNamespaces = new Set(['default', 'kube-system', 'kube-public', 'kube-node-lease', fledgedNamespace]);

/** A simulated cluster of two nodes, kube-fledged on it, docker.io out of reach; a hundred times as fast as a real one. */
export async function startSimulatedCluster(): Promise<TestCluster & { readonly simulation: Simulation }> {
  const simulation = await startSimulation({
    nodes: [
      { name: 'node-1', hostname: 'host-1' },
      { name: 'node-2', hostname: 'host-2' },
    ],
    users: { app: everything, viewer: [{ verbs: ['list', 'watch'], groups: [''], resources: ['pods'] }] },
    timings: { backOffMs: 300, maxBackOffMs: 9000, stopMs: 20, exitAfterMs: 20, imageStatusMs: 100 },
    fledgedTimings: { pullDeadlineMs: 8000 },
  });
  const { registries } = simulation;
  const api = simulation.apiFor('admin');
  const directory = mkdtempSync(join(tmpdir(), 'pullthrough-cluster-'));
  const users: readonly TestUser[] = ['app', 'viewer'];
  const pathFor = (user: TestUser) => join(directory, `${user}.kubeconfig`);
  for (const user of users) writeFileSync(pathFor(user), simulation.kubeconfigFor(user), { mode: 0o600 });

  function resetRegistries(): void {
    registries.unpublishAll();
    registries.host('docker.io').answer = 'refused';
    registries.host(mirrors.first).answer = 'serves';
    registries.host(mirrors.second).answer = 'serves';
    registries.host(privateHost).answer = 'unauthorized';
  }
  resetRegistries();

  async function items(path: string): Promise<KubeObject[]> {
    const { status, body } = await api.request({ method: 'GET', path });
    return status === 200 ? (body as { items: KubeObject[] }).items : [];
  }

  async function deleteAll(group: string, plural: string, keep: (object: KubeObject) => boolean): Promise<void> {
    for (const object of await items(`${group}/${plural}`)) {
      if (keep(object)) continue;
      const { namespace, name } = object.metadata;
      const path = namespace ? `${group}/namespaces/${namespace}/${plural}/${name}` : `${group}/${plural}/${name}`;
      const body = { gracePeriodSeconds: 0, propagationPolicy: 'Background' };
      await api.request({ method: 'DELETE', path, body });
    }
  }

  const isFledged = (object: KubeObject) => object.metadata.labels?.kubefledged === 'kubefledged-controller';

  await simulation.fledged.start();
  return {
    tier: 'simulation',
    simulation,
    nodes: ['node-1', 'node-2'],
    mirrors,
    api,
    kubeconfig: pathFor,
    registries: {
      privateHost,
      publish(reference, on, kind = 'runs') {
        const name = parseImageName(reference);
        if (!name) throw new Error(`not an image reference: ${reference}`);
        const content = name.normalised;
        for (const place of on) {
          const where = place === 'origin' ? content : `${mirrors[place]}/${content}`;
          registries.publish(where, { content, kind });
        }
        return Promise.resolve();
      },
      blockOrigin() {
        registries.host('docker.io').answer = 'refused';
        return Promise.resolve();
      },
      unblockOrigin() {
        registries.host('docker.io').answer = 'serves';
        return Promise.resolve();
      },
    },
    fledged: simulation.fledged,
    audit: (user) => Promise.resolve(simulation.audit.of(user)),
    async reset() {
      simulation.faults.clear();
      await simulation.fledged.start();
      await deleteAll('/apis/kubefledged.io/v1alpha2', 'imagecaches', () => false);
      await deleteAll('/apis/apps/v1', 'deployments', isFledged);
      await deleteAll('/apis/apps/v1', 'replicasets', isFledged);
      await deleteAll('/apis/batch/v1', 'jobs', () => false);
      await eventually(async () => {
        await deleteAll('/api/v1', 'pods', isFledged);
        return (await items('/api/v1/pods')).every(isFledged);
      });
      for (const plural of ['secrets', 'configmaps', 'events']) await deleteAll('/api/v1', plural, () => false);
      await deleteAll('/api/v1', 'namespaces', ({ metadata }) => ownNamespaces.has(metadata.name));
      resetRegistries();
      simulation.resetNodes();
      simulation.audit.clear();
    },
    async down() {
      await simulation.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
