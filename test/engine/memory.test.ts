import { expect, it } from 'vitest';
import { HandClock } from '../setup/handClock';
import { FakeCluster } from '../setup/fakeCluster';
import { missing, running, start, through } from '../setup/playedCluster';
import { container, pod, unreachable, waiting } from '../setup/pods';

/** Where an object keeps more than so many things, by the names on the way there. */
function hoards(root: object, most: number): readonly string[] {
  const found: string[] = [];
  const seen = new Set<unknown>();
  const look = (value: unknown, path: string): void => {
    if (typeof value !== 'object' || value === null || seen.has(value)) return;
    if (value instanceof FakeCluster || value instanceof HandClock) return;
    seen.add(value);
    const size = value instanceof Map || value instanceof Set ? value.size : Array.isArray(value) ? value.length : 0;
    if (size > most) found.push(`${path}: ${String(size)}`);
    const inside = value instanceof Map ? value.values() : value instanceof Set ? value : [];
    for (const each of inside) look(each, `${path}[]`);
    for (const [key, each] of Object.entries(value)) look(each, Array.isArray(value) ? `${path}[]` : `${path}.${key}`);
  };
  look(root, 'application');
  return found;
}

const failing = (index: number, state = waiting('ErrImagePull', unreachable(`app-${String(index)}:1`))) => {
  const containers = [container({ image: `app-${String(index)}:1`, state })];
  return pod({
    uid: `uid-${String(index)}`,
    name: `pod-${String(index)}`,
    namespace: `ns-${String(index % 900)}`,
    containers,
  });
};

it('what comes and goes is forgotten, whether it was healed, given up or left alone', async () => {
  const { cluster, pass, application } = await start([], {
    settings: { probedMirrors: ['one.example', 'two.example'], noProxy: ['left.example'] },
    parts: { mirrorProbe: () => Promise.resolve({ availability: 'available', size: null, errors: 0 }) },
  });
  const churn = 900;
  for (let index = 0; index < churn; index += 3) {
    const [healed, gone, left] = [index, index + 1, index + 2];
    cluster.put(failing(healed));
    cluster.put(failing(gone));
    cluster.put({ ...failing(left), containers: [container({ image: `left.example/a:${String(left)}` })] });
    await pass(2_500);
    cluster.report(`pod-${String(healed)}`, running);
    for (const mirror of ['one', 'two']) {
      cluster.report(`pod-${String(gone)}`, missing(through(mirror, `app-${String(gone)}:1`)));
      await pass(500);
    }
    cluster.remove(`pod-${String(left)}`);
    cluster.remove(`pod-${String(gone)}`);
    cluster.remove(`pod-${String(healed)}`);
    await pass(500);
  }
  expect(cluster.written.length).toBeGreaterThan(churn);
  await pass(25 * 3_600_000);
  cluster.put(failing(churn));
  await pass(2_500);
  cluster.report(`pod-${String(churn)}`, missing(through('one', `app-${String(churn)}:1`)));
  await pass(5_000);
  // two days of a mirror's errors are kept, up to a number
  expect(hoards(application, 200).filter((path) => !/\.errors: \d+$/.test(path))).toEqual([]);
}, 120_000);

it('pods of namespaces that are watched no more are forgotten, also while they are being listed', async () => {
  const onMirror = Array.from({ length: 300 }, (_, index) => {
    const image = through('one', `app-${String(index)}:1`);
    return { ...failing(index), containers: [container({ image, state: missing(image) })] };
  });
  const { cluster, application, pass } = await start([], { auto: false });
  cluster.tell({ is: 'page', namespace: '', first: true, pods: onMirror });
  await pass(1_000);
  cluster.tell({ is: 'scope', namespace: '', namespaces: ['shop'] });
  await pass(1_000);
  // that they failed counts against their mirror all the same
  expect(hoards(application, 200).filter((path) => !path.includes('.meter.'))).toEqual([]);
});

it('a pod that no retag could help, and that runs by now, is forgotten', async () => {
  const same = [container({ state: waiting('ErrImagePull', unreachable('nginx:1.25')) })];
  const settings = { contexts: { prod: { watch: true, auto: true, agreed: true, retag: true } } };
  const { cluster, pass, application } = await start([], { settings });
  cluster.closed.add('shop');
  const indexes = Array.from({ length: 300 }, (_, index) => index);
  for (const index of indexes) cluster.put({ ...failing(index), namespace: 'shop', node: 'n1', containers: same });
  await pass(10_000);
  for (const index of indexes) cluster.report(`pod-${String(index)}`, running);
  await pass(1_000);
  for (const index of indexes) cluster.remove(`pod-${String(index)}`);
  await pass(25 * 3_600_000);
  application.state();
  expect(hoards(application, 200)).toEqual([]);
});
