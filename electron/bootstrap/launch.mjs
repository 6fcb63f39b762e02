import { join } from 'node:path';
import { outputs } from './build.mjs';
import { run } from './childProcess.mjs';
import { projectRoot } from './project.mjs';

/**
 * The built app in its window.
 *
 * @param {import('./electronRuntime.mjs').ElectronRuntime} runtime
 * @param {readonly string[]} args of the app
 * @returns {Promise<number>} its exit code
 */
export async function launchDesktop(runtime, args) {
  // Set by editors that are Electron themselves; it would make Electron a plain Node.
  const { ELECTRON_RUN_AS_NODE: _, ...env } = process.env;
  const { code, output } = await run(runtime.executable, [...runtime.args, projectRoot, ...args], {
    env,
    show: 'inherit',
  });
  process.stderr.write(output);
  return code;
}

/**
 * The built command `pullthrough`, which needs no display.
 *
 * @param {readonly string[]} args
 * @returns {Promise<number>} its exit code
 */
export async function launchHeadless(args) {
  const { code } = await run(process.execPath, [join(projectRoot, outputs.headless), ...args], { show: 'inherit' });
  return code;
}
