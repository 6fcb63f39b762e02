import http from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { podListBytes, watchFrame } from '../../electron/demo/apiServer/protobuf';
import type { PodEvent } from '../../electron/engine/ports';
import { ApiConnection } from '../../electron/kube/apiConnection';
import { PodStream } from '../../electron/kube/podStream';
import { eventually } from '../setup/eventually';
import { hurriedClock } from '../setup/hurriedClock';

/** One request for pods, as it came over the wire. */
interface Asked {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** What the answer may be, the most wanted first. */
  readonly accept: readonly string[];
  readonly response: http.ServerResponse;
}

type Form = 'json' | 'vnd.kubernetes.protobuf';

/** Answers lists with pages that are named beforehand, and holds watches open for the test to say what comes. */
class RecordingServer {
  readonly lists: Asked[] = [];
  readonly watches: Asked[] = [];
  form: Form = 'json';
  /** The versions of a list's pages. */
  pages: readonly string[] = ['900'];
  private readonly sockets = new Set<Socket>();
  private readonly server = http.createServer((request, response) => {
    this.answer(request, response);
  });

  async start(): Promise<void> {
    this.server.on('connection', (socket) => this.sockets.add(socket));
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
  }

  get url(): string {
    return `http://127.0.0.1:${String((this.server.address() as AddressInfo).port)}`;
  }

  /** Says this on the watch that was asked for last, in one piece. */
  say(...events: readonly (readonly [type: string, version: string, name?: string])[]): void {
    const bytes = events.map(([type, resourceVersion, name]) => {
      const metadata = { name: name ?? '', uid: name ?? '', namespace: 'default', resourceVersion };
      const object = { apiVersion: 'v1', kind: 'Pod', metadata };
      if (this.form === 'json') return Buffer.from(`${JSON.stringify({ type, object })}\n`);
      return watchFrame(type, object);
    });
    this.watches.at(-1)?.response.write(Buffer.concat(bytes));
  }

  /** Cuts every connection. */
  drop(): void {
    for (const socket of this.sockets) socket.resetAndDestroy();
    this.sockets.clear();
  }

  stop(): void {
    this.drop();
    this.server.close();
  }

  private answer({ url = '', headers }: http.IncomingMessage, response: http.ServerResponse): void {
    const { pathname: path, searchParams } = new URL(url, this.url);
    if (!path.endsWith('/pods')) {
      response.writeHead(200, { 'Content-Type': 'application/json' }).end('{}');
      return;
    }
    const query = Object.fromEntries(searchParams);
    const accept = (headers.accept ?? '').split(',').map((one) => one.trim());
    const asked = { path, query, accept, response };
    const watching = query['watch'] === 'true';
    (watching ? this.watches : this.lists).push(asked);
    response.writeHead(200, { 'Content-Type': `application/${this.form}${watching ? ';stream=watch' : ''}` });
    if (watching) response.flushHeaders();
    else response.end(this.page(Number(query['continue'] ?? 0)));
  }

  private page(number: number): Buffer {
    const metadata = {
      resourceVersion: this.pages[number] ?? '',
      ...(number + 1 < this.pages.length && { continue: String(number + 1) }),
    };
    const list = { kind: 'PodList', apiVersion: 'v1', metadata, items: [] };
    return this.form === 'json' ? Buffer.from(JSON.stringify(list)) : podListBytes(list);
  }
}

let server: RecordingServer;
let connection: ApiConnection;
let stream: PodStream;
let events: PodEvent[];
beforeEach(async () => {
  server = new RecordingServer();
  await server.start();
  connection = new ApiConnection({ server: server.url, options: () => Promise.resolve({}) });
  events = [];
});
afterEach(() => {
  stream.stop();
  connection.close();
  server.stop();
});

const start = ({ namespace = '', random = 0.5 } = {}) => {
  const parts = { connection, clock: hurriedClock(100), random: () => random };
  stream = new PodStream(parts, namespace, (event) => events.push(event));
  void stream.run();
};
/** The watch of this number, the first being 1, when it has been asked for. */
const watch = (number: number) => eventually(() => server.watches[number - 1]);
const told = (name: string) =>
  eventually(() => events.some((event) => event.is === 'changed' && event.pod.name === name));
const fromVersion = async (number: number) => (await watch(number)).query['resourceVersion'];
const selector = 'status.phase!=Succeeded,status.phase!=Failed';

describe.each([
  ['', '/api/v1/pods'],
  ['shop', '/api/v1/namespaces/shop/pods'],
])('what the stream of namespace "%s" asks for', (namespace, path) => {
  it('on each page of a list: 500 pods that have not finished, as they are now, in protobuf or else JSON', async () => {
    server.pages = ['900', '900', '900'];
    start({ namespace });
    await watch(1);
    expect(server.lists.map(({ query }) => query['continue'])).toEqual([undefined, '1', '2']);
    for (const asked of server.lists) {
      const { continue: _, ...query } = asked.query;
      // with a version of its own it could be answered from the past, or without pages
      expect(query).toEqual({ fieldSelector: selector, limit: '500' });
      expect(asked.path).toBe(path);
      expect(asked.accept).toEqual(['application/vnd.kubernetes.protobuf', 'application/json;q=0.9']);
    }
  });

  it('on each watch: the same pods, with bookmarks, in protobuf or else JSON', async () => {
    start({ namespace });
    for (let number = 1; number <= 3; number += 1) {
      const asked = await watch(number);
      const { timeoutSeconds: _, ...query } = asked.query;
      expect(query).toEqual({
        fieldSelector: selector,
        watch: 'true',
        allowWatchBookmarks: 'true',
        resourceVersion: '900',
      });
      expect(asked.path).toBe(path);
      expect(asked.accept).toEqual([
        'application/vnd.kubernetes.protobuf;stream=watch',
        'application/json;stream=watch;q=0.9',
        'application/json;q=0.8',
      ]);
      server.drop();
    }
    expect(server.lists).toHaveLength(1);
  });
});

it.each([
  [0, '300'],
  [0.5, '450'],
  [0.999, '599'],
])('a watch asks to end after five to ten minutes, as chance (%d) has it: %s s', async (random, seconds) => {
  start({ random });
  expect((await watch(1)).query['timeoutSeconds']).toBe(seconds);
});

describe.each<Form>(['json', 'vnd.kubernetes.protobuf'])('the version that a watch begins at, as %s', (form) => {
  beforeEach(() => {
    server.form = form;
  });

  it("is the list's, and where its pages have others, the first one's", async () => {
    server.pages = ['900', '950', '970'];
    start();
    expect(await fromVersion(1)).toBe('900');
    server.drop();
    expect(await fromVersion(2)).toBe('900');
  });

  // each stands behind a pod's event in the same piece, so that it has been read when that one is told
  it.each([
    ["a pod's event", ['MODIFIED', '917', 'b'], '917'],
    ["a pod's end", ['DELETED', '917', 'b'], '917'],
    ['a bookmark', ['BOOKMARK', '917'], '917'],
    ['an event of an unknown type', ['SUMMARY', '917', 'b'], '905'],
    ['an event without a version', ['MODIFIED', '', 'b'], '905'],
  ] as const)('after %s and a dropped connection', async (_what, event, version) => {
    start();
    await watch(1);
    server.say(['ADDED', '905', 'a'], event);
    await told('a');
    server.drop();
    expect(await fromVersion(2)).toBe(version);
    expect(server.lists).toHaveLength(1);
  });

  it('is moved on by each bookmark anew, of which nobody is told', async () => {
    start();
    for (const [number, version] of [917, 923, 2_000].entries()) {
      await watch(number + 1);
      server.say(['ADDED', String(version - 1), `pod-${String(number)}`], ['BOOKMARK', String(version)]);
      await told(`pod-${String(number)}`);
      server.drop();
      expect(await fromVersion(number + 2)).toBe(String(version));
    }
    const heard = events.flatMap((event) => (event.is === 'changed' ? event.pod.name : []));
    expect(heard).toEqual(['pod-0', 'pod-1', 'pod-2']);
    expect(events.some(({ is }) => is === 'deleted')).toBe(false);
  });
});
