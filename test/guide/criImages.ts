import { connect as connectHttp2, constants } from 'node:http2';
import { connect } from 'node:net';

/** What a runtime answered to a pull: the image's id, or the error as the kubelet shows it. */
export type PullOutcome = { readonly ok: true; readonly id: string } | { readonly ok: false; readonly message: string };

/**
 * Has a runtime pull an image as `crictl pull` and the kubelet do: PullImage of the CRI, runtime/v1/api.proto of
 * k8s.io/cri-api, over gRPC (github.com/grpc/grpc, doc/PROTOCOL-HTTP2.md).
 */
export async function pullImage(socket: string, reference: string): Promise<PullOutcome> {
  const session = connectHttp2('http://localhost', { createConnection: () => connect(socket) });
  try {
    return await new Promise<PullOutcome>((resolve, reject) => {
      session.once('error', reject);
      const call = session.request({
        [constants.HTTP2_HEADER_METHOD]: 'POST',
        [constants.HTTP2_HEADER_PATH]: '/runtime.v1.ImageService/PullImage',
        'content-type': 'application/grpc',
        te: 'trailers',
      });
      const chunks: Buffer[] = [];
      let status: Readonly<Record<string, string | string[] | number | undefined>> = {};
      const learn = (headers: typeof status) => (status = { ...status, ...headers });
      call.once('response', learn);
      call.once('trailers', learn);
      call.on('data', (chunk: Buffer) => chunks.push(chunk));
      call.once('error', reject);
      call.once('end', () => {
        const said = decodeURIComponent(String(status['grpc-message'] ?? ''));
        if (status['grpc-status'] === '0') resolve({ ok: true, id: firstField(Buffer.concat(chunks).subarray(5)) });
        else resolve({ ok: false, message: said });
      });
      // PullImageRequest { ImageSpec image = 1 { string image = 1 } }
      call.end(framed(field(field(Buffer.from(reference)))));
    });
  } finally {
    session.destroy();
  }
}

/** A gRPC message: not compressed, its length in four bytes. */
function framed(message: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

/** Field 1 of a protobuf message, with so many bytes. */
function field(bytes: Buffer): Buffer {
  const length = [];
  let rest = bytes.length;
  for (; rest > 0x7f; rest >>= 7) length.push((rest & 0x7f) | 0x80);
  return Buffer.concat([Buffer.from([0x0a, ...length, rest]), bytes]);
}

/** The text in field 1 of a protobuf message that has nothing else, of less than 128 bytes. */
function firstField(message: Buffer): string {
  if (message[0] !== 0x0a || message[1] !== message.length - 2)
    throw new Error(`not one short text: ${message.toString('hex')}`);
  return message.subarray(2).toString();
}
