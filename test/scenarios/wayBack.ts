import { describe, expect, it } from 'vitest';
import { eventually } from '../setup/eventually';
import { type RunningApp } from './runningApp';
import { app, nginx, proxied, type Stage } from './stage';
import { image, originals, runs } from './workloads';

/** From the mirror back to the original. */
export function scenariosOfTheWayBack(stage: Stage): void {
  describe('the way back', () => {
    const healed = async (engine: RunningApp) => {
      const pod = await stage.shop.pod('web', runs);
      await engine.next('healed', { namespace: stage.shop.namespace });
      return pod;
    };

    it('is held while the original cannot be had, ready once it was pulled, and done on a click', async () => {
      await stage.cluster.registries.publish(nginx, ['origin', 'first']);
      await stage.shop.createNamespace();
      await stage.shop.deployment('web', app());
      const engine = stage.launch({ mode: 'auto' });
      const before = await healed(engine);
      await engine.click('checkRestore', await engine.restore('unchecked'));
      expect((await engine.restore('held')).state).toMatchObject({ why: { is: 'cause', cause: 'unreachable' } });
      expect(await stage.shop.pod('web', runs)).toMatchObject({ metadata: { uid: before.metadata.uid } });

      await stage.cluster.registries.unblockOrigin();
      await engine.click('checkRestore', await engine.restore('held'));
      const ready = await engine.restore('ready');
      await stage.cluster.registries.blockOrigin();
      expect(image(await stage.shop.pod('web', runs))).toBe(proxied(stage.cluster.mirrors.first));
      await engine.click('restore', ready);
      await engine.next('restored', { namespace: stage.shop.namespace, image: nginx });
      const [after] = await stage.shop.pods('web');
      expect(after && [after.metadata.uid, image(after), runs(after), after.metadata.annotations?.[originals]]).toEqual(
        [before.metadata.uid, nginx, true, undefined],
      );
      expect(after?.status.containerStatuses?.[0]?.restartCount).toBe(1);
      expect(await stage.shop.pullPods()).toEqual([]);
    });

    it('lists every pod that a rescue has swapped', async () => {
      await stage.cluster.registries.publish(nginx, ['first']);
      await stage.shop.createNamespace();
      await stage.shop.deployment('web', app(), {}, 3);
      const engine = stage.launch({ mode: 'auto' });
      const swapped = await eventually(() => {
        const { restores } = engine.application.state();
        return restores.length === 3 && restores;
      }, 45_000);
      const pods = (await stage.shop.pods('web')).map(({ metadata }) => metadata.name).sort();
      expect(swapped.map(({ pod }) => pod).sort()).toEqual(pods);
    });

    it('is free, without a write, once the pod was replaced', async () => {
      await stage.cluster.registries.publish(nginx, ['first']);
      await stage.shop.createNamespace();
      await stage.shop.barePod('web', app());
      const engine = stage.launch({ mode: 'auto' });
      await healed(engine);
      await engine.restore('unchecked');
      const before = await stage.written();
      await stage.shop.deletePod('web');
      expect((await engine.restore('free')).state).toMatchObject({ how: 'pod-replaced' });
      expect((await stage.written()).filter(({ verb }) => verb === 'patch')).toEqual(
        before.filter(({ verb }) => verb === 'patch'),
      );
    });
  });
}
