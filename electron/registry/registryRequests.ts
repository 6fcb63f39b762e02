import { hostOf } from '../domain/image/imageReference';

export type Fetch = typeof globalThis.fetch;

/** Whether a host is this computer, to which nothing has to be encrypted. */
export function isLoopback(domain: string): boolean {
  const host = hostOf(domain);
  return host === 'localhost' || host === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(host);
}

/** Of an answer, what counts here. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
}

/** A token is some hundred bytes; some issuers put much about their user into it. */
const maxBody = 65_536;
/** Manifests have some kilobytes; an index with signatures of many platforms may have more. */
const maxManifest = 1_048_576;

/** The requests of one probe: together they have one end, and their errors are counted. Each rejects without an answer. */
export class RegistryRequests {
  /** Answers 403, 404, 429 and 5xx. */
  errors = 0;

  constructor(
    private readonly fetch: Fetch,
    private readonly signal: AbortSignal,
  ) {}

  async ask(method: 'GET' | 'HEAD', url: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    const response = await this.send(method, url, headers);
    // an answer that is not read to its end would keep its connection
    await response.body?.cancel();
    return response;
  }

  async read(url: string): Promise<Answer & { readonly text: string }> {
    const response = await this.send('GET', url, {});
    const { status, headers, body } = response;
    return { status, headers, text: body ? await smallText(body) : '' };
  }

  /** `text` is null where the answer is not 200, or its body cannot be had. */
  async manifest(url: string, headers: Readonly<Record<string, string>>): Promise<Answer & { text: string | null }> {
    const response = await this.send('GET', url, headers);
    const { status, headers: told, body } = response;
    if (status !== 200 || !body) {
      await body?.cancel();
      return { status, headers: told, text: null };
    }
    // the answer tells enough of the image without it
    const text = await smallText(body, maxManifest).catch(() => null);
    return { status, headers: told, text };
  }

  private async send(method: string, url: string, headers: Readonly<Record<string, string>>): Promise<Response> {
    const response = await this.fetch(url, {
      method,
      headers: { 'User-Agent': 'pullthrough', ...headers },
      signal: this.signal,
      redirect: 'follow',
      credentials: 'omit',
      cache: 'no-store',
    });
    const { status } = response;
    if (status === 403 || status === 404 || status === 429 || status >= 500) this.errors += 1;
    return response;
  }
}

async function smallText(body: ReadableStream<Uint8Array>, most = maxBody): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return Buffer.concat(chunks).toString('utf8');
    size += value.byteLength;
    if (size > most) {
      await reader.cancel();
      throw new Error(`the answer has more than ${String(most)} bytes`);
    }
    chunks.push(value);
  }
}
