import { createServer, request as forward } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Login } from './testCluster';

/** What stands before a registry and wants a password for everything. */
export interface GuardedRegistry {
  readonly url: string;
  close(): void;
}

/** What brings the login is handed on to the registry at that URL, the rest is answered 401; null takes nothing. */
interface Admission {
  readonly login: Login;
  readonly registry: string;
}

const challenge = { 'WWW-Authenticate': 'Basic realm="registry"', 'Content-Type': 'application/json' };
const refusal = JSON.stringify({ errors: [{ code: 'UNAUTHORIZED', message: 'authentication required' }] });

export async function startGuardedRegistry(admission: Admission | null): Promise<GuardedRegistry> {
  const server = createServer((incoming, response) => {
    if (admission && incoming.headers.authorization === basic(admission.login)) {
      handOn(incoming, response, admission.registry);
      return;
    }
    response.writeHead(401, challenge);
    response.end(incoming.method === 'HEAD' ? undefined : refusal);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${String(port)}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** The `auth` of a docker config, and the value of the header. */
function basic({ username, password }: Login): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

function handOn(incoming: IncomingMessage, response: ServerResponse, registry: string): void {
  const { method, headers } = incoming;
  const onward = forward(`${registry}${incoming.url ?? '/'}`, { method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  onward.on('error', () => response.destroy()); // the node then sees what it would see of the registry itself
  incoming.pipe(onward);
}
