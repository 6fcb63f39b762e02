import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { ensureBuild } from '../../electron/bootstrap/build.mjs';
import { findElectron } from '../../electron/bootstrap/electronRuntime.mjs';
import { eventually } from '../setup/eventually';
import type { LinuxDesktop } from './linuxDesktop';

/** The built app, running under Electron on a test's desktop. */
export interface DesktopApp {
  readonly electron: ElectronApplication;
  readonly pid: number;
  /** Everything that it wrote to its outputs. */
  readonly output: () => string;
  /** The window's page, once there is one that can be seen. */
  window(): Promise<Page>;
  /** Exit code, or null while it runs. */
  readonly exitCode: () => number | null;
  quit(): Promise<void>;
}

export interface AppOptions {
  readonly args?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Another app than the product. */
  readonly folder?: string;
  /** Reused from an earlier start; a new, empty one when absent. */
  readonly userData?: string;
}

const projectRoot = path.resolve(import.meta.dirname, '../..');
/** Another folder with a built app; without it this checkout is built when it has to be. */
const otherApp = process.env['PULLTHROUGH_APP'];
const notes: string[] = [];
const note = (line: string) => notes.push(line);
const started: (() => Promise<void>)[] = [];

export async function startApp(desktop: LinuxDesktop, options: AppOptions = {}): Promise<DesktopApp> {
  const { command, args, env } = await commandLine(desktop, options);
  const electron = await _electron.launch({ executablePath: command, args: [...args], env, timeout: 30_000 });
  // Asked for now: a process that has ended cannot be asked for any more.
  const child = electron.process();
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  const quit = async () => {
    if (child.exitCode === null && child.signalCode === null) await electron.close();
  };
  started.push(quit);
  return {
    electron,
    pid: child.pid ?? 0,
    output: () => output,
    window: () => electron.firstWindow({ timeout: 15_000 }),
    exitCode: () => child.exitCode,
    quit,
  };
}

/**
 * Chooses Quit in the tray's menu, again each second until the app has ended: a click on a menu that has been made anew
 * meanwhile is lost.
 */
export async function chooseQuit(desktop: LinuxDesktop, app: DesktopApp): Promise<void> {
  await eventually(async () => {
    if (app.exitCode() === null) await desktop.choose('Quit');
    return eventually(() => app.exitCode() !== null, 1_000);
  }, 20_000);
}

/** How the app is started on this desktop. */
export async function commandLine(desktop: LinuxDesktop, options: AppOptions) {
  const runtime = await findElectron();
  const folder = options.folder ?? otherApp ?? projectRoot;
  if (folder === projectRoot && !(await ensureBuild({ root: projectRoot, env: process.env, log: note })))
    throw new Error(`the app could not be built:\n${notes.join('\n')}`);
  const userData = options.userData ?? temporaryFolder();
  return {
    command: runtime.executable,
    args: [...runtime.args, folder, `--user-data-dir=${userData}`, ...(options.args ?? [])],
    env: definedOnly({
      ...process.env,
      // Texts are compared, so the language is not left to the machine.
      LANG: 'en_US.UTF-8',
      LANGUAGE: 'en',
      ...options.env,
      ...desktop.env,
      WAYLAND_DISPLAY: undefined,
      ELECTRON_RUN_AS_NODE: undefined,
    }),
  };
}

const folders: string[] = [];

export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'pullthrough-e2e-'));
  folders.push(folder);
  return folder;
}

/** Ends every app that was started here, and takes their folders away. */
export async function cleanUp(): Promise<void> {
  for (const quit of started.splice(0)) await quit();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

const definedOnly = (env: NodeJS.ProcessEnv): Record<string, string> =>
  Object.fromEntries(Object.entries(env).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])));
