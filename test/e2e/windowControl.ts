import type { DesktopApp } from './desktopApp';

/** What a test asks of the app's window, or does to it as the window manager would. */
export const isVisible = (app: DesktopApp): Promise<boolean> =>
  app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().some((one) => one.isVisible()));

export const isFocused = (app: DesktopApp): Promise<boolean> =>
  app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().some((one) => one.isFocused()));

export const windowCount = (app: DesktopApp): Promise<number> =>
  app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length);

/** The X11 number of the window. */
export const windowNumber = (app: DesktopApp): Promise<number> =>
  app.electron.evaluate(({ BrowserWindow }) => {
    const [one] = BrowserWindow.getAllWindows();
    return one ? one.getNativeWindowHandle().readUInt32LE() : 0;
  });

export const closeWindow = (app: DesktopApp): Promise<void> =>
  app.electron.evaluate(({ BrowserWindow }) => {
    // after this call has been answered, because the app may end with its window
    setImmediate(() => BrowserWindow.getAllWindows()[0]?.close());
  });

export const blurWindow = (app: DesktopApp): Promise<void> =>
  app.electron.evaluate(({ BrowserWindow }) => {
    BrowserWindow.getAllWindows()[0]?.blur();
  });

export const crashPage = (app: DesktopApp): Promise<void> =>
  app.electron.evaluate(({ BrowserWindow }) => {
    BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer();
  });
