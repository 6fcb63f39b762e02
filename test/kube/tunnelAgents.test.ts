import http from 'node:http';
import https from 'node:https';
import net, { type AddressInfo, type Socket } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ApiConnection } from '../../electron/kube/apiConnection';
import { PlainTunnelAgent, SecureTunnelAgent } from '../../electron/kube/connection/tunnelAgents';
import { eventually } from '../setup/eventually';
import { IdentityServer } from '../setup/identityServer';
import { makeAuthority } from '../setup/testCertificates';
import { startHttpProxy } from '../setup/testProxies';

const endings: (() => void)[] = [];
afterEach(() => {
  vi.useRealTimers();
  for (const end of endings.splice(0).reverse()) end();
});

/** A proxy that answers what it is told with these words alone, and what it was told. */
async function proxyThatSays(words: string): Promise<{ port: number; heard: () => Buffer; open: () => number }> {
  const sockets = new Set<Socket>();
  let heard = Buffer.alloc(0);
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      if (heard.length === 0 && words !== '') socket.write(words, 'latin1');
      heard = Buffer.concat([heard, bytes]);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endings.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, heard: () => heard, open: () => sockets.size };
}

/** Time that only the test passes; connections are made in the machine's own. */
const holdTime = () => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
/** Until the machine has done what needs no time. */
const turns = async (until: () => boolean) => {
  for (let turn = 0; turn < 100_000 && !until(); turn += 1) await new Promise(setImmediate);
  expect(until()).toBe(true);
};

/** One request through a proxy, with no other limit on its time than the proxy's own. */
function ask(agent: http.Agent, secure: boolean, host = '10.0.0.1') {
  const asked = { error: null as NodeJS.ErrnoException | null };
  const request = (secure ? https : http).request({ agent, host, port: 6443, path: '/' });
  request.on('error', (error) => (asked.error = error));
  request.end();
  endings.push(() => {
    agent.destroy();
    request.destroy();
  });
  return asked;
}

const connect = (url: string) => new SecureTunnelAgent({ keepAlive: true }, new URL(url), {});
const plain = (url: string) => new PlainTunnelAgent({ keepAlive: true }, new URL(url), {});

describe('a proxy that takes a connection and never says whether it goes on', () => {
  it.each([
    ['asked to connect, over TLS behind it', 'http', connect, true, ''],
    ['asked to connect, without TLS behind it', 'http', plain, false, ''],
    ['of which TLS is asked for', 'https', connect, true, ''],
    ['that begins its answer', 'http', connect, true, 'HTTP/1.1 200 Connection'],
    ['of SOCKS', 'socks5', connect, true, ''],
    ['of SOCKS that begins its answer', 'socks5', plain, false, '\x05'],
  ] as const)(
    'is given up after 30 s, and its connection closed: %s',
    async (_what, scheme, agentOf, secure, words) => {
      const proxy = await proxyThatSays(words);
      holdTime();
      const asked = ask(agentOf(`${scheme}://127.0.0.1:${String(proxy.port)}`), secure);
      await turns(() => proxy.heard().length > 0);
      vi.advanceTimersByTime(29_900);
      for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
      expect([asked.error, proxy.open()]).toEqual([null, 1]);
      vi.advanceTimersByTime(100);
      await turns(() => asked.error !== null);
      const sentence = scheme === 'socks5' ? /: .*timed out/ : / has not answered within 30 s$/;
      expect(asked.error?.message).toMatch(sentence);
      expect(asked.error?.message).toContain(`the proxy 127.0.0.1:${String(proxy.port)}`);
      expect(asked.error?.code).toBe('PROXY');
      await turns(() => proxy.open() === 0);
    },
  );
});

it('a proxy that has answered is not given up later', async () => {
  const proxy = await proxyThatSays('HTTP/1.1 200 Connection established\r\n\r\n');
  holdTime();
  const asked = ask(plain(`http://127.0.0.1:${String(proxy.port)}`), false);
  // what is sent through it comes behind the words that ask for it
  await turns(() => proxy.heard().includes('GET / HTTP/1.1'));
  expect(vi.getTimerCount()).toBe(0);
  vi.advanceTimersByTime(3_600_000);
  for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
  expect([asked.error, proxy.open()]).toEqual([null, 1]);
});

describe('an IPv6 server behind a proxy', () => {
  const address = '2001:db8::17';

  it.each([
    ['http', true],
    ['https', true],
    ['http', false],
  ] as const)('is asked of the %s proxy in brackets, and reached, with TLS: %s', async (scheme, secure) => {
    const authority = await makeAuthority('test');
    const tls = await authority.server([address, '127.0.0.1']);
    const server = await IdentityServer.start({ open: true, ...(secure && { tls }) });
    endings.push(() => server.close());
    const proxy = await startHttpProxy(scheme === 'https' ? { tls } : {});
    endings.push(() => proxy.close());
    const connection = new ApiConnection({
      server: server.at(`[${address}]`),
      options: () => Promise.resolve({ ca: authority.cert }),
      proxy: new URL(`${scheme}://127.0.0.1:${String(proxy.port)}`),
    });
    endings.push(() => connection.close());
    expect((await connection.request({ method: 'GET', path: '/api/v1/pods' })).status).toBe(200);
    expect(proxy.passed).toEqual([`[${address}]:${String(server.port)}`]);
    expect(server.seen).toMatchObject([{ path: '/api/v1/pods' }]);
  });

  it('stands in brackets in the Host of what asks for it, too', async () => {
    const proxy = await proxyThatSays('');
    ask(connect(`http://127.0.0.1:${String(proxy.port)}`), true, address);
    await eventually(() => proxy.heard().includes('\r\n\r\n'));
    const [line, ...headers] = proxy.heard().toString('latin1').split('\r\n');
    expect(line).toBe(`CONNECT [${address}]:6443 HTTP/1.1`);
    expect(headers).toContain(`Host: [${address}]:6443`);
  });

  it('is asked of a SOCKS proxy by its sixteen bytes', async () => {
    const proxy = await proxyThatSays('\x05\x00');
    ask(plain(`socks5://127.0.0.1:${String(proxy.port)}`), false, address);
    const asked = Buffer.from('05010004' + '20010db8000000000000000000000017' + '192b', 'hex');
    await eventually(() => proxy.heard().includes(asked));
  });
});

it.each(['10.0.0.1', 'api.example'])('a server at %s is asked of a proxy without brackets', async (host) => {
  const proxy = await proxyThatSays('');
  ask(connect(`http://127.0.0.1:${String(proxy.port)}`), true, host);
  await eventually(() => proxy.heard().toString('latin1').startsWith(`CONNECT ${host}:6443 HTTP/1.1\r\n`));
});
