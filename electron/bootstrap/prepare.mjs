import { ensureBuild } from './build.mjs';
import { ensureDependencies } from './dependencies.mjs';
import { projectRoot } from './project.mjs';
import { say } from './say.mjs';

const surroundings = { root: projectRoot, env: process.env, log: say };

/**
 * The packages, installed when they are missing.
 * @returns {Promise<boolean>} false when they cannot be had; the reason has been said by then
 */
export function preparePackages() {
  return ensureDependencies(surroundings);
}

/**
 * The build, made when it is missing or old. Needs the packages.
 * @returns {Promise<boolean>} false when it failed; the reason has been said by then
 */
export function prepareBuild() {
  return ensureBuild(surroundings);
}

/** What the app needs before it can start. Ends this process when it cannot be had. */
export async function prepare() {
  if (!(await preparePackages()) || !(await prepareBuild())) process.exit(1);
}
