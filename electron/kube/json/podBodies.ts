import type { Readable } from 'node:stream';
import { eachChunk, TruncatedBody } from '../bodyParser';
import type { PodEventLine, PodFields, PodListHead, StatusFields } from '../podWire';
import { ListItems } from './listItems';

/** A PodList in JSON; each pod is parsed when its last byte is there, the head where the items begin, or at the end. */
export async function readJsonPodList(
  body: Readable,
  onPod: (pod: PodFields) => void,
  onHead: (head: PodListHead) => void,
): Promise<void> {
  let told = false;
  const lookForHead = (list: string) => {
    const { metadata } = JSON.parse(list) as { metadata?: { resourceVersion?: string; continue?: string } };
    if (told || !metadata) return;
    told = true;
    const { resourceVersion = '', continue: next } = metadata;
    onHead({ resourceVersion, next: next === '' ? undefined : next });
  };
  const items = new ListItems(
    (item) => {
      onPod(JSON.parse(item.toString('utf8')) as PodFields);
    },
    (before) => {
      lookForHead(`${before}]}`);
    },
  );
  await eachChunk(body, (chunk) => {
    items.write(chunk);
    return 'more';
  });
  lookForHead(items.rest);
}

/** Watch events in JSON, one a line, whatever the chunks are. Throws where the last one has no end. */
export async function readJsonPodWatch(body: Readable, onEvent: (event: PodEventLine) => boolean): Promise<void> {
  let pending: Buffer[] = [];
  await eachChunk(body, (chunk) => {
    let start = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      const line = Buffer.concat([...pending, chunk.subarray(start, end)]).toString('utf8');
      pending = [];
      start = end + 1;
      if (line.trim() !== '' && !onEvent(eventOf(line))) return 'enough';
    }
    if (start < chunk.length) pending.push(chunk.subarray(start));
    return 'more';
  });
  if (pending.length > 0) throw new TruncatedBody('the answer ends in the middle of a line');
}

function eventOf(line: string): PodEventLine {
  const { type, object } = JSON.parse(line) as { type: string; object: PodFields & StatusFields };
  return type === 'ERROR' ? { type, status: object } : { type, pod: object };
}
