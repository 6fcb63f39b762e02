import { describe, expect, it } from 'vitest';
import { missing, nginx, running, start, through } from '../setup/playedCluster';
import { pod } from '../setup/pods';

/** The same cluster under two names of the kubeconfig, both healed by themselves. */
const twice = { watch: true, auto: true, agreed: true };
const begin = () => start([pod()], { settings: { contexts: { prod: twice, alias: twice } } });
const outcomes = ({ application }: Awaited<ReturnType<typeof start>>) =>
  application.state().incidents.map(({ progress }) => progress.is);

describe('two contexts of one cluster', () => {
  it('swap a pod once, and both see it healed', async () => {
    const app = await begin();
    await app.pass(3_000);
    expect(app.cluster.written).toEqual([`web-1: ${through('one')}`]);
    app.cluster.report('web-1', running);
    await app.pass(1_000);
    expect(outcomes(app)).toEqual(['healed', 'healed']);
  });

  it('do not fight over a pod that fails on every mirror', async () => {
    const app = await begin();
    await app.pass(3_000);
    for (const mirror of ['one', 'two']) {
      app.cluster.report('web-1', missing(through(mirror)));
      await app.pass(3_000);
    }
    await app.pass(60_000);
    expect(app.cluster.written).toEqual([through('one'), through('two'), nginx].map((image) => `web-1: ${image}`));
    expect(app.mirror('one')?.errors.used).toBe(1);
  });
});
