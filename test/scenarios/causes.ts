import { describe, expect, it } from 'vitest';
import { eventually } from '../setup/eventually';
import { app, nginx, type Stage } from './stage';
import { runs, waitsForImage } from './workloads';

/** What a failure is taken for. */
export function scenariosOfCauses(stage: Stage): void {
  describe('causes', () => {
    it('stays known while the kubelet waits for its next attempt, and is told once', async () => {
      await stage.shop.createNamespace();
      await stage.shop.deployment('web', app());
      const engine = stage.launch({ mode: 'watch' });
      await engine.next('diagnosed', { image: nginx, cause: 'unreachable' });
      for (const reason of ['ImagePullBackOff', 'ErrImagePull', 'ImagePullBackOff']) {
        const pod = await stage.shop.pod('web', (one) => waitsForImage(one, 'app', [reason]), 60_000);
        const seen = pod.status.containerStatuses?.[0]?.state?.waiting?.message;
        await eventually(() => engine.application.state().incidents.some(({ message }) => message === seen), 30_000);
        expect(engine.application.state().incidents).toMatchObject([
          { diagnosis: { cause: 'unreachable' }, message: expect.stringContaining('connection refused') as string },
        ]);
      }
      expect(engine.events.filter(({ event }) => event === 'diagnosed')).toHaveLength(1);
    });

    it('of a sandbox that fails is no matter of the pod, which is left as it is', async () => {
      await stage.cluster.registries.publish(nginx, ['first']);
      await stage.shop.createNamespace();
      const pause = 'registry.k8s.io/pause:3.9';
      const failed = `failed to get sandbox image "${pause}": failed to pull image "${pause}": connection refused`;
      // on a node that nobody runs, so that the test says how these are
      for (const name of ['quiet', 'telling']) await stage.shop.barePod(name, { nodeName: 'nobodys-node', ...app() });
      await stage.shop.waits('quiet', 'ContainerCreating');
      await stage.shop.tellEvent('quiet', 'FailedCreatePodSandBox', `Failed to create pod sandbox: ${failed}`);
      await stage.shop.waits('telling', 'ErrImagePull', failed);
      await stage.shop.deployment('web', app());
      const engine = stage.launch({ mode: 'auto' });
      const { namespace } = stage.shop;
      expect(await engine.next('refused', { namespace, pod: 'telling' })).toMatchObject({ why: 'sandbox' });
      await stage.shop.pod('web', runs);
      await engine.next('healed', { namespace });
      expect(engine.events.filter(({ pod }) => pod === 'quiet')).toEqual([]);
      const written = (await stage.written()).map(({ name }) => name);
      expect(written.some((name) => name.startsWith('web'))).toBe(true);
      expect(written.filter((name) => name === 'quiet' || name === 'telling')).toEqual([]);
    });
  });
}
