import { spawn } from 'node:child_process';

/**
 * @typedef {object} Ended
 * @property {number} code exit code; 1 when a signal ended it, 127 when it could not be started
 * @property {string} output stdout and stderr as they came, when captured; otherwise empty
 * @property {boolean} timedOut
 */

/**
 * Runs a program to its end. Resolves also when it fails or cannot be started: that is data for the caller.
 * A signal to this process is passed on to the program first.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {object} [options]
 * @param {string} [options.cwd]
 * @param {NodeJS.ProcessEnv} [options.env]
 * @param {number} [options.limitMs] after which it is ended
 * @param {'inherit' | 'stderr' | 'capture'} [options.show] `stderr`: both of its streams go to ours
 * @returns {Promise<Ended>}
 */
export function run(command, args, { cwd, env = process.env, limitMs, show = 'capture' } = {}) {
  return new Promise((settle) => {
    const [out, err] = { inherit: ['inherit', 'inherit'], stderr: [2, 'inherit'], capture: ['pipe', 'pipe'] }[show];
    const child = spawn(command, args, {
      ...(cwd === undefined ? {} : { cwd }),
      env,
      stdio: [show === 'inherit' ? 'inherit' : 'ignore', /** @type {'pipe'} */ (out), /** @type {'pipe'} */ (err)],
      windowsHide: true,
    });
    let output = '';
    let timedOut = false;
    /** @type {NodeJS.Signals | null} */
    let interrupted = null;
    /** @param {NodeJS.Signals} signal */
    const pass = (signal) => {
      interrupted = signal;
      child.kill(signal);
    };
    const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);
    for (const signal of signals) process.on(signal, pass);
    const limit =
      limitMs === undefined
        ? undefined
        : setTimeout(() => {
            timedOut = true;
            child.kill('SIGTERM');
            setTimeout(() => child.kill('SIGKILL'), 5_000).unref();
          }, limitMs);
    /** @param {number} code */
    const end = (code) => {
      clearTimeout(limit);
      for (const signal of signals) process.off(signal, pass);
      // Who asked us to end gets what they asked for, once the program below us has put its things in order.
      if (interrupted !== null) process.kill(process.pid, interrupted);
      else settle({ code, output, timedOut });
    };
    /** @type {(import('node:stream').Readable | null)[]} */
    const streams = [child.stdout, child.stderr];
    for (const stream of streams) {
      stream?.setEncoding('utf8').on('data', (/** @type {string} */ text) => (output += text));
    }
    child.on('error', (error) => {
      output += `${error.message}\n`;
      end(127);
    });
    child.on('close', (code) => end(code ?? 1));
  });
}
