import type { PodCondition } from './benchPods';

/** What a client needs to know of a server. */
export interface ServerAccess {
  readonly server: string;
  /** PEM text. */
  readonly ca: string;
  /** Of a user who may do everything. */
  readonly token: string;
}

/** An API server with pods that can be changed past it, so that it has no more to do than to serve its clients. */
export interface BenchCluster {
  /** What it is, for people. */
  readonly name: string;
  /** Of the process that serves the clients. */
  readonly pid: number;
  readonly access: ServerAccess;
  /** Stores the pod with this number as it is after this many turns. */
  write(number: number, turn: number, condition: PodCondition): Promise<void>;
  /** Forgets the versions of before, so that the next client meets what every one meets. */
  forget(): Promise<void>;
  stop(): Promise<void>;
}
