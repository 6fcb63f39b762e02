import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ApiConnection, type RequestOptions } from '../../electron/kube/apiConnection';
import { eventually } from '../setup/eventually';
import { IdentityServer } from '../setup/identityServer';
import { startHttpProxy, startSocksProxy, type TestProxy, type TestProxyOptions } from '../setup/testProxies';
import { makeAuthority, type Issued, type TestAuthority } from '../setup/testCertificates';

let authority: TestAuthority;
let tls: Issued;
let clients: readonly Issued[];
beforeAll(async () => {
  authority = await makeAuthority('test');
  [tls, ...clients] = await Promise.all([
    authority.server(['127.0.0.1', 'localhost']),
    authority.client('ann'),
    authority.client('bob'),
  ]);
});
const endings: (() => void)[] = [];
afterEach(() => {
  for (const end of endings.splice(0).reverse()) end();
});

const get = { method: 'GET', path: '/api/v1/pods', silenceMs: 5000 } as const;
const tokens = { t: 'ann' };

async function serverOf(options: Parameters<typeof IdentityServer.start>[0]): Promise<IdentityServer> {
  const server = await IdentityServer.start(options);
  endings.push(() => server.close());
  return server;
}

async function proxyOf(
  kind: 'http' | 'https' | 'socks5',
  options: TestProxyOptions = {},
): Promise<TestProxy & { url: URL }> {
  const proxy = await (kind === 'socks5'
    ? startSocksProxy(options)
    : startHttpProxy({ ...options, ...(kind === 'https' && { tls }) }));
  endings.push(() => proxy.close());
  return Object.assign(proxy, { url: new URL(`${kind}://127.0.0.1:${proxy.port}`) });
}

function connect(
  server: string,
  options: RequestOptions | (() => RequestOptions),
  proxy: URL | null = null,
  refused?: () => void,
) {
  const connection = new ApiConnection({
    server,
    options: () => Promise.resolve(typeof options === 'function' ? options() : { ...options }),
    proxy,
    ...(refused && { refused }),
  });
  endings.push(() => connection.close());
  return connection;
}

describe.each(['none', 'http', 'https', 'socks5'] as const)('many requests over one proxy: %s', (kind) => {
  it.each([true, false])('need one connection, with TLS: %s', async (secure) => {
    const server = await serverOf({ tokens, open: true, ...(secure && { tls }) });
    const proxy = kind === 'none' ? null : await proxyOf(kind);
    const headers = { Authorization: 'Bearer t' };
    const connection = connect(server.url, { ca: authority.cert, headers }, proxy?.url ?? null);
    for (let i = 0; i < 20; i += 1) expect((await connection.request(get)).status).toBe(200);
    expect(server.connections).toBe(1);
    // a server without TLS is asked by the proxy, request by request
    const forwarded = !secure && kind !== 'socks5';
    if (proxy) expect(proxy.passed).toHaveLength(forwarded ? 20 : 1);
  });
});

it('a pool of several connections is used again as well', async () => {
  const server = await serverOf({ tokens, tls });
  const proxy = await proxyOf('http');
  const connection = connect(server.url, { ca: authority.cert, headers: { Authorization: 'Bearer t' } }, proxy.url);
  for (let i = 0; i < 5; i += 1) await Promise.all(Array.from({ length: 4 }, () => connection.request(get)));
  expect(server.connections).toBe(4);
});

describe('a certificate that is renewed', () => {
  it.each([null, 'http'] as const)(
    'is shown from the next request on, while requests that run go on: proxy %s',
    async (kind) => {
      const server = await serverOf({ tls, clients: authority.cert });
      const proxy = kind && (await proxyOf(kind));
      let current = clients[0];
      const connection = connect(server.url, () => ({ ca: authority.cert, ...current }), proxy?.url ?? null);
      let release: () => void = () => undefined;
      server.beforeAnswer = () => new Promise((resolve) => (release = resolve));
      const running = connection.request(get);
      await eventually(() => server.seen.length === 1);
      server.beforeAnswer = () => Promise.resolve();
      current = clients[1];
      expect((await connection.request(get)).status).toBe(200);
      release();
      expect((await running).status).toBe(200);
      expect(server.seen.map(({ user }) => user)).toEqual(['ann', 'bob']);
      await connection.request(get);
      expect(server.connections).toBe(2);
    },
  );
});

describe('credentials that were refused', () => {
  it('are replaced, and the request is sent once more', async () => {
    const server = await serverOf({ tokens: { new: 'ann' }, tls });
    let token = 'old';
    const options = () => ({ ca: authority.cert, headers: { Authorization: `Bearer ${token}` } });
    const connection = connect(server.url, options, null, () => (token = 'new'));
    const answer = await connection.request({ ...get, method: 'POST', body: { a: 1 } });
    expect(answer.status).toBe(200);
    expect(server.seen).toHaveLength(2);
  });

  it('are told of when there are no others', async () => {
    const server = await serverOf({ tls });
    let refusals = 0;
    const options = { ca: authority.cert, headers: { Authorization: 'Bearer old' } };
    const connection = connect(server.url, options, null, () => (refusals += 1));
    expect((await connection.request(get)).status).toBe(401);
    expect([refusals, server.seen.length]).toEqual([1, 1]);
  });
});

it('a kept connection that the server has closed in the meantime is no failure', async () => {
  const server = await serverOf({ tokens, tls });
  const connection = connect(server.url, { ca: authority.cert, headers: { Authorization: 'Bearer t' } });
  await connection.request(get);
  const { port } = server;
  server.close();
  const again = await serverOf({ tokens, tls, port });
  expect((await connection.request(get)).status).toBe(200);
  expect(again.connections).toBe(1);
});

describe('a proxy that does not do its work is named, without its password', () => {
  it.each<['http' | 'socks5', TestProxyOptions, RegExp]>([
    ['http', { login: 'a:right' }, /^the proxy 127\.0\.0\.1:\d+ answered 407/],
    ['socks5', { login: 'a:right' }, /^the proxy 127\.0\.0\.1:\d+: Socks5 Authentication failed/],
  ])('%s with a wrong login', async (kind, options, sentence) => {
    const server = await serverOf({ tokens, tls });
    const { url } = await proxyOf(kind, options);
    url.username = 'a';
    url.password = 'wrong';
    await expect(connect(server.url, { ca: authority.cert }, url).request(get)).rejects.toThrow(sentence);
  });

  it('silent for ever', async () => {
    const { url } = await proxyOf('http', { silent: true });
    const connection = connect('https://127.0.0.1:1', { ca: authority.cert }, url);
    await expect(connection.request({ ...get, silenceMs: 100 })).rejects.toThrow('no byte from 127.0.0.1:1 for 0.1 s');
    const asked = () => new Promise((resolve) => setImmediate(resolve));
    const given = new AbortController();
    const waiting = expect(connection.request({ ...get, signal: given.signal })).rejects.toThrow('was given up');
    await asked();
    given.abort();
    await waiting;
    await expect(connection.request({ ...get, signal: given.signal })).rejects.toThrow('was given up');
    const closed = expect(connection.request(get)).rejects.toThrow('the connection was closed');
    await asked();
    connection.close();
    await closed;
  });
});

it('what no header may hold is told of, and sent to nobody', async () => {
  const server = await serverOf({ tokens, tls });
  const connection = connect(server.url, { ca: authority.cert, headers: { Authorization: 'Bearer secret\n' } });
  const error: unknown = await connection.request(get).catch((reason: unknown) => reason);
  expect(String(error)).toBe('NoAnswer: Invalid character in header content ["Authorization"]');
  expect(server.seen).toEqual([]);
});
