import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';

/** Where a write is when the relay calls back: nothing of it has been sent on, or its answer is there and not passed on. */
export type Moment = 'before it is sent' | 'before its answer is heard';

/** What stands in front of an API server and shows every write on its way. */
export interface Relay {
  /** The text of a kubeconfig that leads through it. */
  readonly kubeconfig: string;
  stop(): Promise<void>;
}

/** Both as JSON and as YAML. */
const serverField = /("?server"?: "?)(https:[^\s",]+)/;
const authorityField = /"?certificate-authority-data"?: "?([\w+/=]+)/;

const tokenField = /"?token"?: "?([^\s",]+)/;

const writes = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/**
 * Passes requests on to the API server of a kubeconfig with one cluster, given as text. `reached` is asked twice for each write;
 * where it says so, the relay goes no further with it: the request is not sent, or its answer not given.
 */
export async function startRelay(
  kubeconfig: string,
  reached: (moment: Moment, what: string) => boolean,
): Promise<Relay> {
  const [, , server = ''] = serverField.exec(kubeconfig) ?? [];
  const [, authority = ''] = authorityField.exec(kubeconfig) ?? [];
  const [, token = ''] = tokenField.exec(kubeconfig) ?? [];
  const ca = Buffer.from(authority, 'base64');
  const agent = new https.Agent({ keepAlive: true, ca });
  const relay = http.createServer((request, response) => {
    const { method = 'GET', url = '/', headers } = request;
    const isWrite = writes.has(method) && !url.includes('/selfsubject');
    const what = `${method} ${url.replace(/\?.*$/, '')}`;
    if (isWrite && reached('before it is sent', what)) return;
    // nobody sends a token over a connection that anybody can read
    const known = { ...headers, authorization: `Bearer ${token}` };
    const onward = https.request(new URL(url, server), { method, headers: known, agent }, (answer) => {
      if (isWrite && reached('before its answer is heard', what)) {
        answer.resume();
        return;
      }
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      // a watch of what rests has nothing to say for long
      response.flushHeaders();
      answer.pipe(response);
    });
    // whoever is killed drops its connections: the server is told so
    response.on('close', () => {
      if (!response.writableFinished && !isWrite) onward.destroy();
    });
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  });
  await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve));
  const { port } = relay.address() as AddressInfo;
  return {
    kubeconfig: kubeconfig.replace(serverField, `$1http://127.0.0.1:${String(port)}`),
    stop: () => {
      agent.destroy();
      relay.closeAllConnections();
      return new Promise((resolve) => {
        relay.close(() => {
          resolve();
        });
      });
    },
  };
}
