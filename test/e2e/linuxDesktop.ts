import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { expect, vi } from 'vitest';

/** A display, a session bus, and the desktop services on it, all of them this test's own. */
export interface LinuxDesktop {
  /** For the app: where display and bus are. */
  readonly env: { readonly DISPLAY: string; readonly DBUS_SESSION_BUS_ADDRESS: string };
  readonly notifications: readonly DesktopNotification[];
  readonly closedNotifications: readonly number[];
  /** How many tray items have registered so far. */
  readonly trayItems: () => number;
  /** A click on a notification. */
  click(notification: DesktopNotification, key?: string): Promise<void>;
  startTray(): Promise<void>;
  describeTray(): Promise<TrayDescription>;
  /** A click on the tray icon. */
  activateTray(): Promise<void>;
  menu(): Promise<readonly MenuEntry[]>;
  /** A click on a menu entry, found by its labels from the top: `['staging – live', 'Watch']`. */
  choose(...labels: readonly string[]): Promise<void>;
  /** Height of the title bar that the window manager gave a window, in pixels. */
  titleBar(windowNumber: number): number;
  /** Draws the tray icon with its menu and one submenu open; false where GTK is missing. */
  showPanel(submenuOf: string): Promise<boolean>;
  hidePanel(): Promise<void>;
  /** The whole screen as PNG. */
  picture(file: string): Promise<void>;
  stop(): Promise<void>;
}

export interface DesktopNotification {
  readonly id: number;
  readonly app: string;
  readonly title: string;
  readonly body: string;
  readonly actions: readonly string[];
  readonly urgency: number;
  /** Milliseconds since the epoch when it arrived. */
  readonly at: number;
}

export interface TrayDescription {
  readonly tooltip: string;
  readonly status: string;
  /** Per size: width, height, and a checksum of the picture. */
  readonly icon: readonly (readonly [number, number, { readonly checksum: number }])[];
}

export interface MenuEntry {
  readonly id: number;
  readonly label?: string;
  readonly enabled?: boolean;
  readonly 'toggle-state'?: number;
  readonly children: readonly MenuEntry[];
}

type Message =
  | ({ readonly event: 'notification' } & Omit<DesktopNotification, 'at'>)
  | { readonly event: 'notification-closed'; readonly id: number }
  | { readonly event: 'tray-item' | 'tray-changed' | 'ready' }
  | { readonly answer: number; readonly value?: unknown; readonly error?: string };

const limit = 10_000;

/** Starts it all; `tray: false` leaves the tray out until `startTray`. */
export async function startLinuxDesktop(options: { readonly tray?: boolean } = {}): Promise<LinuxDesktop> {
  const children: ChildProcess[] = [];
  const complaints: string[] = [];
  const start = (command: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env, fds = 1) => {
    const stdio = ['pipe', 'pipe', 'pipe', ...Array.from({ length: fds - 1 }, () => 'pipe' as const)] as const;
    const child = spawn(command, args, { env, stdio: [...stdio] });
    // Display and bus grumble about this and that; what they say is worth reading only when one fails.
    child.stderr.on('data', (chunk: Buffer) => {
      complaints.push(`${command}: ${chunk.toString()}`);
    });
    children.push(child);
    return child;
  };

  // Xvfb writes the display that it found free on the descriptor that it is given.
  // Without -noreset it begins anew, and drops who is just connecting, each time that its last client leaves.
  const screen = ['-screen', '0', '1280x800x24', '-nolisten', 'tcp', '-noreset'];
  const xvfb = start('Xvfb', ['-displayfd', '3', ...screen], process.env, 2);
  const DISPLAY = `:${await firstLine(xvfb.stdio[3] as Readable, complaints)}`;
  const bus = start('dbus-daemon', [
    '--config-file',
    path.join(import.meta.dirname, 'session.conf'),
    '--print-address=1',
    '--nofork',
  ]);
  const DBUS_SESSION_BUS_ADDRESS = await firstLine(bus.stdout, complaints);
  const env = { DISPLAY, DBUS_SESSION_BUS_ADDRESS };
  start('openbox', [], { ...process.env, ...env });
  // A window manager that starts later takes the windows that it finds and places them anew.
  await vi.waitFor(
    () => expect(property(env, ['-root'], '_NET_SUPPORTING_WM_CHECK'), complaints.join('')).toContain('window id'),
    {
      timeout: limit,
    },
  );

  // The system's Python has the D-Bus packages of the distribution, another one in PATH may not.
  const python = existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3';
  const args = [path.join(import.meta.dirname, 'desktop.py'), ...(options.tray === false ? ['--no-tray'] : [])];
  const services = start(python, args, { ...process.env, ...env, PYTHONDONTWRITEBYTECODE: '1' });
  const { stdin, stdout } = services;

  const notifications: DesktopNotification[] = [];
  const closedNotifications: number[] = [];
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  let trayItems = 0;
  let asked = 0;
  let ready = false;
  createInterface({ input: stdout }).on('line', (line) => {
    const message = JSON.parse(line) as Message;
    if ('answer' in message) {
      const one = waiting.get(message.answer);
      waiting.delete(message.answer);
      if (message.error === undefined) one?.resolve(message.value);
      else one?.reject(new Error(message.error));
    } else if (message.event === 'notification') notifications.push({ ...message, at: Date.now() });
    else if (message.event === 'notification-closed') closedNotifications.push(message.id);
    else if (message.event === 'tray-item') trayItems += 1;
    else if (message.event === 'ready') ready = true;
  });
  await vi.waitFor(() => expect(ready, complaints.join('')).toBe(true), { timeout: limit });

  const ask = (request: Record<string, unknown>): Promise<unknown> =>
    new Promise((resolve, reject) => {
      asked += 1;
      waiting.set(asked, { resolve, reject });
      stdin.write(`${JSON.stringify({ id: asked, ...request })}\n`);
    });
  const menu = async () => (await ask({ do: 'menu' })) as readonly MenuEntry[];

  return {
    env,
    notifications,
    closedNotifications,
    trayItems: () => trayItems,
    click: async (notification, key = 'default') => {
      await ask({ do: 'invoke', notification: notification.id, key });
    },
    startTray: async () => {
      await ask({ do: 'start-tray' });
    },
    describeTray: async () => (await ask({ do: 'describe' })) as TrayDescription,
    activateTray: async () => {
      await ask({ do: 'activate' });
    },
    menu,
    choose: async (...labels) => {
      let entries = await menu();
      let entry: MenuEntry | undefined;
      for (const label of labels) {
        entry = entries.find((one) => one.label === label);
        if (!entry) throw new Error(`no "${label}" among ${entries.map((one) => one.label ?? '-').join(', ')}`);
        entries = entry.children;
      }
      await ask({ do: 'choose', item: entry?.id });
    },
    titleBar: (number) => {
      // left, right, top, bottom
      const extents = property(env, ['-id', String(number)], '_NET_FRAME_EXTENTS');
      return Number(/= \d+, \d+, (\d+),/.exec(extents)?.[1] ?? 0);
    },
    showPanel: async (submenu) => (await ask({ do: 'show-panel', submenu })) === true,
    hidePanel: async () => {
      await ask({ do: 'hide-panel' });
    },
    picture: (file) =>
      new Promise((resolve, reject) => {
        const shot = spawn('import', ['-window', 'root', file], { env: { ...process.env, ...env }, stdio: 'ignore' });
        shot.on('error', reject);
        shot.on('exit', (code) => {
          if (code === 0) resolve();
          else reject(new Error(`import ended with ${String(code)}`));
        });
      }),
    stop: async () => {
      for (const child of children.reverse()) await ended(child);
    },
  };
}

/** Ends a process that this test started. */
async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const tooLong = setTimeout(() => child.kill('SIGKILL'), 3_000);
  await gone;
  clearTimeout(tooLong);
}

function property(env: NodeJS.ProcessEnv, window: readonly string[], name: string): string {
  return spawnSync('xprop', [...window, name], { env: { ...process.env, ...env }, encoding: 'utf8' }).stdout;
}

function firstLine(stream: Readable, complaints: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const tooLong = setTimeout(() => {
      reject(new Error(`a service of the desktop did not say that it is ready: ${complaints.join('')}`));
    }, limit);
    createInterface({ input: stream }).once('line', (line) => {
      clearTimeout(tooLong);
      resolve(line.trim());
    });
  });
}
