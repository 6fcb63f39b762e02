import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** The built command. */
export const command = path.resolve(import.meta.dirname, '../../dist/headless/pullthrough.cjs');

export interface Ended {
  /** Null: ended by a signal. */
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A folder of its own for a command: its home, and the files that it is given. */
export class CommandFolder {
  readonly path = mkdtempSync(path.join(tmpdir(), 'pullthrough-command-'));

  /** Writes a file and gives its path. */
  write(name: string, text: string): string {
    const file = path.join(this.path, name);
    writeFileSync(file, text);
    return file;
  }

  /** Runs `pullthrough` to its end, with this text as its input. */
  run(args: readonly string[], input = ''): Promise<Ended> {
    return ended(process.execPath, [command, ...args], this.path, input);
  }

  /** Runs a line of the shell in which `$PULLTHROUGH` is the command. */
  shell(line: string): Promise<Ended> {
    return ended('bash', ['-o', 'pipefail', '-c', line], this.path, '');
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** The objects of an output, one a line. */
export function jsonLines(out: string): readonly unknown[] {
  return out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown);
}

function ended(program: string, args: readonly string[], home: string, input: string): Promise<Ended> {
  const env = { ...process.env, HOME: home, KUBECONFIG: '', PULLTHROUGH: `${process.execPath} ${command}` };
  const child = spawn(program, args, { env, cwd: home, timeout: 30_000 });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  // a command that does not read its input ends before it is written
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  return new Promise((resolve) => {
    child.once('close', (code) => {
      resolve({ code, out: Buffer.concat(out).toString(), err: Buffer.concat(err).toString() });
    });
  });
}
