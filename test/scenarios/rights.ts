import { describe, expect, it } from 'vitest';
import { app, nginx, type Stage } from './stage';
import { image, runs, waitsForImage } from './workloads';

/** What is written without a click, and without a right. */
export function scenariosOfRights(stage: Stage): void {
  describe('rights and consent', () => {
    it('writes nothing in watch mode, and a click heals one incident', async () => {
      await stage.cluster.registries.publish(nginx, ['first']);
      await stage.cluster.registries.publish('redis:7.2', ['first']);
      await stage.shop.createNamespace();
      await stage.shop.deployment('web', app());
      await stage.shop.deployment('cache', app('redis:7.2'));
      const engine = stage.launch({ mode: 'watch' });
      await engine.next('diagnosed', { image: nginx });
      await engine.next('diagnosed', { image: 'redis:7.2' });
      await engine.couldHaveBegun();
      expect(await stage.written()).toEqual([]);
      await engine.fix('library/nginx:1.25');
      await stage.shop.pod('web', runs);
      await engine.next('healed', { image: nginx });
      expect(
        (await stage.written()).filter(({ verb }) => verb === 'patch').every(({ name }) => name.startsWith('web')),
      ).toBe(true);
      expect(image(await stage.shop.pod('cache', waitsForImage))).toBe('redis:7.2');
    });

    it('shows a user who may only look which right is missing, once', async () => {
      await stage.cluster.registries.publish(nginx, ['first']);
      await stage.shop.createNamespace();
      await stage.shop.deployment('web', app());
      const engine = stage.launch({ mode: 'auto', user: 'viewer' });
      const why = `may not patch pods in namespace ${stage.shop.namespace}`;
      await engine.next('gave-up', { why });
      const state = engine.application.state();
      expect(state.contexts).toMatchObject([{ status: { is: 'live' } }]);
      expect(state.incidents).toMatchObject([
        {
          progress: {
            is: 'gave-up',
            why: { is: 'denied', verb: 'patch', resource: 'pods', namespace: stage.shop.namespace },
          },
        },
      ]);
      expect(await stage.written('viewer')).toEqual([]);
      expect(engine.events.filter(({ event }) => event === 'gave-up')).toHaveLength(1);
    });
  });
}
