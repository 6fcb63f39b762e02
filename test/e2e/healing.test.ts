import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startSimulatedCluster } from '../cluster/simulation';
import type { TestCluster } from '../cluster/testCluster';
import { image, runs, waitsForImage, Workloads } from '../scenarios/workloads';
import { eventually } from '../setup/eventually';
import { figure } from '../setup/figure';
import { cleanUp } from './desktopApp';
import { startLinuxDesktop, type LinuxDesktop } from './linuxDesktop';
import { context, watchCluster, type WatchingApp } from './watchedCluster';

const pictures = path.resolve(import.meta.dirname, '../output/pictures');
let cluster: TestCluster;
let desktop: LinuxDesktop;
let app: WatchingApp;

beforeAll(async () => {
  mkdirSync(pictures, { recursive: true });
  [cluster, desktop] = await Promise.all([startSimulatedCluster(), startLinuxDesktop()]);
  await cluster.reset();
  const started = performance.now();
  app = await watchCluster(desktop, cluster, {}, ['--hidden', '--stay-open']);
  await eventually(() => desktop.trayItems() === 1);
  figure('start to tray item', performance.now() - started, 'ms');
});
afterAll(async () => {
  await cleanUp();
  await desktop.stop();
  await cluster.down();
});

const tooltip = async () => (await desktop.describeTray()).tooltip;
const icon = async () => (await desktop.describeTray()).icon[0]?.[2].checksum;

describe('a failing pod', () => {
  it('is announced, healed by a click on the notification, and shown as healed', async () => {
    await vi.waitFor(
      async () => expect(await tooltip(), app.output()).toBe('Pullthrough: all images arrive (1 context)'),
      10_000,
    );
    const idle = await icon();

    await cluster.registries.publish('nginx:1.25', ['first']);
    const shop = new Workloads(cluster.api, 'shop');
    await shop.createNamespace();
    await shop.deployment('web', { containers: [{ name: 'web', image: 'nginx:1.25' }] });
    await shop.pod('web', (pod) => waitsForImage(pod, 'web'));
    const failed = Date.now();
    const announced = await eventually(() => desktop.notifications[0]);
    figure('failure seen to notification', announced.at - failed, 'ms');
    expect(announced).toMatchObject({
      app: 'Pullthrough',
      title: 'nginx:1.25 cannot be pulled',
      body: `Registry unreachable – 1 pod in ${context}. Click to fix.`,
    });
    await vi.waitFor(async () => expect(await tooltip()).toBe('Pullthrough: 1 image cannot be pulled'), 10_000);
    const failing = await icon();
    expect(failing).not.toBe(idle);
    if (await desktop.showPanel(`${context} – live`)) {
      await desktop.picture(path.join(pictures, 'tray-menu.png'));
      await desktop.hidePanel();
    }
    const patches = async () =>
      (await cluster.audit('app')).filter(({ verb, resource }) => verb === 'patch' && resource === 'pods');
    expect(await patches()).toEqual([]);

    const clicked = performance.now();
    await desktop.click(announced);
    const [patch] = await eventually(async () => ((await patches()).length > 0 ? patches() : null), 60_000);
    figure('click to patch', performance.now() - clicked, 'ms');
    expect(patch).toMatchObject({ namespace: 'shop', code: 200 });
    const pod = await shop.pod('web', (pod) => runs(pod));
    expect(image(pod, 'web')).toBe(`${cluster.mirrors.first}/docker.io/library/nginx:1.25`);

    const healed = await eventually(() => desktop.notifications[1], 60_000);
    expect(healed).toMatchObject({
      title: 'nginx:1.25 is healed',
      body: `1 pod in ${context}, through ${cluster.mirrors.first}.`,
    });
    await eventually(async () => (await icon()) === idle);

    await desktop.click(healed);
    const page = await app.window();
    await page.getByText('Healed').first().waitFor();
    expect(await page.getByText('nginx').first().isVisible()).toBe(true);
    await page.screenshot({ path: path.join(pictures, 'window-healed.png') });
    await desktop.picture(path.join(pictures, 'desktop-healed.png'));
    expect(desktop.notifications).toHaveLength(2);
  });
});

describe('after the computer slept', () => {
  it('the pods are watched over a new connection at once', async () => {
    const watches = async () => (await cluster.audit('app')).filter(({ verb }) => verb === 'watch').length;
    const before = await watches();
    await app.electron.evaluate(({ powerMonitor }) => {
      powerMonitor.emit('resume');
    });
    await eventually(async () => (await watches()) > before);
    expect(await tooltip()).toBe('Pullthrough: all images arrive (1 context)');
  });
});
