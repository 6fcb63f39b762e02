import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { startSimulatedCluster } from '../cluster/simulation';
import { AppProcess } from '../scenarios/runningApp';
import { app, nginx, proxied, Stage } from '../scenarios/stage';
import { runs } from '../scenarios/workloads';
import { CommandFolder } from './commandProcess';

const stage = new Stage();
let folder: CommandFolder;
let running: AppProcess | null = null;
beforeAll(async () => {
  stage.open(await startSimulatedCluster());
});
afterAll(() => stage.close());
beforeEach(async () => {
  folder = new CommandFolder();
  await stage.set();
});
afterEach(async () => {
  await running?.kill();
  running = null;
  folder.remove();
});

it.each([
  ['kubernetes.io/hostname=host-2', true],
  ['kubernetes.io/hostname=host-1', false],
])('run --prepull %s brings a healed image onto these nodes, and ends with 0', async (selector, further) => {
  const { mirrors, registries } = stage.cluster;
  await registries.publish(nginx, ['first']);
  await stage.shop.createNamespace();
  await stage.shop.barePod('web', { nodeName: 'node-1', ...app() });
  const state = path.join(folder.path, 'state');
  running = new AppProcess(stage.cluster, state, undefined, ['--prepull', selector]);
  await stage.shop.pod('web', runs);
  await running.next('healed', { node: 'node-1' });
  if (further) await running.next('cached', { node: 'node-2', proxied: proxied(mirrors.first) });
  expect(await running.terminate()).toBe(0);
  const nodes = running.events.filter(({ event }) => event === 'cache-started').map(({ node }) => node);
  expect(nodes).toEqual(further ? ['node-1', 'node-2'] : ['node-1']);
});
