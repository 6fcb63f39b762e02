import { describe, expect, it } from 'vitest';
import { noLimits } from '../../electron/domain/mirrors/mirrorBudget';
import type { PodSnapshot } from '../../electron/domain/podSnapshot';
import { backOff, missing, nginx, pulling, running, start, through } from '../setup/playedCluster';
import { container, pod, unreachable, waiting } from '../setup/pods';

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
