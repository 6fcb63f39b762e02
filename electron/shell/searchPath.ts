import path from 'node:path';
import type { Clock } from '../engine/ports';

/** A shell whose start asks somebody something, or waits for a network, is not waited for; milliseconds. */
const patience = 10_000;

interface SearchPathParts {
  readonly platform: NodeJS.Platform;
  /** PATH of this process. */
  readonly own: string;
  readonly clock: Clock;
  /** Tells of what went wrong, for the log. */
  readonly report: (sentence: string) => void;
  /** Asks the login shell; absent: the real one. */
  readonly askShell?: () => Promise<string | undefined>;
}

/**
 * The PATH of the user's login shell: an app that was started from a dock or a menu has that of the system alone, and
 * finds no program that the user has installed. The shell is asked once, when it is first needed. Where this process
 * was started from a shell, its own PATH is as good, and stays.
 */
export function loginSearchPath({ platform, own, clock, report, askShell = askLoginShell }: SearchPathParts) {
  let asked: Promise<string> | null = null;
  return (): Promise<string> => {
    asked ??= platform === 'win32' ? Promise.resolve(own) : inTime(askShell, clock).then(join(own), keep(own, report));
    return asked;
  };
}

async function askLoginShell(): Promise<string | undefined> {
  const { shellPath } = await import('shell-path');
  return shellPath();
}

function inTime(ask: () => Promise<string | undefined>, clock: Clock): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(patience, () => {
      reject(new Error(`it has not answered within ${String(patience / 1000)} s`));
    });
    ask().then(resolve, reject).finally(cancel);
  });
}

const join = (own: string) => (shells: string | undefined) => {
  const [ours, theirs] = [own, shells ?? ''].map((list) => list.split(path.delimiter).filter(Boolean));
  const known = new Set(ours);
  if (theirs?.every((folder) => known.has(folder))) return own;
  return [...new Set([...(theirs ?? []), ...known])].join(path.delimiter);
};

const keep = (own: string, report: (sentence: string) => void) => (error: unknown) => {
  // further lines may be what the shell has printed: its whole environment
  report(`the login shell did not tell its PATH: ${(error as Error).message.split('\n')[0] ?? ''}`);
  return own;
};
