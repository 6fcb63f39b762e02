import { randomBytes, timingSafeEqual } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Application } from '../engine/application';
import type { ShowTarget } from './contract';
import type { Serve } from './serving';
import { readStatic, securityHeaders } from './staticFiles';

/**
 * The window as a page on this machine, for places without a display. Whoever has the address has the token;
 * nobody else on the machine, and no other page in the same browser, gets a word out of it:
 * the Host header must be ours (a foreign name that resolves to 127.0.0.1 is refused), requests from other
 * origins are refused, and state and commands need the token.
 */
export interface PageServer {
  /** The address to open, token included. */
  readonly url: string;
  show(target: ShowTarget): void;
  close(): Promise<void>;
}

export interface PageServerParts {
  readonly application: Application;
  readonly serve: Serve;
  /** Folder of the built window. */
  readonly directory: string;
  /** 0 = any free port. */
  readonly port?: number;
}

/** Larger than any command of the contract. */
const maxBodyBytes = 512 * 1024;
/** Keeps proxies and sleeping sockets from closing a silent stream, in milliseconds. */
const heartbeat = 25_000;

export async function startPageServer(parts: PageServerParts): Promise<PageServer> {
  const token = randomBytes(24).toString('base64url');
  const streams = new Set<http.ServerResponse>();
  /** Readers that were too slow for the last snapshot; they get the newest one when they can take it. */
  const behind = new Set<http.ServerResponse>();
  const server = http.createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (!response.headersSent) plain(response, 500, error instanceof Error ? error.message : String(error));
      else response.destroy();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(parts.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const hosts = new Set([`127.0.0.1:${String(port)}`, `localhost:${String(port)}`]);
  const origins = new Set([...hosts].map((host) => `http://${host}`));

  const stopState = parts.application.onState((state) => {
    for (const stream of streams) {
      if (stream.writableNeedDrain) behind.add(stream);
      else send(stream, 'state', state);
    }
  });
  const beat = setInterval(() => {
    for (const stream of streams) stream.write(':\n\n');
  }, heartbeat);
  beat.unref();

  async function answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const refusal = refuse(request, url);
    if (refusal) plain(response, ...refusal);
    else if (request.method === 'POST') await command(request, response);
    else if (url.pathname === '/events') events(response);
    else {
      const file = await readStatic(parts.directory, url.pathname);
      response.writeHead(file.status, file.headers).end(file.body);
    }
  }

  /** Status and words for a request that is not answered, or null. */
  function refuse(request: http.IncomingMessage, url: URL): readonly [number, string] | null {
    const { origin, host, authorization } = request.headers;
    const site = request.headers['sec-fetch-site'];
    if (host === undefined || !hosts.has(host)) return [403, 'This server answers to its own name only.'];
    if (origin !== undefined && !origins.has(origin)) return [403, 'Other origins are refused.'];
    if (site !== undefined && site !== 'same-origin' && site !== 'none') return [403, 'Other sites are refused.'];
    const given = url.searchParams.get('token');
    switch (`${request.method ?? ''} ${url.pathname}`) {
      case 'POST /command':
        if (!isToken(/^Bearer (.+)$/.exec(authorization ?? '')?.[1])) return [401, 'The token is missing or wrong.'];
        return /^application\/json\b/.test(request.headers['content-type'] ?? '') ? null : [415, 'JSON only.'];
      case 'GET /events':
        return isToken(given) ? null : [401, 'The token is missing or wrong.'];
      case 'GET /':
      case 'GET /index.html':
        return isToken(given) ? null : [401, 'Open the address with its token, as it was printed.'];
      default:
        return request.method === 'GET' ? null : [405, 'Only reading, and commands.'];
    }
  }

  async function command(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const body = await readBody(request);
    if (body === null) {
      plain(response, 413, 'Too long.');
      return;
    }
    response
      .writeHead(200, { ...securityHeaders, 'content-type': 'application/json', 'cache-control': 'no-store' })
      .end(JSON.stringify(await parts.serve(parseJson(body))));
  }

  function events(response: http.ServerResponse): void {
    response.writeHead(200, {
      ...securityHeaders,
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
    });
    streams.add(response);
    response.on('close', () => {
      streams.delete(response);
      behind.delete(response);
    });
    response.on('drain', () => {
      if (behind.delete(response)) send(response, 'state', parts.application.state());
    });
    send(response, 'state', parts.application.state());
  }

  function isToken(given: string | null | undefined): boolean {
    if (given === null || given === undefined) return false;
    const [a, b] = [Buffer.from(given), Buffer.from(token)];
    return a.length === b.length && timingSafeEqual(a, b);
  }

  return {
    url: `http://127.0.0.1:${String(port)}/?token=${token}`,
    show: (target) => {
      for (const stream of streams) send(stream, 'show', target);
    },
    close: async () => {
      stopState();
      clearInterval(beat);
      for (const stream of streams) stream.end();
      await new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      });
    },
  };
}

const send = (stream: http.ServerResponse, event: 'state' | 'show', data: unknown): void => {
  stream.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
};

function plain(response: http.ServerResponse, status: number, text: string): void {
  response.writeHead(status, { ...securityHeaders, 'content-type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
}

async function readBody(request: http.IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBodyBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // serving answers that this is not a command
  }
}
