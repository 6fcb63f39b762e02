import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { pageCommands } from '../../electron/ipc/pageCommands';
import { startPageServer, type PageServer } from '../../electron/ipc/pageServer';
import { createServing } from '../../electron/ipc/serving';
import { fakeApplication, type FakeApplication } from '../setup/fakeApplication';
import { sampleState } from '../setup/sampleState';

let folder: string;
let application: FakeApplication;
let server: PageServer;
let base: URL;
let token: string;

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'page-'));
  mkdirSync(path.join(folder, 'web', 'assets'), { recursive: true });
  writeFileSync(path.join(folder, 'secret.html'), 'not for the page');
  writeFileSync(path.join(folder, 'web', 'index.html'), '<title>Pullthrough</title>');
  writeFileSync(path.join(folder, 'web', 'assets', 'app.js'), 'export {}');
  application = fakeApplication();
  const serve = createServing(application, pageCommands(application));
  server = await startPageServer({ application, serve, directory: path.join(folder, 'web') });
  base = new URL(server.url);
  token = base.searchParams.get('token') ?? '';
});
afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

interface Answer {
  status: number;
  headers: http.IncomingHttpHeaders;
  text: string;
}
/** A request as written, without the help of a client that cleans paths or sets headers. */
function ask(pathname: string, options: http.RequestOptions = {}, body?: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = http.request({ host: '127.0.0.1', port: base.port, path: pathname, ...options }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
      });
    });
    request.on('error', reject);
    request.end(body);
  });
}
const command = (headers: http.OutgoingHttpHeaders = {}, body = '{"name":"fixAll","payload":{}}') =>
  ask(
    '/command',
    { method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers } },
    body,
  );

/** The events of the stream as they come. */
function listen(): { events: { event: string; data: unknown }[]; stop: () => void } {
  const events: { event: string; data: unknown }[] = [];
  const request = http.get({ host: '127.0.0.1', port: base.port, path: `/events?token=${token}` }, (response) => {
    let text = '';
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => {
      text += chunk;
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const fields = /^event: (.*)\ndata: (.*)$/.exec(text.slice(0, end));
        if (fields?.[1] && fields[2]) events.push({ event: fields[1], data: JSON.parse(fields[2]) });
        text = text.slice(end + 2);
      }
    });
    response.on('error', () => undefined); // the test itself cuts the line
  });
  request.on('error', () => undefined);
  return { events, stop: () => request.destroy() };
}

describe('the page', () => {
  it('is served to whoever has the address, closed to everything else', async () => {
    const page = await ask(`/?token=${token}`);
    expect(page).toMatchObject({ status: 200, text: '<title>Pullthrough</title>' });
    expect(page.headers['content-security-policy']).toContain("default-src 'none'");
    expect(page.headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(page.headers['x-content-type-options']).toBe('nosniff');
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(page.headers['access-control-allow-origin']).toBeUndefined();
  });

  it('wants the token', async () => {
    expect((await ask('/')).status).toBe(401);
    expect((await ask('/?token=')).status).toBe(401);
    expect((await ask(`/?token=${token.slice(0, -1)}_`)).status).toBe(401);
  });

  it('gives its files, and none beside them', async () => {
    expect((await ask('/assets/app.js')).headers['content-type']).toBe('text/javascript; charset=utf-8');
    for (const path of [
      '/../secret.html',
      '/%2e%2e/secret.html',
      '/..%2fsecret.html',
      '/assets',
      '/%',
      '/a%00.html',
      '/none.js',
    ])
      expect((await ask(path)).status, path).toBe(404);
  });

  it('answers to no name but its own', async () => {
    for (const host of ['evil.example', `evil.example:${base.port}`, '127.0.0.1'])
      expect((await ask(`/?token=${token}`, { headers: { host } })).status, host).toBe(403);
    expect((await ask(`/?token=${token}`, { headers: { host: `localhost:${base.port}` } })).status).toBe(200);
  });

  it('answers to no other origin or site', async () => {
    expect((await command({ origin: 'https://evil.example' })).status).toBe(403);
    expect((await command({ 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await command({ origin: base.origin, 'sec-fetch-site': 'same-origin' })).status).toBe(200);
  });
});

describe('commands', () => {
  it('reach the engine and are answered with its result', async () => {
    const answer = await command();
    expect(answer).toMatchObject({ status: 200, text: '{"ok":true,"value":null}' });
    expect(application.commands).toEqual([{ name: 'fixAll', payload: {} }]);
  });

  it('without the token, as a form, or too long, do not', async () => {
    expect((await command({ authorization: '' })).status).toBe(401);
    expect((await command({ authorization: 'Bearer x' })).status).toBe(401);
    expect((await command({ 'content-type': 'text/plain' })).status).toBe(415);
    expect((await command({}, ' '.repeat(600_000))).status).toBe(413);
    expect((await ask('/command', { method: 'DELETE' })).status).toBe(405);
    expect(application.commands).toEqual([]);
  });

  it('of a wrong shape are errors as data', async () => {
    for (const body of ['', '{', '{"name":"fix","payload":{}}']) {
      const answer = await command({}, body);
      expect(JSON.parse(answer.text)).toMatchObject({ ok: false, error: { code: 'bad-request' } });
    }
  });
});

describe('the stream', () => {
  it('wants the token', async () => {
    expect((await ask('/events')).status).toBe(401);
  });

  it('begins with the current state, and gives each later one and what to show', async () => {
    const stream = listen();
    await vi.waitFor(() => {
      expect(stream.events).toMatchObject([{ event: 'state', data: { version: 1 } }]);
    });
    application.become(sampleState({ version: 2 }));
    server.show({ incident: 'nginx:1.25' });
    await vi.waitFor(() => {
      expect(stream.events.slice(1)).toMatchObject([
        { event: 'state', data: { version: 2 } },
        { event: 'show', data: { incident: 'nginx:1.25' } },
      ]);
    });
    stream.stop();
  });

  it('does not pile up for a reader that is slow, and ends with the newest state', async () => {
    const big = (version: number) => sampleState({ version, kubeconfigFiles: ['x'.repeat(200_000)] });
    const slow = http.get({ host: '127.0.0.1', port: base.port, path: `/events?token=${token}` });
    const response = await new Promise<http.IncomingMessage>((resolve) => slow.once('response', resolve));
    response.pause();
    const sent = 200;
    for (let version = 2; version <= sent; version += 1) {
      application.become(big(version));
      // lets the socket take what it can
      await new Promise((resolve) => setImmediate(resolve));
    }
    let text = '';
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => (text += chunk));
    response.resume();
    await vi.waitFor(
      () => {
        expect(text).toContain(`"version":${String(sent)},`);
      },
      { timeout: 10_000 },
    );
    expect(text.split('event: state').length).toBeLessThan(sent / 2);
    slow.destroy();
  });

  it('ends with the server, which leaves nothing behind', async () => {
    const stream = listen();
    await vi.waitFor(() => {
      expect(stream.events).toHaveLength(1);
    });
    await server.close();
    expect(application.listeners()).toBe(0);
    await expect(ask('/')).rejects.toThrow();
  });
});
