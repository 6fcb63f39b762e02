import { afterEach, describe, expect, it } from 'vitest';
import { noLimits, type MirrorLimits } from '../../electron/domain/mirrorBudget';
import type { ContainerState, PodSnapshot } from '../../electron/domain/podSnapshot';
import { defaultSettings, type ContextSettings, type Settings } from '../../electron/domain/settings';
import { createApplication, type Application } from '../../electron/engine/application';
import type { ApplicationParts } from '../../electron/engine/applicationParts';
import type { EngineEvent } from '../../electron/engine/engineEvent';
import { FakeCluster } from '../setup/fakeCluster';
import { HandClock } from '../setup/handClock';
import { container, pod, unreachable, waiting } from '../setup/pods';

const nginx = 'nginx:1.25';
const through = (mirror: string, image = nginx) => `${mirror}.example/docker.io/library/${image}`;
const pulling = (image: string, why: string) =>
  waiting('ErrImagePull', `failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${why}`);
const missing = (image: string) => pulling(image, `${image}: not found`);
const backOff = (image: string) => waiting('ImagePullBackOff', `Back-off pulling image "${image}"`);
const running: ContainerState = { is: 'running' };

const applications: Application[] = [];
afterEach(async () => {
  await Promise.all(applications.splice(0).map((each) => each.stop()));
});

interface Options {
  readonly auto?: boolean;
  readonly mirrors?: readonly string[];
  readonly limits?: (host: string) => MirrorLimits;
  readonly parts?: Partial<ApplicationParts>;
  readonly settings?: Partial<Settings>;
}

/** An application that watches one cluster with these pods in it. */
async function start(pods: readonly PodSnapshot[], options: Options = {}) {
  const { auto = true, mirrors = ['one', 'two'], limits = () => noLimits } = options;
  const clock = new HandClock();
  const cluster = new FakeCluster(pods);
  const context: ContextSettings = { watch: true, auto, agreed: true };
  let settings: Settings = {
    ...defaultSettings,
    contexts: { prod: context },
    mirrors: mirrors.map((name) => ({ name, match: '*', template: `${name}.example/{host}/{path}` })),
    ...options.settings,
  };
  const application = createApplication({
    settings: {
      read: () => settings,
      write: (changed) => {
        settings = changed;
      },
    },
    journal: { path: '', load: () => ({ entries: [], problem: null }), record: () => undefined },
    contexts: {
      follow: (_extra, listener) => {
        const handle = { name: 'prod', server: '', namespace: '', fingerprint: '', connect: () => cluster };
        listener({ files: ['/kubeconfig'], broken: [], contexts: [handle], current: null });
        return () => undefined;
      },
    },
    clock,
    demo: false,
    limits: { mirrors: limits },
    ...options.parts,
  });
  applications.push(application);
  const events: EngineEvent[] = [];
  application.onEvent((event) => events.push(event));
  cluster.list();
  /** Lets time pass, and everything happen that was waiting for it. */
  const pass = async (ms: number) => {
    for (let left = ms; left > 0; left -= Math.min(left, 500)) {
      clock.advance(Math.min(left, 500));
      await new Promise(setImmediate);
      await new Promise(setImmediate);
    }
  };
  await pass(100);
  const incident = () => application.state().incidents[0];
  const mirror = (name: string) => application.state().mirrors.find(({ host }) => host === `${name}.example`);
  return { clock, cluster, application, events, pass, incident, mirror };
}

/** A pod that has carried a mirror's image for long, and whose container is to be started again. */
const swapped = (mirror: string, fields: Partial<PodSnapshot> = {}) =>
  pod({
    originalImages: { app: nginx },
    containers: [container({ image: through(mirror), pullPolicy: 'Always', state: running })],
    ...fields,
  });

describe('a swapped container that goes on failing on its mirror', () => {
  it('goes to the next one at the second failed attempt, and not before', async () => {
    const { cluster, pass } = await start([swapped('one')]);
    cluster.report('web-1', missing(through('one')));
    await pass(5_000);
    cluster.report('web-1', backOff(through('one')));
    await pass(5_000);
    expect(cluster.written).toEqual([]);
    cluster.report('web-1', missing(through('one')));
    await pass(3_000);
    expect(cluster.written).toEqual([`web-1: ${through('two')}`]);
    expect(cluster.pod('web-1').originalImages).toEqual({ app: nginx });
  });

  const failTwice = async ({ cluster, pass }: Awaited<ReturnType<typeof start>>, image: string) => {
    cluster.report('web-1', missing(image));
    await pass(1_000);
    cluster.report('web-1', backOff(image));
    await pass(1_000);
    cluster.report('web-1', missing(image));
    await pass(3_000);
  };

  it('is put back where there is no other, with what it failed on told', async () => {
    const app = await start([swapped('one')], { mirrors: ['one'] });
    await failTwice(app, through('one'));
    expect(app.cluster.written).toEqual([`web-1: ${nginx}`]);
    expect(app.cluster.pod('web-1').originalImagesText).toBeNull();
    expect(app.incident()?.progress).toMatchObject({
      is: 'gave-up',
      why: { is: 'no-mirror-left' },
      earlier: [{ host: 'one.example', cause: 'not-found' }],
    });
  });

  it('is put back where the rule of its mirror is gone', async () => {
    const app = await start([swapped('gone')], { settings: { noProxy: ['docker.io'] } });
    await failTwice(app, through('gone'));
    expect(app.cluster.written).toEqual([`web-1: ${nginx}`]);
  });

  it('is put back where all others were asked enough, and waits for none with this image in place', async () => {
    const app = await start([swapped('one')], {
      limits: (host) => (host === 'two.example' ? { ...noLimits, errorsInTwoDays: 1 } : noLimits),
    });
    app.cluster.put(
      pod({ uid: 'uid-2', name: 'other', containers: [container({ image: through('two', 'x:1'), state: running })] }),
    );
    app.cluster.report('other', missing(through('two', 'x:1')));
    await app.pass(500);
    expect(app.mirror('two')?.stopped?.by).toBe('errors');
    await failTwice(app, through('one'));
    expect(app.cluster.written).toEqual([`web-1: ${nginx}`]);
  });

  it('in watch mode is left until a click, which does the same', async () => {
    const app = await start([swapped('one')], { auto: false, mirrors: ['one'] });
    await failTwice(app, through('one'));
    expect(app.cluster.written).toEqual([]);
    const { id = '', refusal } = app.incident() ?? {};
    expect(refusal).toBeNull();
    const answer = await app.application.command('fix', { context: 'prod', incident: id, agree: false });
    await app.pass(1_000);
    expect([answer.ok, app.cluster.written]).toEqual([true, [`web-1: ${nginx}`]]);
  });

  it('leaves the containers beside it alone that run', async () => {
    const sidecar = container({ name: 'side', index: 1, image: through('one', 'busybox:1'), state: running });
    const app = await start(
      [
        swapped('one', {
          originalImages: { app: nginx, side: 'busybox:1' },
          containers: [container({ image: through('one'), state: running }), sidecar],
        }),
      ],
      { mirrors: ['one'] },
    );
    await failTwice(app, through('one'));
    expect(app.cluster.written).toEqual([`web-1: ${nginx}`]);
    expect(app.cluster.pod('web-1').originalImages).toEqual({ side: 'busybox:1' });
  });

  it('is put back also in a pause after failed rescues of the image, and the pause stays as it was', async () => {
    const second = pod({ uid: 'uid-2', name: 'web-2' });
    const app = await start([swapped('one'), second], { mirrors: ['one'] });
    await app.pass(2_000);
    expect(app.cluster.written).toEqual([`web-2: ${through('one')}`]);
    app.cluster.report('web-2', missing(through('one')));
    await app.pass(1_000);
    expect(app.cluster.written.slice(1)).toEqual([`web-2: ${nginx}`]);
    app.cluster.report('web-2', waiting('ErrImagePull', unreachable(nginx)));
    await app.pass(500);
    const retryAt = () => {
      const progress = app.incident()?.progress;
      return progress?.is === 'gave-up' ? progress.retryAt : null;
    };
    const paused = retryAt();
    await failTwice(app, through('one'));
    expect(app.cluster.written.slice(2)).toEqual([`web-1: ${nginx}`]);
    app.cluster.report('web-1', waiting('ErrImagePull', unreachable(nginx)));
    await app.pass(500);
    expect(retryAt()).toBe(paused);
  });

  it('is not put back again and again where that is refused', async () => {
    const app = await start([swapped('one')], { mirrors: ['one'] });
    app.cluster.refuses = { is: 'rejected', detail: 'a webhook says no' };
    let tried = 0;
    const patchPod = app.cluster.patchPod.bind(app.cluster);
    app.cluster.patchPod = (...args) => {
      tried += 1;
      return patchPod(...args);
    };
    await failTwice(app, through('one'));
    await app.pass(60_000);
    expect(tried).toBe(1);
  });
});

describe('a pull that was cut off', () => {
  it('is healed unasked from the second time on', async () => {
    const { cluster, pass } = await start([
      pod({ containers: [container({ state: pulling(nginx, 'context canceled') })] }),
    ]);
    await pass(5_000);
    cluster.report('web-1', backOff(nginx));
    await pass(5_000);
    expect(cluster.written).toEqual([]);
    cluster.report('web-1', pulling(nginx, 'context canceled'));
    await pass(1_000);
    expect(cluster.written).toEqual([`web-1: ${through('one')}`]);
  });

  it('beside others of the same image is left until then, and a click takes all', async () => {
    const cut = (name: string) =>
      pod({ uid: name, name, containers: [container({ state: pulling(nginx, 'context canceled') })] });
    const healing = await start([pod(), cut('web-2')]);
    await healing.pass(3_000);
    expect(healing.cluster.written).toEqual([`web-1: ${through('one')}`]);
    const clicked = await start([pod(), cut('web-2')], { auto: false });
    const incident = clicked.incident()?.id ?? '';
    await clicked.application.command('fix', { context: 'prod', incident, agree: false });
    await clicked.pass(1_000);
    expect(clicked.cluster.written.sort()).toEqual([`web-1: ${through('one')}`, `web-2: ${through('one')}`]);
  });
});

describe('a mirror’s budget', () => {
  const failing = (index: number) => {
    const image = `app-${String(index)}:1`;
    const state = waiting('ErrImagePull', unreachable(image));
    return pod({
      uid: `uid-${String(index)}`,
      name: `pod-${String(index)}`,
      containers: [container({ image, state })],
    });
  };
  const many = (count: number) => Array.from({ length: count }, (_, index) => failing(index));

  it('lets no more begin in a minute than the mirror takes, and the rest by itself as it frees', async () => {
    const { cluster, pass, application, events, mirror } = await start(many(4), {
      mirrors: ['one'],
      limits: () => ({ ...noLimits, requestsPerMinute: 10 }),
    });
    await pass(5_000);
    // 8 requests stop it, and each pull counts for 4
    expect(cluster.written).toHaveLength(2);
    expect(mirror('one')).toMatchObject({ requests: { used: 8, stopsAt: 8 }, stopped: { by: 'requests' } });
    const waits = application.state().incidents.filter(({ refusal }) => refusal !== null);
    const until = mirror('one')?.stopped?.until ?? 0;
    expect(waits.map(({ refusal }) => refusal)).toEqual([
      { code: 'budget', about: 'one.example', until },
      { code: 'budget', about: 'one.example', until },
    ]);
    const click = { context: 'prod', incident: waits[0]?.id ?? '', agree: false };
    expect(await application.command('fix', click)).toMatchObject({
      error: { code: 'not-possible', message: expect.stringContaining('asked enough') as string },
    });
    await pass(61_000);
    expect(cluster.written).toHaveLength(4);
    expect(events.filter(({ event }) => event.startsWith('mirror-')).map(({ event, host }) => [event, host])).toEqual([
      ['mirror-stopped', 'one.example'],
      ['mirror-free', 'one.example'],
      ['mirror-stopped', 'one.example'],
    ]);
    expect(events.find(({ event }) => event === 'mirror-stopped')?.until).toBe(new Date(until).toISOString());
  });

  it('sends the others to the next mirror', async () => {
    const { cluster, pass } = await start(many(4), {
      limits: (host) => (host === 'one.example' ? { ...noLimits, requestsPerMinute: 10 } : noLimits),
    });
    await pass(5_000);
    expect(cluster.written.map((each) => each.split(' ')[1]?.split('.')[0])).toEqual(['one', 'one', 'two', 'two']);
  });

  it('counts the pulls under way, and each one that ends lets another begin', async () => {
    const { cluster, pass, mirror } = await start(many(4), {
      mirrors: ['one'],
      limits: () => ({ ...noLimits, pulls: 3 }),
    });
    await pass(5_000);
    expect([cluster.written.length, mirror('one')?.pulls]).toEqual([2, { used: 2, stopsAt: 2 }]);
    cluster.report('pod-0', running);
    await pass(2_000);
    expect(cluster.written).toHaveLength(3);
  });

  it('keeps a click that came when the mirror had just been asked enough', async () => {
    const { cluster, pass, application } = await start(many(3), {
      auto: false,
      mirrors: ['one'],
      limits: () => ({ ...noLimits, requestsPerMinute: 5 }),
    });
    await application.command('fixAll', {});
    await pass(1_000);
    expect(cluster.written).toHaveLength(1);
    await pass(61_000);
    await pass(61_000);
    expect(cluster.written).toHaveLength(3);
  });

  it('takes an answer of the mirror as an error, and no answer as none', async () => {
    const { cluster, pass, mirror } = await start(many(2), { mirrors: ['one'] });
    await pass(3_000);
    const [first, second] = ['app-0:1', 'app-1:1'].map((image) => through('one', image));
    cluster.report('pod-0', missing(first ?? ''));
    cluster.report(
      'pod-1',
      pulling(second ?? '', 'failed to do request: Head "https://one.example/v2/": dial tcp 1.2.3.4:443: i/o timeout'),
    );
    await pass(1_000);
    expect(mirror('one')?.errors).toEqual({ used: 1, stopsAt: null });
  });

  it('goes on after a restart where it was, without counting again what is still to be seen', async () => {
    const kept: { uses: ReturnType<NonNullable<ApplicationParts['mirrorUse']>['read']> } = { uses: {} };
    const mirrorUse = {
      read: () => kept.uses,
      write: (uses: typeof kept.uses) => {
        kept.uses = structuredClone(uses);
      },
    };
    const state = missing(through('one'));
    const pods = [pod({ containers: [container({ image: through('one'), state: running })] })];
    const first = await start(pods, { parts: { mirrorUse } });
    first.cluster.report('web-1', state);
    await first.pass(500);
    expect(first.mirror('one')?.errors.used).toBe(1);
    await first.application.stop();
    const second = await start([first.cluster.pod('web-1')], { parts: { mirrorUse } });
    second.cluster.list();
    await second.pass(500);
    expect(second.mirror('one')?.errors.used).toBe(1);
    second.cluster.report('web-1', backOff(through('one')));
    second.cluster.report('web-1', state);
    await second.pass(500);
    expect(second.mirror('one')?.errors.used).toBe(2);
  });
});

describe('before a rescue', () => {
  it('mirrors are asked where this computer may, and the one that has the image comes first', async () => {
    const asked: string[] = [];
    const { cluster, pass, mirror } = await start([pod()], {
      settings: { probedMirrors: ['one.example', 'two.example'] },
      parts: {
        mirrorProbe: (proxied) => {
          asked.push(proxied);
          const has = proxied.startsWith('two');
          return Promise.resolve({ availability: has ? 'available' : 'missing', errors: has ? 0 : 1 });
        },
      },
    });
    await pass(3_000);
    expect(asked).toEqual([through('one'), through('two')]);
    expect(cluster.written).toEqual([`web-1: ${through('two')}`]);
    expect([mirror('one')?.errors.used, mirror('one')?.requests.used]).toEqual([1, 3]);
  });
});

describe('the allow list of DaoCloud’s mirror', () => {
  const settings: Partial<Settings> = {
    allowList: '/lists/allows.txt',
    mirrors: [{ name: 'dao', match: '*', template: 'm.daocloud.io/{host}/{path}' }],
  };

  it('refuses what is not on it, until it is', async () => {
    let listed = false;
    const parts = { allowLists: () => ({ allows: () => listed }) };
    const { application, cluster, pass, incident } = await start([pod()], { settings, parts });
    await pass(3_000);
    expect([incident()?.refusal, cluster.written]).toEqual([{ code: 'not-on-allow-list', about: 'm.daocloud.io' }, []]);
    const rewritten = await application.command('tryRewrite', {
      image: nginx,
      mirrors: settings.mirrors ?? [],
      noProxy: [],
    });
    expect(rewritten).toMatchObject({ value: [{ refused: 'not-on-allow-list' }] });
    listed = true;
    cluster.report('web-1', waiting('ErrImagePull', unreachable(nginx)));
    await pass(3_000);
    expect(cluster.written).toHaveLength(1);
  });

  it('that cannot be read is a problem to see, and refuses nothing', async () => {
    const parts = { allowLists: (path: string) => ({ problem: `${path} does not exist.` }) };
    const { application, cluster, pass } = await start([pod()], { settings, parts });
    await pass(3_000);
    expect(application.state().problems).toEqual([
      { kind: 'allow-list-unusable', path: '/lists/allows.txt', detail: '/lists/allows.txt does not exist.' },
    ]);
    expect(cluster.written).toHaveLength(1);
  });
});
