import { describe, expect, it } from 'vitest';
import { eventually } from '../setup/eventually';
import { figure } from '../setup/figure';
import { type RunningApp } from './runningApp';
import { app, nginx, proxied, type Stage } from './stage';
import { image, originals, runs, waitsForImage } from './workloads';

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
      const end = await engine.next('restored', { namespace: stage.shop.namespace, image: nginx });
      if (stage.tier === 'node') {
        const { time } = await engine.next('restoring', { namespace: stage.shop.namespace });
        figure('a restored workload is down on a real kubelet, at most', Date.parse(end.time) - Date.parse(time), 'ms');
      }
      const [after] = await stage.shop.pods('web');
      expect(after && [after.metadata.uid, image(after), runs(after), after.metadata.annotations?.[originals]]).toEqual(
        [before.metadata.uid, nginx, true, undefined],
      );
      // nothing of ours is left on it
      const notes = async () => JSON.stringify((await stage.shop.pods('web'))[0]?.metadata.annotations ?? {});
      expect(await eventually(async () => !(await notes()).includes('pullthrough.dev'))).toBe(true);
      expect(after?.status.containerStatuses?.[0]?.restartCount).toBe(1);
      expect(await stage.shop.pullPods()).toEqual([]);
    });

    it('is undone where the restored container does not start in time, and not tried again by itself', async () => {
      const { cluster, shop } = stage;
      await cluster.registries.publish(nginx, ['origin', 'first']);
      await shop.createNamespace();
      await shop.deployment('web', app());
      const start = stage.tier === 'node' ? 10_000 : 5_000;
      const engine = stage.launch({ mode: 'auto', restoreLimits: { start, firstPause: 1_000 } });
      const before = await healed(engine);
      await cluster.registries.unblockOrigin();
      const ready = await engine.restore('ready');
      await cluster.registries.blockOrigin();
      await cluster.collectImage(before.spec.nodeName ?? '', nginx);
      await engine.click('restore', ready);
      await shop.pod('web', (pod) => image(pod) === nginx && waitsForImage(pod));
      const undone = await engine.next('swapped-back', { namespace: shop.namespace, image: nginx }, 120_000);
      const { time } = await engine.next('restoring', { namespace: shop.namespace });
      // a timer may ring a moment early
      expect(Date.parse(undone.time) - Date.parse(time)).toBeGreaterThanOrEqual(start - 100);
      const after = await shop.pod('web', runs);
      expect([after.metadata.uid, image(after), after.metadata.annotations?.[originals]]).toEqual([
        before.metadata.uid,
        proxied(cluster.mirrors.first),
        JSON.stringify({ app: nginx }),
      ]);
      // ended for the original, and started once more from the mirror
      expect(after.status.containerStatuses?.[0]?.restartCount).toBe(1);
      expect((await engine.restore('held')).state).toMatchObject({
        why: { is: 'failed-and-swapped-back' },
        retryAt: null,
      });
      // to the mirror, to the original and back: nobody took its failure for a new one
      const patches = (await stage.written()).filter(
        // refused because the kubelet wrote its status in between, and written anew
        ({ verb, resource, code }) => verb === 'patch' && resource === 'pods' && code !== 422,
      );
      expect(patches.map(({ name, code }) => [name, code])).toEqual(
        Array.from({ length: 3 }, () => [before.metadata.name, 200]),
      );
      expect(engine.application.state().incidents.filter(({ progress }) => progress.is !== 'healed')).toEqual([]);
      expect(await shop.pullPods()).toEqual([]);
    }, 240_000);

    it('believes no ImageCache of the original: with a prefix mirror it succeeds where nothing was pulled', async () => {
      const { registries, mirrors } = stage.cluster;
      await registries.publish(nginx, ['origin', 'first']);
      await stage.shop.createNamespace();
      await stage.shop.deployment('web', app());
      const engine = stage.launch({ mode: 'auto' });
      const before = await healed(engine);
      const node = before.spec.nodeName ?? '';
      await stage.shop.nodeHas(node, proxied(mirrors.first));
      const original = 'docker.io/library/nginx:1.25';
      expect(await stage.shop.imageCache('of-the-original', original, node)).toBe('Succeeded');
      expect(await stage.shop.jobsOf('of-the-original')).toEqual([]);

      await engine.click('checkRestore', await engine.restore('unchecked'));
      expect((await engine.restore('held')).state).toMatchObject({ why: { is: 'cause', cause: 'unreachable' } });
      const [after] = await stage.shop.pods('web');
      expect(after && [after.metadata.uid, image(after), runs(after)]).toEqual([
        before.metadata.uid,
        proxied(mirrors.first),
        true,
      ]);
      expect(after?.status.containerStatuses?.[0]?.restartCount).toBe(0);

      // whoever believes the ImageCache takes the workload down
      await engine.stop();
      await stage.shop.patchPod(before.metadata.name, [
        { op: 'replace', path: '/spec/containers/0/image', value: nginx },
        { op: 'replace', path: '/metadata/annotations', value: {} },
      ]);
      await stage.shop.pod('web', (pod) => pod.metadata.uid === before.metadata.uid && waitsForImage(pod));
    }, 240_000);

    it('is gone by itself where the context says so, one pod of an owner at a time', async () => {
      const { registries } = stage.cluster;
      await registries.publish(nginx, ['origin', 'first']);
      await stage.shop.createNamespace();
      await stage.shop.deployment('web', app(), {}, 3);
      const engine = stage.launch({ mode: 'auto', restore: true, restoreLimits: { firstPause: 2_000 } });
      const swapped = await eventually(() => {
        const { restores } = engine.application.state();
        return restores.length === 3 && restores;
      }, 45_000);
      expect(engine.has('restoring')).toBe(false);
      await registries.unblockOrigin();
      await eventually(() => engine.events.filter(({ event }) => event === 'restored').length === 3, 90_000);
      const steps = engine.events.flatMap(({ event, pod }) =>
        event === 'restoring' || event === 'restored' ? `${event} ${pod ?? ''}` : [],
      );
      const [a, b, c] = steps.flatMap((each) => /^restored (.*)/.exec(each)?.[1] ?? []);
      expect(steps).toEqual([a, b, c].flatMap((pod) => [`restoring ${pod ?? ''}`, `restored ${pod ?? ''}`]));
      const pods = await stage.shop.pods('web');
      expect(pods.map(({ metadata }) => metadata.uid).sort()).toEqual(swapped.map(({ id }) => id).sort());
      expect(pods.map((pod) => [image(pod), runs(pod), pod.status.containerStatuses?.[0]?.restartCount])).toEqual([
        [nginx, true, 1],
        [nginx, true, 1],
        [nginx, true, 1],
      ]);
    });

    it('costs nothing where a pod has ended: the text of a Job’s pod goes back by itself, and on the command', async () => {
      await stage.cluster.registries.publish('busybox:1.36', ['first'], 'exits');
      await stage.shop.createNamespace();
      await stage.shop.job('import', app('busybox:1.36'));
      const engine = stage.launch({ mode: 'auto' });
      await engine.next('restored', { namespace: stage.shop.namespace, image: 'busybox:1.36' });
      const [pod] = await stage.shop.pods('import');
      expect(pod && [image(pod), pod.metadata.annotations?.[originals]]).toEqual(['busybox:1.36', undefined]);

      await engine.stop();
      await stage.shop.job('export', app('busybox:1.36'));
      const asked = stage.launch({ mode: 'watch' });
      await asked.fix('library/busybox:1.36');
      const free = await asked.restore('free');
      expect(free).toMatchObject({ restarts: 0, state: { how: 'not-running' } });
      const [waits] = await stage.shop.pods('export');
      expect(waits && image(waits)).toBe(proxied(stage.cluster.mirrors.first, 'library/busybox:1.36'));
      expect(await asked.application.command('restoreFree', {})).toMatchObject({ ok: true });
      await asked.next('restored', { namespace: stage.shop.namespace, pod: free.pod });
      const [back] = await stage.shop.pods('export');
      expect(back && image(back)).toBe('busybox:1.36');
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
