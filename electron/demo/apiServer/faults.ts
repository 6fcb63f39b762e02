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
  private readonly sockets = new Set<Socket>();
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

  clear(): void {
    this.injections = [];
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
