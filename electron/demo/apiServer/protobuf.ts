import { listMetaShape, podShape, statusShape, unknownShape, watchEventShape } from '../../kube/protobuf/podShapes';
import type { FieldShape, MessageShape } from '../../kube/protobuf/wireReader';
import type { KubeObject } from '../objects';
import type { ListBody } from './listing';
import type { Status } from './status';

/**
 * What this server says in protobuf: pods, lists and watches of them, and refusals. It writes the fields that the product
 * reads, by the product's own table; that the numbers in it are right only a real API server can prove. The rest of a pod
 * is there as bytes of a field that nobody knows, so that a pod weighs what it does on the wire.
 */
export const protobufType = 'application/vnd.kubernetes.protobuf';

/** The first bytes of every object. */
const mark = Buffer.from('k8s\0');
/** No pod has this field. */
const ballast = 1000;
/** Of the bytes that a pod has in JSON, so many does it have in protobuf: measured on a real API server. */
const share = 0.7;

/** A pod's bytes by its metadata, which every copy of the same version has. */
const written = new WeakMap<object, Buffer>();

export function podListBytes({ metadata, items }: ListBody): Buffer {
  const parts = items.map((item) => field(2, podBytes(item as KubeObject)));
  return enveloped('v1', 'PodList', Buffer.concat([field(1, writeMessage(metadata, listMetaShape)), ...parts]));
}

/** One event of a watch, with its length before it. */
export function watchFrame(type: string, object: object): Buffer {
  const isStatus = 'kind' in object && object.kind === 'Status';
  const bytes = isStatus ? writeMessage(object, statusShape) : podBytes(object as KubeObject);
  const raw = enveloped('v1', isStatus ? 'Status' : 'Pod', bytes);
  const event = writeMessage({ type, object: { raw } }, watchEventShape);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(event.length);
  return Buffer.concat([length, event]);
}

export function statusBytes(status: Status): Buffer {
  return enveloped('v1', 'Status', writeMessage(status, statusShape));
}

function podBytes(pod: KubeObject): Buffer {
  const known = written.get(pod.metadata);
  if (known) return known;
  const bytes = writeMessage(pod, podShape);
  const missing = Math.max(0, Math.floor(JSON.stringify(pod).length * share) - bytes.length);
  const whole = missing > 0 ? Buffer.concat([bytes, field(ballast, Buffer.alloc(missing, 0x2e))]) : bytes;
  written.set(pod.metadata, whole);
  return whole;
}

function enveloped(apiVersion: string, kind: string, raw: Buffer): Buffer {
  return Buffer.concat([mark, writeMessage({ typeMeta: { apiVersion, kind }, raw }, unknownShape)]);
}

function writeMessage(object: object, shape: MessageShape): Buffer {
  const values = object as Readonly<Record<string, unknown>>;
  return Buffer.concat(
    Object.entries(shape).flatMap(([number, of]) =>
      of.is === 'embedded'
        ? [field(Number(number), writeMessage(object, of.shape))]
        : valuesOf(of, values[of.name]).map((value) => write(Number(number), of, value)),
    ),
  );
}

function valuesOf({ is }: FieldShape, value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (is === 'messages' || is === 'strings') return value as readonly unknown[];
  return is === 'map' ? Object.entries(value) : [value];
}

function write(number: number, of: FieldShape, value: unknown): Buffer {
  switch (of.is) {
    case 'bool':
      return Buffer.concat([varint(number * 8), varint(value === true ? 1 : 0)]);
    case 'int32':
    case 'int64':
      return Buffer.concat([varint(number * 8), varint(Number(value))]);
    case 'bytes':
      return field(number, value as Buffer);
    case 'map': {
      const [key, text] = value as readonly [string, string];
      return field(number, Buffer.concat([field(1, Buffer.from(key)), field(2, Buffer.from(text))]));
    }
    case 'message':
    case 'messages':
      return field(number, writeMessage(typeof value === 'string' ? timeOf(value) : (value as object), of.shape));
    default:
      return field(number, Buffer.from(String(value)));
  }
}

function timeOf(text: string): object {
  return { seconds: Math.floor(new Date(text).getTime() / 1000) };
}

function field(number: number, bytes: Buffer): Buffer {
  return Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let left = BigInt.asUintN(64, BigInt(value));
  do {
    const more = left > 0x7fn;
    bytes.push(Number(left & 0x7fn) | (more ? 0x80 : 0));
    left >>= 7n;
  } while (left > 0n);
  return Buffer.from(bytes);
}
