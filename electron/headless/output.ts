import type { Writable } from 'node:stream';

/** Text to a stream whose reader may be slow, or go away as `head` does. */
export class Output {
  private ended = false;
  private why: string | null = null;
  private end: () => void = () => undefined;
  /** Resolves when nothing can be written any more. */
  readonly closed = new Promise<void>((resolve) => {
    this.end = resolve;
  });

  constructor(private readonly stream: Writable) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      // a reader that has seen enough is no error
      if (error.code !== 'EPIPE') this.why ??= error.message;
      this.ended = true;
      this.end();
    });
  }

  /** Why something could not be written; null while all could, and when the reader has only gone away. */
  get problem(): string | null {
    return this.why;
  }

  line(text: string): void {
    if (!this.ended) this.stream.write(`${text}\n`);
  }

  /** Resolves when there is room for more: true, or false when nobody reads any more. */
  async write(text: string): Promise<boolean> {
    if (!this.ended && !this.stream.write(text))
      await Promise.race([new Promise((resolve) => this.stream.once('drain', resolve)), this.closed]);
    return !this.ended;
  }

  /** Resolves when everything has been taken. */
  async flushed(): Promise<void> {
    if (!this.ended) await Promise.race([new Promise((resolve) => this.stream.write('', resolve)), this.closed]);
  }
}
