import { mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readRulesFile } from '../../electron/domain/mirrors/mirrorRulesFile';
import { rulesFileLimit } from '../../electron/domain/words/rulesFile';
import { commandSchemas } from '../../electron/ipc/contract';
import type { ShellCommands } from '../../electron/ipc/serving';
import { desktopCommands } from '../../electron/shell/shellCommands';
import { PopupWindow } from '../../electron/shell/window';
import { fakeApplication, type FakeApplication } from '../setup/fakeApplication';
import { BrowserWindow, dialog } from '../setup/fakeElectron';
import { manualClock } from '../setup/manualClock';

vi.mock('electron', () => import('../setup/fakeElectron'));

let folder: string;
let application: FakeApplication;
let popup: PopupWindow;
let commands: ShellCommands;
const rule = { name: 'nexus', match: 'docker.io', template: 'nexus.example/{path}' };
const english = { language: 'en', file: null } as const;

/** A file for the next dialog to choose. */
function chosen(name: string, text: string): string {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  dialog.chosen = [file];
  return file;
}

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'shell-'));
  Object.assign(dialog, { asked: [], chosen: [], named: '', whileOpen: () => undefined });
  BrowserWindow.made.length = 0;
  application = fakeApplication();
  popup = new PopupWindow({
    clock: manualClock(1_000_000),
    preload: '/preload.cjs',
    icon: {} as Electron.NativeImage,
    devTools: false,
    hasTray: () => true,
    stayOpen: false,
    closedForGood: () => undefined,
  });
  commands = desktopCommands(application, popup, folder);
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('rules out of a file', () => {
  it('come with the name of the file that was chosen, and change nothing', async () => {
    chosen('team.json', JSON.stringify({ rules: [rule] }));
    expect(await commands.importRules(english)).toEqual({ ok: true, value: { file: 'team.json', rules: [rule] } });
    expect(application.commands).toEqual([]);
  });

  it('are none when no file is chosen', async () => {
    expect(await commands.importRules(english)).toEqual({ ok: true, value: null });
  });

  it('say which field is wrong, in the language of the window', async () => {
    chosen('team.json', JSON.stringify({ rules: [rule, { ...rule, template: 'nexus.example' }] }));
    expect(await commands.importRules({ ...english, language: 'zh' })).toEqual({
      ok: false,
      error: {
        code: 'bad-request',
        message: 'team.json, rules.1.template: 模板必须包含 {path} 或 {name}，否则所有镜像都会变成同一个。',
      },
    });
    chosen('team.json', 'no json');
    expect(await commands.importRules(english)).toMatchObject({
      error: { message: expect.stringMatching(/^team\.json: This is not JSON/) as string },
    });
  });

  it('are not read out of a file that is far too large', async () => {
    chosen('film.json', ' '.repeat(rulesFileLimit + 1));
    expect(await commands.importRules(english)).toEqual({
      ok: false,
      error: { code: 'failed', message: 'film.json is too large for a list of mirror rules.' },
    });
    chosen('large.json', JSON.stringify([rule]).padEnd(rulesFileLimit, ' '));
    expect(await commands.importRules(english)).toMatchObject({ ok: true });
  });

  it('say why a file cannot be read', async () => {
    dialog.chosen = [path.join(folder, 'gone.json')];
    expect(await commands.importRules(english)).toMatchObject({
      ok: false,
      error: { message: expect.stringMatching(/^gone\.json cannot be read: ENOENT/) as string },
    });
    mkdirSync(path.join(folder, 'folder.json'));
    dialog.chosen = [path.join(folder, 'folder.json')];
    expect(await commands.importRules(english)).toMatchObject({
      ok: false,
      error: { message: 'folder.json cannot be read: not a file' },
    });
  });

  it('keep the window open while the dialog has the focus', async () => {
    popup.show({ by: 'other' });
    const [window] = BrowserWindow.made;
    window?.emit('ready-to-show');
    dialog.whileOpen = () => window?.emit('blur');
    await commands.importRules(english);
    expect(window?.visible).toBe(true);
    expect(dialog.asked[0]?.[0]).toBe(window);
  });
});

describe('rules into a file', () => {
  it('are those of the settings, and come back as they were', async () => {
    const file = path.join(folder, 'mine.json');
    dialog.named = file;
    expect(await commands.exportRules({ language: 'en' })).toEqual({ ok: true, value: { saved: file } });
    expect(readRulesFile(readFileSync(file, 'utf8'))).toEqual({
      ok: true,
      rules: application.state().settings.mirrors,
    });
    const [options] = dialog.asked[0] ?? [];
    expect(options).toMatchObject({ defaultPath: path.join(folder, 'pullthrough-mirrors.json') });
  });

  it('are not written where no file is named', async () => {
    expect(await commands.exportRules({ language: 'en' })).toEqual({ ok: true, value: null });
  });

  it('say why they cannot be written', async () => {
    dialog.named = path.join(folder, 'nowhere', 'mine.json');
    expect(await commands.exportRules({ language: 'en' })).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining('mine.json cannot be written: ENOENT') as string },
    });
  });
});

describe('the list of what a mirror serves', () => {
  it('is named in the settings once its file is chosen', async () => {
    const file = chosen('allows.txt', '');
    expect(await commands.chooseAllowList({})).toEqual({ ok: true, value: null });
    expect(application.commands).toEqual([{ name: 'changeSettings', payload: { settings: { allowList: file } } }]);
  });

  it('stays as it was when none is chosen', async () => {
    expect(await commands.chooseAllowList({})).toEqual({ ok: true, value: null });
    expect(application.commands).toEqual([]);
  });
});

it.each([
  ['files', {}, 'openFile'],
  ['folders', { folder: true }, 'openDirectory'],
] as const)('further kubeconfigs are added to those of the settings: %s', async (_what, payload, property) => {
  const file = chosen('edge.yaml', '');
  await commands.chooseKubeconfig(payload);
  const kubeconfigs = [...application.state().settings.kubeconfigs, file];
  expect(application.commands).toEqual([{ name: 'changeSettings', payload: { settings: { kubeconfigs } } }]);
  const [options] = dialog.asked.flat() as Electron.OpenDialogOptions[];
  expect(options?.properties).toContain(property);
});

it('a window names no file of this computer', () => {
  expect(commandSchemas.importRules.safeParse({ ...english, path: '/etc/passwd' }).success).toBe(false);
  expect(commandSchemas.exportRules.safeParse({ language: 'en', path: '/etc/passwd' }).success).toBe(false);
});
