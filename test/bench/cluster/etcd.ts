import { once } from 'node:events';
import { connect, type ClientHttp2Session } from 'node:http2';
import { readMessage, type MessageShape } from '../../../electron/kube/protobuf/wireReader';

/** Of etcd's rpc.proto and kv.proto (go.etcd.io/etcd/api/v3), the few fields that are used here. */
const headerShape: MessageShape = { 3: { name: 'revision', is: 'int64' } };
const answerShape: MessageShape = {
  1: { name: 'header', is: 'message', shape: headerShape },
  2: { name: 'kvs', is: 'messages', shape: { 5: { name: 'value', is: 'bytes' } } },
};

interface EtcdAnswer {
  readonly header?: { readonly revision?: number };
  readonly kvs?: readonly { readonly value: Buffer }[];
}

/**
 * etcd's own gRPC, as far as a bench needs it. What is written here reaches an API server as if it had written it
 * itself, without the milliseconds that a write costs it.
 */
export class Etcd {
  private readonly session: ClientHttp2Session;
  private revision = 0;
  private compacted = 0;

  /** @param url its client URL, without TLS */
  constructor(url: string) {
    this.session = connect(url);
  }

  async put(key: string, value: Buffer): Promise<void> {
    await this.call('KV/Put', Buffer.concat([field(1, Buffer.from(key)), field(2, value)]));
  }

  /** @throws Error when there is no such key */
  async get(key: string): Promise<Buffer> {
    const { kvs } = await this.call('KV/Range', field(1, Buffer.from(key)));
    const [found] = kvs ?? [];
    if (!found) throw new Error(`etcd has no ${key}`);
    return found.value;
  }

  /** Forgets all versions but the last: etcd would not have the room for those of many changes. */
  async compact(): Promise<void> {
    await this.call('KV/Range', field(1, Buffer.from('/')));
    if (this.revision === this.compacted) return;
    this.compacted = this.revision;
    await this.call('KV/Compact', Buffer.concat([varint(1 * 8), varint(this.revision)]));
  }

  close(): void {
    this.session.close();
  }

  private async call(method: string, message: Buffer): Promise<EtcdAnswer> {
    const stream = this.session.request({
      ':method': 'POST',
      ':path': `/etcdserverpb.${method}`,
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    let status: unknown = 'no answer';
    let why: unknown = '';
    const told = (headers: Record<string, unknown>) => {
      status = headers['grpc-status'] ?? status;
      why = headers['grpc-message'] ?? why;
    };
    stream.on('response', told).on('trailers', told);
    const ended = once(stream, 'close');
    stream.end(Buffer.concat([lengthOf(message), message]));
    const chunks: Buffer[] = [];
    for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
    await ended;
    if (status !== '0') throw new Error(`etcd refuses ${method}: ${String(status)} ${String(why)}`);
    const answer: EtcdAnswer = readMessage(Buffer.concat(chunks).subarray(5), answerShape);
    this.revision = Math.max(this.revision, answer.header?.revision ?? 0);
    return answer;
  }
}

/** gRPC's prefix: not compressed, and how long. */
function lengthOf(message: Buffer): Buffer {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(message.length, 1);
  return prefix;
}

function field(number: number, bytes: Buffer): Buffer {
  return Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let left = value;
  while (left >= 0x80) {
    bytes.push((left % 0x80) | 0x80);
    left = Math.floor(left / 0x80);
  }
  return Buffer.from([...bytes, left]);
}
