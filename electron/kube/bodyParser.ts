import type { Readable } from 'node:stream';

/**
 * Reads a body piece by piece, whatever the chunks are in which it arrives. A parser is a generator that yields how many
 * bytes it wants next and is given exactly those, or null when the body ends right there.
 */
export type BodyParser<T> = Generator<number, T, Buffer | null>;

/** The body ended in the middle of something. */
export class TruncatedBody extends Error {
  override readonly name = 'TruncatedBody';
}

/**
 * Gives a parser what it asks for until it has its result. What follows in the body is read and dropped, so that the
 * connection can be used again; a body without an end is `left` instead.
 */
export async function parseBody<T>(body: Readable, parser: BodyParser<T>, whenDone: 'drain' | 'leave'): Promise<T> {
  const pieces = new Pieces();
  let step = parser.next(null);
  for await (const chunk of body as AsyncIterable<Buffer>) {
    if (step.done) continue;
    pieces.push(chunk);
    while (!step.done && pieces.length >= step.value) step = parser.next(pieces.take(step.value));
    if (step.done && whenDone === 'leave') return step.value;
  }
  if (!step.done && pieces.length === 0) step = parser.next(null);
  if (!step.done) throw new TruncatedBody('the answer ends in the middle');
  return step.value;
}

/** These bytes, where the body may not end before them. */
export function* exactly(bytes: number): Generator<number, Buffer, Buffer | null> {
  if (bytes === 0) return Buffer.alloc(0);
  const got = yield bytes;
  if (!got) throw new TruncatedBody('the answer ends in the middle');
  return got;
}

/** Bytes that have arrived and are not taken yet; chunks are only put together where a part spans several. */
class Pieces {
  private chunks: Buffer[] = [];
  /** Of the first chunk, what is taken already. */
  private offset = 0;
  length = 0;

  push(chunk: Buffer): void {
    this.chunks.push(chunk);
    this.length += chunk.length;
  }

  /** Never more than there is. */
  take(bytes: number): Buffer {
    const first = this.chunks[0];
    if (first && first.length - this.offset < bytes) this.join(first);
    const whole = this.chunks[0] ?? Buffer.alloc(0);
    const taken = whole.subarray(this.offset, this.offset + bytes);
    this.offset += bytes;
    this.length -= bytes;
    if (this.offset === whole.length) {
      this.chunks.shift();
      this.offset = 0;
    }
    return taken;
  }

  private join(first: Buffer): void {
    this.chunks = [Buffer.concat([first.subarray(this.offset), ...this.chunks.slice(1)])];
    this.offset = 0;
  }
}
