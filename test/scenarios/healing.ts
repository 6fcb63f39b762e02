import { describe, expect, it } from 'vitest';
import { eventually } from '../setup/eventually';
import { figure } from '../setup/figure';
import { app, nginx, proxied, type Stage } from './stage';
import { image, originals, runs } from './workloads';

/** Pods that a mirror heals. */
export function scenariosOfHealing(stage: Stage): void {
  describe('healing', () => {
    it('heals a deployment through the mirror, leaves the Deployment alone, and heals its next pod again', async () => {
      await stage.cluster.registries.publish(nginx, ['first']);
      await stage.shop.createNamespace();
      await stage.shop.deployment('web', app());
      const engine = stage.launch({ mode: 'auto' });
      const healed = await stage.shop.pod('web', runs);
      expect(image(healed)).toBe(proxied(stage.cluster.mirrors.first));
      expect(healed.metadata.annotations?.[originals]).toBe(JSON.stringify({ app: nginx }));
      const end = await engine.next('healed', { namespace: stage.shop.namespace, image: nginx });
      if (stage.tier === 'node') {
        const { time } = await engine.next('swapped', { namespace: stage.shop.namespace, pod: healed.metadata.name });
        figure('patch to running on a real kubelet', Date.parse(end.time) - Date.parse(time), 'ms');
        const failed = await engine.next('failure', { namespace: stage.shop.namespace, pod: healed.metadata.name });
        figure('failure to healed with kube-fledged', Date.parse(end.time) - Date.parse(failed.time), 'ms');
      }
      const deployment = await stage.shop.get(`/apis/apps/v1/namespaces/${stage.shop.namespace}/deployments/web`);
      expect(deployment).toMatchObject({ metadata: { generation: 1 }, spec: { template: { spec: app() } } });
      expect(await eventually(async () => (await stage.shop.imageCaches()).length === 0 && 'gone')).toBe('gone');

      await stage.shop.deletePod(healed.metadata.name);
      const next = await stage.shop.pod('web', (pod) => pod.metadata.uid !== healed.metadata.uid);
      expect(next.metadata.annotations?.[originals] ?? JSON.stringify({ app: nginx })).toBe(
        JSON.stringify({ app: nginx }),
      );
      await stage.shop.pod('web', (pod) => pod.metadata.uid === next.metadata.uid && runs(pod));
    });

    it('heals without kube-fledged', async () => {
      await stage.cluster.fledged.stop();
      await stage.cluster.registries.publish(nginx, ['first']);
      await stage.shop.createNamespace();
      await stage.shop.deployment('web', app());
      const engine = stage.launch({ mode: 'auto' });
      const healed = await stage.shop.pod('web', runs);
      expect(image(healed)).toBe(proxied(stage.cluster.mirrors.first));
      const end = await engine.next('healed', { namespace: stage.shop.namespace, image: nginx });
      const failed = await engine.next('failure', { namespace: stage.shop.namespace, pod: healed.metadata.name });
      if (stage.tier === 'node')
        figure('failure to healed without kube-fledged', Date.parse(end.time) - Date.parse(failed.time), 'ms');
    });

    it('patches only the failing containers of a pod', async () => {
      await stage.cluster.registries.publish(nginx, ['first']);
      await stage.cluster.registries.publish('redis:7.2', ['first']);
      const healthy = `${stage.cluster.mirrors.first}/docker.io/library/busybox:1.36`;
      await stage.cluster.registries.publish('busybox:1.36', ['first']);
      await stage.shop.createNamespace();
      await stage.shop.deployment('trio', {
        containers: [
          { name: 'web', image: nginx },
          { name: 'fine', image: healthy },
          { name: 'cache', image: 'redis:7.2' },
        ],
      });
      stage.launch({ mode: 'auto' });
      const pod = await stage.shop.pod('trio', runs);
      expect(pod.spec.containers.map(({ image: text }) => text)).toEqual([
        proxied(stage.cluster.mirrors.first),
        healthy,
        proxied(stage.cluster.mirrors.first, 'library/redis:7.2'),
      ]);
      expect(JSON.parse(pod.metadata.annotations?.[originals] ?? '{}')).toEqual({ web: nginx, cache: 'redis:7.2' });
    });

    it('heals a failing init container, and then the main container of the same pod; what has ended goes back by itself', async () => {
      await stage.cluster.registries.publish('busybox:1.36', ['first'], 'exits');
      await stage.cluster.registries.publish(nginx, ['first']);
      await stage.shop.createNamespace();
      await stage.shop.deployment('staged', { initContainers: [{ name: 'setup', image: 'busybox:1.36' }], ...app() });
      const engine = stage.launch({ mode: 'auto' });
      const setup = proxied(stage.cluster.mirrors.first, 'library/busybox:1.36');
      await engine.next('healed', { container: 'setup', proxied: setup });
      const healed = await stage.shop.pod('staged', runs);
      expect(image(healed)).toBe(proxied(stage.cluster.mirrors.first));
      await engine.next('restored', { container: 'setup', image: 'busybox:1.36' });
      const [pod] = await stage.shop.pods('staged');
      expect(pod && [pod.metadata.uid, image(pod, 'setup'), image(pod), runs(pod)]).toEqual([
        healed.metadata.uid,
        'busybox:1.36',
        proxied(stage.cluster.mirrors.first),
        true,
      ]);
      expect(JSON.parse(pod?.metadata.annotations?.[originals] ?? '{}')).toEqual({ app: nginx });
      expect(pod?.status.containerStatuses?.[0]?.restartCount).toBe(0);
    });

    it('heals the pod of a Job, and the Job succeeds', async () => {
      await stage.cluster.registries.publish('busybox:1.36', ['first'], 'exits');
      await stage.shop.createNamespace();
      await stage.shop.job('import', app('busybox:1.36'));
      const engine = stage.launch({ mode: 'auto' });
      const succeeded = await eventually(async () => {
        const { status } = (await stage.shop.get(`/apis/batch/v1/namespaces/${stage.shop.namespace}/jobs/import`)) as {
          status: { succeeded?: number };
        };
        return status.succeeded === 1;
      }, 45_000);
      expect(succeeded).toBe(true);
      await engine.next('healed', { namespace: stage.shop.namespace, image: 'busybox:1.36' });
    });
  });
}
