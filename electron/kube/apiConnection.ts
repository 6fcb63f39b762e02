import http from 'node:http';
import https from 'node:https';
import { createGunzip } from 'node:zlib';
import type { Readable } from 'node:stream';

/**
 * HTTP to one API server over one pool of kept-alive connections. The typed client of
 * @kubernetes/client-node makes a TLS connection per call and cannot stream a body in pieces, which a watcher
 * of many pods cannot afford; this is the little that is needed instead.
 */
/** Headers as a map: the list form of Node's own type cannot be extended. */
export type RequestOptions = Omit<https.RequestOptions, 'headers'> & { headers?: http.OutgoingHttpHeaders };

export interface ApiTarget {
  /** The server's base URL; a path in it is kept, as for clusters behind a proxy. */
  readonly server: string;
  /** TLS material, agent and headers for the next request; asked before each one, because tokens expire. */
  readonly options: () => Promise<RequestOptions>;
  /** Called when the server answers 401: credentials that were kept are worth nothing any more. */
  readonly refused?: () => void;
}

export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Absolute path, `/api/v1/pods`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Of the body; JSON when absent. */
  readonly contentType?: string;
  /** What the answer may be; JSON when absent. */
  readonly accept?: string;
  readonly signal?: AbortSignal;
  /** Limit on silence in milliseconds between two bytes, and before the first where it is shorter than 30 s. */
  readonly silenceMs?: number;
}

export interface ApiResponse {
  readonly status: number;
  /** Seconds that the server asks to wait (`Retry-After`), or null. */
  readonly retryAfter: number | null;
  readonly body: unknown;
}

export interface ApiStream {
  readonly status: number;
  readonly retryAfter: number | null;
  /** Empty when the server names none. */
  readonly contentType: string;
  readonly body: Readable;
}

/** No HTTP answer was had: refused, reset, timed out, TLS, name not found. The message says which. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
  constructor(
    message: string,
    readonly code: string,
  ) {
    super(message);
  }
}

const tlsFields = [
  'ca',
  'cert',
  'key',
  'pfx',
  'passphrase',
  'servername',
  'rejectUnauthorized',
] as const satisfies readonly (keyof https.RequestOptions)[];

/** The limit on connecting and on the head of an answer, in milliseconds: also a watch begins at once. */
const longestHead = 30_000;

export class ApiConnection {
  private readonly base: URL;
  private closed = false;
  private agent: { readonly key: string; readonly agent: http.Agent } | null = null;

  constructor(private readonly target: ApiTarget) {
    this.base = new URL(target.server);
  }

  /** The host and port of the server, for people. */
  get host(): string {
    return this.base.host;
  }

  /** One whole exchange; the body is parsed as JSON where it is JSON. Throws NoAnswer. */
  async request(request: ApiRequest): Promise<ApiResponse> {
    const { status, retryAfter, body } = await this.stream(request);
    const bytes = await readAll(body);
    return { status, retryAfter, body: parseJson(bytes.toString('utf8')) };
  }

  /** The answer's head, and its body as it arrives, already unzipped. Throws NoAnswer. */
  async stream(request: ApiRequest): Promise<ApiStream> {
    const options = await this.target.options();
    if (this.closed) throw new NoAnswer('the connection was closed', 'CLOSED');
    const payload = request.body === undefined ? undefined : JSON.stringify(request.body);
    const query = request.query ? `?${new URLSearchParams(request.query).toString()}` : '';
    const secure = this.base.protocol === 'https:';
    return new Promise((resolve, reject) => {
      let answer: http.IncomingMessage | null = null;
      const outgoing = (secure ? https : http).request(
        {
          ...options,
          agent: this.agentFor(options, secure),
          host: this.base.hostname.replace(/^\[|\]$/g, ''),
          port: this.base.port || (secure ? 443 : 80),
          path: this.base.pathname.replace(/\/$/, '') + request.path + query,
          method: request.method,
          ...(request.signal && { signal: request.signal }),
          headers: {
            ...options.headers,
            Accept: request.accept ?? 'application/json',
            'Accept-Encoding': 'gzip',
            'User-Agent': 'pullthrough',
            ...(payload !== undefined && {
              'Content-Type': request.contentType ?? 'application/json',
              'Content-Length': Buffer.byteLength(payload),
            }),
          },
        },
        (response) => {
          clearTimeout(head);
          answer = response;
          if (response.statusCode === 401) this.target.refused?.();
          const zipped = response.headers['content-encoding'] === 'gzip';
          // gunzip with its default chunk of 16 KiB costs twice the time on lists of many megabytes
          const body = zipped ? response.pipe(createGunzip({ chunkSize: 256 * 1024 })) : response;
          if (zipped) response.on('error', (error) => body.destroy(error));
          resolve({
            status: response.statusCode ?? 0,
            retryAfter: retryAfterOf(response.headers['retry-after']),
            contentType: response.headers['content-type'] ?? '',
            body,
          });
        },
      );
      const silenceMs = request.silenceMs ?? 30_000;
      const giveUp = (ms: number) => {
        const error = new NoAnswer(`no byte from ${this.host} for ${String(ms / 1000)} s`, 'SILENT');
        // whoever reads the body is told why it ends
        answer?.destroy(error);
        outgoing.destroy(error);
      };
      outgoing.setTimeout(silenceMs, () => {
        giveUp(silenceMs);
      });
      // the socket's own limit begins only when it is connected, and a host that drops packets never gets there
      const headMs = Math.min(silenceMs, longestHead);
      const head = setTimeout(() => {
        giveUp(headMs);
      }, headMs);
      outgoing.on('error', (error: NodeJS.ErrnoException) => {
        clearTimeout(head);
        reject(error instanceof NoAnswer ? error : new NoAnswer(error.message, error.code ?? 'UNKNOWN'));
      });
      outgoing.end(payload);
    });
  }

  /** Ends what is under way; a later request is not sent. */
  close(): void {
    this.closed = true;
    this.agent?.agent.destroy();
    this.agent = null;
  }

  /** One agent until the TLS material changes; a proxy's agent, when the options bring one, is kept as well. */
  private agentFor(options: RequestOptions, secure: boolean): http.Agent {
    const key = JSON.stringify(tlsFields.map((field) => options[field]));
    if (this.agent?.key === key) return this.agent.agent;
    this.agent?.agent.destroy();
    const tls: https.AgentOptions = {};
    for (const field of tlsFields) if (options[field] !== undefined) Object.assign(tls, { [field]: options[field] });
    const kept = { keepAlive: true, keepAliveMsecs: 30_000 };
    const agent =
      options.agent instanceof http.Agent
        ? options.agent
        : secure
          ? new https.Agent({ ...kept, ...tls })
          : new http.Agent(kept);
    this.agent = { key, agent };
    return agent;
  }
}

/** Every byte of a body. Throws NoAnswer. */
export async function readAll(body: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) chunks.push(chunk);
  } catch (error) {
    throw asNoAnswer(error);
  }
  return Buffer.concat(chunks);
}

export function asNoAnswer(error: unknown): NoAnswer {
  if (error instanceof NoAnswer) return error;
  const { message, code } = error as NodeJS.ErrnoException;
  return new NoAnswer(message, code ?? 'UNKNOWN');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function retryAfterOf(header: string | undefined): number | null {
  const seconds = Number(header);
  return header !== undefined && Number.isFinite(seconds) ? seconds : null;
}
