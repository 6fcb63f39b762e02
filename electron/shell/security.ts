import { app, Menu, session } from 'electron';
import { windowOrigin } from './windowProtocol';

/**
 * What no page may do here, whichever it is: leave its address, open another window, embed one, or ask for a
 * permission. To be called before the app is ready.
 */
export function closeDoors(): void {
  app.on('web-contents-created', (_event, contents) => {
    contents.on('will-navigate', (event) => {
      event.preventDefault();
    });
    contents.on('will-attach-webview', (event) => {
      event.preventDefault();
    });
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  });
}

/** The doors that exist once the app is ready. */
export function closeSession(): void {
  session.defaultSession.setPermissionRequestHandler((_contents, _permission, answer) => {
    answer(false);
  });
  session.defaultSession.setPermissionCheckHandler(() => false);
  session.defaultSession.webRequest.onBeforeRequest((request, answer) => {
    const own = request.url.startsWith(`${windowOrigin}/`) || request.url.startsWith('data:');
    answer({ cancel: !own && !request.url.startsWith('devtools:') });
  });
}

/** Without a menu of its own the window needs none; macOS takes copy and paste from it. */
export function setMenu(platform: NodeJS.Platform): void {
  Menu.setApplicationMenu(
    platform === 'darwin' ? Menu.buildFromTemplate([{ role: 'appMenu' }, { role: 'editMenu' }]) : null,
  );
}
