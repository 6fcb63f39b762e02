import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Clock, PodEvent, PodWatch } from '../../electron/engine/ports';
import { machineClock } from '../../electron/engine/machineClock';
import type { Rule } from '../../electron/demo/apiServer/authorization';
import { startSimulation, type Simulation } from '../../electron/demo/simulation';
import { KubeCluster } from '../../electron/kube/cluster';
import { eventually } from '../setup/eventually';
import { hurriedClock } from '../setup/hurriedClock';

const pods = (verbs: readonly string[], namespaces?: readonly string[]): Rule => ({
  verbs,
  groups: [''],
  resources: ['pods'],
  ...(namespaces && { namespaces }),
});
const namespaces: Rule = { verbs: ['list'], groups: [''], resources: ['namespaces'] };
const listAndWatch = ['list', 'watch'];

/** Ten minutes pass in 60 ms. */
const hurried = hurriedClock(10_000);
const still: Clock = { now: () => machineClock.now(), after: () => () => undefined };

describe('what a user may watch', () => {
  let simulation: Simulation;
  let rights: Rule[];
  let events: PodEvent[];
  let watch: PodWatch | null = null;

  beforeEach(async () => {
    rights = [];
    events = [];
    simulation = await startSimulation({ clock: machineClock, nodes: [], users: { app: rights } });
    for (const name of ['shop', 'bank', 'mine']) {
      const admin = simulation.apiFor('admin');
      await admin.request({ method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name } } });
      const spec = { containers: [{ name: 'app', image: 'nginx:1.25' }] };
      const body = { metadata: { name: `pod-of-${name}` }, spec };
      const made = await admin.request({ method: 'POST', path: `/api/v1/namespaces/${name}/pods`, body });
      expect(made.status).toBe(201);
    }
  });
  afterEach(async () => {
    watch?.stop();
    await simulation.stop();
  });

  const start = (clock: Clock, only: readonly string[] = [], named: readonly string[] = []) => {
    const cluster = new KubeCluster(simulation.apiFor('app'), clock, () => 0.5, 'mine');
    watch = cluster.watchPods({ only, named: () => named }, (event) => events.push(event));
  };
  const scope = () => events.flatMap((event) => (event.is === 'scope' ? [event.namespaces] : [])).at(-1);
  const seen = () =>
    [...new Set(events.flatMap((event) => (event.is === 'page' ? event.pods.map(({ name }) => name) : [])))]
      .filter((name) => name.startsWith('pod-of-'))
      .sort();
  const reviews = () => simulation.audit.of('app').filter(({ resource }) => resource.startsWith('selfsubject'));

  it('is everything where that is allowed, and then nothing is asked about rights', async () => {
    rights.push(pods(listAndWatch));
    start(hurried);
    await eventually(() => seen().length === 3);
    expect(scope()).toEqual(['']);
    expect(reviews()).toEqual([]);
  });

  it('is those of the listed namespaces that may be read', async () => {
    rights.push(namespaces, pods(listAndWatch, ['shop', 'bank']), pods(['list'], ['mine']));
    start(hurried);
    await eventually(() => seen().length === 2 && scope()?.length === 2);
    expect(seen()).toEqual(['pod-of-bank', 'pod-of-shop']);
    expect(events.some(({ is }) => is === 'denied')).toBe(false);
  });

  it('is what the context and the settings name, where namespaces may not be listed', async () => {
    rights.push(pods(listAndWatch, ['shop', 'mine']));
    start(hurried, [], ['shop', 'bank']);
    await eventually(() => seen().length === 2);
    expect(scope()).toEqual(['shop', 'mine']);
  });

  it('is what was asked for alone, whatever else is allowed', async () => {
    rights.push(pods(listAndWatch));
    start(hurried, ['bank']);
    await eventually(() => seen().length === 1);
    expect(scope()).toEqual(['bank']);
  });

  it.each([
    ['list', []],
    ['watch', [pods(['list'])]],
  ])('is nothing where the right to %s is missing, and that is what is named', async (verb, has) => {
    rights.push(...has);
    start(still);
    const denied = await eventually(() => events.find((event) => event.is === 'denied'));
    expect(denied).toMatchObject({ verb, resource: 'pods', namespace: '' });
  });

  it('grows with the rights that come later, at a click or by itself', async () => {
    start(still);
    await eventually(() => events.some(({ is }) => is === 'denied'));
    rights.push(pods(listAndWatch, ['mine']));
    watch?.resume();
    await eventually(() => seen().includes('pod-of-mine'));
    rights.push(namespaces, pods(listAndWatch, ['shop']));
    watch?.resume();
    await eventually(() => seen().includes('pod-of-shop'));
    expect(scope()).toEqual(['mine', 'shop']);
    rights.push(pods(listAndWatch));
    watch?.resume();
    await eventually(() => seen().includes('pod-of-bank'));
    expect(scope()).toEqual(['']);
  });

  it('is looked at again after ten minutes, when nobody clicks', async () => {
    rights.push(pods(listAndWatch, ['mine']));
    start(hurried);
    await eventually(() => seen().includes('pod-of-mine'));
    rights.push(pods(listAndWatch));
    await eventually(() => seen().length === 3);
    expect(scope()).toEqual(['']);
  });

  it('names the namespace whose right went while the others go on', async () => {
    rights.push(pods(listAndWatch, ['mine']), pods(listAndWatch, ['shop']));
    start(hurried, ['mine', 'shop']);
    await eventually(() => seen().length === 2);
    rights.splice(1, 1);
    simulation.faults.resetConnections();
    const denied = await eventually(() => events.find((event) => event.is === 'denied'));
    expect(denied).toMatchObject({ verb: 'watch', namespace: 'shop' });
  });
});
