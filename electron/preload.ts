import { contextBridge, ipcRenderer } from 'electron';
import type { AppState } from './domain/appState';
import { channels } from './ipc/channels';
import type { Bridge, ShowTarget } from './ipc/contract';

/** What the window is given of the world: snapshots come in, commands of the contract go out. */
const bridge: Bridge = {
  platform: 'electron',
  onState: (listener) => {
    const stop = listen<AppState>(channels.state, listener);
    ipcRenderer.send(channels.ready);
    return stop;
  },
  onShow: (listener) => listen<ShowTarget>(channels.show, listener),
  send: (name, payload) => ipcRenderer.invoke(channels.command, name, payload),
};

/** Each subscription can be ended, so that a part of the window that goes away leaves no listener behind. */
function listen<T>(channel: string, listener: (message: T) => void): () => void {
  const receive = (_event: Electron.IpcRendererEvent, message: T) => {
    listener(message);
  };
  ipcRenderer.on(channel, receive);
  return () => {
    ipcRenderer.removeListener(channel, receive);
  };
}

contextBridge.exposeInMainWorld('pullthrough', bridge);
