import http from 'node:http';
import https from 'node:https';
import net, { type AddressInfo, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Issued } from './testCertificates';

/** A proxy that reaches every name and address at 127.0.0.1, and notes what it was asked for. */
export interface TestProxy {
  readonly port: number;
  /** `HOST:PORT` of each connection or request that it passed on. */
  readonly passed: string[];
  close(): void;
}

export interface TestProxyOptions {
  /** With TLS to the proxy itself. */
  readonly tls?: Issued;
  /** `NAME:PASSWORD` that it insists on. */
  readonly login?: string;
  /** Takes connections, and never says a word. */
  readonly silent?: boolean;
}

/** A proxy for HTTP: CONNECT, and requests with whole addresses. */
export async function startHttpProxy({ tls, login, silent }: TestProxyOptions = {}): Promise<TestProxy> {
  const passed: string[] = [];
  const mayPass = (headers: http.IncomingHttpHeaders) =>
    login === undefined || headers['proxy-authorization'] === `Basic ${Buffer.from(login).toString('base64')}`;
  const forward: http.RequestListener = (request, response) => {
    const { host, port, pathname, search } = new URL(request.url ?? '');
    if (!mayPass(request.headers)) {
      response.writeHead(407).end();
      return;
    }
    passed.push(host);
    const { 'proxy-authorization': _, ...headers } = request.headers;
    const inner = http.request(
      { host: '127.0.0.1', port, path: pathname + search, method: request.method, headers },
      (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(response);
      },
    );
    inner.on('error', () => response.destroy());
    request.pipe(inner);
  };
  const server = tls ? https.createServer(tls, forward) : http.createServer(forward);
  server.on('connect', (request: http.IncomingMessage, socket: Duplex) => {
    if (silent) return;
    if (!mayPass(request.headers)) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      return;
    }
    passed.push(request.url ?? '');
    join(socket, portOf(request.url ?? ''), () => socket.write('HTTP/1.1 200 Connection established\r\n\r\n'));
  });
  return listen(server, passed);
}

/** A SOCKS5 proxy (RFC 1928), with names and passwords (RFC 1929). */
export async function startSocksProxy({ login }: TestProxyOptions = {}): Promise<TestProxy> {
  const passed: string[] = [];
  const server = net.createServer((socket) => {
    let state: 'greeting' | 'login' | 'request' = 'greeting';
    socket.on('data', (bytes) => {
      if (state === 'greeting') {
        state = login === undefined ? 'request' : 'login';
        socket.write(Buffer.from([5, login === undefined ? 0 : 2]));
      } else if (state === 'login') {
        const name = textAt(bytes, 1);
        const password = textAt(bytes, 2 + Buffer.byteLength(name));
        const right = `${name}:${password}` === login;
        socket.write(Buffer.from([1, right ? 0 : 1]));
        if (right) state = 'request';
        else socket.end();
      } else {
        socket.removeAllListeners('data');
        const isName = bytes[3] === 3;
        const host = isName ? textAt(bytes, 4) : [...bytes.subarray(4, 8)].join('.');
        const port = bytes.readUInt16BE(isName ? 5 + Buffer.byteLength(host) : 8);
        passed.push(`${host}:${String(port)}`);
        join(socket, port, () => socket.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0])));
      }
    });
    socket.on('error', () => socket.destroy());
  });
  return listen(server, passed);
}

function textAt(bytes: Buffer, at: number): string {
  return bytes.subarray(at + 1, at + 1 + (bytes[at] ?? 0)).toString();
}

function portOf(target: string): number {
  return Number(target.slice(target.lastIndexOf(':') + 1));
}

function join(near: Duplex, port: number, joined: () => void): void {
  const far = net.connect(port, '127.0.0.1', () => {
    joined();
    near.pipe(far);
    far.pipe(near);
  });
  far.on('error', () => near.destroy());
  near.on('error', () => far.destroy());
  far.on('close', () => near.destroy());
  near.on('close', () => far.destroy());
}

async function listen(server: net.Server, passed: string[]): Promise<TestProxy> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    passed,
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
