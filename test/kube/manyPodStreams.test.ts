import { Readable } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import type { Clock, PodEvent } from '../../electron/engine/ports';
import { ApiConnection, NoAnswer, type ApiStream } from '../../electron/kube/apiConnection';
import { PodStream } from '../../electron/kube/podStream';
import { seeded } from '../engine/disturbed/slowContexts';
import { eventually } from '../setup/eventually';
import { manualClock } from '../setup/manualClock';

const count = 50;
const minute = 60_000;
/** The longest pauses after so many failures: what chance has to spread the streams over. */
const growing = [800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000];

/** One server, and the streams of many contexts and namespaces that it has lost or has not. */
class LostServer {
  readonly events: PodEvent[] = [];
  /** The pauses of each stream, in milliseconds. */
  private readonly pauses: number[][] = Array.from({ length: count }, () => []);
  /** When each stream comes back next; null while it asks or watches. */
  private readonly due: (number | null)[] = Array.from({ length: count }, () => null);
  /** When some stream came back or will, since the epoch. */
  readonly moments: number[] = [];
  private readonly clock = manualClock(Date.UTC(2026, 0, 5, 8));
  private readonly watches = new Set<Readable>();
  private refusal: (() => Promise<ApiStream>) | null = null;
  private readonly streams: readonly PodStream[];

  constructor(seed: number) {
    const connection = new ApiConnection({ server: 'http://127.0.0.1:1', options: () => Promise.resolve({}) });
    connection.stream = ({ query }) => this.refusal?.() ?? this.answer(query?.['watch'] === 'true');
    // of one process, and so of one source of chance
    const random = seeded(seed);
    this.streams = this.due.map(
      (_, number) =>
        new PodStream({ connection, clock: this.clockOf(number), random }, '', (event) => this.events.push(event)),
    );
    for (const stream of this.streams) void stream.run();
  }

  /** Until every stream watches. */
  async allWatch(): Promise<void> {
    await eventually(() => this.watches.size === count);
  }

  /** So much later every connection is cut in the same moment, and this is what each request meets from then on. */
  losesAll(later: number, refusal: () => Promise<ApiStream>): void {
    this.clock.pass(later);
    this.refusal = refusal;
    for (const watch of this.watches) watch.destroy(new NoAnswer('read ECONNRESET', 'ECONNRESET'));
    this.watches.clear();
  }

  /** Each stream's pause after this many failures, the first being 1, when all of them have come to that. */
  async pausesAfter(failures: number): Promise<number[]> {
    for (;;) {
      const waiting = await eventually(() => this.allWaiting());
      if (this.pauses.every(({ length }) => length >= failures)) break;
      const next = Math.min(...waiting);
      this.clock.pass(Math.max(0, next - this.clock.now()));
      // a sum of fractions may end a hair's breadth before it
      while (this.due.includes(next)) this.clock.pass(0.001);
      await new Promise(setImmediate);
    }
    return this.pauses.map((pauses) => pauses[failures - 1] ?? 0);
  }

  stop(): void {
    for (const stream of this.streams) stream.stop();
  }

  private allWaiting(): number[] | null {
    const waiting = this.due.filter((at) => at !== null);
    return waiting.length === count ? waiting : null;
  }

  private clockOf(number: number): Clock {
    return {
      now: () => this.clock.now(),
      after: (ms, callback) => {
        const at = this.clock.now() + ms;
        this.due[number] = at;
        this.moments.push(at);
        this.pauses[number]?.push(ms);
        return this.clock.after(ms, () => {
          this.due[number] = null;
          callback();
        });
      },
    };
  }

  private answer(watching: boolean): Promise<ApiStream> {
    const list = { metadata: { resourceVersion: '900' }, items: [] };
    const body = watching
      ? new Readable({ read: () => undefined })
      : Readable.from([Buffer.from(JSON.stringify(list))]);
    if (watching) this.watches.add(body);
    return Promise.resolve({ status: 200, retryAfter: null, contentType: 'application/json', body });
  }
}

/** Of pauses up to the longest, how many there are at most in one tenth of it. */
function crowd(pauses: readonly number[], longest: number, shortest = 0): number {
  const tenths = pauses.map((ms) => Math.floor(((ms - shortest) / longest) * 10));
  return Math.max(...tenths.map((tenth) => tenths.filter((other) => other === tenth).length));
}

/** The moments that two streams have in common, to the microsecond. */
function atOnce(moments: readonly number[]): string[] {
  const texts = moments.map((at) => at.toFixed(3));
  return texts.filter((text, i) => texts.indexOf(text) !== i);
}

const isAway = () => Promise.reject(new NoAnswer('connect ECONNREFUSED', 'ECONNREFUSED'));
const isBusy = () =>
  Promise.resolve({
    status: 429,
    retryAfter: 20,
    contentType: 'application/json',
    body: Readable.from([Buffer.from(JSON.stringify({ kind: 'Status', code: 429, message: 'too many requests' }))]),
  });

let server: LostServer;
afterEach(() => {
  server.stop();
});

/** What a fair chance would give one time in thousands; were they in step, all would be in one tenth. */
const quarter = Math.ceil(count / 4);

describe.each([1, 2, 3, 4, 5])(
  `${String(count)} streams that lose their server in the same moment (seed %i)`,
  (seed) => {
    it('come back one by one, and spread over ever longer times', async () => {
      server = new LostServer(seed);
      await server.allWatch();
      server.losesAll(10 * minute, isAway);
      for (const [before, longest] of growing.entries()) {
        const pauses = await server.pausesAfter(before + 1);
        expect(Math.max(...pauses)).toBeLessThanOrEqual(longest);
        expect(crowd(pauses, longest)).toBeLessThanOrEqual(quarter);
      }
      expect(atOnce(server.moments)).toEqual([]);
      expect(server.events.filter(({ is }) => is === 'live')).toHaveLength(count);
    });

    it('come back one by one also where it asked all of them to wait for 20 s', async () => {
      server = new LostServer(seed);
      await server.allWatch();
      server.losesAll(10 * minute, isBusy);
      // the first is that of the lost connection
      const pauses = await server.pausesAfter(2);
      expect(Math.min(...pauses)).toBeGreaterThan(20_000);
      expect(Math.max(...pauses)).toBeLessThanOrEqual(20_000 + 1_600);
      expect(crowd(pauses, 1_600, 20_000)).toBeLessThanOrEqual(quarter);
      expect(atOnce(server.moments)).toEqual([]);
    });
  },
);
