import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { defaultSettings } from '../../electron/domain/settings';
import { eventually } from '../setup/eventually';
import { cleanUp, commandLine, startApp, temporaryFolder } from './desktopApp';
import { startLinuxDesktop, type LinuxDesktop } from './linuxDesktop';
import { isVisible } from './windowControl';

let desktop: LinuxDesktop;
beforeEach(async () => {
  desktop = await startLinuxDesktop();
});
afterEach(async () => {
  await cleanUp();
  await desktop.stop();
});

const nowhere = ['--kubeconfig', '/nonexistent/config'];

describe('the app', () => {
  it('runs once; a second start shows the window of the first and ends', async () => {
    const userData = temporaryFolder();
    const first = await startApp(desktop, { userData, args: ['--hidden', ...nowhere] });
    await eventually(() => desktop.trayItems() === 1);
    expect(await isVisible(first)).toBe(false);
    const { command, args, env } = await commandLine(desktop, { userData, args: nowhere });
    const second = spawn(command, [...args], { env, stdio: 'ignore' });
    const code = await new Promise((resolve) => second.once('exit', resolve));
    expect(code).toBe(0);
    await eventually(() => isVisible(first));
    expect(desktop.trayItems()).toBe(1);
  });

  it('ends with a message and code 1 where another process works with its folder', async () => {
    const userData = temporaryFolder();
    writeFileSync(path.join(userData, 'lock'), JSON.stringify({ pid: process.pid, host: hostname(), id: 'other' }));
    const { command, args, env } = await commandLine(desktop, { userData, args: ['--hidden', ...nowhere] });
    const app = spawn(command, [...args], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    app.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    expect(await new Promise((resolve) => app.once('close', resolve))).toBe(1);
    expect(said).toContain(
      `The process ${String(process.pid)} of ${hostname()} works with the folder ${userData} already.`,
    );
    expect(desktop.trayItems()).toBe(0);
  });

  it('ends with a message and code 1 on an error that nothing caught, instead of hanging behind a dialog', async () => {
    const app = await startApp(desktop, { args: ['--hidden', ...nowhere] });
    await eventually(() => desktop.trayItems() === 1);
    await app.electron.evaluate(() => {
      setTimeout(() => {
        throw new Error('made by the test');
      }, 0);
    });
    await vi.waitFor(() => expect(app.exitCode()).toBe(1), 10_000);
    expect(app.output()).toContain('made by the test');
  });

  it('ends cleanly when the system asks it to', async () => {
    const app = await startApp(desktop, { args: ['--hidden', ...nowhere] });
    await eventually(() => desktop.trayItems() === 1);
    process.kill(app.pid, 'SIGTERM');
    await vi.waitFor(() => expect(app.exitCode()).toBe(0), 10_000);
  });

  it('keeps settings that it cannot read under another name, and starts with the defaults', async () => {
    const userData = temporaryFolder();
    const broken = '{"language":"zh", "mirrors": [';
    writeFileSync(path.join(userData, 'settings.json'), broken);
    // started by hand, because the first lines are lost to a debugger that attaches later
    const { command, args, env } = await commandLine(desktop, { userData, args: ['--hidden', ...nowhere] });
    const app = spawn(command, [...args], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    app.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const ended = new Promise((resolve) => app.once('exit', resolve));
    // a whole start, for which nothing else has waited yet
    await eventually(() => desktop.trayItems() === 1, 60_000);
    const kept = readdirSync(userData).find((name) => name.startsWith('settings.broken-')) ?? '';
    expect(readFileSync(path.join(userData, kept), 'utf8')).toBe(broken);
    await vi.waitFor(() => expect(said).toContain(kept), 10_000);
    app.kill('SIGTERM');
    expect(await ended).toBe(0);
  });

  it('speaks the language of its settings', async () => {
    const userData = temporaryFolder();
    writeFileSync(path.join(userData, 'settings.json'), JSON.stringify({ ...defaultSettings, language: 'zh' }));
    await startApp(desktop, { userData, args: ['--hidden', ...nowhere] });
    await eventually(() => desktop.trayItems() === 1);
    expect((await desktop.describeTray()).tooltip).toBe('Pullthrough: 没有监视任何上下文');
    expect((await desktop.menu()).map(({ label }) => label)).toContain('退出');
  });
});
