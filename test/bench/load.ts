import { setTimeout as delay } from 'node:timers/promises';
import type { BenchCluster } from './cluster/benchCluster';
import { conditionOf, type PodCondition } from './cluster/benchPods';
import { machineMs } from './measurement';

/** Writes at the same time. */
const width = 64;

/** Writes pods to a cluster: all of them at first, then changes at a steady rate. */
export class Load {
  private count = 0;
  private turn = 0;
  /** Of the next change; one pod after the other is changed. */
  private next = 0;

  constructor(private readonly cluster: BenchCluster) {}

  get pods(): number {
    return this.count;
  }

  /** Adds pods until there are so many. */
  async growTo(count: number): Promise<void> {
    const worker = async () => {
      while (this.count < count) {
        const number = this.count;
        this.count += 1;
        await this.cluster.write(number, 0, conditionOf(number));
      }
    };
    await Promise.all(Array.from({ length: width }, worker));
  }

  /** So many changes of pods that stay as they are otherwise. */
  async change(changes: number, perSecond: number): Promise<void> {
    await this.steadily(changes, perSecond, () => this.changeNext());
  }

  /**
   * Lets these pods fail, in the midst of changes of others.
   * @param every one in so many changes is one of them
   * @returns when each was written, in milliseconds of the machine's clock
   */
  async fail(
    numbers: readonly number[],
    { every, perSecond }: { readonly every: number; readonly perSecond: number },
  ): Promise<ReadonlyMap<number, number>> {
    const written = new Map<number, number>();
    const failing = new Set(numbers);
    await this.steadily(numbers.length * every, perSecond, (step) => {
      const number = numbers[step / every];
      if (number === undefined) return this.changeNext(failing);
      written.set(number, machineMs());
      return this.write(number, 'failing');
    });
    return written;
  }

  /** Lets them be as they were. */
  async mend(numbers: readonly number[]): Promise<void> {
    for (const number of numbers) await this.write(number, conditionOf(number));
  }

  /** Changes a pod a second until stopped, as something always does in life: lists are then served from a cache. */
  trickle(): () => Promise<void> {
    const stop = new AbortController();
    const running = (async () => {
      while (!stop.signal.aborted) {
        await this.changeNext();
        await delay(1000, null, { signal: stop.signal }).catch(() => null); // it was stopped
      }
    })();
    return () => {
      stop.abort();
      return running;
    };
  }

  private changeNext(except: ReadonlySet<number> = new Set()): Promise<void> {
    do this.next = (this.next + 1) % Math.max(1, this.count);
    while (except.has(this.next));
    return this.count === 0 ? Promise.resolve() : this.write(this.next, conditionOf(this.next));
  }

  private write(number: number, condition: PodCondition): Promise<void> {
    this.turn += 1;
    return this.cluster.write(number, this.turn, condition);
  }

  private async steadily(count: number, perSecond: number, step: (number: number) => Promise<void>): Promise<void> {
    const began = performance.now();
    const underWay = new Set<Promise<void>>();
    const failures: unknown[] = [];
    for (let number = 0; number < count; number += 1) {
      const wait = began + (number * 1000) / perSecond - performance.now();
      if (wait > 0) await delay(wait);
      while (underWay.size >= width) await Promise.race(underWay);
      const writing = step(number)
        .catch((error: unknown) => void failures.push(error))
        .finally(() => underWay.delete(writing));
      underWay.add(writing);
    }
    await Promise.all(underWay);
    if (failures.length > 0) throw failures[0];
  }
}
