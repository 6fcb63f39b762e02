/** How fast a line is, and how long it is. */
export interface LinkSpeed {
  readonly bitsPerSecond: number;
  /** There and back, in milliseconds. */
  readonly roundTripMs: number;
}

export const slowLink: LinkSpeed = { bitsPerSecond: 50e6, roundTripMs: 40 };

/** How long so many bytes take on a line that nobody else uses, in milliseconds, from the first to the last. */
export function transferMs(bytes: number, { bitsPerSecond }: Pick<LinkSpeed, 'bitsPerSecond'>): number {
  return (bytes * 8000) / bitsPerSecond;
}

/** One direction of a line: what is sent goes after what was sent before, and arrives half a round trip later. */
export class Direction {
  /** When the line has sent all that it was given. */
  private free = 0;

  constructor(private readonly speed: LinkSpeed) {}

  /** When bytes that are given to the line now have all left and have all arrived; the times are milliseconds. */
  send(bytes: number, now: number): { readonly left: number; readonly arrived: number } {
    this.free = Math.max(this.free, now) + transferMs(bytes, this.speed);
    return { left: this.free, arrived: this.free + this.speed.roundTripMs / 2 };
  }
}
