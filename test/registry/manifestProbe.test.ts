import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { manifestProbe } from '../../electron/registry/manifestProbe';

type Handler = (request: IncomingMessage, response: ServerResponse, host: string) => void;

const closes: (() => void)[] = [];
afterEach(() => {
  for (const close of closes.splice(0)) close();
});

/** A registry of this computer; gives its host and what was asked of it, each as `METHOD path`. */
async function registry(answer: Handler) {
  const asked: string[] = [];
  const heard: IncomingMessage['headers'][] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method ?? ''} ${request.url ?? ''}`);
    heard.push(request.headers);
    answer(request, response, host);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  closes.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return { host, asked, heard, image: `${host}/docker.io/library/nginx:1.25` };
}

const digest = `sha256:${'a'.repeat(64)}`;
const manifests = '/v2/docker.io/library/nginx/manifests';
const reply = (response: ServerResponse, status: number, headers: Record<string, string> = {}, body = '') => {
  response.writeHead(status, headers);
  response.end(body);
};
/** One that wants no token, and answers each question about a manifest like this. */
const open =
  (status: number, headers: Record<string, string> = {}): Handler =>
  ({ url }, response) => {
    if (url === '/v2/') reply(response, 200);
    else reply(response, status, headers);
  };

const probe = manifestProbe();

describe('what a mirror answers means', () => {
  it.each<[string, Handler, string, number]>([
    ['it is there', open(200), 'available', 0],
    ['it is not there', open(404), 'missing', 1],
    ['it is refused', open(403), 'refused', 1],
    ['it wants more than anybody has', open(401), 'refused', 0],
    ['too much was asked', open(429, { 'Retry-After': '1' }), 'limited', 1],
    ['this was the last one', open(200, { 'ratelimit-remaining': '0;w=21600' }), 'limited', 0],
    ['there are some left', open(200, { 'ratelimit-remaining': '10;w=21600' }), 'available', 0],
    ['it is broken', open(502), 'unreachable', 1],
    ['it is no registry', (_request, response) => reply(response, 404), 'missing', 1],
    [
      'it wants a login',
      (_request, response) => reply(response, 401, { 'WWW-Authenticate': 'Basic realm="mine"' }),
      'refused',
      0,
    ],
    ['it wants what nobody knows', (_request, response) => reply(response, 401), 'refused', 0],
  ])('%s', async (_what, handler, availability, errors) => {
    const { image, asked } = await registry(handler);
    expect(await probe(image)).toEqual({ availability, size: null, errors });
    // nothing is asked twice, not even where the mirror says when to come back
    expect(new Set(asked).size).toBe(asked.length);
  });

  it('nothing where nobody listens, and where the name is no name', async () => {
    const { host, image } = await registry(open(200));
    for (const close of closes.splice(0)) close();
    const nobody = { availability: 'unreachable', size: null, errors: 0 };
    expect([await probe(image), await probe(`${host}/Upper:1`)]).toEqual([nobody, nobody]);
  });
});

describe('what is asked', () => {
  it('is the root and the manifest, in every form that a runtime takes, with no credentials of anybody', async () => {
    const { image, asked, heard } = await registry(open(200, { 'Set-Cookie': 'a=b' }));
    await probe(image);
    await probe(image);
    expect(asked).toEqual(['GET /v2/', `HEAD ${manifests}/1.25`, 'GET /v2/', `HEAD ${manifests}/1.25`]);
    expect(heard[1]?.accept).toBe(
      'application/vnd.oci.image.index.v1+json, application/vnd.docker.distribution.manifest.list.v2+json, ' +
        'application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json',
    );
    for (const headers of heard) expect(headers).not.toHaveProperty('cookie');
    for (const headers of heard) expect(headers).not.toHaveProperty('authorization');
  });

  it('is latest where nothing else is named, and the digest alone where there is one', async () => {
    const { host, asked } = await registry(open(404));
    await probe(`${host}/docker.io/library/nginx`);
    await probe(`${host}/docker.io/library/nginx:1.25@${digest}`);
    expect(asked.filter((each) => each.startsWith('HEAD'))).toEqual([
      `HEAD ${manifests}/latest`,
      `HEAD ${manifests}/${digest}`,
    ]);
  });

  it.each([
    [200, 'available', 0],
    [404, 'missing', 1],
    [405, 'available', 0],
    [501, 'available', 1],
  ])('is the content behind the tag as well; %d there means %s', async (status, availability, errors) => {
    const { image } = await registry(({ url = '' }, response) => {
      if (url.endsWith(digest)) reply(response, status);
      else reply(response, 200, { 'Docker-Content-Digest': digest });
    });
    expect(await probe(image)).toEqual({ availability, size: null, errors });
  });

  it('follows where it is sent', async () => {
    const there = await registry(open(200));
    const { image } = await registry(({ url = '' }, response) =>
      reply(response, 307, { Location: `http://${there.host}${url}` }),
    );
    expect(await probe(image)).toEqual({ availability: 'available', size: null, errors: 0 });
    expect(there.asked).toEqual(['GET /v2/', `HEAD ${manifests}/1.25`]);
  });
});

describe('a mirror that wants a token', () => {
  const guarded = (token: (response: ServerResponse) => void) =>
    registry(({ url = '', headers }, response, host) => {
      const challenge = `Bearer realm="http://${host}/token?a=b",service="the mirror"`;
      if (url.startsWith('/token')) token(response);
      else if (headers.authorization === 'Bearer abc') reply(response, 200);
      else reply(response, 401, { 'WWW-Authenticate': challenge });
    });

  it.each(['token', 'access_token'])('gets one for anybody (%s)', async (field) => {
    const { image, asked } = await guarded((response) => reply(response, 200, {}, JSON.stringify({ [field]: 'abc' })));
    expect(await probe(image)).toEqual({ availability: 'available', size: null, errors: 0 });
    const scope = encodeURIComponent('repository:docker.io/library/nginx:pull');
    expect(asked[1]).toBe(`GET /token?a=b&service=the+mirror&scope=${scope}`);
  });

  it.each<[string, (response: ServerResponse) => void, string, number]>([
    ['refuses it to anybody', (response) => reply(response, 403), 'refused', 1],
    ['has given too many', (response) => reply(response, 429), 'limited', 1],
    ['gives none', (response) => reply(response, 200, {}, '{}'), 'unreachable', 0],
    ['gives no JSON', (response) => reply(response, 200, {}, '<html>'), 'unreachable', 0],
    ['gives more than a token', (response) => reply(response, 200, {}, '{"token":"a\\r\\nb: c"}'), 'unreachable', 0],
    [
      'gives without end',
      (response) => reply(response, 200, {}, JSON.stringify({ token: 'abc', more: 'a'.repeat(100_000) })),
      'unreachable',
      0,
    ],
  ])('and %s', async (_what, token, availability, errors) => {
    const { image } = await guarded(token);
    expect(await probe(image)).toEqual({ availability, size: null, errors });
  });
});

it('has an end, also where a mirror begins to answer and does not go on', async () => {
  const { image } = await registry((_request, response) => {
    response.writeHead(200, { 'Content-Length': '100' });
    response.flushHeaders();
  });
  const { image: silent } = await registry(() => undefined);
  const impatient = manifestProbe({ limit: 100 });
  expect((await impatient(silent)).availability).toBe('unreachable');
  expect((await impatient(image)).availability).toBe('available');
});

describe('an unencrypted connection', () => {
  /** What a probe asks for where nobody answers encrypted. */
  async function tried(image: string): Promise<readonly string[]> {
    const urls: string[] = [];
    const fetch: typeof globalThis.fetch = (url) => {
      urls.push(url instanceof Request ? url.url : url.toString());
      return Promise.reject(new TypeError('fetch failed'));
    };
    await manifestProbe({ fetch })(image);
    return urls;
  }

  it.each(['localhost:5000', '127.0.0.1:5000', '127.9.9.9'])('is for this computer: %s', async (host) => {
    expect(await tried(`${host}/a:1`)).toEqual([`https://${host}/v2/`, `http://${host}/v2/`]);
  });

  it.each(['mirror.example', 'mirror.example:80', '192.168.1.5:5000', '127.example'])(
    'and not for %s',
    async (host) => {
      expect(await tried(`${host}/a:1`)).toEqual([`https://${host}/v2/`]);
    },
  );

  it('is not begun for a token either', async () => {
    const urls: string[] = [];
    const headers = { 'WWW-Authenticate': 'Bearer realm="http://auth.example/token",service="x"' };
    const fetch: typeof globalThis.fetch = (url) => {
      urls.push(url instanceof Request ? url.url : url.toString());
      return Promise.resolve(new Response('', { status: 401, headers }));
    };
    const answer = await manifestProbe({ fetch })('mirror.example/a:1');
    expect([answer.availability, urls]).toEqual(['unreachable', ['https://mirror.example/v2/']]);
  });
});

describe('the size', () => {
  const of = (letter: string) => `sha256:${letter.repeat(64)}`;
  const manifest = (...sizes: readonly number[]) => {
    const [config, ...layers] = sizes.map((size, index) => ({ digest: of(String(index)), size }));
    return JSON.stringify({ schemaVersion: 2, config, layers });
  };
  const index = JSON.stringify({
    schemaVersion: 2,
    manifests: [
      { digest: of('a'), size: 1, platform: { os: 'linux', architecture: 'amd64' } },
      { digest: of('b'), size: 1, platform: { os: 'linux', architecture: 'arm64', variant: 'v8' } },
      { digest: of('c'), size: 1, platform: { os: 'linux', architecture: 'arm', variant: 'v7' } },
      { digest: of('d'), size: 1, platform: { os: 'windows', architecture: 'amd64' } },
      { digest: of('e'), size: 1, platform: { os: 'unknown', architecture: 'unknown' } },
    ],
  });
  const bodies: Readonly<Record<string, string>> = {
    [`${manifests}/1.25`]: index,
    [`${manifests}/${of('a')}`]: manifest(10, 2_000),
    [`${manifests}/${of('b')}`]: manifest(20, 3_000),
  };
  const serving = (texts: Readonly<Record<string, string>>) =>
    registry(({ url = '' }, response) => {
      if (url === '/v2/') reply(response, 200);
      else if (texts[url] === undefined) reply(response, 404);
      else reply(response, 200, {}, texts[url]);
    });
  const is = (name: string | null) => () => Promise.resolve(name);

  it('is the sum of the configuration and the layers, each once, with no request more', async () => {
    const twice = manifest(10, 2_000, 500).replaceAll(of('2'), of('1'));
    for (const [text, bytes] of [
      [manifest(10, 2_000, 500), 2_510],
      [twice, 510],
    ] as const) {
      const { image, asked } = await serving({ [`${manifests}/1.25`]: text });
      expect((await probe(image, is('amd64'))).size).toEqual({ bytes, architecture: null });
      expect(asked).toEqual(['GET /v2/', `GET ${manifests}/1.25`]);
    }
  });

  it.each([
    ['amd64', 'a', 2_010],
    ['arm64', 'b', 3_020],
  ])('is that of the platform of the nodes: %s', async (architecture, letter, bytes) => {
    const { image, asked } = await serving(bodies);
    const answer = { availability: 'available', size: { bytes, architecture }, errors: 0 };
    expect(await probe(image, is(architecture))).toEqual(answer);
    expect(asked).toEqual(['GET /v2/', `GET ${manifests}/1.25`, `GET ${manifests}/${of(letter)}`]);
  });

  it.each([null, 'arm', 's390x'])('is not known, and not asked for, where the platform is %s', async (architecture) => {
    const { image, asked } = await serving(bodies);
    expect((await probe(image, is(architecture))).size).toBeNull();
    expect(asked).toHaveLength(2);
  });

  it.each<[string, Readonly<Record<string, string>>, number]>([
    ['the platform is missing there', { [`${manifests}/1.25`]: index }, 1],
    ['it is no JSON', { [`${manifests}/1.25`]: '<html>' }, 0],
    ['it is a manifest without sizes', { [`${manifests}/1.25`]: '{"schemaVersion":1,"fsLayers":[]}' }, 0],
    ['a size is none', { [`${manifests}/1.25`]: manifest(10, -1) }, 0],
    ['it has no end', { [`${manifests}/1.25`]: manifest(10).padEnd(1_100_000) }, 0],
  ])('is not known where %s; the image is there all the same', async (_what, texts, errors) => {
    const { image } = await serving(texts);
    expect(await probe(image, is('amd64'))).toEqual({ availability: 'available', size: null, errors });
  });

  it('is not read where it is not wanted', async () => {
    const { image, asked } = await serving(bodies);
    expect((await probe(image)).size).toBeNull();
    expect(asked).toEqual(['GET /v2/', `HEAD ${manifests}/1.25`]);
  });
});
