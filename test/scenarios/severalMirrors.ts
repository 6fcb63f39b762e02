import { describe, expect, it } from 'vitest';
import { eventually } from '../setup/eventually';
import { app, nginx, proxied, type Stage } from './stage';
import { image, runs, waitsForImage } from './workloads';

/** One mirror lacks the image, or all do. */
export function scenariosOfSeveralMirrors(stage: Stage): void {
  describe('several mirrors', () => {
    it('uses the second when the first lacks the image, and the pod never saw the first', async () => {
      await stage.cluster.registries.publish(nginx, ['second']);
      await stage.shop.createNamespace();
      await stage.shop.deployment('web', app());
      const engine = stage.launch({ mode: 'auto' });
      const pod = await stage.shop.pod('web', runs);
      expect(image(pod)).toBe(proxied(stage.cluster.mirrors.second));
      expect(engine.events.filter(({ event }) => event === 'swapped')).toHaveLength(1);
      expect(await engine.next('cache-failed')).toMatchObject({ proxied: proxied(stage.cluster.mirrors.first) });
      await engine.next('healed', { namespace: stage.shop.namespace });
      expect(
        engine.application
          .state()
          .caches.map(({ image: text, endedAt, nodes }) => [text, endedAt !== null, nodes.map(({ pull }) => pull.is)]),
      ).toEqual([
        [proxied(stage.cluster.mirrors.first), true, ['failed']],
        [proxied(stage.cluster.mirrors.second), true, ['pulled']],
      ]);
    });

    it('without kube-fledged a pull pod of ours meets the first, and the pod sees only the second', async () => {
      await stage.cluster.fledged.stop();
      await stage.cluster.registries.publish(nginx, ['second']);
      await stage.shop.createNamespace();
      await stage.shop.deployment('web', app());
      const engine = stage.launch({ mode: 'auto' });
      const pod = await stage.shop.pod('web', runs);
      expect(image(pod)).toBe(proxied(stage.cluster.mirrors.second));
      const swaps = engine.events.filter(({ event }) => event === 'swapped');
      expect(swaps.map((event) => event.proxied)).toEqual([proxied(stage.cluster.mirrors.second)]);
      const failed = await engine.next('cache-failed');
      expect(failed).toMatchObject({ proxied: proxied(stage.cluster.mirrors.first), cause: 'not-found' });
      expect(await eventually(async () => (await stage.shop.pullPods()).length === 0 && 'gone')).toBe('gone');
    });

    it.each(['with', 'without'])('%s kube-fledged leaves no trace when no mirror has it', async (fledged) => {
      if (fledged === 'without') await stage.cluster.fledged.stop();
      await stage.shop.createNamespace();
      await stage.shop.deployment('web', app());
      const before = await stage.shop.pod('web', waitsForImage);
      const engine = stage.launch({ mode: 'auto' });
      await engine.next('gave-up', { namespace: stage.shop.namespace, why: 'no mirror has it' });
      const [after] = await stage.shop.pods('web');
      expect(after?.metadata.uid).toBe(before.metadata.uid);
      expect(after?.spec).toEqual(before.spec);
      expect(after?.metadata.annotations ?? {}).toEqual(before.metadata.annotations ?? {});
      const [incident] = await eventually(() => {
        const { incidents } = engine.application.state();
        return incidents.some(({ progress }) => progress.is === 'gave-up') && incidents;
      });
      expect(incident?.progress).toMatchObject({
        is: 'gave-up',
        earlier: [{ host: stage.cluster.mirrors.first }, { host: stage.cluster.mirrors.second }],
      });
      expect(incident?.progress.is === 'gave-up' && (incident.progress.retryAt ?? 0) - Date.now()).toBeGreaterThan(
        300_000,
      );
      if (fledged === 'with')
        expect(await eventually(async () => (await stage.shop.imageCaches()).length === 0 && 'gone')).toBe('gone');
    });
  });
}
