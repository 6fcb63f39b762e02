import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { PodEvent } from '../../electron/engine/ports';
import { NoAnswer } from '../../electron/kube/apiConnection';
import { PodStream } from '../../electron/kube/podStream';
import { podListBytes } from '../../electron/demo/apiServer/protobuf';
import { eventually } from '../setup/eventually';
import { hurriedClock } from '../setup/hurriedClock';
import { presentServer } from '../setup/presentServer';

const hurried = hurriedClock(100);

describe.each(['json', 'vnd.kubernetes.protobuf'])('pages of a list as %s', (form) => {
  const page = (name: string | readonly string[], next?: string) => {
    const metadata = { resourceVersion: '900', ...(next !== undefined && { continue: next }) };
    const items = [name].flat().map((each) => ({ metadata: { name: each } }));
    const list = { kind: 'PodList', apiVersion: 'v1', metadata, items };
    return form === 'json' ? Buffer.from(JSON.stringify(list)) : podListBytes(list);
  };
  /** What a server is asked, whose answers come when a test sends them. */
  const listening = () => {
    const asked: { what: string; body: Readable; signal: AbortSignal | undefined }[] = [];
    const events: PodEvent[] = [];
    const connection = presentServer(({ query, signal }) => {
      // as of a connection: whoever reads it is told of its error, and it is no matter where nobody does
      const body = new Readable({ read: () => undefined }).on('error', () => undefined);
      const what = query?.['watch'] === 'true' ? 'watch' : (query?.['continue'] ?? 'list');
      asked.push({ what, body, signal });
      signal?.addEventListener('abort', () => body.destroy(new NoAnswer('the request was given up', 'ABORTED')));
      return Promise.resolve({ status: 200, retryAfter: null, contentType: `application/${form}`, body });
    });
    const stream = new PodStream({ connection, clock: hurried, random: () => 0.5 }, '', (event) => events.push(event));
    void stream.run();
    return { asked, events, stream };
  };
  const cut = (bytes: Buffer) => bytes.subarray(0, bytes.length - 1);
  /** The last pods are missing. */
  const withoutEnd = (bytes: Buffer) => bytes.subarray(0, Math.floor(bytes.length * 0.93));
  const whats = (asked: readonly { what: string }[]) => asked.map(({ what }) => what);

  it('are asked for while the one before arrives, one ahead and no more, and told in their order', async () => {
    const { asked, events, stream } = listening();
    await eventually(() => asked.length === 1);
    const first = page('a', 'two');
    asked[0]?.body.push(cut(first));
    await eventually(() => asked.length === 2);
    asked[1]?.body.push(page('b', 'three'));
    asked[1]?.body.push(null);
    await new Promise(setImmediate);
    expect([whats(asked), events]).toEqual([['list', 'two'], []]);
    asked[0]?.body.push(first.subarray(-1));
    asked[0]?.body.push(null);
    await eventually(() => asked.length === 3);
    asked[2]?.body.push(page('c'));
    asked[2]?.body.push(null);
    await eventually(() => asked.length === 4);
    expect(whats(asked)).toEqual(['list', 'two', 'three', 'watch']);
    expect(events.flatMap((event) => (event.is === 'page' ? event.pods.map(({ name }) => name) : event.is))).toEqual([
      'a',
      'b',
      'c',
      'synced',
      'live',
    ]);
    expect(asked.slice(0, 3).map(({ signal }) => signal?.aborted)).toEqual([false, false, false]);
    stream.stop();
  });

  it('that are cut off take the one that was asked for ahead with them, and the list begins again', async () => {
    const { asked, events, stream } = listening();
    await eventually(() => asked.length === 1);
    asked[0]?.body.push(cut(page('a', 'two')));
    await eventually(() => asked.length === 2);
    asked[0]?.body.destroy(new NoAnswer('the connection was reset', 'ECONNRESET'));
    await eventually(() => asked.length === 3);
    expect([asked[1]?.signal?.aborted, whats(asked), events.some(({ is }) => is === 'page')]).toEqual([
      true,
      ['list', 'two', 'list'],
      false,
    ]);
    stream.stop();
  });

  it('are told of in pieces while they arrive; one that is cut off goes on after those that were told', async () => {
    const { asked, events, stream } = listening();
    const pods = (of: string) => Array.from({ length: 45 }, (_, index) => `${of}-${String(index)}`);
    const answer = (bytes: Buffer) => {
      // the next one may be asked for meanwhile
      const body = asked.at(-1)?.body;
      body?.push(bytes);
      body?.push(null);
    };
    const told = () => events.flatMap((event) => (event.is === 'page' ? event.pods.map(({ name }) => name) : []));
    await eventually(() => asked.length === 1);
    answer(page(pods('a'), 'two'));
    await eventually(() => told().length === 45 && asked.length === 2);
    answer(withoutEnd(page(pods('b'))));
    await eventually(() => asked.length === 3);
    expect(told()).toEqual([...pods('a'), ...pods('b').slice(0, 40)]);
    answer(page(pods('b')));
    await eventually(() => events.some(({ is }) => is === 'synced'));
    expect(whats(asked).slice(0, 3)).toEqual(['list', 'two', 'two']);
    expect(told()).toEqual([...pods('a'), ...pods('b')]);
    const pieces = events.flatMap((event) => (event.is === 'page' ? [[event.first, event.pods.length]] : []));
    expect(pieces).toEqual(
      [true, false, false, false, false, false].map((first, index) => [first, [20, 20, 5][index % 3]]),
    );
    stream.stop();
  });

  it('begin anew where the first one is cut off, as nothing leads on from there', async () => {
    const { asked, events, stream } = listening();
    const names = Array.from({ length: 25 }, (_, index) => `a-${String(index)}`);
    for (const [index, bytes] of [withoutEnd(page(names)), page(names)].entries()) {
      await eventually(() => asked.length === index + 1);
      asked[index]?.body.push(bytes);
      asked[index]?.body.push(null);
    }
    await eventually(() => events.some(({ is }) => is === 'synced'));
    const pieces = events.flatMap((event) => (event.is === 'page' ? [[event.first, event.pods.length]] : []));
    expect(pieces).toEqual([
      [true, 20],
      [true, 20],
      [false, 5],
    ]);
    stream.stop();
  });
});
