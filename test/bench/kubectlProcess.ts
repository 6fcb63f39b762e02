import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable } from 'node:stream';
import { createInterface } from 'node:readline';
import type { BenchClient } from './clientProcess';
import { numberIn } from './cluster/podMarks';
import { machineMs, type ClientAccess, type Followed, type SeenFailure, type Synced } from './measurement';
import { cpuMs } from './processStat';

const unknown = { holdMs: NaN, stallMs: NaN };

/** `kubectl get pods -A --watch`, of which is known what it prints. */
export class KubectlProcess implements BenchClient {
  private child: ChildProcessByStdio<null, Readable, null> | null = null;
  private lines = 0;
  private printed: (line: string) => void = () => undefined;
  private ended: (why: Error) => void = () => undefined;

  /** @param home folder for what it keeps of an API server */
  constructor(
    private readonly program: string,
    private readonly home: string,
  ) {}

  get pid(): number {
    return this.child?.pid ?? 0;
  }

  /** From its very start on, with all that it loads. */
  async sync({ kubeconfig, pods }: ClientAccess): Promise<Synced> {
    const began = performance.now();
    const args = ['get', 'pods', '--all-namespaces', '--watch', '--no-headers', '--kubeconfig', kubeconfig];
    const child = spawn(this.program, args, {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { HOME: this.home, PATH: process.env.PATH ?? '' },
    });
    this.child = child;
    child.once('exit', (code, signal) => {
      this.ended(new Error(`kubectl has ended: ${String(signal ?? code)}`));
    });
    createInterface(child.stdout).on('line', (line) => {
      this.lines += 1;
      this.printed(line);
    });
    await this.until(600_000, () => this.lines >= pods);
    return { pods: this.lines, syncMs: performance.now() - began, cpuMs: cpuMs(this.pid), ...unknown };
  }

  cpuMs(): Promise<number> {
    return Promise.resolve(cpuMs(this.pid));
  }

  memory(): Promise<null> {
    return Promise.resolve(null);
  }

  countChanges(count: number, limitMs: number): Promise<{ readonly seen: Promise<Followed> }> {
    const wanted = this.lines + count;
    const before = cpuMs(this.pid);
    const seen = this.until(limitMs, () => this.lines >= wanted).then(() => ({
      cpuPerThousandMs: ((cpuMs(this.pid) - before) * 1000) / count,
      ...unknown,
    }));
    seen.catch(() => undefined);
    return Promise.resolve({ seen });
  }

  watchFailures(
    numbers: readonly number[],
    limitMs: number,
  ): Promise<{ readonly seen: Promise<readonly SeenFailure[]> }> {
    const awaited = new Set(numbers);
    const found: SeenFailure[] = [];
    const seen = this.until(limitMs, (line) => {
      const [, name = '', , status] = line.split(/\s+/);
      const number = numberIn(name);
      if (status === 'ErrImagePull' && number !== null && awaited.delete(number))
        found.push({ number, at: machineMs(), afterArrivalMs: null, toldAfterMs: null });
      return awaited.size === 0;
    }).then(() => found);
    seen.catch(() => undefined);
    return Promise.resolve({ seen });
  }

  stop(): void {
    this.ended = () => undefined;
    this.child?.kill('SIGKILL');
  }

  private until(limitMs: number, enough: (line: string) => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const limit = setTimeout(() => {
        reject(new Error(`kubectl has not printed enough within ${limitMs / 1000} s`));
      }, limitMs);
      this.ended = reject;
      this.printed = (line) => {
        if (!enough(line)) return;
        clearTimeout(limit);
        this.printed = () => undefined;
        resolve();
      };
    });
  }
}
