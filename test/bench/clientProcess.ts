import { fork, type ChildProcess } from 'node:child_process';
import type { Answer, ClientAccess, Followed, MemoryLeft, Question, SeenFailure, Synced } from './measurement';

/** One client in a process of its own. */
export interface BenchClient {
  readonly pid: number;
  /** Lets it connect and read all pods. */
  sync(access: ClientAccess): Promise<Synced>;
  /** User and system time since its start. */
  cpuMs(): Promise<number>;
  /** After a garbage collection; null where there is no telling. */
  memory(): Promise<MemoryLeft | null>;
  /** Lets it count changes from when this resolves; the inner promise resolves once it has seen them all. */
  countChanges(count: number, limitMs: number): Promise<{ readonly seen: Promise<Followed> }>;
  /** As `countChanges`, for pods that begin to fail. */
  watchFailures(
    numbers: readonly number[],
    limitMs: number,
  ): Promise<{ readonly seen: Promise<readonly SeenFailure[]> }>;
  stop(): void;
}

/** In milliseconds. */
const longestStart = 60_000;
const longestSync = 600_000;
const longestPause = 30_000;

/** A client that is one of ours. */
export class ClientProcess implements BenchClient {
  /** Starts it, and waits until it has loaded its code. @param profile folder for a CPU profile of all that it does */
  static async start(name: string, bundle: string, args: readonly string[], profile?: string): Promise<ClientProcess> {
    const execArgv = [
      '--expose-gc',
      ...(profile ? ['--cpu-prof', `--cpu-prof-dir=${profile}`, '--cpu-prof-interval=200'] : []),
    ];
    const started = new ClientProcess(name, fork(bundle, args, { execArgv, stdio: ['ignore', 2, 2, 'ipc'] }));
    await started.next('ready', longestStart);
    return started;
  }

  private readonly answers: Answer[] = [];
  private ended: string | null = null;
  private heard: () => void = () => undefined;

  private constructor(
    private readonly name: string,
    private readonly child: ChildProcess,
  ) {
    child.on('message', (message) => {
      this.answers.push(message as Answer);
      this.heard();
    });
    child.once('exit', (code, signal) => {
      this.ended = `${name} has ended: ${String(signal ?? code)}`;
      this.heard();
    });
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  async sync(access: ClientAccess): Promise<Synced> {
    this.ask({ ask: 'sync', access });
    return this.next('synced', longestSync);
  }

  async cpuMs(): Promise<number> {
    this.ask({ ask: 'cpu' });
    return (await this.next('cpu', longestPause)).cpuMs;
  }

  async memory(): Promise<MemoryLeft> {
    this.ask({ ask: 'memory' });
    return this.next('memory', longestPause);
  }

  async countChanges(count: number, limitMs: number): Promise<{ readonly seen: Promise<Followed> }> {
    this.ask({ ask: 'changes', count });
    return this.attentive(() => this.next('changed', limitMs));
  }

  async watchFailures(
    numbers: readonly number[],
    limitMs: number,
  ): Promise<{ readonly seen: Promise<readonly SeenFailure[]> }> {
    this.ask({ ask: 'failures', numbers });
    return this.attentive(async () => (await this.next('failed', limitMs)).seen);
  }

  /** Lets it end by itself where it is profiled: the profile is written at its end. */
  stop(): void {
    if (this.child.spawnargs.includes('--cpu-prof')) this.child.disconnect();
    else this.child.kill('SIGKILL');
  }

  private async attentive<T>(wait: () => Promise<T>): Promise<{ readonly seen: Promise<T> }> {
    await this.next('attentive', longestPause);
    const seen = wait();
    // a client that fails while there are still changes to make is reported by whoever waits for `seen`
    seen.catch(() => undefined);
    return { seen };
  }

  private ask(question: Question): void {
    this.child.send(question);
  }

  private next<Is extends Answer['is']>(is: Is, limitMs: number): Promise<Extract<Answer, { is: Is }>> {
    return new Promise((resolve, reject) => {
      const limit = setTimeout(() => {
        reject(new Error(`no answer "${is}" from ${this.name} within ${limitMs / 1000} s`));
      }, limitMs);
      this.heard = () => {
        const at = this.answers.findIndex((each) => each.is === is);
        const [answer] = at === -1 ? [] : this.answers.splice(at, 1);
        if (answer) resolve(answer as Extract<Answer, { is: Is }>);
        else if (this.ended !== null) reject(new Error(this.ended));
        else return;
        clearTimeout(limit);
      };
      this.heard();
    });
  }
}
