import { writeRulesFile } from '../domain/mirrors/mirrorRulesFile';
import { rulesFileName } from '../domain/words/rulesFile';
import type { Application } from '../engine/application';
import { readRules } from './rulesFile';
import { noDesktop, type ShellCommands } from './serving';

/** The shell's commands where the window is a page in a browser, which chooses and saves files itself. */
export function pageCommands(application: Application): ShellCommands {
  return {
    chooseKubeconfig: noDesktop('Choosing a file'),
    chooseAllowList: noDesktop('Choosing a file'),
    importRules: (payload) =>
      payload.file ? Promise.resolve(readRules(payload.file, payload.language)) : noDesktop('Choosing a file')(),
    exportRules: () =>
      Promise.resolve({
        ok: true,
        value: { name: rulesFileName, text: writeRulesFile(application.state().settings.mirrors) },
      }),
    openPath: noDesktop('Opening a file'),
    copyText: noDesktop('Copying'),
    hideWindow: noDesktop('Hiding the window'),
  };
}
