import { basename } from 'node:path';
import { run } from './childProcess.mjs';

/**
 * Runs npm: the one that runs us when there is one, because it is then certain to work.
 *
 * @param {readonly string[]} args
 * @param {object} options
 * @param {string} options.cwd
 * @param {NodeJS.ProcessEnv} options.env
 * @param {number} [options.limitMs]
 * @param {'inherit' | 'stderr' | 'capture'} [options.show]
 */
export function npm(args, { cwd, env, limitMs, show = 'capture' }) {
  const script = env['npm_execpath'];
  const options = { cwd, env, show, ...(limitMs === undefined ? {} : { limitMs }) };
  if (script !== undefined && basename(script) === 'npm-cli.js')
    return run(process.execPath, [script, ...args], options);
  // npm is a script for the command processor on Windows, and Node starts those only through it.
  if (process.platform === 'win32') return run('cmd.exe', ['/d', '/s', '/c', 'npm', ...args], options);
  return run('npm', args, options);
}
