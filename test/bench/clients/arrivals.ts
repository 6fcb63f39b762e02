import { Readable } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { machineMs, type SeenFailure } from '../measurement';

export interface FollowerTraits {
  /** Whether the client tells of failures besides knowing them. */
  readonly tells?: boolean;
  /** Whether the first bytes of a pod that arrive are those of the event that says that it fails. */
  readonly seesArrivals?: boolean;
}

const mark = /q(\d{6})/g;

/** When the bytes of pods are read from the connection, and how long after that it is known that they fail. */
export class Arrivals {
  private readonly arrived = new Map<number, number>();
  private readonly known = new Map<number, number>();
  private readonly told = new Map<number, number>();
  private readonly awaited: ReadonlySet<number>;
  private readonly tells: boolean;

  /**
   * Looks at every chunk that a TLS connection of this process reads, from now on.
   * @param complete is called once each of these pods is known to fail, and told of where the client tells
   */
  constructor(
    numbers: readonly number[],
    { tells = false, seesArrivals = true }: FollowerTraits,
    private readonly complete: (seen: readonly SeenFailure[]) => void,
  ) {
    this.awaited = new Set(numbers);
    this.tells = tells;
    if (seesArrivals) this.watchChunks();
  }

  private watchChunks(): void {
    // eslint-disable-next-line @typescript-eslint/unbound-method -- called with its own `this` below
    const { push } = Readable.prototype;
    const arrive = (chunk: Buffer) => {
      this.arrive(chunk);
    };
    Readable.prototype.push = function (this: Readable, chunk: unknown, encoding?: BufferEncoding) {
      if (this instanceof TLSSocket && Buffer.isBuffer(chunk)) arrive(chunk);
      return push.call(this, chunk, encoding);
    };
  }

  /** Whether it is not known yet that this pod fails. */
  awaits(number: number | null): number is number {
    return number !== null && this.awaited.has(number) && !this.known.has(number);
  }

  knows(number: number | null): void {
    if (!this.awaits(number)) return;
    this.known.set(number, machineMs());
    this.look();
  }

  tell(number: number | null): void {
    if (number === null || !this.awaited.has(number) || this.told.has(number)) return;
    this.told.set(number, machineMs());
    this.look();
  }

  private arrive(chunk: Buffer): void {
    const now = machineMs();
    for (const [, digits] of chunk.toString('latin1').matchAll(mark)) {
      const number = Number(digits);
      if (this.awaited.has(number) && !this.arrived.has(number)) this.arrived.set(number, now);
    }
  }

  private look(): void {
    if (this.known.size < this.awaited.size || (this.tells && this.told.size < this.awaited.size)) return;
    this.complete(
      [...this.known].map(([number, at]) => {
        const arrived = this.arrived.get(number);
        const told = this.told.get(number);
        return {
          number,
          at,
          afterArrivalMs: arrived === undefined ? null : at - arrived,
          toldAfterMs: arrived === undefined || told === undefined ? null : told - arrived,
        };
      }),
    );
  }
}
