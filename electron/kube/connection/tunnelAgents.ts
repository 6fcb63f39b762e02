import http from 'node:http';
import https from 'node:https';
import { isIPv6, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/**
 * Agents whose connections go through a proxy, on Node's own agents: the pool, its kept-alive connections and TLS to
 * the server behind the tunnel are theirs. Published agents do this too, but those for Node 18 leave a socket
 * behind for each proxy that never answers, or know no IPv6 server.
 */

/** TLS as far as the proxy itself is spoken to over it. */
export type ProxyTls = Pick<
  https.RequestOptions,
  'ca' | 'cert' | 'key' | 'servername' | 'rejectUnauthorized' | 'checkServerIdentity' | 'allowPartialTrustChain'
>;

interface Destination {
  readonly host: string;
  readonly port: number;
}

/** A proxy that does not come to an answer must not hold a connection for ever; milliseconds. */
const patienceMs = 30_000;

type Created = (error: Error | null, stream: Duplex) => void;

/** Connections of an agent that are on their way: Node's own agent does not know of them, and could not end them. */
class Openings {
  private readonly waiting = new Set<(error: Error) => void>();

  /** Tells `created` what came of it. */
  hand(opening: Promise<Duplex | null | undefined>, created: Created): void {
    const fail = (error: Error) => {
      // in the place of a connection an error comes alone, which the declared type does not foresee
      if (this.waiting.delete(fail)) (created as (error: Error) => void)(error);
    };
    this.waiting.add(fail);
    opening.then(
      (stream) => {
        if (!this.waiting.delete(fail)) stream?.destroy();
        else if (stream) created(null, stream);
      },
      (error: unknown) => {
        fail(error instanceof Error ? error : new Error(String(error)));
      },
    );
  }

  end(): void {
    for (const fail of this.waiting) fail(new Error('the connection was closed'));
  }
}

/** TLS connections through a proxy, to a server of an https address. */
export class SecureTunnelAgent extends https.Agent {
  private readonly openings = new Openings();

  constructor(
    options: https.AgentOptions,
    private readonly proxy: URL,
    private readonly proxyTls: ProxyTls,
  ) {
    super(options);
  }

  override createConnection(options: https.RequestOptions, created: Created): null {
    const secured = (socket: Socket) => super.createConnection({ ...options, socket } as https.RequestOptions);
    this.openings.hand(open(this.proxy, this.proxyTls, destinationOf(options)).then(secured), created);
    return null;
  }

  override destroy(): void {
    this.openings.end();
    super.destroy();
  }
}

/** Plain connections through a proxy that forwards connections, not requests. */
export class PlainTunnelAgent extends http.Agent {
  private readonly openings = new Openings();

  constructor(
    options: http.AgentOptions,
    private readonly proxy: URL,
    private readonly proxyTls: ProxyTls,
  ) {
    super(options);
  }

  override createConnection(options: http.ClientRequestArgs, created: Created): null {
    this.openings.hand(open(this.proxy, this.proxyTls, destinationOf(options)), created);
    return null;
  }

  override destroy(): void {
    this.openings.end();
    super.destroy();
  }
}

export function isSocks(proxy: URL): boolean {
  return proxy.protocol === 'socks5:' || proxy.protocol === 'socks5h:';
}

/** `Proxy-Authorization` for the name and password in a proxy's address, or null when it has none. */
export function proxyAuthorization({ username, password }: URL): string | null {
  if (username === '' && password === '') return null;
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}

/** The proxy for people: without its name and password. */
function proxyName({ host }: URL): string {
  return host;
}

function destinationOf({ host, port }: http.ClientRequestArgs): Destination {
  return { host: host ?? 'localhost', port: Number(port) };
}

function open(proxy: URL, tls: ProxyTls, to: Destination): Promise<Socket> {
  return isSocks(proxy) ? openSocks(proxy, to) : openConnect(proxy, tls, to);
}

/** The proxy looks names up, as with Go's client. */
async function openSocks(proxy: URL, to: Destination): Promise<Socket> {
  const { SocksClient } = await import('socks');
  const { username, password, hostname, port } = proxy;
  try {
    const { socket } = await SocksClient.createConnection({
      command: 'connect',
      timeout: patienceMs,
      destination: to,
      proxy: {
        host: bare(hostname),
        port: Number(port) || 1080,
        type: 5,
        ...(username !== '' && { userId: decodeURIComponent(username), password: decodeURIComponent(password) }),
      },
    });
    return socket;
  } catch (error) {
    throw refusal(proxy, (error as Error).message);
  }
}

function openConnect(proxy: URL, tls: ProxyTls, { host, port }: Destination): Promise<Socket> {
  const target = `${isIPv6(host) ? `[${host}]` : host}:${port}`;
  const authorization = proxyAuthorization(proxy);
  const secure = proxy.protocol === 'https:';
  return new Promise((resolve, reject) => {
    const asked = (secure ? https : http).request({
      ...(secure && tls),
      method: 'CONNECT',
      host: bare(proxy.hostname),
      port: proxy.port || (secure ? 443 : 80),
      path: target,
      agent: false,
      headers: { Host: target, ...(authorization !== null && { 'Proxy-Authorization': authorization }) },
    });
    const limit = setTimeout(() => {
      asked.destroy(refusal(proxy, `has not answered within ${patienceMs / 1000} s`));
    }, patienceMs);
    asked.once('connect', ({ statusCode, statusMessage }, socket) => {
      clearTimeout(limit);
      if (statusCode === 200) {
        resolve(socket);
        return;
      }
      socket.destroy();
      reject(refusal(proxy, `answered ${statusCode ?? 0} ${statusMessage ?? ''}`.trimEnd()));
    });
    // an answer to CONNECT that is none
    asked.once('response', ({ statusCode, statusMessage }) => {
      asked.destroy(refusal(proxy, `answered ${statusCode ?? 0} ${statusMessage ?? ''}`.trimEnd()));
    });
    asked.once('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(limit);
      reject(error.message.startsWith('the proxy ') ? error : refusal(proxy, error.message, error.code));
    });
    asked.end();
  });
}

function refusal(proxy: URL, why: string, code = 'PROXY'): NodeJS.ErrnoException {
  const colon = /^(?:answered|has not) /.test(why) ? ' ' : ': ';
  return Object.assign(new Error(`the proxy ${proxyName(proxy)}${colon}${why}`), { code });
}

/** IPv6 addresses stand in brackets in addresses, and without them everywhere else. */
function bare(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '');
}
