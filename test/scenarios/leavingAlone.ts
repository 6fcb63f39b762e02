import { describe, expect, it } from 'vitest';
import { eventually } from '../setup/eventually';
import { app, nginx, type Stage } from './stage';
import { Workloads } from './workloads';

/** Pods that are left as they are, each for its reason. */
export function scenariosOfLeavingAlone(stage: Stage): void {
  describe('leaving alone', () => {
    it('says that a wrong tag is wrong, and patches nothing', async () => {
      await stage.cluster.registries.unblockOrigin();
      await stage.shop.createNamespace();
      await stage.shop.deployment('typo', app('nginx:1.99-nope'));
      const engine = stage.launch({ mode: 'auto' });
      expect(await engine.next('diagnosed', { image: 'nginx:1.99-nope' })).toMatchObject({
        cause: 'not-found',
        healable: 'no',
      });
      expect(await engine.next('refused', { image: 'nginx:1.99-nope' })).toMatchObject({ why: 'cause: not-found' });
      expect(await stage.written()).toEqual([]);
    });

    it('gives each pod that it does not touch its reason', async () => {
      await stage.cluster.registries.publish(nginx, ['first']);
      await stage.cluster.registries.publish('redis:7.2', ['first']);
      const out = new Workloads(stage.cluster.api, `${stage.shop.namespace}-out`);
      await stage.shop.createNamespace();
      await out.createNamespace({ 'pullthrough.dev/auto': 'false' });
      await stage.shop.deployment('never', { containers: [{ name: 'app', image: nginx, imagePullPolicy: 'Never' }] });
      await stage.shop.deployment('private', app(`${stage.cluster.registries.privateHost}/team/app:1`));
      await stage.shop.deployment('excluded', app('redis:7.2'));
      await stage.shop.deployment('opted-out', app(), { 'pullthrough.dev/auto': 'false' });
      await out.deployment('opted-out', app());
      const reasons = new Map([
        ['never', /^never-policy/],
        ['private', /^cause: unauthorized/],
        ['excluded', /^excluded/],
        ['opted-out', /^opted-out-pod/],
      ]);
      if (stage.tier !== 'node') {
        // on a real node the kubelet itself makes and removes these, from files that only it can read
        const annotations = { 'kubernetes.io/config.mirror': 'hash', 'kubernetes.io/config.hash': 'hash' };
        await stage.shop.barePod('static', { nodeName: stage.cluster.nodes[0] ?? '', ...app() }, annotations);
        reasons.set('static', /^static-pod/);
      }
      const engine = stage.launch({ mode: 'auto', noProxy: ['docker.io/library/redis'] });
      for (const [name, why] of reasons) {
        const refused = await eventually(
          () =>
            engine.events.find(
              ({ event, namespace, pod }) =>
                event === 'refused' && namespace === stage.shop.namespace && pod?.startsWith(name),
            ),
          45_000,
        );
        expect([name, refused.why]).toEqual([name, expect.stringMatching(why)]);
      }
      expect(await engine.next('refused', { namespace: out.namespace })).toMatchObject({
        why: `opted-out-namespace: ${out.namespace}`,
      });
      expect(await stage.written()).toEqual([]);
    });
  });
}
