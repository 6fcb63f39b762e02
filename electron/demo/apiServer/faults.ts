import { EventEmitter, once } from 'node:events';
import type { Socket } from 'node:net';

/** What a fault decides on. */
export interface FaultyRequest {
  readonly user: string;
  readonly verb: string;
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
}

export interface InjectedAnswer {
  readonly status: number;
  /** Seconds. */
  readonly retryAfter?: number;
  readonly reason?: string;
  readonly message?: string;
}

interface Injection {
  readonly matches: (request: FaultyRequest) => boolean;
  readonly answer: InjectedAnswer;
  left: number;
}

/** Ways in which an API server fails its clients. None of them changes what it stores. */
export class Faults {
  private injections: Injection[] = [];
  private cuts: { readonly matches: (request: FaultyRequest) => boolean; readonly bytes: number }[] = [];
  private readonly sockets = new Set<Socket>();
  noise: 'duplicates' | 'unknown types' | null = null;
  /** Answers in JSON whatever is asked for, as some proxies and aggregated servers do. */
  onlyJson = false;
  private gate: { readonly opened: Promise<void>; readonly open: () => unknown } | null = null;

  /** Answers the next `times` requests that match with an error instead of handling them. */
  answerNext(times: number, matches: (request: FaultyRequest) => boolean, answer: InjectedAnswer): void {
    this.injections.push({ matches, answer, left: times });
  }

  /** Cuts every open connection, watches too, without a goodbye. */
  resetConnections(): void {
    for (const socket of this.sockets) socket.resetAndDestroy();
  }

  /** From now on nothing is answered and no event is sent, as on a connection whose other end is gone. */
  pause(): void {
    if (this.gate) return;
    const gate = new EventEmitter();
    const opened = once(gate, 'open').then(() => undefined);
    this.gate = { opened, open: () => gate.emit('open') };
  }

  resume(): void {
    this.gate?.open();
    this.gate = null;
  }

  /** The next answer that matches breaks off after this many bytes of its body. */
  cutNext(bytes: number, matches: (request: FaultyRequest) => boolean): void {
    this.cuts.push({ matches, bytes });
  }

  /** What every watcher is told besides from now on: each event a second time, or events of a type that nobody knows. */
  addToWatches(noise: 'duplicates' | 'unknown types' | null): void {
    this.noise = noise;
  }

  /** After how many bytes the answer to this request breaks off, or null. */
  takeCut(request: FaultyRequest): number | null {
    const found = this.cuts.find(({ matches }) => matches(request));
    this.cuts = this.cuts.filter((cut) => cut !== found);
    return found?.bytes ?? null;
  }

  clear(): void {
    this.injections = [];
    this.cuts = [];
    this.noise = null;
    this.onlyJson = false;
    this.resume();
  }

  get paused(): Promise<void> | null {
    return this.gate?.opened ?? null;
  }

  track(socket: Socket): void {
    this.sockets.add(socket);
    socket.once('close', () => this.sockets.delete(socket));
  }

  /** The error to answer this request with, if one was asked for. */
  take(request: FaultyRequest): InjectedAnswer | null {
    const found = this.injections.find((injection) => injection.matches(request));
    if (!found) return null;
    found.left -= 1;
    if (found.left <= 0) this.injections = this.injections.filter((injection) => injection !== found);
    return found.answer;
  }
}
