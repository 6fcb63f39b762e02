import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { numberIn } from '../cluster/podMarks';
import type { Answer, ClientAccess, Question } from '../measurement';
import { OwnTime } from './ownTime';
import { Arrivals, type FollowerTraits } from './arrivals';

/** What a client hears, by which it is measured. */
export interface Heard {
  /** One change after the first sync was handled. */
  changed(): void;
  /** Whether it matters now that this pod fails. */
  awaits(pod: string): boolean;
  /** It is known that this pod fails. */
  knows(pod: string): void;
  /** Whoever listens to the client was told that this pod fails. */
  tells(pod: string): void;
}

/**
 * Follows all pods of the cluster, and never ends.
 * @returns how many pods it knows once it knows all of them, or null when it does not look
 */
export type PodFollower = (access: ClientAccess, heard: Heard) => Promise<number | null>;

/** In milliseconds; also what a sleeping event loop shows as its delay. */
const resolution = 1;
/** Freed memory goes back to the system by and by. */
const settleMs = 500;

/** Makes this process a client of the bench that answers its questions, and ends when the bench does. */
export function answerWith(follow: PodFollower, traits: FollowerTraits = {}): void {
  const watch = new Watch();
  let changes: { left: number; readonly half: number; readonly halfway: () => void; readonly all: () => void } | null =
    null;
  let arrivals: Arrivals | null = null;
  const heard: Heard = {
    changed() {
      if (changes === null) return;
      changes.left -= 1;
      if (changes.left === changes.half) changes.halfway();
      if (changes.left > 0) return;
      changes.all();
      changes = null;
    },
    awaits: (pod) => arrivals?.awaits(numberIn(pod)) ?? false,
    knows: (pod) => arrivals?.knows(numberIn(pod)),
    tells: (pod) => arrivals?.tell(numberIn(pod)),
  };
  const answerTo = async (question: Question) => {
    switch (question.ask) {
      case 'sync': {
        await watch.start();
        const pods = await follow(question.access, heard);
        const { ms, ...taken } = await watch.stop();
        answer({ is: 'synced', pods, syncMs: ms, ...taken });
        return;
      }
      case 'memory':
        answer({ is: 'memory', heapMb: await heapLeft() });
        return;
      case 'cpu':
        answer({ is: 'cpu', cpuMs: cpuSince() });
        return;
      case 'changes': {
        const { count } = question;
        const before = process.cpuUsage();
        let cpuPerThousandMs = NaN;
        let watching = Promise.resolve();
        await new Promise<void>((all) => {
          const half = Math.floor(count / 2);
          const halfway = () => {
            cpuPerThousandMs = (cpuSince(before) * 1000) / (count - half);
            // looking costs nearly as much as following does, so that each has its half
            watching = watch.start();
          };
          changes = { left: count, half, halfway, all };
          answer({ is: 'attentive' });
        });
        await watching;
        const { holdMs, stallMs } = await watch.stop();
        answer({ is: 'changed', cpuPerThousandMs, holdMs, stallMs });
        return;
      }
      case 'failures':
        arrivals = new Arrivals(question.numbers, traits, (seen) => {
          answer({ is: 'failed', seen });
        });
        answer({ is: 'attentive' });
    }
  };
  process.on('message', (message) => void answerTo(message as Question));
  process.on('disconnect', () => process.exit());
  answer({ is: 'ready' });
}

interface Taken {
  readonly ms: number;
  readonly cpuMs: number;
  readonly holdMs: number;
  readonly stallMs: number;
}

/** Measures a span of time. */
class Watch {
  private readonly delays = monitorEventLoopDelay({ resolution });
  private readonly own = new OwnTime();
  private began = 0;
  private cpu = process.cpuUsage();

  async start(): Promise<void> {
    this.delays.enable();
    await delay(resolution * 20);
    this.delays.reset();
    this.own.start();
    this.cpu = process.cpuUsage();
    this.began = performance.now();
  }

  async stop(): Promise<Taken> {
    const ms = performance.now() - this.began;
    const cpuMs = cpuSince(this.cpu);
    // how long the loop was held is only recorded once it is free again
    await delay(resolution * 20);
    const holdMs = this.own.stop();
    const stallMs = Math.max(0, this.delays.max / 1e6 - resolution);
    this.delays.disable();
    return { ms, cpuMs, holdMs, stallMs };
  }
}

function answer(message: Answer): void {
  process.send?.(message, undefined, undefined, (error) => {
    // the bench was interrupted: there is nobody left to measure for
    if (error) process.exit(1);
  });
}

function cpuSince(before?: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

async function heapLeft(): Promise<number> {
  if (!globalThis.gc) throw new Error('start this with --expose-gc');
  globalThis.gc();
  await delay(settleMs);
  globalThis.gc();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / 1e6;
}
