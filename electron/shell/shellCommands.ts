import path from 'node:path';
import { clipboard, dialog, shell } from 'electron';
import type { Application } from '../engine/application';
import type { Result } from '../ipc/contract';
import type { ShellCommands } from '../ipc/serving';
import type { PopupWindow } from './window';

const done: Result<null> = { ok: true, value: null };

/** The commands of the window that only a desktop can carry out. */
export function desktopCommands(application: Application, popup: PopupWindow, home: string): ShellCommands {
  return {
    async chooseKubeconfig() {
      const options: Electron.OpenDialogOptions = {
        defaultPath: path.join(home, '.kube'),
        properties: ['openFile', 'multiSelections', 'showHiddenFiles'],
      };
      const { filePaths } = await popup.holdOpen((window) =>
        window ? dialog.showOpenDialog(window, options) : dialog.showOpenDialog(options),
      );
      if (filePaths.length === 0) return done;
      const kubeconfigs = [...new Set([...application.state().settings.kubeconfigs, ...filePaths])];
      return application.command('changeSettings', { settings: { kubeconfigs } });
    },
    openPath({ path: wanted }) {
      // A page may point at the files that it was told of, not anywhere on the disk; and showing a file in
      // its folder, unlike opening it, never runs it.
      const { kubeconfigFiles, problems } = application.state();
      const known = [...kubeconfigFiles, ...problems.map((problem) => problem.path)];
      if (!known.includes(wanted))
        return Promise.resolve({ ok: false, error: { code: 'not-found', message: 'Not a file of this app.' } });
      shell.showItemInFolder(wanted);
      return Promise.resolve(done);
    },
    async copyText({ text }) {
      // A promise in newer Electrons only.
      await clipboard.writeText(text);
      return done;
    },
    hideWindow() {
      popup.hide();
      return Promise.resolve(done);
    },
  };
}
