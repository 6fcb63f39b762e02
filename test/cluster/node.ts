import type { ApiConnection } from '../../electron/kube/apiConnection';
import { grantRights } from './accessRules';
import { kubeAssets } from './assets';
import { Baseline } from './clearing';
import { ClusterNode } from './clusterNode';
import { startControlPlane } from './controlPlane';
import { runsUntilStopped } from './image';
import { nodePrograms } from './nodePrograms';
import { NodeRegistries } from './nodeRegistries';
import type { TestCluster } from './testCluster';
import { waitFor } from './waiting';
import { Workspace } from './workspace';

const assets = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubelet'] as const;

/**
 * A whole Kubernetes with real nodes: kubelet, containerd and real registries. Needs Linux, root and the packages
 * that `whyNoNode` names.
 */
export async function startNodeCluster(nodeCount = 2): Promise<TestCluster> {
  const programs = nodePrograms();
  const folder = await kubeAssets(assets);
  const names = Array.from({ length: nodeCount }, (_, index) => `node-${String(index + 1)}`);
  const workspace = await Workspace.open('node');
  const closing: (() => void)[] = [];
  try {
    const [{ api, credentials, audit }, registries] = await Promise.all([
      startControlPlane(workspace, { programs: folder, nodes: names, controllers: true }),
      NodeRegistries.start(workspace, programs),
    ]);
    closing.push(
      () => api.close(),
      () => registries.close(),
    );
    const pauseImage = await registries.publishForGood('test-cluster/pause', '1', runsUntilStopped);
    const nodes = await Promise.all(
      names.map((name) =>
        ClusterNode.start(workspace, {
          name,
          hostname: name.replace('node', 'host'),
          api,
          credentials,
          programs,
          assets: folder,
          registries: registries.folder,
          pauseImage,
        }),
      ),
    );
    await grantRights(api);
    await waitFor('the default service account', 30_000, () => isThere(api, 'serviceaccounts/default'));
    const baseline = await Baseline.take(api, { graceSeconds: 1, controllers: true });
    audit.reset();
    return {
      tier: 'node',
      nodes: names,
      mirrors: NodeRegistries.mirrors,
      api,
      kubeconfig: (user) => credentials.kubeconfig(user),
      registries,
      fledged: { stop: async () => {}, start: async () => {} },
      audit: (user) => audit.of(user),
      reset: async () => {
        await baseline.restore();
        await registries.reset();
        await Promise.all(nodes.map((node) => node.reset([])));
        await grantRights(api);
        audit.reset();
      },
      down: () => close(workspace, closing),
    };
  } catch (error) {
    await close(workspace, closing);
    throw error;
  }
}

async function isThere(api: ApiConnection, name: string): Promise<boolean> {
  const { status } = await api.request({ method: 'GET', path: `/api/v1/namespaces/default/${name}` });
  return status === 200;
}

async function close(workspace: Workspace, closing: readonly (() => void)[]): Promise<void> {
  for (const step of [...closing].reverse()) step();
  await workspace.close();
}
