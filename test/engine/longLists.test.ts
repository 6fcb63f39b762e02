import { expect, it } from 'vitest';
import { running, start, through } from '../setup/playedCluster';
import { container, pod, waiting } from '../setup/pods';

/** A pod that the app has just swapped, and as a list that was begun before that names it. */
async function swappedDuringList() {
  const app = await start([pod()]);
  const old = app.cluster.pod('web-1');
  await app.pass(2_000);
  expect(app.cluster.written).toEqual([`web-1: ${through('one')}`]);
  const page = (...pods: (typeof old)[]) => {
    app.cluster.tell({ is: 'page', namespace: '', first: true, pods });
  };
  const synced = () => {
    app.cluster.tell({ is: 'synced', namespace: '' });
  };
  return { ...app, old, page, synced };
}

it('a list that was begun before a write takes nothing back', async () => {
  const { old, page, synced, cluster, pass, incident, application } = await swappedDuringList();
  page(old);
  synced();
  await pass(2_000);
  expect(incident()?.progress.is).toBe('rescuing');
  expect(application.state().restores).toEqual([]);
  cluster.report('web-1', running);
  await pass(1_000);
  expect(incident()?.progress).toMatchObject({ is: 'healed' });
});

it('a pod that was written to between its page and the end of the list is shown as it is now', async () => {
  const app = await start([pod()]);
  app.cluster.tell({ is: 'page', namespace: '', first: true, pods: [app.cluster.pod('web-1')] });
  await app.pass(2_000);
  expect(app.cluster.written).toHaveLength(1);
  app.cluster.tell({ is: 'synced', namespace: '' });
  app.cluster.report('web-1', running);
  await app.pass(1_000);
  expect(app.incident()?.progress).toMatchObject({ is: 'healed' });
});

it('a server that was restored to before what was known of it is believed', async () => {
  const { cluster, pass, incident } = await start([pod({ resourceVersion: '9000' })], { auto: false });
  await pass(1_000);
  expect(incident()?.progress.is).toBe('failing');
  const [container] = cluster.pod('web-1').containers;
  const healthy = pod({ resourceVersion: '70', containers: container ? [{ ...container, state: running }] : [] });
  cluster.tell({ is: 'page', namespace: '', first: true, pods: [healthy] });
  cluster.tell({ is: 'synced', namespace: '' });
  await pass(1_000);
  expect(incident()).toBeUndefined();
});

it('a pod that came to run before the answer to its swap arrived is healed', async () => {
  const { cluster, pass, incident } = await start([pod()]);
  const patch = cluster.patchPod.bind(cluster);
  let answer: () => void = () => undefined;
  cluster.patchPod = async (...given) => {
    const done = await patch(...given);
    await new Promise<void>((resolve) => (answer = resolve));
    return done;
  };
  await pass(2_000);
  cluster.report('web-1', running);
  await pass(500);
  answer();
  await pass(1_000);
  expect(incident()?.progress).toMatchObject({ is: 'healed' });
});

it('healthy pods that change wake nobody, and those that come and go are counted', async () => {
  const healthy = (index: number) => {
    const containers = [container({ state: running, imageId: 'sha256:1' })];
    return pod({ uid: `uid-${String(index)}`, name: `web-${String(index)}`, containers });
  };
  const { cluster, pass, application } = await start([healthy(0), healthy(1)]);
  await pass(2_000);
  const counts: (number | undefined)[] = [];
  application.onState(({ contexts: [context] }) => counts.push(context?.pods));
  cluster.asked.length = 0;
  for (let i = 0; i < 10; i += 1) {
    cluster.put(healthy(i % 2));
    await pass(500);
  }
  expect(counts).toEqual([]);
  cluster.put(healthy(2));
  await pass(500);
  cluster.remove('web-2');
  await pass(500);
  expect(counts).toEqual([3, 2]);
  expect(cluster.asked).toEqual([]);
});

it('a failing pod of which nothing but the version changes wakes nobody', async () => {
  const failing = (resourceVersion: string, words = 'manifest unknown') =>
    pod({ resourceVersion, containers: [container({ state: waiting('ErrImagePull', words) })] });
  const { cluster, pass, application } = await start([failing('1')]);
  await pass(2_000);
  let pushes = 0;
  application.onState(() => (pushes += 1));
  for (const version of ['2', '3', '4']) {
    cluster.put(failing(version));
    await pass(1_000);
  }
  expect(pushes).toBe(0);
  cluster.put(failing('5', 'no space left on device'));
  await pass(1_000);
  expect(pushes).toBeGreaterThan(0);
});
