import { app, powerMonitor } from 'electron';
import { report } from './report';

/** A stop that takes longer is cut short, in milliseconds: the journal has what is needed to go on. */
const stopLimit = 3_000;

/**
 * An error that nothing caught ends the app with a message and exit code 1; left alone, Electron would open a
 * dialog and hang behind it. A promise that nobody waited for is reported: what it belonged to has failed, the
 * rest goes on.
 */
export function reportCrashes(): void {
  process.on('uncaughtException', (error) => {
    report('stopped by an error', error);
    app.exit(1);
  });
  process.on('unhandledRejection', (reason) => {
    report('a promise was rejected and nobody waited for it', reason);
  });
}

/**
 * A list of rows needs no graphics card: without one, the process that serves it stays small, and no driver can
 * crash it. On macOS the system draws through it anyway. To be called before the app is ready.
 */
export function drawWithoutGraphicsCard(platform: NodeJS.Platform): void {
  if (platform === 'darwin') return;
  app.disableHardwareAcceleration();
  app.commandLine.appendSwitch('disable-software-rasterizer');
}

/** False when the app runs already; the first one is then told, and shows its window. */
export function becomeTheOnlyOne(secondStarted: () => void): boolean {
  if (!app.requestSingleInstanceLock()) return false;
  app.on('second-instance', secondStarted);
  return true;
}

/**
 * Calls `start` when Electron is ready. An app that cannot start, because its folder may not be read for instance,
 * ends with a message and exit code 1: left alone it would stay on unseen, and keep the next one from starting.
 */
export function startWhenReady(start: () => Promise<void>): void {
  app
    .whenReady()
    .then(start)
    .catch((error: unknown) => {
      report('could not start', error);
      app.exit(1);
    });
}

/** Says why the app does not start, and ends it with exit code 1. */
export function refuseToStart(why: string): void {
  report(why);
  app.exit(1);
}

export interface LifecycleParts {
  readonly resumed: () => void;
  /** macOS: the app's icon was clicked in the Finder or Dock. */
  readonly activated: () => void;
  readonly stop: () => Promise<void>;
}

/** To be called when the app is ready. Windows may close without ending the app; ending it waits for `stop`. */
export function followLifecycle(parts: LifecycleParts): void {
  // Unpackaged, macOS shows every app in the Dock.
  app.dock?.hide();
  powerMonitor.on('resume', parts.resumed);
  app.on('activate', parts.activated);
  app.on('window-all-closed', () => undefined);
  let phase: 'running' | 'stopping' | 'stopped' = 'running';
  app.on('before-quit', (event) => {
    if (phase === 'stopped') return;
    event.preventDefault();
    // Asked twice, it still stops once.
    if (phase === 'stopping') return;
    phase = 'stopping';
    const limit = new Promise((resolve) => setTimeout(resolve, stopLimit));
    void Promise.race([parts.stop(), limit])
      .catch((error: unknown) => {
        report('stopping went wrong', error);
      })
      .finally(() => {
        phase = 'stopped';
        app.quit();
      });
  });
}
