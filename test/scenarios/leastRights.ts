import { beforeEach, describe, expect, it } from 'vitest';
import type { KubeObject } from '../../electron/domain/kubeObject';
import {
  rightsFeatures,
  rightsFor,
  type Right,
  type RightsFeature,
  type RightsWanted,
} from '../../electron/domain/rights/rights';
import { eventually } from '../setup/eventually';
import { figure } from '../setup/figure';
import { grantRights, grantsBut, named, places, printed } from './grantedRights';
import type { RunningApp } from './runningApp';
import { app, nginx, proxied, type Stage } from './stage';
import { image, runs, waitsForImage } from './workloads';

const healing = (features: readonly RightsFeature[]): RightsWanted => ({ mode: 'heal', features, ...places });
const everything: RightsWanted = { mode: 'retag', features: rightsFeatures, ...places };
/** With the rights that `pullthrough rbac` prints everything works; where one is missing, that one is named. */
export function scenariosOfLeastRights(stage: Stage): void {
  describe('with no more rights than needed', () => {
    const grant = (objects: readonly KubeObject[], all: readonly Right[], missing: readonly Right[]) =>
      grantRights(stage, objects, all, missing);
    const refusedWrites = async () => (await stage.written('granted')).filter(({ code }) => code === 403);

    beforeEach(async () => {
      await stage.cluster.registries.publish(nginx, ['origin', 'first']);
      await stage.shop.createNamespace();
      await stage.shop.deployment('web', app());
    });

    const launch = () => stage.launch({ mode: 'auto', user: 'granted', namespaces: [stage.shop.namespace] });
    const heals = async (engine: RunningApp) => {
      const pod = await stage.shop.pod('web', runs);
      expect(image(pod)).toBe(proxied(stage.cluster.mirrors.first));
      await engine.next('healed', { namespace: stage.shop.namespace });
    };
    const goesBack = async (engine: RunningApp) => {
      await stage.cluster.registries.unblockOrigin();
      await engine.click('checkRestore', await engine.restore('unchecked'));
      await engine.click('restore', await engine.restore('ready'));
      await engine.next('restored', { namespace: stage.shop.namespace });
      expect(image(await stage.shop.pod('web', runs))).toBe(nginx);
    };
    const leavesNothing = async () => {
      await eventually(async () => (await stage.shop.pullPods()).length === 0);
      await eventually(async () => (await stage.shop.imageCaches()).length === 0);
    };

    it('sees and diagnoses with those of watch, and does nothing else', async () => {
      const wanted: RightsWanted = { mode: 'watch', features: [], ...places };
      await grant(await printed('--mode', 'watch'), rightsFor(wanted), []);
      const engine = stage.launch({ mode: 'watch', user: 'granted' });
      await engine.next('diagnosed', { image: nginx, cause: 'unreachable' });
      await engine.couldHaveBegun();
      expect(engine.application.state().contexts).toMatchObject([{ status: { is: 'live' } }]);
      expect(await stage.written('granted')).toEqual([]);
      // had it tried, it would have given up for want of a right
      expect(engine.has('gave-up')).toBe(false);
      expect(engine.has('error')).toBe(false);
    });

    it.each<[string, readonly RightsFeature[]]>([
      ['those of heal', []],
      ['those of heal and of kube-fledged', ['fledged']],
    ])('heals and restores with %s', async (_what, features) => {
      const flags = features.flatMap((feature) => ['--with', feature]);
      await grant(await printed('--mode', 'heal', ...flags), rightsFor(healing(features)), []);
      const engine = stage.launch({ mode: 'auto', user: 'granted' });
      await heals(engine);
      const caches = (await stage.written('granted')).filter(({ resource }) => resource === 'imagecaches');
      expect(caches.length > 0).toBe(features.includes('fledged'));
      await leavesNothing();
      const count = (await stage.written('granted')).length;
      const how = features.includes('fledged') ? 'with kube-fledged' : 'without kube-fledged';
      figure(`writes per healed incident ${how} on the ${stage.tier}`, count, 'writes');
      expect(count).toBeLessThanOrEqual(6);
      await goesBack(engine);
      await leavesNothing();
      expect(await refusedWrites()).toEqual([]);
      expect(engine.has('error')).toBe(false);
    });

    it('heals and restores with the roles of one namespace', async () => {
      const { namespace } = stage.shop;
      const wanted = { ...healing([]), namespaces: [namespace] };
      await grant(await printed('--mode', 'heal', '-n', namespace), rightsFor(wanted), []);
      const engine = launch();
      await heals(engine);
      await goesBack(engine);
      await leavesNothing();
      expect(await refusedWrites()).toEqual([]);
    });

    it.each(rightsFor(everything).map((right) => [`${named(right)} for ${right.purpose}`, right] as const))(
      'names the right to %s where that alone is missing',
      async (_what, missing) => {
        await grant(grantsBut(everything, missing), rightsFor(everything), [missing]);
      },
    );

    /** What else tells of a missing right, and what then still works; all does where nothing stands here. */
    const without: Partial<Record<string, (engine: RunningApp) => Promise<void>>> = {
      'see-pods list': (engine) => blind(engine, 'list'),
      'see-pods watch': (engine) => blind(engine, 'watch'),
      'swap patch': async (engine) => {
        await engine.next('gave-up');
        const { namespace } = stage.shop;
        const why = { is: 'denied', verb: 'patch', resource: 'pods', namespace };
        expect(engine.application.state().incidents).toMatchObject([{ progress: { is: 'gave-up', why } }]);
        expect(image(await stage.shop.pod('web', waitsForImage))).toBe(nginx);
        expect(await stage.written('granted')).toEqual([]);
      },
      'pull-pods create': (engine) => held(engine, 'create'),
      'pull-pods delete': (engine) => held(engine, 'delete'),
      'fledged-caches create': uncached,
      'fledged-caches delete': uncached,
    };
    const blind = async (engine: RunningApp, verb: string) => {
      const status = { is: 'denied', verb, resource: 'pods', namespace: '' };
      await eventually(() => engine.application.state().contexts[0]?.status.is === 'denied');
      expect(engine.application.state().contexts).toMatchObject([{ status }]);
      expect(await stage.written('granted')).toEqual([]);
    };
    const held = async (engine: RunningApp, verb: string) => {
      await heals(engine);
      await stage.cluster.registries.unblockOrigin();
      await engine.click('checkRestore', await engine.restore('unchecked'));
      expect((await engine.restore('held')).state).toMatchObject({ why: { is: 'denied', verb, resource: 'pods' } });
      expect(image(await stage.shop.pod('web', runs))).toBe(proxied(stage.cluster.mirrors.first));
    };
    async function uncached(engine: RunningApp): Promise<void> {
      await heals(engine);
      expect(await stage.shop.imageCaches()).toEqual([]);
      await goesBack(engine);
    }

    it.each(rightsFor(healing(['fledged'])).map((right) => [`${named(right)} for ${right.purpose}`, right] as const))(
      'does what it can without the right to %s, and leaves nothing behind',
      async (_what, missing) => {
        const wanted = healing(['fledged']);
        await grant(grantsBut(wanted, missing), rightsFor(wanted), [missing]);
        const engine = stage.launch({ mode: 'auto', user: 'granted' });
        const expected = without[`${missing.purpose} ${missing.verb}`];
        if (expected) await expected(engine);
        else {
          await heals(engine);
          await goesBack(engine);
        }
        await leavesNothing();
      },
    );
  });
}
