import { finished, type Readable } from 'node:stream';

/**
 * Reads a body piece by piece, whatever the chunks are in which it arrives. A parser is a generator that yields how many
 * bytes it wants next and is given exactly those, or null when the body ends right there. What it is given is overwritten
 * once it has asked for more.
 */
export type BodyParser<T> = Generator<number, T, Buffer | null>;

/** The body ended in the middle of something. */
export class TruncatedBody extends Error {
  override readonly name = 'TruncatedBody';
}

/**
 * Gives each chunk of a body to `onChunk`, until the body ends or `onChunk` says that it has enough: what follows then is
 * not read. Throws what `onChunk` throws, and where the body is cut off. An async iterator of the body would cost a
 * promise or two for each chunk, and a copy where several have arrived, which is half of what a watch costs.
 */
export function eachChunk(body: Readable, onChunk: (chunk: Buffer) => 'more' | 'enough'): Promise<void> {
  return new Promise((resolve, reject) => {
    finished(body, { writable: false }, (error) => {
      if (error) reject(error);
      else resolve();
    });
    body.on('data', (chunk: Buffer) => {
      try {
        if (onChunk(chunk) === 'more') return;
        resolve();
        body.destroy();
      } catch (error) {
        body.destroy(error as Error);
      }
    });
  });
}

/**
 * Gives a parser what it asks for until it has its result. What follows in the body is read and dropped, so that the
 * connection can be used again; a body without an end is `left` instead.
 */
export async function parseBody<T>(body: Readable, parser: BodyParser<T>, whenDone: 'drain' | 'leave'): Promise<T> {
  const pieces = new Pieces();
  let step = parser.next(null);
  await eachChunk(body, (chunk) => {
    if (!step.done) pieces.push(chunk);
    while (!step.done && pieces.length >= step.value) step = parser.next(pieces.take(step.value));
    return step.done && whenDone === 'leave' ? 'enough' : 'more';
  });
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

/** In bytes; grows to what the longest part takes. */
const usualRoom = 64 * 1024;

/**
 * Bytes that have arrived and are not taken yet. They are kept in one piece of memory that is used again and again: the
 * pods of a busy cluster, each put together in memory of its own, would call the garbage collector every moment.
 */
class Pieces {
  private room = Buffer.allocUnsafeSlow(usualRoom);
  private start = 0;
  private end = 0;

  get length(): number {
    return this.end - this.start;
  }

  push(chunk: Buffer): void {
    if (this.end + chunk.length > this.room.length) this.makeRoom(this.length + chunk.length);
    chunk.copy(this.room, this.end);
    this.end += chunk.length;
  }

  /** Never more than there is; good until the next `push`. */
  take(bytes: number): Buffer {
    const taken = this.room.subarray(this.start, this.start + bytes);
    this.start += bytes;
    return taken;
  }

  private makeRoom(needed: number): void {
    const before = this.room;
    if (needed > before.length) this.room = Buffer.allocUnsafeSlow(Math.max(needed, 2 * before.length));
    before.copy(this.room, 0, this.start, this.end);
    this.end -= this.start;
    this.start = 0;
  }
}
