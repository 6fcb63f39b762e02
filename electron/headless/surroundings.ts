import type { Readable } from 'node:stream';
import type { Output } from './output';

/** What a command has of its surroundings. */
export interface Surroundings {
  readonly environment: NodeJS.ProcessEnv;
  readonly home: string;
  readonly input: Readable & { readonly isTTY?: boolean };
  readonly output: Output;
  /** One sentence for people, beside the data. */
  readonly err: (sentence: string) => void;
  /** Resolves when the process is asked to end. Until this is called, a signal ends it at once. */
  readonly askedToEnd: () => Promise<void>;
}

/** One command of `pullthrough`. */
export interface Command {
  /** The answer to `--help`. */
  readonly usage: () => string;
  /** Takes the arguments after its name, gives the exit code. Throws UsageError and CommandFailed. */
  readonly perform: (args: readonly string[], surroundings: Surroundings) => Promise<number>;
}

/** What was asked for is not possible; the message is one sentence for stderr. Ends with exit code 2. */
export class UsageError extends Error {}

/** The input or the cluster did not let the command do it; one sentence for stderr. Ends with exit code 1. */
export class CommandFailed extends Error {}
