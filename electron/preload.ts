import { contextBridge, ipcRenderer } from 'electron';
import { channels } from './ipc/channels';
import type { Bridge } from './ipc/contract';

/** What the window is given of the world: snapshots come in, commands of the contract go out. */
const bridge: Bridge = {
  platform: 'electron',
  onState: (listener) => {
    const stop = listen(channels.state, listener);
    ipcRenderer.send(channels.ready);
    return stop;
  },
  onShow: (listener) => listen(channels.show, listener),
  send: (name, payload) => ipcRenderer.invoke(channels.command, name, payload),
};

/** Each subscription can be ended, so that a part of the window that goes away leaves no listener behind. */
function listen(channel: string, listener: (message: never) => void): () => void {
  // What arrives was sent by our own main process under the same contract.
  const receive = (_event: Electron.IpcRendererEvent, message: unknown) => {
    listener(message as never);
  };
  ipcRenderer.on(channel, receive);
  return () => {
    ipcRenderer.removeListener(channel, receive);
  };
}

contextBridge.exposeInMainWorld('pullthrough', bridge);
