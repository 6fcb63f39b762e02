import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { everything, type Rule } from '../../electron/demo/apiServer/authorization';
import { fledgedNamespace } from '../../electron/demo/fledged/fledgedInstall';
import { RegistryWorld } from '../../electron/demo/node/registryWorld';
import type { Simulation, SimulationOptions } from '../../electron/demo/simulation';
import { startSimulation } from '../../electron/demo/simulation';
import { machineClock } from '../../electron/engine/machineClock';
import { eventually } from '../setup/eventually';
import { Baseline } from './clearing';
import { rulesOf } from './grants';
import { ClusterKruise } from './clusterKruise';
import { mirrors } from './hostNames';
import { SimulatedRegistries } from './simulatedRegistries';
import { nodeNamed, type TestCluster, type TestUser } from './testCluster';

/** The cluster as scenarios see it, and the simulation behind it for tests that break things. */
export type SimulatedCluster = TestCluster & { readonly simulation: Simulation };

/**
 * Two nodes, kube-fledged on them, docker.io out of reach; some thirty times as fast as a real cluster, unless the
 * options say otherwise.
 */
export async function startSimulatedCluster(
  options: Partial<Pick<SimulationOptions, 'minor' | 'timings' | 'clock'>> = {},
): Promise<SimulatedCluster> {
  const granted: Rule[] = [];
  const world = new RegistryWorld();
  const registries = new SimulatedRegistries(world);
  const simulation = await startSimulation({
    nodes: [
      { name: 'node-1', hostname: 'host-1' },
      { name: 'node-2', hostname: 'host-2' },
    ],
    users: { app: everything, granted, viewer: [{ verbs: ['list', 'watch'], groups: [''], resources: ['pods'] }] },
    registries: world,
    clock: machineClock,
    ...options,
    timings: {
      backOffMs: 300,
      maxBackOffMs: 9000,
      stopMs: 20,
      exitAfterMs: 20,
      imageStatusMs: 100,
      ...options.timings,
    },
    fledgedTimings: { pullDeadlineMs: 8000 },
  });
  const api = simulation.apiFor('admin');
  const directory = mkdtempSync(join(tmpdir(), 'pullthrough-cluster-'));
  const users: readonly TestUser[] = ['app', 'viewer', 'granted'];
  const pathFor = (user: TestUser) => join(directory, `${user}.kubeconfig`);
  for (const user of users) writeFileSync(pathFor(user), simulation.kubeconfigFor(user), { mode: 0o600 });
  // several of these may start at once in one process
  await eventually(async () => {
    const path = `/apis/apps/v1/namespaces/${fledgedNamespace}/deployments/kubefledged-controller`;
    const { body } = await api.request({ method: 'GET', path });
    return (body as { status: { readyReplicas?: number } }).status.readyReplicas === 1;
  }, 60_000);
  const kruise = new ClusterKruise({ api, clock: machineClock, nodes: simulation.kubelets, registries: world });
  const baseline = await Baseline.take(api, { graceSeconds: 0, controllers: true });
  return {
    tier: 'simulation',
    simulation,
    nodes: simulation.kubelets.map(({ name }) => name),
    mirrors,
    api,
    kubeconfig: pathFor,
    registries,
    fledged: simulation.fledged,
    kruise,
    collectImage(node, reference) {
      nodeNamed(simulation.kubelets, node).collectImage(reference);
      return Promise.resolve();
    },
    audit: (user) => Promise.resolve(simulation.audit.of(user)),
    grant(objects) {
      granted.splice(0, granted.length, ...rulesOf(objects));
      return Promise.resolve();
    },
    async reset() {
      granted.length = 0;
      simulation.faults.clear();
      await kruise.stop();
      await simulation.fledged.start();
      await baseline.restore();
      await registries.reset();
      await simulation.resetNodes();
      simulation.audit.clear();
    },
    async down() {
      kruise.halt();
      await simulation.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
