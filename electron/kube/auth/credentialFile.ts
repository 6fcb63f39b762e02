import { readFile } from 'node:fs/promises';
import type { Clock } from '../../engine/ports';
import { NoAnswer } from '../apiConnection';

/** A file is looked at again when it was read this long ago, in milliseconds; client-go reads certificates as often. */
const freshMs = 1000;

/** A file that a kubeconfig names: read again and again, because tools and mounts renew it in its place. */
export class CredentialFile {
  private text: string | null = null;
  private readAt = -Infinity;

  /** @param what it holds, for people: `the token of user "me"` */
  constructor(
    private readonly path: string,
    private readonly what: string,
    private readonly clock: Clock,
  ) {}

  /** Its text as it is now; the last one while it cannot be read for a moment. Throws NoAnswer. */
  async read(): Promise<string> {
    const now = this.clock.now();
    if (this.text !== null && now >= this.readAt && now - this.readAt < freshMs) return this.text;
    try {
      this.text = await readFile(this.path, 'utf8');
      this.readAt = now;
    } catch (error) {
      const { code = 'unknown' } = error as NodeJS.ErrnoException;
      if (this.text === null) throw unusable(`${this.what} cannot be read from ${this.path} (${code})`);
    }
    return this.text;
  }

  /** The next reading is a real one. */
  forget(): void {
    this.readAt = -Infinity;
  }
}

/** What stands in the way of using the credentials of a context. The sentence quotes nothing that is secret. */
export function unusable(sentence: string): NoAnswer {
  return new NoAnswer(sentence, 'CREDENTIALS');
}
