import type http from 'node:http';
import type https from 'node:https';
import type { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createGunzip } from 'node:zlib';
import pLimit from 'p-limit';
import { AgentPool } from './connection/agentPool';
import { wayTo } from './connection/requestWay';

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
  /** TLS material and headers for the next request; asked before each one, because tokens expire. */
  readonly options: () => Promise<RequestOptions>;
  /**
   * Called with the options of a request that the server answered 401: credentials that were kept are worth nothing any
   * more. When others are given after that, the request is sent once more with them.
   */
  readonly refused?: (used: RequestOptions) => void;
  /** What all connections go through. */
  readonly proxy?: URL | null;
  /** Whether the server may compress what it sends; absent: yes. */
  readonly compressed?: boolean;
}

export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Absolute path, `/api/v1/pods`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Sent as JSON, unless it is a text with a content type. */
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

/** The limit on connecting and on the head of an answer, in milliseconds: also a watch begins at once. */
const longestHead = 30_000;

/** Over all connections: to begin one takes milliseconds, and those of many contexts would come in one turn. */
const turns = pLimit(1);

export class ApiConnection {
  private readonly base: URL;
  private readonly pool: AgentPool;
  private closed = false;

  constructor(private readonly target: ApiTarget) {
    this.base = new URL(target.server);
    this.pool = new AgentPool(this.base, target.proxy ?? null);
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
    try {
      await turns(() => nextTurn());
      const used = await this.target.options();
      const answer = await this.exchange(request, used);
      if (answer.status !== 401 || !this.target.refused) return answer;
      this.target.refused(used);
      // why there are no others is told to the next request
      const fresh = await this.target.options().catch(() => used);
      if (isSameIdentity(used, fresh)) return answer;
      answer.body.on('error', () => undefined).resume();
      return await this.exchange(request, fresh);
    } catch (error) {
      throw asNoAnswer(error);
    }
  }

  /** Ends what is under way; a later request is not sent. */
  close(): void {
    this.closed = true;
    this.pool.close();
  }

  private exchange(request: ApiRequest, options: RequestOptions): Promise<ApiStream> {
    if (this.closed) throw new NoAnswer('the connection was closed', 'CLOSED');
    if (request.signal?.aborted) throw givenUp();
    const payload = payloadOf(request);
    const { base, target } = this;
    const { protocol, to } = wayTo(base, target.proxy ?? null, pathOf(base, request));
    return new Promise((resolve, reject) => {
      let answer: http.IncomingMessage | null = null;
      const outgoing = protocol.request(
        {
          ...options,
          ...to,
          agent: this.pool.agentFor(options),
          method: request.method,
          ...(request.signal && { signal: request.signal }),
          headers: {
            ...to.headers,
            ...options.headers,
            Accept: request.accept ?? 'application/json',
            ...(target.compressed !== false && { 'Accept-Encoding': 'gzip' }),
            'User-Agent': 'pullthrough',
            ...(payload !== undefined && {
              'Content-Type': request.contentType ?? 'application/json',
              'Content-Length': Buffer.byteLength(payload),
            }),
          },
        },
        (response) => {
          settled();
          answer = response;
          resolve(streamOf(response));
        },
      );
      // a request that waits for its connection is told of its end only when that has come about
      const aborted = () => {
        fail(givenUp());
      };
      const settled = () => {
        clearTimeout(head);
        request.signal?.removeEventListener('abort', aborted);
      };
      const fail = (error: unknown) => {
        settled();
        reject(asNoAnswer(error));
      };
      request.signal?.addEventListener('abort', aborted);
      const silenceMs = request.silenceMs ?? 30_000;
      const giveUp = (ms: number) => {
        const error = new NoAnswer(`no byte from ${this.host} for ${String(ms / 1000)} s`, 'SILENT');
        // whoever reads the body is told why it ends
        answer?.destroy(error);
        outgoing.destroy(error);
        fail(error);
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
        // the server has closed a kept connection in the moment of its use: it has not seen the request
        const stale = outgoing.reusedSocket && request.method === 'GET' && error.code === 'ECONNRESET';
        if (!stale || answer || this.closed) {
          fail(error);
          return;
        }
        settled();
        resolve(this.exchange(request, options));
      });
      outgoing.end(payload);
    });
  }
}

function givenUp(): NoAnswer {
  return new NoAnswer('the request was given up', 'ABORTED');
}

function pathOf({ pathname }: URL, { path, query }: ApiRequest): string {
  return pathname.replace(/\/$/, '') + path + (query ? `?${new URLSearchParams(query).toString()}` : '');
}

function payloadOf({ body, contentType }: ApiRequest): string | undefined {
  if (body === undefined) return undefined;
  return typeof body === 'string' && contentType !== undefined ? body : JSON.stringify(body);
}

function streamOf(response: http.IncomingMessage): ApiStream {
  const zipped = response.headers['content-encoding'] === 'gzip';
  // gunzip with its default chunk of 16 KiB costs twice the time on lists of many megabytes
  const body = zipped ? response.pipe(createGunzip({ chunkSize: 256 * 1024 })) : response;
  if (zipped) response.on('error', (error) => body.destroy(error));
  // it may be cut off before anybody reads it; whoever does then is told of it all the same
  body.on('error', () => undefined);
  return {
    status: response.statusCode ?? 0,
    retryAfter: retryAfterOf(response.headers['retry-after']),
    contentType: response.headers['content-type'] ?? '',
    body,
  };
}

/** Whether the server would take two requests for the same user's, with the same proof of it. */
function isSameIdentity(one: RequestOptions, other: RequestOptions): boolean {
  return (
    one.headers?.['Authorization'] === other.headers?.['Authorization'] &&
    one.cert === other.cert &&
    one.key === other.key
  );
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
    return text; // a proxy's own page, or plain words
  }
}

function retryAfterOf(header: string | undefined): number | null {
  const seconds = Number(header);
  return header !== undefined && Number.isFinite(seconds) ? seconds : null;
}
