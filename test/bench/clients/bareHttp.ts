import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import https from 'node:https';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { ClientAccess } from '../measurement';

export interface Asking {
  readonly accept: string;
  readonly compressed: boolean;
}

const path = '/api/v1/pods';
/** As the product asks. */
const selection = { fieldSelector: 'status.phase!=Succeeded,status.phase!=Failed' };

/** Asks for pods with nothing but Node's own client, over one kept connection. */
export function bareHttp({ server, ca, token }: ClientAccess, { accept, compressed }: Asking) {
  const agent = new https.Agent({ keepAlive: true, ca });
  return async (query: Readonly<Record<string, string>>): Promise<Readable> => {
    const url = new URL(path, server);
    url.search = new URLSearchParams({ ...selection, ...query }).toString();
    const headers = {
      Authorization: `Bearer ${token}`,
      Accept: accept,
      ...(compressed && { 'Accept-Encoding': 'gzip' }),
    };
    const [answer] = (await once(https.get(url, { agent, headers }), 'response')) as [IncomingMessage];
    if (answer.statusCode !== 200) throw new Error(`${path}: ${String(answer.statusCode)}`);
    if (answer.headers['content-encoding'] !== 'gzip') return answer;
    return answer.pipe(createGunzip({ chunkSize: 256 * 1024 }));
  };
}
