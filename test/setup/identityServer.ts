import http from 'node:http';
import https from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Issued } from './testCertificates';

/** Who a request came from, as the server was told. */
export interface Identity {
  /** Empty: nobody. */
  readonly user: string;
  readonly by: 'token' | 'basic' | 'certificate' | 'nothing';
  /** The impersonation headers, by their names in small letters. */
  readonly as: Readonly<Record<string, readonly string[]>>;
  readonly path: string;
  /** The name that was asked for when TLS began; empty for none. */
  readonly serverName: string;
}

export interface IdentityServerOptions {
  /** Absent: without TLS. */
  readonly tls?: Issued;
  /** Whose client certificates count. */
  readonly clients?: string;
  /** Token -> user. May change while the server runs. */
  readonly tokens?: Readonly<Record<string, string>>;
  /** User -> password. */
  readonly passwords?: Readonly<Record<string, string>>;
  /** Whether it answers also to nobody. */
  readonly open?: boolean;
  readonly port?: number;
}

/** A server that lists no pods to whom it knows, and 401 to others. */
export class IdentityServer {
  static async start(options: IdentityServerOptions): Promise<IdentityServer> {
    const made = new IdentityServer(options);
    await new Promise<void>((resolve) => made.server.listen(options.port ?? 0, '127.0.0.1', resolve));
    return made;
  }

  readonly seen: Identity[] = [];
  /** Connections that were made, all in all; over TLS, when their handshake was done. */
  connections = 0;
  tokens: Readonly<Record<string, string>>;
  /** Called for each request before its answer. */
  beforeAnswer: () => Promise<void> = () => Promise.resolve();
  private readonly server: http.Server;
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly options: IdentityServerOptions) {
    this.tokens = options.tokens ?? {};
    const { tls, clients } = options;
    const handle: http.RequestListener = (request, response) => void this.handle(request, response);
    this.server = tls
      ? https.createServer(
          { ...tls, requestCert: true, rejectUnauthorized: false, ...(clients && { ca: clients }) },
          handle,
        )
      : http.createServer(handle);
    this.server.on(tls ? 'secureConnection' : 'connection', () => {
      this.connections += 1;
    });
    this.server.on('connection', (socket: Socket) => {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
    });
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Its address at this name. */
  at(host: string): string {
    return `${this.options.tls ? 'https' : 'http'}://${host}:${String(this.port)}`;
  }

  get url(): string {
    return this.at('127.0.0.1');
  }

  close(): void {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
  }

  private async handle(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const identity = this.identify(request);
    this.seen.push(identity);
    await this.beforeAnswer();
    const known = identity.user !== '' || (this.options.open && identity.by === 'nothing');
    response.writeHead(known ? 200 : 401, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify(
        known
          ? { kind: 'PodList', apiVersion: 'v1', metadata: { resourceVersion: '1' }, items: [] }
          : { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'Unauthorized', code: 401 },
      ),
    );
  }

  private identify({ headers, url = '', socket }: http.IncomingMessage): Identity {
    const { pathname } = new URL(url, 'http://server');
    const as = Object.fromEntries(
      Object.entries(headers)
        .filter(([name]) => name.startsWith('impersonate-'))
        .map(([name, value]) => [name, [value].flat().map((text) => Buffer.from(text ?? '', 'latin1').toString())]),
    );
    const serverName = socket instanceof TLSSocket && typeof socket.servername === 'string' ? socket.servername : '';
    return { ...this.userOf(headers.authorization, socket), as, path: pathname, serverName };
  }

  private userOf(authorization: string | undefined, socket: Socket): Pick<Identity, 'user' | 'by'> {
    const [scheme, value = ''] = authorization?.split(' ') ?? [];
    if (scheme === 'Bearer') return { user: this.tokens[value] ?? '', by: 'token' };
    if (scheme === 'Basic') {
      const [user = '', password] = Buffer.from(value, 'base64').toString().split(':');
      return { user: this.options.passwords?.[user] === password ? user : '', by: 'basic' };
    }
    if (!(socket instanceof TLSSocket)) return { user: '', by: 'nothing' };
    const { subject } = socket.getPeerCertificate() as { subject?: { CN: string } };
    if (!subject) return { user: '', by: 'nothing' };
    return { user: socket.authorized ? subject.CN : '', by: 'certificate' };
  }
}
