import { describe, expect, it } from 'vitest';
import { app, nginx, proxied, type Stage } from './stage';
import { image, runs, waitsForImage } from './workloads';

/** A mirror that wants a login, which only the kubelet of a pod that names it can bring. */
export function scenariosOfALogin(stage: Stage): void {
  describe('a mirror that wants a login', () => {
    it.each(['with', 'without'])(
      '%s kube-fledged is left until the pods have one, and no secret is read',
      async (fledged) => {
        const { first } = stage.cluster.mirrors;
        if (fledged === 'without') await stage.cluster.fledged.stop();
        await stage.cluster.registries.publish(nginx, ['first']);
        const login = await stage.cluster.registries.requireLogin('first');
        await stage.shop.createNamespace();
        await stage.shop.deployment('web', app());
        const before = await stage.shop.pod('web', waitsForImage);
        const engine = stage.launch({ mode: 'auto', mirrors: [first] });
        await engine.next('gave-up', { namespace: stage.shop.namespace, why: 'no mirror has it' });
        const [after] = await stage.shop.pods('web');
        expect(after?.spec).toEqual(before.spec);
        expect(after?.metadata.annotations ?? {}).toEqual(before.metadata.annotations ?? {});
        const { incidents } = engine.application.state();
        expect(incidents.map(({ progress }) => progress)).toMatchObject([
          { is: 'gave-up', earlier: [{ host: first, cause: 'mirror-error', needsLogin: true }] },
        ]);

        await stage.shop.giveLogin('mirror-login', first, login);
        await stage.shop.deletePod(before.metadata.name);
        const next = await stage.shop.pod('web', (pod) => pod.metadata.uid !== before.metadata.uid && runs(pod));
        expect(image(next)).toBe(proxied(first));
        await engine.next('healed', { namespace: stage.shop.namespace, pod: next.metadata.name });
        const requests = await stage.cluster.audit('app');
        expect(requests.length).toBeGreaterThan(0);
        expect(requests.filter(({ resource }) => resource.startsWith('secrets'))).toEqual([]);
      },
    );
  });
}
