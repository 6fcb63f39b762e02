import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { ListBody } from './listing';
import { podListBytes, protobufType, statusBytes } from './protobuf';
import type { Status } from './status';

const zip = promisify(gzip);

/** The real server compresses lists and objects from this size on. */
const zipFrom = 128 * 1024;

/** Answers with an object in the form that was asked for, or with a text as it is. */
export async function respond(
  incoming: IncomingMessage,
  response: ServerResponse,
  code: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
  cut: number | null = null,
): Promise<void> {
  const { bytes, contentType } = encoded(body, incoming.headers.accept ?? '');
  const wanted = /\bgzip\b/.test(incoming.headers['accept-encoding'] ?? '');
  const zipped = wanted && incoming.method === 'GET' && bytes.length > zipFrom;
  const payload = zipped ? await zip(bytes, { level: 1 }) : bytes;
  response.writeHead(code, {
    ...headers,
    'Content-Type': contentType,
    'Content-Length': payload.length,
    ...(zipped && { 'Content-Encoding': 'gzip', Vary: 'Accept-Encoding' }),
  });
  if (cut === null) response.end(payload);
  else response.write(payload.subarray(0, cut), () => incoming.socket.destroy());
}

/** In protobuf where that is asked for and is to be had, as the real server does: for what is built in. */
function encoded(body: unknown, accept: string): { readonly bytes: Buffer; readonly contentType: string } {
  if (typeof body === 'string') return { bytes: Buffer.from(body), contentType: 'text/plain; charset=utf-8' };
  const { kind } = body as { kind?: string };
  if (accept.includes(protobufType) && kind === 'PodList')
    return { bytes: podListBytes(body as ListBody), contentType: protobufType };
  if (accept.includes(protobufType) && kind === 'Status')
    return { bytes: statusBytes(body as Status), contentType: protobufType };
  return { bytes: Buffer.from(`${JSON.stringify(body)}\n`), contentType: 'application/json' };
}
