import path from 'node:path';

/** Where `pullthrough run` keeps what it is about to do, unless told otherwise. */
export function stateFolder(environment: NodeJS.ProcessEnv, home: string): string {
  return path.join(environment.XDG_STATE_HOME ?? path.join(home, '.local', 'state'), 'pullthrough');
}

/** Where the app with a window keeps it: Electron's `userData`. */
export function appFolder(environment: NodeJS.ProcessEnv, home: string, platform: NodeJS.Platform): string {
  const parent =
    platform === 'win32'
      ? (environment.APPDATA ?? path.join(home, 'AppData', 'Roaming'))
      : platform === 'darwin'
        ? path.join(home, 'Library', 'Application Support')
        : (environment.XDG_CONFIG_HOME ?? path.join(home, '.config'));
  return path.join(parent, 'Pullthrough');
}
