import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The line between a mirror and the registry behind it: it can be cut, and what went over it is known. */
export class UpstreamLine {
  static async to(registry: string): Promise<UpstreamLine> {
    const line = new UpstreamLine(registry);
    await new Promise<void>((resolve, reject) => {
      line.server.once('error', reject);
      line.server.listen(0, '127.0.0.1', resolve);
    });
    return line;
  }

  /** Of the requests for content, in their order. */
  readonly paths: string[] = [];
  private refusal: { readonly status: number; readonly body: string } | null = null;
  private readonly server = createServer((incoming, outgoing) => {
    this.pass(incoming, outgoing);
  });

  private constructor(private readonly registry: string) {}

  get url(): string {
    return `http://127.0.0.1:${String((this.server.address() as AddressInfo).port)}`;
  }

  /** From now on every request for content is answered with this error, in the form that registries have for it. */
  refuse(status: number, code: string, message: string): void {
    this.refusal = { status, body: JSON.stringify({ errors: [{ code, message }] }) };
  }

  /** Nobody answers any more. */
  cut(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private pass(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const { url = '', method = '', headers } = incoming;
    if (url !== '/v2/') {
      this.paths.push(url);
      if (this.refusal) {
        outgoing.writeHead(this.refusal.status, { 'Content-Type': 'application/json' }).end(this.refusal.body);
        return;
      }
    }
    const { host: _ours, ...others } = headers;
    const onward = request(new URL(url, this.registry), { method, headers: others }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.once('error', (error) => outgoing.destroy(error));
    incoming.pipe(onward);
  }
}
