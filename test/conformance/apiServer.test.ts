import { grantRights } from '../cluster/accessRules';
import { kubeAssets } from '../cluster/assets';
import { startControlPlane } from '../cluster/controlPlane';
import { Workspace } from '../cluster/workspace';
import { eventually } from '../setup/eventually';
import { describeApiSemantics } from './apiSemantics';

describeApiSemantics('the real server', async () => {
  const programs = await kubeAssets(['etcd', 'kube-apiserver']);
  const workspace = await Workspace.open('semantics');
  const { api, credentials } = await startControlPlane(workspace, { programs, nodes: [], controllers: false });
  await grantRights(api);
  const viewer = credentials.connection('viewer');
  await eventually(async () => (await viewer.request({ method: 'GET', path: '/api/v1/pods' })).status === 200);
  return {
    admin: api,
    viewer,
    async stop() {
      api.close();
      viewer.close();
      await workspace.close();
    },
  };
});
