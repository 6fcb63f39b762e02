import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startSimulatedCluster } from '../cluster/simulation';
import type { TestCluster } from '../cluster/testCluster';
import { eventually } from '../setup/eventually';
import { figure } from '../setup/figure';
import { cleanUp, startApp } from './desktopApp';
import { startLinuxDesktop, type LinuxDesktop } from './linuxDesktop';
import { memoryOf } from './processMemory';
import { watchCluster } from './watchedCluster';

let desktop: LinuxDesktop;
let cluster: TestCluster;
beforeEach(async () => {
  [cluster, desktop] = await Promise.all([startSimulatedCluster(), startLinuxDesktop()]);
  await cluster.reset();
});
afterEach(async () => {
  await cleanUp();
  await desktop.stop();
  await cluster.down();
});

/** The least of several readings: what a process needs, without what happens to be in flight. */
async function settledMemory(pid: number): Promise<number> {
  let least = Infinity;
  let unchanged = 0;
  await eventually(async () => {
    const now = memoryOf(pid);
    unchanged = now < least - 1 ? 0 : unchanged + 1;
    least = Math.min(least, now);
    await new Promise((resolve) => setTimeout(resolve, 500));
    return unchanged >= 8;
  }, 60_000);
  return least;
}

it('in the tray the app needs little more than Electron itself', async () => {
  const empty = await startApp(desktop, { folder: path.join(import.meta.dirname, 'emptyApp') });
  const base = await settledMemory(empty.pid);
  await empty.quit();

  const app = await watchCluster(desktop, cluster);
  await eventually(async () => (await desktop.describeTray()).tooltip.includes('all images arrive'), 20_000);
  const idle = await settledMemory(app.pid);
  await desktop.activateTray();
  await (await app.window()).getByText('app').first().waitFor();
  const open = await settledMemory(app.pid);

  figure('memory of an empty Electron app', base, 'MB');
  figure('memory in the tray', idle, 'MB');
  figure('memory with the window open', open, 'MB');
  expect(idle - base).toBeLessThan(100);
});
