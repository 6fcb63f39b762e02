import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { eventually } from '../setup/eventually';
import { chooseQuit, cleanUp, startApp, temporaryFolder, type DesktopApp } from './desktopApp';
import { startLinuxDesktop, type LinuxDesktop } from './linuxDesktop';
import { blurWindow, isFocused, isVisible } from './windowControl';

const pictures = path.resolve(import.meta.dirname, '../output/pictures');
let desktop: LinuxDesktop;
let app: DesktopApp;
let userData: string;
let temporary: string;

beforeAll(async () => {
  mkdirSync(pictures, { recursive: true });
  desktop = await startLinuxDesktop();
  userData = temporaryFolder();
  temporary = temporaryFolder();
  app = await startApp(desktop, { userData, args: ['--demo'], env: { TMPDIR: temporary } });
});
afterAll(async () => {
  await cleanUp();
  await desktop.stop();
});

describe('the demo', () => {
  it('opens its window, which stays', async () => {
    await eventually(() => isVisible(app), 20_000);
    const page = await app.window();
    await page.getByText('demo-production').first().waitFor();
    await eventually(async () => {
      await blurWindow(app);
      return !(await isFocused(app));
    });
    expect(await isVisible(app)).toBe(true);
  });

  it('heals one cluster by itself and asks about the other', async () => {
    const page = await app.window();
    await page.getByText('Healed').first().waitFor({ timeout: 60_000 });
    await page.getByRole('button', { name: /^Fix/ }).first().waitFor({ timeout: 60_000 });
    await page.screenshot({ path: path.join(pictures, 'demo.png') });
    await vi.waitFor(() => {
      const titles = desktop.notifications.map(({ title }) => title).join('\n');
      expect(titles).toMatch(/is healed/);
      expect(titles).toMatch(/cannot be pulled/);
    }, 10_000);
  });

  it('leaves nothing behind', async () => {
    const folder = readdirSync(temporary).find((name) => name.startsWith('pullthrough-demo-app-')) ?? '';
    expect(existsSync(path.join(temporary, folder, 'kubeconfig'))).toBe(true);
    await chooseQuit(desktop, app);
    expect(app.exitCode()).toBe(0);
    expect(existsSync(path.join(temporary, folder, 'kubeconfig'))).toBe(false);
    expect(existsSync(path.join(temporary, folder, 'journal.jsonl'))).toBe(false);
    expect(readdirSync(userData)).not.toContain('settings.json');
    expect(readdirSync(userData)).not.toContain('journal.jsonl');
  });
});
