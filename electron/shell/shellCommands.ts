import { readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { clipboard, dialog, shell } from 'electron';
import { writeRulesFile } from '../domain/mirrors/mirrorRulesFile';
import type { Language } from '../domain/words/language';
import { rulesFileLimit, rulesFileName, rulesFileWords } from '../domain/words/rulesFile';
import type { Application } from '../engine/application';
import type { Result } from '../ipc/contract';
import { readRules } from '../ipc/rulesFile';
import type { ShellCommands } from '../ipc/serving';
import type { PopupWindow } from './window';

const done: Result<null> = { ok: true, value: null };

/** The commands of the window that only a desktop can carry out. */
export function desktopCommands(application: Application, popup: PopupWindow, home: string): ShellCommands {
  const choose = async (options: Electron.OpenDialogOptions): Promise<readonly string[]> => {
    const { filePaths } = await popup.holdOpen((window) =>
      window ? dialog.showOpenDialog(window, options) : dialog.showOpenDialog(options),
    );
    return filePaths;
  };
  return {
    async chooseKubeconfig({ folder }) {
      const filePaths = await choose({
        defaultPath: path.join(home, '.kube'),
        // where both are allowed, some systems show folders only
        properties: [folder ? 'openDirectory' : 'openFile', 'multiSelections', 'showHiddenFiles'],
      });
      if (filePaths.length === 0) return done;
      const kubeconfigs = [...new Set([...application.state().settings.kubeconfigs, ...filePaths])];
      return application.command('changeSettings', { settings: { kubeconfigs } });
    },
    async chooseAllowList() {
      const [allowList] = await choose({ defaultPath: home, properties: ['openFile'] });
      return allowList === undefined ? done : application.command('changeSettings', { settings: { allowList } });
    },
    async importRules({ language, file }) {
      if (file) return readRules(file, language);
      const [chosen] = await choose({ defaultPath: home, filters: filtersFor(language), properties: ['openFile'] });
      if (chosen === undefined) return done;
      const name = path.basename(chosen);
      const words = rulesFileWords[language];
      try {
        const found = await stat(chosen);
        if (!found.isFile()) return failed(words.cannotBeRead(name, words.notAFile));
        if (found.size > rulesFileLimit) return failed(words.tooLarge(name));
        return readRules({ name, text: await readFile(chosen, 'utf8') }, language);
      } catch (error) {
        return failed(words.cannotBeRead(name, (error as Error).message));
      }
    },
    async exportRules({ language }) {
      const options = { defaultPath: path.join(home, rulesFileName), filters: filtersFor(language) };
      const { filePath } = await popup.holdOpen((window) =>
        window ? dialog.showSaveDialog(window, options) : dialog.showSaveDialog(options),
      );
      // An empty path in newer Electrons, none in older ones.
      if (!filePath) return done;
      try {
        await writeFile(filePath, writeRulesFile(application.state().settings.mirrors));
        return { ok: true, value: { saved: filePath } };
      } catch (error) {
        return failed(rulesFileWords[language].cannotBeWritten(filePath, (error as Error).message));
      }
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

function filtersFor(language: Language): Electron.FileFilter[] {
  return [{ name: rulesFileWords[language].kind, extensions: ['json'] }];
}

function failed(message: string): Result<never> {
  return { ok: false, error: { code: 'failed', message } };
}
