import { createServer } from 'node:net';

/** Below the ports that systems give to outgoing connections, which could otherwise take one in the meantime. */
const lowest = 20_000;
const count = 10_000;

/** So many TCP ports of 127.0.0.1 that nobody listens on now. */
export async function freePorts(wanted: number): Promise<number[]> {
  const found: number[] = [];
  const start = Math.floor(Math.random() * count);
  for (let step = 0; found.length < wanted && step < count; step += 1) {
    const port = lowest + ((start + step) % count);
    if (await isFree(port)) found.push(port);
  }
  if (found.length < wanted) throw new Error(`no ${String(wanted)} free ports between 20000 and 30000`);
  return found;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => {
      resolve(false);
    });
    server.listen(port, '127.0.0.1', () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}
