import type { Readable } from 'node:stream';
import { TruncatedBody } from '../bodyParser';
import type { PodEventLine, PodFields, PodListEnd, StatusFields } from '../podWire';
import { ListItems } from './listItems';

/** A PodList in JSON; each pod is parsed when its last byte is there. */
export async function readJsonPodList(body: Readable, onPod: (pod: PodFields) => void): Promise<PodListEnd> {
  const items = new ListItems((item) => {
    onPod(JSON.parse(item.toString('utf8')) as PodFields);
  });
  for await (const chunk of body as AsyncIterable<Buffer>) items.write(chunk);
  const { metadata } = JSON.parse(items.rest) as { metadata?: { resourceVersion?: string; continue?: string } };
  const next = metadata?.continue;
  return { resourceVersion: metadata?.resourceVersion ?? '', next: next === '' ? undefined : next };
}

/** Watch events in JSON, one a line. */
export async function readJsonPodWatch(body: Readable, onEvent: (event: PodEventLine) => boolean): Promise<void> {
  for await (const line of lines(body)) {
    const { type, object } = JSON.parse(line) as { type: string; object: PodFields & StatusFields };
    if (!onEvent(type === 'ERROR' ? { type, status: object } : { type, pod: object })) return;
  }
}

/** The lines of a body, cut where they end whatever the chunks are. Throws where the last one has no end. */
async function* lines(body: Readable): AsyncGenerator<string> {
  let pending: Buffer[] = [];
  for await (const chunk of body as AsyncIterable<Buffer>) {
    let start = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      pending.push(chunk.subarray(start, end));
      const line = Buffer.concat(pending).toString('utf8').trim();
      pending = [];
      start = end + 1;
      if (line !== '') yield line;
    }
    if (start < chunk.length) pending.push(chunk.subarray(start));
  }
  if (pending.length > 0) throw new TruncatedBody('the answer ends in the middle of a line');
}
