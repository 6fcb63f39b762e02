import { startApiServer } from '../../electron/demo/apiServer/apiServer';
import { everything } from '../../electron/demo/apiServer/authorization';
import { machineryUsers } from '../../electron/demo/machinery';
import { machineClock } from '../../electron/engine/machineClock';
import { ApiConnection } from '../../electron/kube/apiConnection';
import type { BareApiServer } from '../conformance/apiSemantics';
import type { NodesServer } from '../conformance/testNodes';

const machinery = [...Object.values(machineryUsers), 'system:node:node-1', 'system:node:node-2'];

/** The simulated API server as the conformance tests want one. */
export async function startSimulatedServer(): Promise<BareApiServer & NodesServer> {
  const server = await startApiServer({
    clock: machineClock,
    users: [
      ...machinery.map((name) => ({ name, token: name, rules: everything })),
      { name: 'viewer', token: 'viewer', rules: [{ verbs: ['list', 'watch'], groups: [''], resources: ['pods'] }] },
    ],
  });
  const connections: ApiConnection[] = [];
  const apiFor = (user: string) => {
    const options = { ca: server.ca, headers: { Authorization: `Bearer ${user}` } };
    const connection = new ApiConnection({ server: server.url, options: () => Promise.resolve(options) });
    connections.push(connection);
    return connection;
  };
  return {
    apiFor,
    admin: apiFor('admin'),
    viewer: apiFor('viewer'),
    async stop() {
      for (const connection of connections) connection.close();
      await server.stop();
    },
  };
}
