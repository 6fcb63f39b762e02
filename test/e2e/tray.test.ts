import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Settings } from '../../electron/domain/settings';
import { startSimulatedCluster } from '../cluster/simulation';
import type { TestCluster } from '../cluster/testCluster';
import { waitsForImage, Workloads } from '../scenarios/workloads';
import { eventually } from '../setup/eventually';
import { chooseQuit, cleanUp } from './desktopApp';
import { startLinuxDesktop, type LinuxDesktop } from './linuxDesktop';
import { context, watchCluster } from './watchedCluster';
import { closeWindow, isFocused, isVisible, windowNumber } from './windowControl';

let cluster: TestCluster;
let desktop: LinuxDesktop;

beforeAll(async () => {
  cluster = await startSimulatedCluster();
});
afterAll(async () => {
  await cluster.down();
});
beforeEach(async () => {
  await cluster.reset();
});
afterEach(async () => {
  await cleanUp();
  await desktop.stop();
});

const tooltipBecomes = (text: string) =>
  vi.waitFor(async () => expect((await desktop.describeTray()).tooltip).toBe(`Pullthrough: ${text}`), 15_000);
const chosen = (userData: string) =>
  (JSON.parse(readFileSync(path.join(userData, 'settings.json'), 'utf8')) as Settings).contexts[context];
/** Whether each switch of the context is ticked in the menu. */
const switches = async () => {
  const entry = (await desktop.menu()).find(({ label }) => label?.startsWith(context));
  return entry?.children.map((one) => one['toggle-state'] === 1);
};

describe('the tray menu', () => {
  it('turns watching off and on', async () => {
    desktop = await startLinuxDesktop();
    const app = await watchCluster(desktop, cluster);
    await eventually(() => desktop.trayItems() === 1);
    await tooltipBecomes('all images arrive (1 context)');
    const watching = await desktop.describeTray();
    expect(await switches()).toEqual([true, false]);

    await desktop.choose(`${context} – live`, 'Watch');
    await tooltipBecomes('nothing is watched');
    expect(chosen(app.userData)).toEqual({ watch: false, auto: false, agreed: true });
    expect((await desktop.describeTray()).icon).not.toEqual(watching.icon);
    await vi.waitFor(async () => expect(await switches()).toEqual([false, false]), 10_000);

    await desktop.choose(context, 'Watch');
    await tooltipBecomes('all images arrive (1 context)');
    expect(chosen(app.userData)?.watch).toBe(true);
  });

  it('lets the app heal by itself only where that was agreed to', async () => {
    desktop = await startLinuxDesktop();
    const app = await watchCluster(desktop, cluster, { agreed: false });
    await eventually(() => desktop.trayItems() === 1);
    await tooltipBecomes('all images arrive (1 context)');
    await desktop.choose(`${context} – live`, 'Auto-proxy');
    const page = await app.window();
    await page.getByRole('heading', { name: 'Contexts' }).or(page.getByText(context).first()).first().waitFor();
    expect(chosen(app.userData)).toEqual({ watch: true, auto: false, agreed: false });
    expect(await switches()).toEqual([true, false]);
  });

  it('heals everything, which takes the notification away again', async () => {
    desktop = await startLinuxDesktop();
    await watchCluster(desktop, cluster);
    await eventually(() => desktop.trayItems() === 1);
    await tooltipBecomes('all images arrive (1 context)');
    await cluster.registries.publish('nginx:1.25', ['first']);
    const shop = new Workloads(cluster.api, 'shop');
    await shop.createNamespace();
    await shop.deployment('web', { containers: [{ name: 'app', image: 'nginx:1.25' }] });
    await shop.pod('web', (pod) => waitsForImage(pod));
    const announced = await eventually(() => desktop.notifications[0]);
    await tooltipBecomes('1 image cannot be pulled');
    await desktop.choose('Fix all (1)');
    await vi.waitFor(() => expect(desktop.closedNotifications).toEqual([announced.id]), 30_000);
    await tooltipBecomes('all images arrive (1 context)');
  });

  it('ends the app', async () => {
    desktop = await startLinuxDesktop();
    const app = await watchCluster(desktop, cluster);
    await eventually(() => desktop.trayItems() === 1);
    await tooltipBecomes('all images arrive (1 context)');
    await chooseQuit(desktop, app);
    expect(app.exitCode()).toBe(0);
  });
});

describe('the tray icon', () => {
  it('opens the window and closes it', async () => {
    desktop = await startLinuxDesktop();
    const app = await watchCluster(desktop, cluster);
    await eventually(() => desktop.trayItems() === 1);
    expect(app.electron.windows()).toHaveLength(0);
    await desktop.activateTray();
    await eventually(() => isFocused(app));
    expect(desktop.titleBar(await windowNumber(app))).toBe(0);
    await desktop.activateTray();
    await eventually(async () => !(await isVisible(app)));
  });

  it('comes when a panel does, and until then there is a window', async () => {
    desktop = await startLinuxDesktop({ tray: false });
    const app = await watchCluster(desktop, cluster, {}, []);
    await eventually(() => isVisible(app));
    const number = await windowNumber(app);
    await eventually(() => desktop.titleBar(number) > 0);
    await desktop.startTray();
    await eventually(() => desktop.trayItems() === 1);
    await tooltipBecomes('all images arrive (1 context)');
  });

  it('is not needed: without one, closing the window ends the app', async () => {
    desktop = await startLinuxDesktop({ tray: false });
    const app = await watchCluster(desktop, cluster, {}, []);
    await eventually(() => isVisible(app));
    await closeWindow(app);
    await vi.waitFor(() => expect(app.exitCode()).toBe(0), 10_000);
  });
});
