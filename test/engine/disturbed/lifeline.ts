import { appendFileSync } from 'node:fs';
import type { Clock, Cluster, ContextSource, Journal } from '../../../electron/engine/ports';

/**
 * How long an app lives. Each thing that it does for good outside of itself is a step; at one of them it is cut dead,
 * as SIGKILL does it: no further byte leaves it, and nothing that comes reaches it.
 */
export class Lifeline {
  readonly steps: string[] = [];
  private readonly ends: (() => void)[] = [];
  private underWay = 0;
  private isCut = false;
  private isSpared = false;

  /**
   * `cutAt`: the number of the step that is its last one, from 0; Infinity for a life without end. Where its journal dies
   * with it, what it writes there is no step.
   */
  constructor(
    private readonly cutAt: number,
    readonly keepsJournal: boolean,
  ) {}

  isDead(): boolean {
    return this.isCut;
  }

  /** Takes a step; gives whether it is still alive after it. */
  step(what: string): boolean {
    if (this.isCut) return false;
    if (this.isSpared) return true;
    this.steps.push(what);
    if (this.steps.length > this.cutAt) {
      this.isCut = true;
      this.bury();
    }
    return !this.isCut;
  }

  /** Its story is told: it may end as it likes. */
  spare(): void {
    this.isSpared = true;
  }

  /** What the machine gives back of a dead process once its last bytes have left. */
  atEnd(end: () => void): void {
    this.ends.push(end);
  }

  /** What is on its way when the process dies arrives all the same. */
  async sending<T>(sent: Promise<T>): Promise<T> {
    this.underWay += 1;
    try {
      return await sent;
    } finally {
      this.underWay -= 1;
      this.bury();
    }
  }

  private bury(): void {
    if (this.isCut && this.underWay === 0) for (const end of this.ends.splice(0)) end();
  }
}

/** What a dead process waits for never comes. */
const never = <T>() => new Promise<T>(() => undefined);

export function mortalClock(clock: Clock, life: Lifeline): Clock {
  return {
    now: () => clock.now(),
    after: (ms, callback) =>
      clock.after(ms, () => {
        if (!life.isDead()) callback();
      }),
  };
}

/** Its steps: half a line is on the disk; the whole line is, and synced. */
export function mortalJournal(journal: Journal, life: Lifeline): Journal {
  return {
    path: journal.path,
    load: () => journal.load(),
    record: (entry) => {
      if (life.isDead()) return;
      if (!life.keepsJournal) {
        journal.record(entry);
        return;
      }
      const what = `${entry.what} ${entry.state === null ? 'ended' : stepOf(entry.state)}`;
      if (!life.step(`journal: half of the line "${what}"`)) {
        const line = JSON.stringify({ v: 1, ...entry });
        appendFileSync(journal.path, line.slice(0, line.length / 2));
        return;
      }
      journal.record(entry);
      life.step(`journal: "${what}"`);
    },
  };
}

/** For reports only. */
function stepOf(state: unknown): string {
  const { step, state: inner } = state as { step?: string; state?: { is?: string } };
  return step ?? inner?.is ?? 'begun';
}

/** The contexts of a process that dies: each write is two steps, before it is sent and before its answer is heard. */
export function mortalContexts(contexts: ContextSource, life: Lifeline): ContextSource {
  return {
    follow: (extra, listener) => {
      const unfollow = contexts.follow(extra, (reading) => {
        if (life.isDead()) return;
        const handles = reading.contexts.map((handle) => ({
          ...handle,
          connect: () => mortalCluster(handle.connect(), life),
        }));
        listener({ ...reading, contexts: handles });
      });
      life.atEnd(unfollow);
      return unfollow;
    },
  };
}

/** One cluster of such a process. */
export function mortalCluster(cluster: Cluster, life: Lifeline): Cluster {
  const read = async <T>(ask: () => Promise<T>): Promise<T> => {
    if (life.isDead()) return never();
    const answer = await ask();
    return life.isDead() ? never() : answer;
  };
  const write = async <T>(what: string, send: () => Promise<T>): Promise<T> => {
    if (!life.step(`${what}: before it is sent`)) return never();
    const answer = await life.sending(send());
    return life.step(`${what}: before its answer is heard`) ? answer : never();
  };
  life.atEnd(() => {
    cluster.close();
  });
  const own: Partial<Cluster> = {
    watchPods: (namespaces, listener) => {
      const watch = cluster.watchPods(namespaces, (event) => {
        if (!life.isDead()) listener(event);
      });
      life.atEnd(() => {
        watch.stop();
      });
      return watch;
    },
    patchPod: (...of) => write(`patch pod ${of[1]}`, () => cluster.patchPod(...of)),
    createObject: (...of) => write(`create ${of[0].kind}`, () => cluster.createObject(...of)),
    patchObject: (...of) => write(`patch ${of[0].kind}`, () => cluster.patchObject(...of)),
    deleteObject: (...of) => write(`delete ${of[0].kind}`, () => cluster.deleteObject(...of)),
    close: () => {
      cluster.close();
    },
  };
  return new Proxy(cluster, {
    get(target, name) {
      if (name in own) return own[name as keyof Cluster];
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== 'function') return method;
      return (...of: unknown[]) => read(() => Reflect.apply(method, target, of) as Promise<unknown>);
    },
  });
}
