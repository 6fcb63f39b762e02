import http from 'node:http';
import { Socket, type AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { ApiConnection, NoAnswer, type RequestOptions } from '../../electron/kube/apiConnection';

let server: http.Server | null = null;
let connection: ApiConnection | null = null;
afterEach(() => {
  connection?.close();
  server?.closeAllConnections();
  server?.close();
});

const get = { method: 'GET', path: '/api', silenceMs: 100 } as const;

async function connect(answer: http.RequestListener, options: RequestOptions = {}) {
  const counted = { requests: 0, refusals: 0 };
  server = http.createServer((request, response) => {
    counted.requests += 1;
    answer(request, response);
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  connection = new ApiConnection({
    server: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    options: () => Promise.resolve(options),
    refused: () => {
      counted.refusals += 1;
    },
  });
  return { api: connection, counted };
}

describe('a server that falls silent', () => {
  it.each<[string, http.RequestListener]>([
    ['before the head', () => undefined],
    ['within the body', (_request, response) => response.writeHead(200).write('{"kind":')],
    [
      'within a zipped body',
      (_request, response) => {
        response.writeHead(200, { 'content-encoding': 'gzip' });
        response.write(gzipSync('{"kind":"PodList"}').subarray(0, 12));
      },
    ],
  ])('%s is given up with the reason', async (_where, answer) => {
    const { api } = await connect(answer);
    await expect(api.request(get)).rejects.toThrow(/^no byte from 127\.0\.0\.1:\d+ for 0\.1 s$/);
  });

  it('is given up as well when no connection comes about', async () => {
    class Nowhere extends http.Agent {
      override createConnection() {
        return Object.defineProperty(new Socket(), 'connecting', { value: true });
      }
    }
    const { api } = await connect(() => undefined, { agent: new Nowhere() });
    await expect(api.request(get)).rejects.toThrow(/^no byte from/);
  });

  it('and cuts the connection within a body says so too', async () => {
    const { api } = await connect((_request, response) => {
      response.writeHead(200, { 'content-length': '1000' }).write('{', () => response.destroy());
    });
    await expect(api.request(get)).rejects.toThrow(NoAnswer);
  });
});

it('keeps a connection through many answers, and the limit on silence of one ends no later one', async () => {
  const sockets = new Set<unknown>();
  const { api } = await connect((request, response) => {
    sockets.add(request.socket);
    // far from the limit each, and beyond it all together
    setTimeout(() => response.end('{}'), 600);
  });
  for (let i = 0; i < 4; i += 1) expect((await api.request({ ...get, silenceMs: 2_000 })).status).toBe(200);
  expect(sockets.size).toBe(1);
});

it('tells when credentials were refused', async () => {
  const { api, counted } = await connect((_request, response) => response.writeHead(401).end('{}'));
  expect((await api.request(get)).status).toBe(401);
  expect(counted.refusals).toBe(1);
});

it('sends nothing more once it is closed', async () => {
  const { api, counted } = await connect((_request, response) => response.end('{}'));
  api.close();
  await expect(api.request(get)).rejects.toThrow('closed');
  expect(counted.requests).toBe(0);
});
