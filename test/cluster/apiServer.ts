import { fledgedImages } from '../../electron/demo/fledged/fledgedInstall';
import { parseImageName } from '../../electron/demo/node/imageName';
import { startKubelet, type Kubelet, type KubeletTimings } from '../../electron/demo/node/kubelet';
import { imageContent, RegistryWorld } from '../../electron/demo/node/registryWorld';
import { startWorkloads } from '../../electron/demo/controllers/workloads';
import { machineClock } from '../../electron/engine/machineClock';
import type { ApiConnection } from '../../electron/kube/apiConnection';
import { grantRights } from './accessRules';
import { kubeAssets } from './assets';
import { Baseline } from './clearing';
import { ClusterFledged } from './clusterFledged';
import { startControlPlane } from './controlPlane';
import { applyGrants } from './grants';
import { ClusterKruise } from './clusterKruise';
import { mirrors } from './hostNames';
import { send } from './objects';
import { startServiceAccounts } from './serviceAccounts';
import { SimulatedRegistries } from './simulatedRegistries';
import { nodeNamed, type TestCluster } from './testCluster';
import { waitFor } from './waiting';
import { Workspace } from './workspace';

/** A real node takes a hundred times as long. */
const timings: KubeletTimings = {
  backOffMs: 300,
  maxBackOffMs: 9000,
  stopMs: 20,
  exitAfterMs: 20,
  imageStatusMs: 100,
};

/**
 * A real etcd and a real API server; nodes, controllers and registries are simulated, and the first two of them
 * are nothing but clients of it.
 */
export async function startApiServerCluster(): Promise<TestCluster> {
  const programs = await kubeAssets(['etcd', 'kube-apiserver']);
  const workspace = await Workspace.open('api');
  const endings: (() => void | Promise<void>)[] = [];
  const down = async () => {
    try {
      for (const end of endings.reverse()) await end();
    } finally {
      await workspace.close();
    }
  };
  try {
    const { api, credentials, audit } = await startControlPlane(workspace, {
      programs,
      nodes: [],
      controllers: false,
      serviceAccounts: true,
    });
    const machinery = credentials.connection('machinery');
    endings.push(
      () => api.close(),
      () => machinery.close(),
    );
    await grantRights(api);
    const accounts = await startServiceAccounts(machinery, machineClock);
    endings.push(() => accounts.stop());
    const workloads = await startWorkloads({ api: machinery, clock: machineClock });
    endings.push(() => workloads.stop());
    const world = new RegistryWorld();
    const registries = new SimulatedRegistries(world);
    const kubelets: Kubelet[] = [];
    for (const number of [1, 2]) {
      const node = { name: `node-${String(number)}`, hostname: `host-${String(number)}` };
      const kubelet = await startKubelet({
        api: machinery,
        clock: machineClock,
        node,
        registries: world,
        timings,
        number,
      });
      endings.push(() => kubelet.stop());
      kubelets.push(kubelet);
      preload(kubelet);
    }
    const fledged = new ClusterFledged(machinery, { pullDeadlineMs: 8000 });
    endings.push(() => fledged.halt());
    await fledged.start();
    const kruise = new ClusterKruise({ api: machinery, clock: machineClock, nodes: kubelets, registries: world });
    endings.push(() => {
      kruise.halt();
    });
    const baseline = await Baseline.take(api, { graceSeconds: 0, controllers: false });
    audit.reset();
    return {
      tier: 'api-server',
      nodes: kubelets.map(({ name }) => name),
      mirrors,
      api,
      kubeconfig: (user) => credentials.kubeconfig(user),
      registries,
      kruise,
      fledged,
      collectImage(node, reference) {
        nodeNamed(kubelets, node).collectImage(reference);
        return Promise.resolve();
      },
      audit: (user) => audit.of(user),
      grant: (objects) => applyGrants(api, objects),
      reset: async () => {
        fledged.halt();
        await baseline.restore();
        await registries.reset();
        await Promise.all(kubelets.map((kubelet) => emptyNode(api, kubelet)));
        await grantRights(api);
        await applyGrants(api, []);
        await kruise.stop();
        await fledged.start();
        audit.reset();
      },
      down,
    };
  } catch (error) {
    await down();
    throw error;
  }
}

/** As if they had always been there: in a cluster that reaches no registry, kube-fledged could not start otherwise. */
function preload(kubelet: Kubelet): void {
  for (const reference of Object.values(fledgedImages)) {
    const name = parseImageName(reference);
    if (name) kubelet.images.load(name, imageContent(reference));
  }
}

/** Forgets all other images, and waits until the node's status says so. */
async function emptyNode(api: ApiConnection, kubelet: Kubelet): Promise<void> {
  kubelet.reset();
  preload(kubelet);
  const wanted = JSON.stringify(kubelet.images.nodeImages());
  await waitFor(`the images of ${kubelet.name}`, 10_000, async () => {
    const node = await send(api, { method: 'GET', path: `/api/v1/nodes/${kubelet.name}` });
    return JSON.stringify((node as { status: { images?: unknown } }).status.images) === wanted;
  });
}
