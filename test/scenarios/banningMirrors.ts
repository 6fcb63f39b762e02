import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { noLimits } from '../../electron/domain/mirrors/mirrorBudget';
import type { TestCluster } from '../cluster/testCluster';
import { eventually } from '../setup/eventually';
import { app, nginx, Stage } from './stage';
import { image, runs } from './workloads';

/**
 * Mirrors that ban an address for its errors, which only simulated registries do. The kubelets have to take their time as
 * real ones do: how often they try is what is counted.
 */
export function describeBanningMirrors(start: () => Promise<TestCluster>): void {
  describe('a mirror that bans', () => {
    const stage = new Stage();
    beforeAll(async () => {
      stage.open(await start());
    });
    afterAll(() => stage.close());
    beforeEach(async () => {
      await stage.set();
      await stage.cluster.fledged.stop();
      await stage.shop.createNamespace();
    });
    afterEach(() => stage.clear());

    /** The first mirror bans for so many errors. */
    const errors = 15;
    const images = Array.from({ length: 20 }, (_, index) => `app-${String(index)}:1`);
    const bans = (after: number) => {
      const ban = stage.cluster.registries.banAfter?.('first', after);
      if (!ban) throw new Error('these registries do not ban');
      return ban;
    };
    const deploy = (reference: string) => stage.shop.deployment(reference.split(':')[0] ?? '', app(reference));
    /** As many workloads, of which only the second mirror has the images. */
    const workloads = async () => {
      for (const reference of images) await stage.cluster.registries.publish(reference, ['second']);
      for (const reference of images) await deploy(reference);
    };

    it('is left alone before it does, while the other one heals the rest', async () => {
      const ban = bans(errors);
      await workloads();
      const { first, second } = stage.cluster.mirrors;
      const mirrorLimits = (host: string) => (host === first ? { ...noLimits, errorsInTwoDays: errors } : noLimits);
      const engine = stage.launch({ mode: 'auto', mirrorLimits });
      const pods = await Promise.all(images.map((_, index) => stage.shop.pod(`app-${String(index)}`, runs)));
      expect(pods.map((pod) => image(pod)?.split('/')[0])).toEqual(images.map(() => second));
      expect(await engine.next('mirror-stopped')).toMatchObject({ host: first });
      expect(ban.bans).toBe(0);
      // it was used while it could be
      expect(ban.errors).toBeGreaterThanOrEqual(12);

      // and it still answers
      await engine.stop();
      await stage.cluster.registries.publish(nginx, ['first']);
      await deploy(nginx);
      const another = stage.launch({ mode: 'auto', mirrors: [first], mirrorLimits });
      await another.next('healed', { namespace: stage.shop.namespace, image: nginx });
    });

    it('bans an app that does not keep to what it bears', async () => {
      const ban = bans(errors);
      await workloads();
      const engine = stage.launch({ mode: 'auto', mirrorLimits: () => noLimits });
      await eventually(() => ban.bans > 0, 45_000);
      expect(engine.has('mirror-stopped')).toBe(false);
    });

    it('is waited for where there is no other, and until when is told', async () => {
      const ban = bans(5);
      for (const reference of images.slice(0, 6)) await deploy(reference);
      const { first } = stage.cluster.mirrors;
      const mirrorLimits = () => ({ ...noLimits, errorsInTwoDays: 5 });
      const engine = stage.launch({ mode: 'auto', mirrors: [first], mirrorLimits });
      const spared = () =>
        engine.application.state().incidents.flatMap(({ refusal }) => (refusal?.until === undefined ? [] : refusal));
      await eventually(() => spared().length >= 2, 45_000);
      for (const { code, about, until = 0 } of spared()) {
        expect([code, about]).toEqual(['budget', first]);
        expect(until - Date.now()).toBeGreaterThan(47 * 3_600_000);
      }
      expect([ban.errors, ban.bans]).toEqual([4, 0]);
    });
  });
}
