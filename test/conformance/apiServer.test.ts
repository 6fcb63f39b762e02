import { grantRights } from '../cluster/accessRules';
import { kubeAssets } from '../cluster/assets';
import { startControlPlane } from '../cluster/controlPlane';
import { Workspace } from '../cluster/workspace';
import { eventually } from '../setup/eventually';
import type { BareApiServer } from './apiSemantics';
import { describeApiSemantics } from './apiSemantics';
import { describeFledged } from './fledged';
import { describeFledgedInstallation } from './fledgedInstallation';
import { describeKubelet } from './kubelet';
import { describePodWire } from './podWire';
import { describeStreamOnRealServer } from './streamOnRealServer';
import type { NodesServer } from './testNodes';
import { describeWorkloads } from './workloads';

/** etcd and kube-apiserver, without controllers and nodes. */
async function startRealServer(): Promise<BareApiServer & NodesServer> {
  const programs = await kubeAssets(['etcd', 'kube-apiserver']);
  const workspace = await Workspace.open('conformance');
  const { api, credentials } = await startControlPlane(workspace, { programs, nodes: [], controllers: false });
  await grantRights(api);
  const viewer = credentials.connection('viewer');
  await eventually(async () => (await viewer.request({ method: 'GET', path: '/api/v1/pods' })).status === 200);
  return {
    admin: api,
    viewer,
    apiFor: () => api,
    async stop() {
      api.close();
      viewer.close();
      await workspace.close();
    },
  };
}

const tier = 'real server';
describeApiSemantics(tier, startRealServer);
describeKubelet(tier, startRealServer);
describeWorkloads(tier, startRealServer);
describeFledged(tier, startRealServer);
describePodWire(tier, startRealServer);
describeFledgedInstallation(startRealServer);
describeStreamOnRealServer();
