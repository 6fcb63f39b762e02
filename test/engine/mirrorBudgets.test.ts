import { describe, expect, it } from 'vitest';
import { noLimits } from '../../electron/domain/mirrors/mirrorBudget';
import type { Settings } from '../../electron/domain/settings';
import type { ApplicationParts } from '../../electron/engine/applicationParts';
import { backOff, missing, nginx, pulling, running, start, through } from '../setup/playedCluster';
import { container, pod, unreachable, waiting } from '../setup/pods';

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
          const size = has ? { bytes: 28_000_000, architecture: null } : null;
          return Promise.resolve({ availability: has ? 'available' : 'missing', size, errors: has ? 0 : 1 });
        },
      },
    });
    await pass(3_000);
    expect(asked).toEqual([through('one'), through('two')]);
    expect(cluster.written).toEqual([`web-1: ${through('two')}`]);
    expect([mirror('one')?.errors.used, mirror('one')?.requests.used]).toEqual([1, 4]);
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
    cluster.report('web-1', waiting('ImagePullBackOff', `Back-off: ${unreachable(nginx)}`));
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
