import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runPlugin, type PluginCommand } from '../../electron/kube/auth/pluginProcess';
import { eventually } from '../setup/eventually';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'pullthrough-plugin-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const script = (text: string, name = 'plugin') => {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `#!/bin/sh\n${text}\n`);
  chmodSync(file, 0o755);
  return file;
};
const run = (command: string, more: Partial<PluginCommand> = {}) =>
  runPlugin({ command, args: [], environment: { PATH: '/usr/bin:/bin' }, searchPath: '', limitMs: 10_000, ...more });
const isAlive = (pid: number) => {
  try {
    // a zombie that nobody has waited for yet is no process any more
    return !/^State:\s*Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

describe.skipIf(process.platform !== 'linux')('a plugin', () => {
  it('is given its arguments and environment, and its output is read', async () => {
    const file = script('printf "%s|" "$@" "$A"');
    expect(await run(file, { args: ['x y', '$A', ''], environment: { A: 'b c' } })).toEqual({
      is: 'printed',
      output: 'x y|$A||b c|',
    });
  });

  it('has no input and no terminal', async () => {
    const file = script('cat; if [ -t 0 ] || ( : < /dev/tty ) 2>/dev/null; then echo terminal; fi; echo end');
    expect(await run(file)).toEqual({ is: 'printed', output: 'end\n' });
  });

  it('is found in the given PATH, in its order, where it is a program', async () => {
    script('echo one', 'one/log-in');
    writeFileSync(path.join(folder, 'log-in'), 'no program');
    mkdirSync(path.join(folder, 'none', 'log-in'), { recursive: true });
    script('echo two', 'two/log-in');
    const searchPath = ['.', 'none', '', 'one', 'two'].map((name) => path.join(folder, name)).join(':');
    expect(await run('log-in', { searchPath })).toEqual({ is: 'printed', output: 'one\n' });
    expect(await run('log-out', { searchPath })).toEqual({ is: 'missing' });
    expect(await run(path.join(folder, 'log-out'))).toEqual({ is: 'missing' });
  });

  it('fails with its code and its last words', async () => {
    const end = await run(script('echo something; echo why >&2; exit 7'));
    expect(end).toEqual({ is: 'failed', why: 'ended with code 7', lastWords: 'why\n' });
    expect(await run(script('kill -TERM $$'))).toMatchObject({ why: 'was ended by SIGTERM' });
  });

  it('is ended after its time, with what it has started', async () => {
    const pids = path.join(folder, 'pids');
    const file = script(`sleep 1000 & echo $! >> ${pids}; echo $$ >> ${pids}; wait`);
    const started = eventually(() => readFileSync(pids, 'utf8').split('\n').length === 3);
    expect(await run(file, { limitMs: 5_000 })).toEqual({ is: 'late' });
    await started;
    const [child, parent] = readFileSync(pids, 'utf8').trim().split('\n').map(Number);
    await eventually(() => !isAlive(child ?? 0) && !isAlive(parent ?? 0));
  });
});
