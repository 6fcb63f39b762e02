import type { Readable } from 'node:stream';
import type { FloorOptions } from '../clients';
import { bareHttp } from './bareHttp';
import { FrameCounter } from './frames';
import { Lines } from './lines';
import { headLength, jsonListHead, protobufListHead, type ListHead } from './listHeads';
import { answerWith } from './measuring';

const accepts = {
  json: { list: 'application/json', watch: 'application/json;stream=watch, application/json;q=0.9' },
  protobuf: {
    list: 'application/vnd.kubernetes.protobuf',
    watch: 'application/vnd.kubernetes.protobuf;stream=watch',
  },
};
const pageSize = '500';
const longest = { timeoutSeconds: '3600', allowWatchBookmarks: 'true' };
/** What the bookmark after a WatchList's pods is marked with. */
const initialEnd = Buffer.from('k8s.io/initial-events-end');

const { format, compressed, parsed, list } = JSON.parse(process.argv[2] ?? '{}') as FloorOptions;

/** The least that a client can do: it asks as the product does, and what comes is thrown away, or parsed and thrown away. */
answerWith(async (access, heard) => {
  const changed = () => {
    heard.changed();
  };
  const askList = bareHttp(access, { accept: accepts[format].list, compressed });
  const askWatch = bareHttp(access, { accept: accepts[format].watch, compressed });

  if (list === 'watch') {
    const initial = { sendInitialEvents: 'true', resourceVersionMatch: 'NotOlderThan' };
    const body = await askWatch({ ...longest, ...initial, watch: 'true' });
    await new Promise<void>((resolve) => {
      followWatch(body, changed, resolve);
    });
    return null;
  }
  let head: ListHead = { resourceVersion: '', next: '' };
  do {
    const page = await askList({ limit: pageSize, ...(head.next !== '' && { continue: head.next }) });
    head = await readPage(page);
  } while (head.next !== '');
  const { resourceVersion } = head;
  followWatch(await askWatch({ ...longest, watch: 'true', resourceVersion }), changed, () => undefined);
  return null;
});

async function readPage(page: Readable): Promise<ListHead> {
  const kept: Buffer[] = [];
  let length = 0;
  for await (const chunk of page as AsyncIterable<Buffer>) {
    if (parsed || length < headLength) kept.push(parsed ? chunk : chunk.subarray(0, headLength));
    length += chunk.length;
  }
  const bytes = Buffer.concat(kept);
  if (!parsed) return format === 'json' ? jsonListHead(bytes) : protobufListHead(bytes);
  const { metadata } = JSON.parse(bytes.toString('utf8')) as {
    metadata: { resourceVersion: string; continue?: string };
  };
  return { resourceVersion: metadata.resourceVersion, next: metadata.continue ?? '' };
}

/** @param initial is called where the pods of before end */
function followWatch(body: Readable, changed: () => void, initial: () => void): void {
  const frames = new FrameCounter();
  const lines = new Lines((line) => {
    const { type } = JSON.parse(line) as { type: string };
    if (type !== 'BOOKMARK') changed();
  });
  let tail: Buffer = Buffer.alloc(0);
  let live = list === 'pages';
  body.on('data', (chunk: Buffer) => {
    // from the first chunk on, or it would not be known where in a chunk the next one begins
    const ended = parsed ? 0 : eventsIn(chunk, frames);
    if (!live) {
      // the mark may stand on the border of two chunks
      live = Buffer.concat([tail, chunk]).includes(initialEnd);
      tail = chunk.subarray(-initialEnd.length);
      if (live) initial();
    } else if (parsed) lines.write(chunk);
    else for (let count = ended; count > 0; count -= 1) changed();
  });
  body.once('end', () => {
    throw new Error('the watch has ended');
  });
}

function eventsIn(chunk: Buffer, frames: FrameCounter): number {
  if (format === 'protobuf') return frames.count(chunk);
  let count = 0;
  for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, end + 1)) count += 1;
  return count;
}
