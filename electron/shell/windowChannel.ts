import { ipcMain, type IpcMainEvent, type IpcMainInvokeEvent } from 'electron';
import type { AppState } from '../domain/appState';
import type { Application } from '../engine/application';
import { channels } from '../ipc/channels';
import type { Result } from '../ipc/contract';
import type { Serve } from '../ipc/serving';
import type { PopupWindow } from './window';
import { windowOrigin } from './windowProtocol';

/**
 * The line between the window's page and the engine. Only the top frame of our own window, showing our own
 * address, is listened to; snapshots are sent while somebody can see them, and once more when they can again.
 */
export function connectWindow(application: Application, serve: Serve, popup: PopupWindow): () => void {
  const foreign: Result<never> = { ok: false, error: { code: 'bad-request', message: 'Not our window.' } };

  ipcMain.handle(channels.command, (event, name: unknown, payload: unknown) =>
    isOurs(event, popup) ? serve({ name, payload }) : foreign,
  );
  const onReady = (event: IpcMainEvent) => {
    if (!isOurs(event, popup)) return;
    const { sender } = event;
    sender.send(channels.state, application.state());
    popup.ready((target) => {
      sender.send(channels.state, application.state());
      sender.send(channels.show, target);
    });
  };
  ipcMain.on(channels.ready, onReady);
  const push = (state: AppState) => popup.audience?.send(channels.state, state);
  const stopState = application.onState(push);
  popup.onShown = () => push(application.state());

  return () => {
    stopState();
    popup.onShown = null;
    ipcMain.removeHandler(channels.command);
    ipcMain.removeListener(channels.ready, onReady);
  };
}

function isOurs(event: IpcMainEvent | IpcMainInvokeEvent, popup: PopupWindow): boolean {
  const frame = event.senderFrame;
  if (!frame || frame.parent !== null || !popup.owns(event.sender)) return false;
  return frame.url.startsWith(`${windowOrigin}/`);
}
