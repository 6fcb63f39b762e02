import { startApiServer } from '../../electron/demo/apiServer';
import { everything } from '../../electron/demo/authorization';
import { machineClock } from '../../electron/engine/machineClock';
import { ApiConnection } from '../../electron/kube/apiConnection';
import { describeApiSemantics } from '../conformance/apiSemantics';

describeApiSemantics('the simulated server', async () => {
  const server = await startApiServer({
    clock: machineClock,
    users: [
      { name: 'admin', token: 'a', rules: everything },
      { name: 'viewer', token: 'v', rules: [{ verbs: ['list', 'watch'], groups: [''], resources: ['pods'] }] },
    ],
  });
  const connect = (token: string) => {
    const options = { ca: server.ca, headers: { Authorization: `Bearer ${token}` } };
    return new ApiConnection({ server: server.url, options: () => Promise.resolve(options) });
  };
  const admin = connect('a');
  const viewer = connect('v');
  return {
    admin,
    viewer,
    async stop() {
      admin.close();
      viewer.close();
      await server.stop();
    },
  };
});
