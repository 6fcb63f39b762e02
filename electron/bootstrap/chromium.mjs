import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'microsoft-edge'];
const elsewhere = {
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  ],
  win32: [
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
  ],
};

/**
 * A Chromium to show a page in: CHROME_BIN, or one that is installed.
 *
 * @param {NodeJS.ProcessEnv} env
 * @param {NodeJS.Platform} platform
 * @returns {string | null} absolute path
 */
export function findChromium(env, platform) {
  const usual = platform === 'darwin' || platform === 'win32' ? elsewhere[platform] : [];
  const named = env['CHROME_BIN'];
  return (
    [...(named ? [named] : []), ...names.flatMap((name) => inPath(name, env)), ...usual].find(isExecutable) ?? null
  );
}

/**
 * Where a program of this name may be, in the order of PATH, then where administrators' programs are.
 * @param {string} name
 * @param {NodeJS.ProcessEnv} env
 */
export function inPath(name, env) {
  return [...(env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'].map((folder) => join(folder, name));
}

/** @param {string} file */
export function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false; // absent, or not ours to run: both mean to look on
  }
}
