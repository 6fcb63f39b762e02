import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';
import type { ChildProcess } from 'node:child_process';

/** A credential plugin as it is started. */
export interface PluginCommand {
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment of the process. */
  readonly environment: NodeJS.ProcessEnv;
  /** PATH of the caller: a PATH for the plugin itself does not decide where it is found. */
  readonly searchPath: string;
  readonly limitMs: number;
}

export type PluginEnd =
  | { readonly is: 'printed'; readonly output: string }
  | { readonly is: 'missing' }
  | { readonly is: 'failed'; readonly why: string; readonly lastWords: string }
  | { readonly is: 'late' };

/** More than this is no credential; in characters. */
const longestOutput = 1024 * 1024;
const longestWords = 4096;

const running = new Set<number>();
let endsWithUs = false;

/**
 * Runs a plugin to its end, without an input and without a terminal: what would ask somebody a question fails instead
 * of waiting. After the limit it is ended, with everything that it has started.
 */
export async function runPlugin({
  command,
  args,
  environment,
  searchPath,
  limitMs,
}: PluginCommand): Promise<PluginEnd> {
  const windows = process.platform === 'win32';
  const program = windows ? command : findProgram(command, searchPath);
  if (program === null) return { is: 'missing' };
  // .cmd and .bat files, which Node does not start by itself
  const { default: spawn } = await import('cross-spawn');
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
      // a group and a session of its own: it can be ended as a whole, and has no terminal to ask on
      detached: !windows,
      windowsHide: true,
    });
    let output = '';
    let words = '';
    const end = (how: PluginEnd) => {
      clearTimeout(limit);
      if (child.pid !== undefined) running.delete(child.pid);
      child.stdout?.destroy();
      child.stderr?.destroy();
      resolve(how);
    };
    const limit = setTimeout(() => {
      endGroup(child);
      end({ is: 'late' });
    }, limitMs);
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      if (output.length < longestOutput) output += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      words = (words + text).slice(-longestWords);
    });
    child.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') end({ is: 'missing' });
      else end({ is: 'failed', why: `could not be started (${error.code ?? 'unknown'})`, lastWords: '' });
    });
    child.once('close', (code, signal) => {
      if (code === 0) end({ is: 'printed', output });
      else
        end({
          is: 'failed',
          why: code === null ? `was ended by ${String(signal)}` : `ended with code ${code}`,
          lastWords: words,
        });
    });
    if (child.pid !== undefined) endWithUs(child.pid);
  });
}

/** The file that a shell would start for this command; null when there is none. */
function findProgram(command: string, searchPath: string): string | null {
  if (command.includes(path.sep)) return isProgram(command) ? command : null;
  const folders = searchPath.split(path.delimiter).filter((folder) => path.isAbsolute(folder));
  return folders.map((folder) => path.join(folder, command)).find(isProgram) ?? null;
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false; // not there, or not to be run: either way it has to be found elsewhere
  }
}

function endGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  if (process.platform === 'win32') child.kill('SIGKILL');
  else kill(child.pid);
}

/** In a group of its own, a plugin is not ended by what ends this process. */
function endWithUs(pid: number): void {
  running.add(pid);
  if (endsWithUs || process.platform === 'win32') return;
  endsWithUs = true;
  process.once('exit', () => {
    for (const each of running) kill(each);
  });
}

function kill(group: number): void {
  try {
    process.kill(-group, 'SIGKILL');
  } catch {
    // it has just ended by itself
    return;
  }
}
