import type { KubeConfig } from '@kubernetes/client-node';
import type { Clock } from '../engine/ports';
import { NoAnswer, type RequestOptions } from './apiConnection';

/** A plugin that waits for somebody to log in must not hold up its context in silence; milliseconds. */
const patience = 30_000;

type Source = Pick<KubeConfig, 'applyToHTTPSOptions'>;

/**
 * What a user's requests need: TLS material, headers, an agent. The client library runs a credential plugin once per
 * request, waits for it without an end, and keeps a token that names no expiry for ever.
 */
export class Credentials {
  private config: Source;
  private asking: Promise<RequestOptions> | null = null;

  constructor(
    private readonly fresh: () => Source,
    private readonly clock: Clock,
  ) {
    this.config = fresh();
  }

  /** Requests at the same time share one run of the plugin. Throws NoAnswer when it takes too long. */
  async get(): Promise<RequestOptions> {
    this.asking ??= this.ask().finally(() => {
      this.asking = null;
    });
    const asking = this.asking;
    const options = await new Promise<RequestOptions>((resolve, reject) => {
      const cancel = this.clock.after(patience, () => {
        const seconds = String(patience / 1000);
        reject(new NoAnswer(`the user's credentials have not come within ${seconds} s`, 'CREDENTIALS'));
      });
      asking.then(resolve, reject).finally(cancel);
    });
    return { ...options };
  }

  /** The server has refused them (401): what was kept is asked for again. */
  drop(): void {
    this.config = this.fresh();
  }

  private async ask(): Promise<RequestOptions> {
    const options: RequestOptions = {};
    try {
      await this.config.applyToHTTPSOptions(options);
    } catch (error) {
      // the message of such an error quotes what was printed, and that may be a token
      if (error instanceof SyntaxError) throw new NoAnswer('the credential plugin printed no JSON', 'CREDENTIALS');
      throw error;
    }
    return options;
  }
}
