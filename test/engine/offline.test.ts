import { describe, expect, it } from 'vitest';
import { noLimits } from '../../electron/domain/mirrors/mirrorBudget';
import { running, start, through, nginx, pulling } from '../setup/playedCluster';
import { container, pod, unreachable, waiting } from '../setup/pods';

const hours = 3_600_000;
const failing = (index: number, namespace = 'shop') => {
  const image = `app-${String(index)}:1`;
  const state = waiting('ErrImagePull', unreachable(image));
  const containers = [container({ image, state })];
  return pod({ uid: `uid-${String(index)}`, name: `pod-${String(index)}`, namespace, containers });
};

describe('a cluster that cannot be reached for hours', () => {
  it('costs no image its attempts: what fails is healed when it is back', async () => {
    const { cluster, pass } = await start([pod()]);
    cluster.silence = 'network is unreachable';
    await pass(4 * hours);
    cluster.silence = null;
    await pass(15 * 60_000);
    expect(cluster.written).toEqual([`web-1: ${through('one')}`]);
  }, 60_000);

  it('is no place to begin anything by itself, until it is seen again', async () => {
    const { cluster, pass, application, incident } = await start([pod()]);
    cluster.tell({ is: 'blind', namespace: '', why: 'no route to host', retryAt: 0 });
    const progress = new Set<string | undefined>();
    application.onState(() => progress.add(incident()?.progress.is));
    await pass(hours);
    expect([...progress]).toEqual(['failing']);
    cluster.tell({ is: 'live', namespace: '' });
    await pass(2_000);
    expect(cluster.written).toEqual([`web-1: ${through('one')}`]);
  });

  it('is asked now and then, not at every change of a pod', async () => {
    const { cluster, pass } = await start([pod()]);
    cluster.silence = '503: overloaded';
    cluster.asked.length = 0;
    for (let i = 0; i < 20; i += 1) {
      cluster.put(failing(i, `namespace-${String(i % 4)}`));
      await pass(500);
    }
    expect(cluster.asked.filter((what) => what === 'namespace').length).toBeLessThanOrEqual(20);
  });
});

describe('a laptop that slept for hours', () => {
  it('goes on at once with what had become due', async () => {
    const { cluster, clock, pass, application, incident } = await start([pod()], { mirrors: ['one'] });
    await pass(2_000);
    cluster.report('web-1', pulling(through('one'), `${through('one')}: not found`));
    await pass(1_000);
    cluster.report('web-1', waiting('ErrImagePull', unreachable(nginx)));
    await pass(1_000);
    expect(incident()?.progress.is).toBe('gave-up');
    cluster.written.length = 0;
    clock.set(3 * hours);
    application.resumeAfterSleep();
    await pass(2_000);
    expect(cluster.written).toEqual([`web-1: ${through('one')}`]);
  });
});

describe('a clock that is set back by hours', () => {
  it('keeps no pause that was to end before', async () => {
    const { cluster, clock, pass, incident } = await start([pod()], { mirrors: ['one'] });
    clock.set(10 * hours);
    await pass(2_000);
    cluster.report('web-1', pulling(through('one'), `${through('one')}: not found`));
    await pass(1_000);
    cluster.report('web-1', waiting('ErrImagePull', unreachable(nginx)));
    await pass(1_000);
    expect(incident()?.progress.is).toBe('gave-up');
    cluster.written.length = 0;
    clock.set(-8 * hours);
    await pass(11 * 60_000);
    expect(cluster.written).toEqual([`web-1: ${through('one')}`]);
    cluster.report('web-1', running);
    await pass(1_000);
    expect(incident()?.progress.is).toBe('healed');
  });

  it('stops no mirror for longer than it ever does', async () => {
    const { cluster, clock, pass } = await start([failing(0), failing(1), failing(2)], {
      mirrors: ['one'],
      limits: () => ({ ...noLimits, requestsPerMinute: 5 }),
    });
    clock.set(10 * hours);
    await pass(3_000);
    expect(cluster.written).toHaveLength(1);
    clock.set(-8 * hours);
    await pass(200_000);
    expect(cluster.written).toHaveLength(3);
  });
});
