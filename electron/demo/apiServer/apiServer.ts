import { setMaxListeners } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Socket } from 'node:net';
import type { Clock } from '../../engine/ports';
import { AuditLog } from './audit';
import type { ApiUser } from './authorization';
import { accessReview, mayDo, refusal, rulesReview } from './authorization';
import { makeServerCertificate } from './certificate';
import { CrdServing } from './crdServing';
import { discover } from './discovery';
import { Faults } from './faults';
import { Lister, selection } from './listing';
import { fieldsOf } from '../objects';
import type { Answer } from './objectVerbs';
import { ObjectVerbs } from './objectVerbs';
import type { RequestInfo } from './requestInfo';
import { readRequest } from './requestInfo';
import { respond } from './respond';
import type { ResourceType } from './resources';
import { builtIn, ResourceTypes, reviews } from './resources';
import { ApiFault, badRequest, failure, methodNotAllowed, noSuchResource, notFound, unauthorized } from './status';
import { Store } from './store';
import { serveWatch } from './watchStream';

export interface ApiServerOptions {
  readonly users: readonly ApiUser[];
  /** 0 or absent: any free port. */
  readonly port?: number;
  readonly clock: Clock;
  /** Milliseconds between two bookmarks of a watch; 60 s when absent. */
  readonly bookmarkEvery?: number;
  /** How many changes of each type a watcher can catch up on; 1000 when absent. */
  readonly history?: number;
  /** Where everything is kept, for whoever writes to it past the API; then `history` is its own. */
  readonly store?: Store;
  /** `v1.35.4` when absent. */
  readonly version?: string;
  /** Of generated names; Math.random when absent. */
  readonly random?: () => number;
}

export interface ApiServer {
  /** `https://127.0.0.1:PORT`. */
  readonly url: string;
  /** PEM text of the authority that signed the server's certificate. */
  readonly ca: string;
  readonly audit: AuditLog;
  readonly faults: Faults;
  /** Forgets all history: watches from an old version and old continue tokens meet 410. */
  compact(): void;
  stop(): Promise<void>;
}

/** A Kubernetes API server in this process, over TLS on loopback, that keeps everything in memory. */
export async function startApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const { clock } = options;
  const store = options.store ?? new Store(options.history ?? 1000);
  const types = new ResourceTypes();
  const verbs = new ObjectVerbs(store, clock, new CrdServing(types, store, clock), options.random ?? Math.random);
  const lister = new Lister(store, clock);
  const faults = new Faults();
  const audit = new AuditLog(20_000);
  const version = options.version ?? 'v1.35.4';
  const closing = new AbortController();
  // each open watch listens to it
  setMaxListeners(0, closing.signal);
  const watchOptions = { store, clock, faults, bookmarkEvery: options.bookmarkEvery ?? 60_000 };
  const users = new Map(options.users.map((user) => [`Bearer ${user.token}`, user]));
  const anonymous: ApiUser = { name: 'system:anonymous', token: '', rules: [] };

  for (const name of ['default', 'kube-system', 'kube-public', 'kube-node-lease']) {
    verbs.create(builtIn.namespaces, seed, { metadata: { name } });
  }

  function authenticated(request: IncomingMessage): ApiUser {
    const { authorization } = request.headers;
    const user = authorization === undefined ? anonymous : users.get(authorization);
    if (!user) throw unauthorized();
    return user;
  }

  function perform(
    type: ResourceType,
    request: RequestInfo,
    contentType: string,
    body: unknown,
    user: ApiUser,
  ): Answer {
    const { verb, subresource } = request;
    if (type === reviews.selfsubjectaccessreviews && verb === 'create') {
      return { code: 201, body: accessReview(user, fieldsOf(body)) };
    }
    if (type === reviews.selfsubjectrulesreviews && verb === 'create') {
      return { code: 201, body: rulesReview(user, fieldsOf(body)) };
    }
    if (type.plural === 'pods' && subresource === 'binding' && verb === 'create') return verbs.bind(request, body);
    if (subresource !== '' && !(subresource === 'status' && type.hasStatus)) {
      throw type.custom ? notFound(type, request.name) : noSuchResource();
    }
    if (!isMethodAllowed(type, request)) throw methodNotAllowed();
    switch (verb) {
      case 'get':
        return verbs.get(type, request);
      case 'list':
        return { code: 200, body: lister.list(type, request) };
      case 'create':
        return verbs.create(type, request, body);
      case 'update':
        return verbs.update(type, request, body);
      case 'patch':
        return verbs.patch(type, request, contentType, body);
      case 'delete':
        return verbs.delete(type, request, body);
      case 'deletecollection': {
        const list = lister.list(type, request);
        const chosen = store.of(type).list(request.namespace).filter(selection(type, request.query));
        verbs.deleteCollection(type, chosen, body);
        return { code: 200, body: list };
      }
      default:
        throw methodNotAllowed();
    }
  }

  async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(incoming.url ?? '/', 'https://simulated');
    if (faults.onlyJson) incoming.headers.accept = 'application/json';
    const text = await readText(incoming);
    await faults.paused;
    const request = readRequest(incoming.method ?? '', url, types);
    let user = anonymous;
    let code = 0;
    let body: unknown;
    try {
      user = authenticated(incoming);
      const asked = {
        user: user.name,
        verb: request?.verb ?? incoming.method?.toLowerCase() ?? '',
        resource: request?.plural ?? url.pathname,
        namespace: request?.namespace ?? '',
        name: request?.name ?? '',
      };
      const injected = faults.take(asked);
      const cut = faults.takeCut(asked);
      if (injected) {
        const { status, retryAfter, reason = 'InternalError', message = 'injected fault' } = injected;
        const headers = retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) };
        throw new ApiFault(status, failure(status, reason, message), headers);
      }
      if (!request) {
        const answer = unstored(url.pathname);
        code = answer.code;
        await respond(incoming, response, answer.code, answer.body);
        return;
      }
      const review = Object.values<ResourceType | null>(reviews).includes(request.type);
      authorize(user, request, review);
      if (!request.type) throw pageNotFound();
      if (request.verb === 'watch') {
        code = 200;
        if (incoming.socket.destroyed) return;
        serveWatch(request.type, request, { incoming, response }, watchOptions, closing.signal);
        return;
      }
      body = parsed(text);
      const answer = perform(request.type, request, incoming.headers['content-type'] ?? '', body, user);
      code = answer.code;
      await respond(incoming, response, answer.code, answer.body, {}, cut);
    } catch (error) {
      const fault = error instanceof ApiFault ? error : internal(error);
      code = fault.code;
      await respond(incoming, response, fault.code, fault.plain ?? fault.status, fault.headers);
    } finally {
      if (request) {
        audit.record({
          user: user.name,
          verb: request.verb,
          group: request.group,
          resource: request.plural,
          subresource: request.subresource,
          namespace: request.namespace,
          name: request.name || nameIn(body),
          code,
          query: request.query.toString(),
          ...(body !== undefined && { body }),
        });
      }
    }
  }

  function unstored(path: string): Answer {
    if (path === '/readyz' || path === '/livez' || path === '/healthz') return { code: 200, body: 'ok' };
    const found = discover(path, types, version);
    if (found === null) throw pageNotFound();
    return { code: 200, body: found };
  }

  const certificate = await makeServerCertificate(clock.now());
  const server = createServer({ cert: certificate.cert, key: certificate.key }, (incoming, response) => {
    handle(incoming, response).catch(() => {
      // the client went away in the middle of its own request
      response.destroy();
    });
  });
  server.keepAliveTimeout = 120_000;
  server.on('connection', (socket) => {
    if (socket instanceof Socket) faults.track(socket);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;

  return {
    url: `https://127.0.0.1:${String(port)}`,
    ca: certificate.ca,
    audit,
    faults,
    compact() {
      store.compact();
      lister.forget();
    },
    async stop() {
      faults.clear();
      closing.abort();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** The request that makes the namespaces which every cluster has. */
const seed: RequestInfo = {
  verb: 'create',
  group: '',
  version: 'v1',
  plural: 'namespaces',
  type: builtIn.namespaces,
  subresource: '',
  namespace: '',
  name: '',
  query: new URLSearchParams(),
};

function authorize(user: ApiUser, request: RequestInfo, review: boolean): void {
  const { verb, group, plural, subresource, namespace, name } = request;
  if (review && user.name !== 'system:anonymous') return;
  const resource = subresource === '' ? plural : `${plural}/${subresource}`;
  const attempt = { verb, group, resource, namespace };
  if (mayDo(user, attempt)) return;
  throw refusal(user, attempt, { ...builtIn.pods, group, plural }, name);
}

/** Objects are made in their namespace, and changed one by one. */
function isMethodAllowed(type: ResourceType, { verb, name, namespace }: RequestInfo): boolean {
  if (verb === 'create') return name === '' && (namespace !== '' || !type.namespaced);
  if (verb === 'update' || verb === 'patch') return name !== '';
  return verb !== 'deletecollection' || namespace !== '' || !type.namespaced;
}

/** What the real server writes for a path that nothing serves: plain text. */
function pageNotFound(): ApiFault {
  return new ApiFault(404, failure(404, 'NotFound', '404 page not found'), {}, '404 page not found\n');
}

function internal(error: unknown): ApiFault {
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new ApiFault(500, failure(500, 'InternalError', `Internal error occurred: ${message}`));
}

function parsed(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw badRequest(error instanceof Error ? error.message : String(error));
  }
}

async function readText(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/** What is created says its name itself. */
function nameIn(body: unknown): string {
  const { name } = fieldsOf(fieldsOf(body).metadata);
  return typeof name === 'string' ? name : '';
}
