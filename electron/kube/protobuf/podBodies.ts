import { exactly, TruncatedBody, type BodyParser } from '../bodyParser';
import type { PodEventLine, PodFields, PodListHead, StatusFields } from '../podWire';
import { listMetaShape, podShape, statusShape, unknownShape, watchEventShape } from './podShapes';
import { MalformedMessage, readMessage, type MessageShape } from './wireReader';

/** The mark of Kubernetes' own envelope, before runtime.Unknown (k8s.io/apimachinery/pkg/runtime/serializer/protobuf). */
const mark = Buffer.from('k8s\0');
/** Field 2 of runtime.Unknown, and field 1 and 2 of PodList, each with a length. */
const tags = { typeMeta: 0x0a, raw: 0x12, metadata: 0x0a, item: 0x12 } as const;

/** A PodList; its parts are given to `onPod` and `onHead` as they arrive. Throws MalformedMessage and TruncatedBody. */
export function* podListBody(onPod: (pod: PodFields) => void, onHead: (head: PodListHead) => void): BodyParser<null> {
  if (!(yield* exactly(mark.length)).equals(mark)) throw new MalformedMessage('the answer does not begin as protobuf');
  let left = yield* lengthOfRaw();
  while (left > 0) {
    const { tag, length, size } = yield* fieldHead();
    const bytes = yield* exactly(length);
    left -= size + length;
    if (tag === tags.item) onPod(readMessage(bytes, podShape));
    else if (tag === tags.metadata) {
      const { resourceVersion = '', continue: next } = readMessage(bytes, listMetaShape) as ListMeta;
      onHead({ resourceVersion, next: next === '' ? undefined : next });
    }
  }
  return null;
}

/** Watch events, each with its length before it in four bytes, highest first. Returns where the body ends. */
export function* podWatchBody(onEvent: (event: PodEventLine) => boolean): BodyParser<null> {
  for (;;) {
    const length = yield 4;
    if (length === null) return null;
    const { type, object } = readMessage(yield* exactly(length.readUInt32BE()), watchEventShape) as WatchEvent;
    if (!onEvent(eventOf(type ?? '', object?.raw ?? Buffer.alloc(0)))) return null;
  }
}

/** A `Status` in its envelope. */
export function readStatus(bytes: Buffer): StatusFields {
  return readObject(bytes, statusShape);
}

interface ListMeta {
  readonly resourceVersion?: string;
  readonly continue?: string;
}
interface WatchEvent {
  readonly type?: string;
  readonly object?: { readonly raw?: Buffer };
}

function eventOf(type: string, object: Buffer): PodEventLine {
  return type === 'ERROR'
    ? { type, status: readObject(object, statusShape) }
    : { type, pod: readObject(object, podShape) };
}

function readObject(bytes: Buffer, shape: MessageShape): Record<string, unknown> {
  if (!bytes.subarray(0, mark.length).equals(mark)) throw new MalformedMessage('an object does not begin as protobuf');
  const { raw } = readMessage(bytes.subarray(mark.length), unknownShape) as { raw?: Buffer };
  return readMessage(raw ?? Buffer.alloc(0), shape);
}

/** Steps over what stands before `raw` in runtime.Unknown; the little that follows it is of no interest. */
function* lengthOfRaw(): Generator<number, number, Buffer | null> {
  for (;;) {
    const { tag, length } = yield* fieldHead();
    if (tag === tags.raw) return length;
    yield* exactly(length);
  }
}

/** Tag and length of a field, and how many bytes these two took. */
function* fieldHead(): Generator<number, { tag: number; length: number; size: number }, Buffer | null> {
  const [tag = 0] = yield* exactly(1);
  if ((tag & 7) !== 2) throw new MalformedMessage('a field of a list has no length');
  let length = 0;
  let factor = 1;
  for (let size = 2; size <= 6; size += 1) {
    const [byte = 0] = yield* exactly(1);
    length += (byte & 0x7f) * factor;
    if (byte < 0x80) return { tag, length, size };
    factor *= 0x80;
  }
  throw new TruncatedBody('a length is longer than any list');
}
