import { describe, expect, it } from 'vitest';
import { backOff, missing, nginx, start, through } from '../setup/playedCluster';
import { HandClock } from '../setup/handClock';
import { pod, unreachable, waiting } from '../setup/pods';

/** Time that goes on between one look at it and the next, as it does on a machine. */
class TickingClock extends HandClock {
  private ticks = 0;

  override now(): number {
    this.ticks += 1;
    return super.now() + this.ticks;
  }
}

const failing = waiting('ErrImagePull', unreachable(nginx));

describe('an image that was taken away from a pod', () => {
  it('by this app itself counts once: the next rescue begins after its first pause', async () => {
    const clock = new TickingClock();
    const { cluster, pass, incident } = await start([pod()], { mirrors: ['one'], clock });
    await pass(5_000);
    cluster.report('web-1', missing(through('one')));
    await pass(1_000);
    cluster.report('web-1', backOff(through('one')));
    await pass(1_000);
    cluster.report('web-1', missing(through('one')));
    await pass(1_000);
    expect(cluster.written).toEqual([`web-1: ${through('one')}`, `web-1: ${nginx}`]);
    cluster.report('web-1', failing);
    await pass(5_000);
    expect(incident()?.progress).toMatchObject({ is: 'gave-up' });
    await pass(700_000);
    expect(cluster.written).toHaveLength(3);
  });
});
