import { beforeEach, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { KubeObject } from '../../electron/domain/kubeObject';
import { grantsFor } from '../../electron/domain/rbacManifests';
import {
  rightsFeatures,
  rightsFor,
  type Right,
  type RightsFeature,
  type RightsWanted,
} from '../../electron/domain/rights';
import { machineClock } from '../../electron/engine/machineClock';
import { missingRights } from '../../electron/engine/rightsReview';
import { readKubeconfigs } from '../../electron/kube/kubeconfig';
import { CommandFolder } from '../headless/commandProcess';
import { eventually } from '../setup/eventually';
import { figure } from '../setup/figure';
import type { RunningApp } from './runningApp';
import { app, nginx, proxied, type Stage } from './stage';
import { image, runs, waitsForImage } from './workloads';

const places = { namespaces: [], fledgedNamespace: 'kube-fledged', retagNamespace: 'kube-system' };
const healing = (features: readonly RightsFeature[]): RightsWanted => ({ mode: 'heal', features, ...places });
const everything: RightsWanted = { mode: 'retag', features: rightsFeatures, ...places };
const subject = { kind: 'User', name: 'granted' } as const;
const named = ({ verb, group, resource }: Right) => `${verb} ${resource}${group === '' ? '' : `.${group}`}`;

/** The rights of `wanted` but this one, as `pullthrough rbac` would print them. */
function grantsBut(wanted: RightsWanted, missing: Right): readonly KubeObject[] {
  return grantsFor(wanted, [subject]).flatMap(({ role, purposes, binding }) => {
    const rules = (role.rules as { verbs: readonly string[] }[]).map((rule, index) => {
      const isIt = purposes[index]?.purpose === missing.purpose && purposes[index].namespace === missing.namespace;
      return isIt ? { ...rule, verbs: rule.verbs.filter((verb) => verb !== missing.verb) } : rule;
    });
    return [{ ...role, rules: rules.filter(({ verbs }) => verbs.length > 0) }, binding];
  });
}

/** With the rights that `pullthrough rbac` prints everything works; where one is missing, that one is named. */
export function scenariosOfLeastRights(stage: Stage): void {
  describe('with no more rights than needed', () => {
    /** Gives these rights, and waits until the API server knows that the user lacks exactly `missing`. */
    const grant = async (objects: readonly KubeObject[], all: readonly Right[], missing: readonly Right[]) => {
      await stage.cluster.grant(objects);
      const [context] = readKubeconfigs([stage.cluster.kubeconfig('granted')], machineClock, Math.random).contexts;
      const cluster = context?.connect();
      if (!cluster) throw new Error('no context of the user granted');
      let found: Awaited<ReturnType<typeof missingRights>> = [];
      try {
        await eventually(async () => {
          found = await missingRights(cluster, all);
          return JSON.stringify(found) === JSON.stringify(missing);
        }, 10_000);
      } catch (error) {
        throw new Error(`found missing: ${JSON.stringify(found)}`, { cause: error });
      } finally {
        cluster.close();
      }
    };
    const printed = async (...args: string[]): Promise<readonly KubeObject[]> => {
      const folder = new CommandFolder();
      try {
        const { code, out, err } = await folder.run(['rbac', '--user', 'granted', ...args]);
        expect({ code, err }).toEqual({ code: 0, err: '' });
        return parseAllDocuments(out).map((document) => document.toJS() as KubeObject);
      } finally {
        folder.remove();
      }
    };
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
      expect(engine.application.state().contexts).toMatchObject([{ status: { is: 'live' } }]);
      expect(await stage.written('granted')).toEqual([]);
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
