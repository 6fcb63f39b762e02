import { readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import type { Answer, Question, ServerAccess } from '../measurement';

/**
 * Follows all pods of the cluster, and never ends.
 * @param changed to be called for each change after the first sync
 * @returns how many pods it knows once it knows all of them, or null when it does not look
 */
export type PodFollower = (access: ServerAccess, changed: () => void) => Promise<number | null>;

/** In milliseconds; also what a sleeping event loop shows as its delay. */
const resolution = 5;
const megabyte = 1024 * 1024;

/** Makes this process a client of the bench that answers its questions, and ends when the bench does. */
export function answerWith(follow: PodFollower): void {
  let countDown = 0;
  let cpuBefore = process.cpuUsage();
  let asked = 0;
  const changed = () => {
    if (countDown === 0) return;
    countDown -= 1;
    if (countDown === 0) answer({ is: 'changed', changesCpuMs: (cpuSince(cpuBefore) * 1000) / asked });
  };
  const sync = async (access: ServerAccess) => {
    const stalls = monitorEventLoopDelay({ resolution });
    stalls.enable();
    await delay(resolution * 4);
    stalls.reset();
    const began = performance.now();
    const cpu = process.cpuUsage();
    const pods = await follow(access, changed);
    const syncMs = performance.now() - began;
    const syncCpuMs = cpuSince(cpu);
    // a stall is only recorded once it is over
    await delay(resolution * 4);
    const stallMs = Math.max(0, stalls.max / 1e6 - resolution);
    stalls.disable();
    const peakRssMb = peakRss();
    if (!globalThis.gc) throw new Error('start this with --expose-gc');
    globalThis.gc();
    globalThis.gc();
    const heapMb = process.memoryUsage().heapUsed / megabyte;
    answer({ is: 'synced', pods, syncMs, syncCpuMs, peakRssMb, heapMb, stallMs });
  };
  process.on('message', (message) => {
    const question = message as Question;
    if (question.ask === 'sync') {
      void sync(question.access);
      return;
    }
    asked = question.count;
    countDown = question.count;
    cpuBefore = process.cpuUsage();
    answer({ is: 'counting' });
  });
  process.on('disconnect', () => process.exit());
  answer({ is: 'ready' });
}

function answer(message: Answer): void {
  process.send?.(message, undefined, undefined, (error) => {
    // the bench was interrupted: there is nobody left to measure for
    if (error) process.exit(1);
  });
}

function cpuSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** In megabytes. What Linux calls ru_maxrss starts at the memory of the process that started this one. */
function peakRss(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS / 1024;
  const kilobytes = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  if (kilobytes === undefined) throw new Error('/proc/self/status does not name VmHWM');
  return Number(kilobytes) / 1024;
}
