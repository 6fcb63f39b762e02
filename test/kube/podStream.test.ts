import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Clock, PodEvent } from '../../electron/engine/ports';
import { machineClock } from '../../electron/engine/machineClock';
import { NoAnswer } from '../../electron/kube/apiConnection';
import { PodStream } from '../../electron/kube/podStream';
import { everything } from '../../electron/demo/apiServer/authorization';
import { streamLimits } from '../../electron/kube/streamPauses';
import { startSimulation, type Simulation } from '../../electron/demo/simulation';
import { eventually } from '../setup/eventually';
import { hurriedClock } from '../setup/hurriedClock';
import { presentServer } from '../setup/presentServer';

const hurried = hurriedClock(100);

describe('the pod stream', () => {
  let simulation: Simulation;
  let events: PodEvent[];
  let stream: PodStream;
  let number = 0;

  beforeEach(async () => {
    simulation = await startSimulation({ clock: machineClock, nodes: [], users: { app: everything, nobody: [] } });
    events = [];
  });
  afterEach(async () => {
    stream.stop();
    await simulation.stop();
  });

  const start = (user = 'app', clock = hurried, limits = streamLimits) => {
    const connection = simulation.apiFor(user);
    stream = new PodStream({ connection, clock, random: () => 0.5, limits }, '', (event) => events.push(event));
    void stream.run();
  };
  const createPod = async () => {
    number += 1;
    const name = `pod-${String(number)}`;
    const spec = { containers: [{ name: 'app', image: 'nginx:1.25' }] };
    const body = { metadata: { name }, spec };
    const answer = await simulation
      .apiFor('admin')
      .request({ method: 'POST', path: '/api/v1/namespaces/default/pods', body });
    expect(answer.status).toBe(201);
    return name;
  };
  const removePod = async (name: string) => {
    const path = `/api/v1/namespaces/default/pods/${name}`;
    await simulation.apiFor('admin').request({ method: 'DELETE', path, body: { gracePeriodSeconds: 0 } });
  };
  const live = () => eventually(() => events.some(({ is }) => is === 'live'));
  const told = (name: string) =>
    eventually(() => events.some((event) => event.is === 'changed' && event.pod.name === name));
  const has = (is: PodEvent['is']) => events.some((event) => event.is === is);
  const aboutPods = ({ user, resource }: { user: string; resource: string }) => user === 'app' && resource === 'pods';
  const lists = () =>
    simulation.audit.of('app').filter(({ verb, resource }) => verb === 'list' && resource === 'pods').length;

  it('reads the list in pages, and then every change', async () => {
    for (let i = 0; i < 3; i += 1) await createPod();
    start();
    await live();
    const [sync] = events.flatMap((event) => (event.is === 'page' ? event.pods : []));
    expect(sync?.containers).toMatchObject([{ image: 'nginx:1.25' }]);
    await told(await createPod());
  });

  it('goes on with what is left where two lists in a row took longer than the server keeps their beginning', async () => {
    let passed = 0;
    const late: Clock = {
      now: () => machineClock.now() + passed,
      after: (ms, callback) => machineClock.after(ms, callback),
    };
    await simulation.stop();
    simulation = await startSimulation({ clock: late, nodes: [], users: { app: everything } });
    const names = [await createPod(), await createPod(), await createPod()].sort();
    const connection = simulation.apiFor('app');
    const ask = connection.stream.bind(connection);
    let begun = 0;
    connection.stream = async (request) => {
      if (request.path === '/version') return ask(request);
      if (request.query?.['continue'] === undefined) begun += request.query?.['watch'] === undefined ? 1 : 0;
      else {
        passed += 300_001;
        if (begun === 2) await removePod(names[0] ?? '');
      }
      return ask(request);
    };
    const limits = { ...streamLimits, page: 1 };
    stream = new PodStream({ connection, clock: hurried, random: () => 0.5, limits }, 'default', (event) =>
      events.push(event),
    );
    void stream.run();
    // it was named before it went, so that only a watch from then on tells of it
    await eventually(() => events.some((event) => event.is === 'deleted' && event.pod.name === names[0]));
    const all = events.flatMap((event) => (event.is === 'page' ? event.pods.map(({ name }) => name) : []));
    expect(all).toEqual([names[0], ...names]);
    expect(begun).toBe(2);
  });

  it.each([
    ['429 with Retry-After', { status: 429, retryAfter: 1 }],
    ['500', { status: 500 }],
  ])('goes on with the page that was refused with %s, not with the first one', async (_what, answer) => {
    const names = [await createPod(), await createPod(), await createPod()].sort();
    let asked = 0;
    const isSecondPage = (request: Parameters<typeof aboutPods>[0] & { verb: string }) =>
      aboutPods(request) && request.verb === 'list' && (asked += 1) === 2;
    simulation.faults.answerNext(1, isSecondPage, answer);
    start('app', hurried, { ...streamLimits, page: 1 });
    await live();
    const pages = events.flatMap((event) => (event.is === 'page' ? [[event.first, event.pods[0]?.name]] : []));
    expect(pages.slice(0, 3)).toEqual(names.map((name, index) => [index === 0, name]));
    expect(lists()).toBe(pages.length + 1);
    await removePod(names[0] ?? '');
    await eventually(() => has('deleted'));
  });

  it('goes on from where it was after its connections were cut, without a new list', async () => {
    start();
    await live();
    simulation.faults.resetConnections();
    await told(await createPod());
    expect(lists()).toBe(1);
    expect(has('blind')).toBe(false);
  });

  it('lists again when the server has forgotten the version', async () => {
    start();
    await live();
    simulation.faults.answerNext(1, aboutPods, { status: 410, reason: 'Expired' });
    simulation.faults.resetConnections();
    await eventually(() => lists() === 2);
    await told(await createPod());
  });

  it('does not list without end where each watch ends with the word that its version is forgotten', async () => {
    const pauses: number[] = [];
    let lists = 0;
    const json = (value: unknown) => Readable.from([Buffer.from(`${JSON.stringify(value)}\n`)]);
    const connection = presentServer(({ query }) => {
      const watching = query?.watch === 'true';
      if (!watching) lists += 1;
      const body = watching
        ? json({ type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired' } })
        : json({ metadata: { resourceVersion: '900' }, items: [] });
      return Promise.resolve({ status: 200, retryAfter: null, contentType: 'application/json', body });
    });
    const noted: Clock = { now: () => machineClock.now(), after: (ms) => (pauses.push(ms), () => undefined) };
    stream = new PodStream({ connection, clock: noted, random: () => 0.5 }, '', (event) => events.push(event));
    void stream.run();
    await eventually(() => pauses.length > 0);
    expect(lists).toBe(2);
  });

  it('does not list without end where the server has forgotten every version', async () => {
    const pauses: number[] = [];
    const noted: Clock = {
      now: () => machineClock.now(),
      after: (ms, callback) => {
        pauses.push(ms);
        return machineClock.after(1, callback);
      },
    };
    const watching = (request: Parameters<typeof aboutPods>[0] & { verb: string }) =>
      aboutPods(request) && request.verb === 'watch';
    simulation.faults.answerNext(5, watching, { status: 410, reason: 'Expired' });
    start('app', noted);
    await live();
    // the first one is normal after a long sleep
    expect(pauses.slice(0, 4)).toEqual([400, 800, 1_600, 3_200]);
    expect(lists()).toBe(6);
  });

  it.each([
    ['429 with Retry-After', { status: 429, retryAfter: 1 }],
    ['500', { status: 500 }],
    ['401 once', { status: 401 }],
    ['403 for a moment, as a starting server answers', { status: 403, message: 'pods is forbidden' }],
  ])('survives %s', async (_what, answer) => {
    // a refusal is believed after a minute, which a hundred times as fast is soon over on a busy machine
    start('app', hurriedClock(10));
    await live();
    simulation.faults.answerNext(2, aboutPods, answer);
    // what starts is not ready, and says so, or does not say it to everybody
    for (const status of [500, 403])
      simulation.faults.answerNext(1, ({ resource }) => resource === '/readyz', { status });
    simulation.faults.resetConnections();
    await told(await createPod());
    expect(has('denied')).toBe(false);
  });

  it('says since when it is blind and when it tries again, and sees again', async () => {
    start();
    await live();
    simulation.faults.answerNext(4, aboutPods, { status: 503, message: 'etcd is down' });
    simulation.faults.resetConnections();
    const blind = await eventually(() => events.find((event) => event.is === 'blind'));
    expect(blind).toMatchObject({ why: expect.stringContaining('etcd is down') as string });
    await eventually(() => events.at(-1)?.is === 'live');
  });

  it.each([
    ['0, and asks again after a pause of its own', 0, 400],
    ['a week, and asks again within minutes', 604_800, 300_400],
  ])('does not take a server at its word that says to wait for %s', async (_what, retryAfter, pause) => {
    const pauses: number[] = [];
    const noted: Clock = {
      now: () => machineClock.now(),
      after: (ms, callback) => {
        pauses.push(ms);
        return machineClock.after(1, callback);
      },
    };
    simulation.faults.answerNext(1, aboutPods, { status: 429, retryAfter });
    start('app', noted);
    await live();
    expect(pauses[0]).toBe(pause);
  });

  it('names the missing right of a user who may not look, and does not hammer the server', async () => {
    start('nobody', { now: () => machineClock.now(), after: () => () => undefined });
    expect(await eventually(() => events.find((event) => event.is === 'denied'))).toMatchObject({
      verb: 'list',
      resource: 'pods',
    });
    expect(simulation.audit.of('nobody')).toHaveLength(1);
  });

  it('goes on at once when told that the computer woke up', async () => {
    const frozen: Clock = { now: () => machineClock.now(), after: () => () => undefined };
    start('app', frozen);
    await live();
    stream.resume();
    await told(await createPod());
  });

  it('stops in the middle of its first list, and tells nothing more', async () => {
    for (let i = 0; i < 3; i += 1) await createPod();
    stream = new PodStream(
      {
        connection: simulation.apiFor('app'),
        clock: hurried,
        random: () => 0.5,
        limits: { ...streamLimits, page: 1 },
      },
      '',
      (event) => {
        events.push(event);
        // as when its context is edited away
        if (event.is === 'page') stream.stop();
      },
    );
    await stream.run();
    expect(events).toHaveLength(1);
    // the second page was on its way
    expect(lists()).toBeLessThanOrEqual(2);
  });

  it('stops', async () => {
    start();
    await live();
    const seen: PodEvent[] = [];
    const connection = simulation.apiFor('app');
    const other = new PodStream({ connection, clock: hurried, random: () => 0.5 }, '', (event) => seen.push(event));
    void other.run();
    await eventually(() => seen.some(({ is }) => is === 'live'));
    stream.stop();
    const before = events.length;
    // the other one comes back twice: so would this one
    for (let cuts = 0; cuts < 2; cuts += 1) {
      simulation.faults.resetConnections();
      const name = await createPod();
      await eventually(() => seen.some((event) => event.is === 'changed' && event.pod.name === name));
    }
    other.stop();
    expect(events).toHaveLength(before);
  });

  it('lists again where a server that was set back to an older state takes its version for one of the future', async () => {
    const asked: string[] = [];
    const list = { metadata: { resourceVersion: '900' }, items: [] };
    const connection = presentServer(({ query }) => {
      const watching = query?.watch === 'true';
      asked.push(watching ? `watch from ${query.resourceVersion ?? ''}` : 'list');
      const body = watching
        ? new Readable({ read: () => undefined })
        : Readable.from([Buffer.from(JSON.stringify(list))]);
      // as such a server does: it accepts the watch, and then nothing comes until the limit is over
      if (watching) setImmediate(() => body.destroy(new NoAnswer('no byte for 100 s', 'SILENT')));
      return Promise.resolve({ status: 200, retryAfter: null, contentType: 'application/json', body });
    });
    stream = new PodStream({ connection, clock: hurried, random: () => 0.5 }, '', (event) => events.push(event));
    void stream.run();
    await eventually(() => asked.length >= 6);
    expect(asked.slice(0, 6)).toEqual([
      'list',
      'watch from 900',
      'watch from 900',
      'list',
      'watch from 900',
      'watch from 900',
    ]);
  });
});
