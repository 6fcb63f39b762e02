'use strict';
// Starts an app folder on an Electron that came out of a packaged app and so lacks its own default app:
//   electron [switches] [-r MODULE]... FOLDER [arguments of the app]
// Copied into resources/app of the test runtime; never part of what this project ships.
const electron = require('electron');
const { existsSync, readFileSync } = require('node:fs');
const Module = require('node:module');
const { dirname, join, resolve } = require('node:path');

/**
 * Two methods that Electron's own default app uses and that its type definitions leave out.
 * @typedef {{ setVersion(version: string): void, setAppPath(path: string): void }} ForDefaultApp
 */
const app = /** @type {import('electron').App & ForDefaultApp} */ (electron.app);

/** @param {readonly string[]} args */
function readArguments(args) {
  /** @type {string[]} */
  const required = [];
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? '';
    if (arg === '-r' || arg === '--require') required.push(args[++at] ?? '');
    else if (!arg.startsWith('-')) return { required, folder: resolve(arg) };
  }
  return { required, folder: null };
}

/**
 * The identity that a packaged app would have, read from package.json.
 * @param {string} folder
 */
function takeIdentity(folder) {
  const file = join(folder, 'package.json');
  if (!existsSync(file)) {
    app.setAppPath(dirname(require.resolve(folder)));
    return;
  }
  /** @type {{ name?: string, productName?: string, version?: string, desktopName?: string }} */
  const identity = JSON.parse(readFileSync(file, 'utf8'));
  if (identity.version) app.setVersion(identity.version);
  app.setName(identity.productName ?? identity.name ?? app.getName());
  const userData = app.commandLine.getSwitchValue('user-data-dir');
  app.setPath('userData', userData === '' ? join(app.getPath('appData'), app.getName()) : resolve(userData));
  // Linux only, where it names the window's class and the sender of notifications.
  app.setDesktopName(identity.desktopName ?? `${app.getName()}.desktop`);
  app.setAppPath(folder);
}

try {
  const { required, folder } = readArguments(process.argv.slice(1));
  if (folder === null) {
    process.stderr.write('usage: electron [switches] FOLDER [arguments]\n');
    process.exit(2);
  }
  Object.defineProperty(process, 'defaultApp', { value: true, enumerable: true });
  for (const module of required) Module.createRequire(join(process.cwd(), 'x'))(module);
  takeIdentity(folder);
  require(folder);
} catch (error) {
  // Electron would open a dialog and wait for a click that nobody makes on a display without a user.
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
}
