import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout: the folder of package.json. */
export const projectRoot = resolve(fileURLToPath(new URL('../..', import.meta.url)));

/**
 * Where these commands keep locks and stamps. Below dist, which version control ignores and `npm ci` leaves alone.
 * @param {string} root
 * @param {string} name
 */
export function bootstrapFile(root, name) {
  return join(root, 'dist', '.bootstrap', name);
}

/**
 * The folder for what is fetched or built once and outlives a checkout.
 * @param {NodeJS.ProcessEnv} env
 */
export function cacheFolder(env) {
  return join(env['XDG_CACHE_HOME'] || join(env['HOME'] || homedir(), '.cache'), 'pullthrough');
}

/**
 * @param {readonly (string | Uint8Array)[]} parts
 * @returns {string} hex
 */
export function sha256(parts) {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\0');
  return hash.digest('hex');
}
