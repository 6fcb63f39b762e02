import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A registry that wants a password for everything, and takes none. */
export interface RefusingRegistry {
  readonly url: string;
  close(): void;
}

export async function startRefusingRegistry(): Promise<RefusingRegistry> {
  const body = JSON.stringify({ errors: [{ code: 'UNAUTHORIZED', message: 'authentication required' }] });
  const server = createServer((_request, response) => {
    response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="private"', 'Content-Type': 'application/json' });
    response.end(body);
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
