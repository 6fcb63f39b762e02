/**
 * Whether Electron draws a notification's own buttons here: on macOS always, on Windows from 45 on, never on
 * Linux (https://www.electronjs.org/docs/latest/api/structures/notification-action).
 */
export const hasButtons = (platform: NodeJS.Platform, majorVersion: number): boolean =>
  platform === 'darwin' || (platform === 'win32' && majorVersion >= 45);

/**
 * Notification servers on Linux may read the body as markup, and Electron hands it on as it is. The title is
 * always plain (https://specifications.freedesktop.org/notification-spec/latest/markup.html).
 */
export const plainBody = (body: string, platform: NodeJS.Platform): string =>
  platform === 'linux' ? body.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;') : body;
