import { readFileSync, readdirSync } from 'node:fs';

/**
 * Memory of a process and all its descendants, in megabytes: the proportional set size, which counts pages
 * that several of them share once.
 */
export function memoryOf(pid: number): number {
  const kilobytes = [pid, ...descendants(pid)].map((one) => {
    const rollup = readFileSync(`/proc/${String(one)}/smaps_rollup`, 'utf8');
    return Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0);
  });
  return kilobytes.reduce((sum, one) => sum + one, 0) / 1024;
}

function descendants(pid: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const parent = parentOf(Number(name));
    if (parent !== null) parents.set(Number(name), parent);
  }
  const found: number[] = [];
  const queue = [pid];
  for (let one = queue.shift(); one !== undefined; one = queue.shift()) {
    const children = [...parents].flatMap(([child, parent]) => (parent === one ? [child] : []));
    found.push(...children);
    queue.push(...children);
  }
  return found;
}

function parentOf(pid: number): number | null {
  try {
    // The name in the second field may hold anything, even parentheses; what follows the last one is regular.
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return null; // it has ended in between
  }
}
