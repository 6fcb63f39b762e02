import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../engine/ports';
import type { Faults } from './faults';
import { selection } from './listing';
import { protobufType, watchFrame } from './protobuf';
import type { RequestInfo } from './requestInfo';
import type { ResourceType } from './resources';
import { apiVersionOf } from './resources';
import type { Matcher } from './selectors';
import { expired } from './status';
import type { Change, Store } from './store';

export interface WatchOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly faults: Faults;
  /** Milliseconds between two bookmarks. */
  readonly bookmarkEvery: number;
}

/** A watcher that lets this many bytes pile up is cut off, as the real server does with slow readers. */
const backlog = 32 * 1024 * 1024;

/** One event in the bytes that are sent. */
type Encode = (type: string, object: object) => Buffer;

interface Encoding {
  readonly contentType: string;
  readonly encode: Encode;
  /** Of changes that several watchers are sent. */
  readonly encoded: WeakMap<Change, Buffer>;
}

const inJson: Encoding = {
  contentType: 'application/json',
  encode: (type, object) => Buffer.from(`${JSON.stringify({ type, object })}\n`),
  encoded: new WeakMap(),
};
const inProtobuf: Encoding = {
  contentType: `${protobufType};stream=watch`,
  encode: watchFrame,
  encoded: new WeakMap(),
};

/**
 * Answers one watch: 200 and an event after the other, until the client leaves, its time is up, or `closing`
 * is aborted. Too old a version is told in the stream, not in the head.
 */
export function serveWatch(
  type: ResourceType,
  request: RequestInfo,
  { incoming, response }: { readonly incoming: IncomingMessage; readonly response: ServerResponse },
  options: WatchOptions,
  closing: AbortSignal,
): void {
  const { store, clock, faults, bookmarkEvery } = options;
  const { query } = request;
  const matches = within(request.namespace, selection(type, query));
  const asked = query.get('resourceVersion') ?? '';
  const initial = query.get('sendInitialEvents') === 'true';
  const collection = store.of(type);
  const wantsProtobuf = type.kind === 'Pod' && incoming.headers.accept?.includes(protobufType) === true;
  const encoding = wantsProtobuf ? inProtobuf : inJson;
  response.writeHead(200, { 'Content-Type': encoding.contentType, 'Transfer-Encoding': 'chunked' });
  // A watch on which nothing happens yet is answered at once all the same, as by the real API server.
  response.flushHeaders();

  let held: Buffer[] | null = null;
  const send = (event: Buffer) => {
    const gate = faults.paused;
    if (!gate && !held) {
      response.write(event);
      if (response.writableLength > backlog) end();
      return;
    }
    if (held) {
      held.push(event);
      return;
    }
    const waiting = [event];
    held = waiting;
    void gate?.then(() => {
      held = null;
      waiting.forEach(send);
    });
  };
  const sendObject = (kind: string, object: object) => {
    send(encoding.encode(kind, object));
  };

  const missed = asked === '' || asked === '0' || initial ? [] : collection.since(Number(asked));
  if (missed === null) {
    const { status } = expired(`too old resource version: ${asked} (${String(collection.floor)})`);
    sendObject('ERROR', status);
    response.end();
    return;
  }

  const bookmark = (annotations?: Record<string, string>) => {
    sendObject('BOOKMARK', {
      kind: type.kind,
      apiVersion: apiVersionOf(type),
      metadata: {
        resourceVersion: String(store.version),
        creationTimestamp: null,
        ...(annotations && { annotations }),
      },
      ...(type.kind === 'Pod' && { spec: { containers: null }, status: {} }),
    });
  };
  if (asked === '' || asked === '0' || initial) {
    for (const object of collection.list(request.namespace)) if (matches(object)) sendObject('ADDED', object);
    if (initial) bookmark({ 'k8s.io/initial-events-end': 'true' });
  }
  const follow = (change: Change) => {
    const event = eventOf(change, matches, encoding);
    if (event === null) return;
    if (faults.noise === 'unknown types') send(encoding.encode('REDRAWN', change.object));
    send(event);
    if (faults.noise === 'duplicates') send(event);
  };
  missed.forEach(follow);
  // a version from the future is accepted, and then nothing comes until the counter gets there
  const from = Number(asked) || 0;
  const unfollow = collection.follow((change) => {
    if (change.version > from) follow(change);
  });

  // the real server sends bookmarks to watchers of pods even when they did not ask
  const bookmarks = query.get('allowWatchBookmarks') === 'true' || type.kind === 'Pod';
  const seconds = Number(query.get('timeoutSeconds')) || 1800;
  let cancelBookmark = () => {};
  const nextBookmark = () => {
    cancelBookmark = clock.after(bookmarkEvery, () => {
      if (from <= store.version) bookmark();
      nextBookmark();
    });
  };
  if (bookmarks) nextBookmark();
  const cancelEnd = clock.after(seconds * 1000, () => {
    if (bookmarks && from <= store.version) bookmark();
    end();
  });
  closing.addEventListener('abort', end, { once: true });
  response.once('close', leave);

  function leave() {
    unfollow();
    cancelBookmark();
    cancelEnd();
    closing.removeEventListener('abort', end);
  }
  function end() {
    leave();
    response.end();
  }
}

function within(namespace: string, matches: Matcher): Matcher {
  return namespace === '' ? matches : (object) => object.metadata.namespace === namespace && matches(object);
}

/** What this watcher is told of a change: an object that leaves its selection is deleted to it. */
function eventOf(change: Change, matches: Matcher, { encode, encoded }: Encoding): Buffer | null {
  const now = change.type !== 'DELETED' && matches(change.object);
  const before = change.before !== null && matches(change.before);
  if (!now && !before) return null;
  const seen = !before ? 'ADDED' : now ? 'MODIFIED' : 'DELETED';
  if (seen === change.type) {
    const known = encoded.get(change) ?? encode(seen, change.object);
    encoded.set(change, known);
    return known;
  }
  // leaving the selection shows the last state that was in it, under the new version
  const object = seen === 'DELETED' && change.before ? change.before : change.object;
  const { resourceVersion } = change.object.metadata;
  return encode(seen, { ...object, metadata: { ...object.metadata, ...(resourceVersion && { resourceVersion }) } });
}
