import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { eventually } from '../setup/eventually';
import { cleanUp, startApp, type DesktopApp } from './desktopApp';
import { startLinuxDesktop, type LinuxDesktop } from './linuxDesktop';
import { blurWindow, closeWindow, crashPage, isFocused, isVisible, windowCount } from './windowControl';

let desktop: LinuxDesktop;
let app: DesktopApp;
let page: Page;

beforeAll(async () => {
  desktop = await startLinuxDesktop();
  // nothing was chosen yet, so the window opens by itself
  app = await startApp(desktop, { args: ['--kubeconfig', '/nonexistent/config'] });
  page = await app.window();
  await eventually(() => isVisible(app));
});
afterAll(async () => {
  await cleanUp();
  await desktop.stop();
});

/** What a script in the page gets when it runs this. */
const inPage = (script: string) => page.evaluate<unknown>(script);

describe('the page in the window', () => {
  it('has its own address and no way to Node', async () => {
    expect(page.url()).toBe('app://pullthrough/index.html');
    expect(await inPage('[typeof require, typeof process, typeof module, typeof Buffer]')).toEqual(
      Array(4).fill('undefined'),
    );
    expect(await inPage('Object.keys(window.pullthrough).sort()')).toEqual(['onShow', 'onState', 'platform', 'send']);
  });

  it('reaches nothing outside', async () => {
    const fetched = await inPage(`fetch('http://127.0.0.1:9/').then(() => 'answered', (error) => error.name)`);
    expect(fetched).toBe('TypeError');
    expect(await inPage(`fetch('app://other/index.html').then((r) => r.status, (error) => error.name)`)).not.toBe(200);
    expect(await inPage(`fetch('app://pullthrough/../../package.json').then((r) => r.status)`)).toBe(404);
  });

  it('runs no script that is not ours', async () => {
    await inPage(`{
      const script = document.createElement('script');
      script.textContent = 'window.injected = true';
      document.head.append(script);
    }`);
    expect(await inPage('window.injected')).toBeUndefined();
    expect(
      await inPage(`fetch('app://pullthrough/index.html').then((r) => r.headers.get('content-security-policy'))`),
    ).toContain("default-src 'none'");
  });

  it('stays where it is and opens no other', async () => {
    await inPage(`window.open('https://example.com')`);
    await inPage(`{ location.href = 'https://example.com' }`);
    // whatever the navigation would do has been done when the next message is answered
    await inPage(`window.pullthrough.send('fixAll', {})`);
    expect(page.url()).toBe('app://pullthrough/index.html');
    expect(await windowCount(app)).toBe(1);
  });

  it('is given no permission', async () => {
    const state = `navigator.permissions.query({ name: 'notifications' }).then((one) => one.state)`;
    expect(await inPage(state)).toBe('denied');
  });

  it('hears of its mistakes as data', async () => {
    expect(await inPage(`window.pullthrough.send('fix', { context: 1 })`)).toMatchObject({
      ok: false,
      error: { code: 'bad-request' },
    });
    expect(await inPage(`window.pullthrough.send('openPath', { path: '/etc/passwd' })`)).toMatchObject({
      ok: false,
      error: { code: 'not-found' },
    });
  });

  it('is not heard in any other window', async () => {
    await app.electron.evaluate(async ({ app: running, BrowserWindow }) => {
      const preload = `${running.getAppPath()}/dist/preload/preload.cjs`;
      const other = new BrowserWindow({ show: false, webPreferences: { preload } });
      await other.loadURL('app://pullthrough/index.html#other');
    });
    const other = await eventually(() => app.electron.windows().find((one) => one.url().endsWith('#other')));
    expect(await other.evaluate(`window.pullthrough.send('fixAll', {})`)).toEqual({
      ok: false,
      error: { code: 'bad-request', message: 'Not our window.' },
    });
    await other.close();
    await eventually(async () => (await windowCount(app)) === 1);
  });

  it('copies text', async () => {
    expect(await inPage(`window.pullthrough.send('copyText', { text: 'kubectl get pods' })`)).toEqual({
      ok: true,
      value: null,
    });
    expect(await app.electron.evaluate(({ clipboard }) => clipboard.readText())).toBe('kubectl get pods');
  });
});

describe('the window', () => {
  // a click soon after hiding counts as the one that hid it, and a loss of focus that is told late hides it again
  const reopen = () =>
    eventually(async () => {
      if (await isVisible(app)) return isFocused(app);
      await desktop.activateTray();
      return false;
    }, 20_000);

  it('hides on Escape', async () => {
    await eventually(() => isFocused(app));
    await page.keyboard.press('Escape');
    await eventually(async () => !(await isVisible(app)));
    await reopen();
  });

  it('hides instead of closing', async () => {
    await closeWindow(app);
    await eventually(async () => !(await isVisible(app)));
    expect(await windowCount(app)).toBe(1);
    await reopen();
  });

  it('hides when it loses the focus', async () => {
    // the window manager may hand the focus back when nothing else wants it
    await eventually(async () => {
      await blurWindow(app);
      return !(await isVisible(app));
    });
    await reopen();
  });

  it('is made anew after its page has crashed', async () => {
    await crashPage(app);
    await eventually(async () => (await windowCount(app)) === 0);
    await desktop.activateTray();
    await eventually(() => isVisible(app));
  });
});
