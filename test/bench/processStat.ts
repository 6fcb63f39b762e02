import { readFileSync } from 'node:fs';

/** Linux counts time in these, whatever its own clock does: 100 a second on every architecture. */
const tickMs = 10;

/** User and system time of a process since its start, in milliseconds. */
export function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // the second field is a name in brackets, which may contain anything
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * tickMs;
}

/** What a process holds of the machine's memory, now and at most since its start, in megabytes of 10^6 bytes. */
export function memoryMb(pid: number): { readonly now: number; readonly peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kibibytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]);
  return { now: (kibibytes('VmRSS') * 1024) / 1e6, peak: (kibibytes('VmHWM') * 1024) / 1e6 };
}

/**
 * What a process has read by read(2) since its start, in bytes. Node and Go read their connections that way, so that
 * over a time in which little else is read, this is what came over the wire, TLS and HTTP included.
 */
export function bytesRead(pid: number): number {
  return Number(/^rchar: (\d+)$/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1]);
}
