import { fledgedImages } from '../../electron/demo/fledged/fledgedInstall';
import { grantRights } from './accessRules';
import { kubeAssets } from './assets';
import { Baseline } from './clearing';
import { ClusterFledged } from './clusterFledged';
import { ClusterNode } from './clusterNode';
import { startControlPlane } from './controlPlane';
import { applyGrants } from './grants';
import { mirrors } from './hostNames';
import { makeImage, runsUntilStopped } from './image';
import { nodePrograms } from './nodePrograms';
import { NodeRegistries } from './nodeRegistries';
import { nodeNamed, type TestCluster } from './testCluster';
import { waitFor } from './waiting';
import { Workspace } from './workspace';

const assetNames = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubelet'] as const;
const pauseImage = 'test-cluster.example/pause:1';

/**
 * A whole Kubernetes with real nodes: kubelet, containerd and real registries. Needs Linux, root and the packages
 * that `whyNoNode` names.
 */
export async function startNodeCluster(nodeCount = 2): Promise<TestCluster> {
  const programs = nodePrograms();
  const assets = await kubeAssets(assetNames);
  const names = Array.from({ length: nodeCount }, (_, index) => `node-${String(index + 1)}`);
  const workspace = await Workspace.open('node');
  const endings: (() => void)[] = [];
  const down = async () => {
    try {
      for (const end of endings.reverse()) end();
    } finally {
      await workspace.close();
    }
  };
  try {
    const [{ api, credentials, audit }, registries] = await Promise.all([
      startControlPlane(workspace, { programs: assets, nodes: names, controllers: true }),
      NodeRegistries.start(workspace, programs),
    ]);
    endings.push(
      () => api.close(),
      () => registries.close(),
    );
    const needed = [pauseImage, ...Object.values(fledgedImages)];
    const preloaded = Object.fromEntries(
      needed.map((reference) => [reference, makeImage(reference, runsUntilStopped, programs.busybox)]),
    );
    const common = { api, credentials, programs, assets, registries: registries.folder, pauseImage, preloaded };
    const nodes = await Promise.all(
      names.map((name) => ClusterNode.start(workspace, { ...common, name, hostname: name.replace('node', 'host') })),
    );
    await grantRights(api);
    const account = '/api/v1/namespaces/default/serviceaccounts/default';
    await waitFor('the default service account', 30_000, async () => {
      const { status } = await api.request({ method: 'GET', path: account });
      return status === 200;
    });
    const machinery = credentials.connection('machinery');
    const fledged = new ClusterFledged(machinery);
    endings.push(
      () => machinery.close(),
      () => fledged.halt(),
    );
    await fledged.start();
    const baseline = await Baseline.take(api, { graceSeconds: 1, controllers: true });
    audit.reset();
    return {
      tier: 'node',
      nodes: names,
      mirrors,
      api,
      kubeconfig: (user) => credentials.kubeconfig(user),
      registries,
      fledged,
      collectImage: (node, reference) => nodeNamed(nodes, node).removeImage(reference),
      audit: (user) => audit.of(user),
      grant: (objects) => applyGrants(api, objects),
      placeStaticPod: async (name, namespace, pod, spec) => {
        await nodeNamed(nodes, name).placeStaticPod(namespace, pod, spec);
      },
      reset: async () => {
        fledged.halt();
        // their pods would come back as often as they are deleted
        await Promise.all(nodes.map((node) => node.removeStaticPods()));
        await baseline.restore();
        await registries.reset();
        await Promise.all(nodes.map((node) => node.reset()));
        await grantRights(api);
        await applyGrants(api, []);
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
