import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { cp, mkdtemp } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { waitFor } from './waiting';

/** What a cluster leaves on a machine besides its processes and its folder; see cleaner.mjs. */
export type Leftover =
  { readonly cgroup: string } | { readonly link: string } | { readonly setting: string; readonly value: string };

export interface RunningProcess {
  readonly name: string;
  readonly pid: number;
  /** Whether the process that was started still runs. */
  readonly runs: boolean;
  /** The end of what it wrote, for messages. */
  lastLines(): string;
  /** Asks the whole process group to end, and makes it after 10 s. */
  stop(): Promise<void>;
}

/**
 * A folder, and processes that live as long as it does. Everything goes when `close` is called, and also when
 * this process dies in any way: a second process watches over it.
 */
export class Workspace {
  /** @param label part of the folder's name. @param parent folder; short, because socket paths are limited */
  static async open(label: string, parent = '/tmp'): Promise<Workspace> {
    const workspace = new Workspace(await mkdtemp(join(parent, `pullthrough-${label}-`)));
    workspace.note({ folder: workspace.folder });
    return workspace;
  }

  /** Six characters that no other workspace of this machine has now. */
  readonly id: string;
  private readonly cleaner: ChildProcessByStdio<Writable, null, Readable>;

  private constructor(readonly folder: string) {
    this.id = basename(folder).slice(-6);
    mkdirSync(join(folder, 'log'));
    // in a group of its own, so that the terminal's Ctrl-C does not end it before it has cleaned up
    this.cleaner = spawn(process.execPath, [join(import.meta.dirname, 'cleaner.mjs')], {
      stdio: ['pipe', 'ignore', 'pipe'],
      detached: true,
      cwd: '/',
    });
  }

  /** Starts a program in a process group of its own; what it writes goes to `log/NAME.log` in the folder. */
  start(name: string, command: string, args: readonly string[]): RunningProcess {
    const log = join(this.folder, 'log', `${name}.log`);
    const output = openSync(log, 'a');
    const child = spawn(command, args, {
      stdio: ['ignore', output, output],
      detached: true,
      cwd: this.folder,
      // some users' PATH lacks the last two, where runc and ip may be
      env: { PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin`, HOME: this.folder },
    });
    closeSync(output);
    const { pid } = child;
    if (pid === undefined) {
      child.once('error', () => undefined); // says the same as the next line, later and to nobody
      throw new Error(`${command} could not be started`);
    }
    this.note({ group: pid });
    return {
      name,
      pid,
      get runs() {
        return child.exitCode === null && child.signalCode === null;
      },
      lastLines: () => readFileSync(log, 'utf8').trimEnd().split('\n').slice(-8).join('\n'),
      stop: async () => {
        await endGroup(name, pid);
        this.note({ ended: pid });
      },
    };
  }

  /** Waits until `check` answers true; throws the process's own last words when it has ended or takes too long. */
  async ready(running: RunningProcess, limitMs: number, check: () => Promise<boolean>): Promise<void> {
    const asked = waitFor(running.name, limitMs, async () => {
      if (!running.runs) throw new Error(`${running.name} has ended`);
      return check();
    });
    await asked.catch((error: unknown) => {
      throw new Error(`${String(error)}. Its log ends with:\n${running.lastLines()}`, { cause: error });
    });
  }

  /** To be undone at the end; say it before doing it. */
  undoLater(leftover: Leftover): void {
    this.note(leftover);
  }

  /**
   * Ends every process and removes the folder. `TEST_CLUSTER_LOGS` names a folder where the logs are kept.
   * @throws Error with what could not be removed
   */
  async close(): Promise<void> {
    const kept = process.env.TEST_CLUSTER_LOGS;
    if (kept) await cp(join(this.folder, 'log'), join(kept, basename(this.folder)), { recursive: true });
    const ended = once(this.cleaner, 'exit');
    const trouble = text(this.cleaner.stderr);
    this.cleaner.stdin.end();
    await ended;
    const left = await trouble;
    if (left !== '') throw new Error(`left behind by ${this.folder}:\n${left}`);
  }

  private note(note: Leftover | { folder: string } | { group: number } | { ended: number }): void {
    this.cleaner.stdin.write(`${JSON.stringify(note)}\n`);
  }
}

async function endGroup(name: string, group: number): Promise<void> {
  if (!signal(group, 'SIGTERM')) return;
  const gone = () => !signal(group, 0);
  await waitFor(`the end of ${name}`, 10_000, gone, { everyMs: 20 }).catch(async () => {
    signal(group, 'SIGKILL');
    await waitFor(`the end of ${name}`, 10_000, gone, { everyMs: 20 });
  });
}

/** False when the group has no process left. */
function signal(group: number, what: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-group, what);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}
