import { beforeEach, describe, expect, it } from 'vitest';
import type { Examination } from '../../electron/domain/doctor/examination';
import {
  rightsFor,
  type Right,
  type RightsFeature,
  type RightsMode,
  type RightsWanted,
} from '../../electron/domain/rights/rights';
import { CommandFolder } from '../headless/commandProcess';
import { eventually } from '../setup/eventually';
import { grantRights, grantsBut, named, places, printed } from './grantedRights';
import type { AppOptions, RunningApp } from './runningApp';
import { app, nginx, proxied, type Stage } from './stage';
import { image, runs } from './workloads';

/** The image that a retag Job runs itself. */
const helper = 'busybox:1.37.0';

/** What is asked for besides healing, with exactly its rights, and with each of its own rights taken away. */
export function scenariosOfFeaturesWithLeastRights(stage: Stage): void {
  describe('with no more rights than needed', () => {
    const wantedFor = (mode: RightsMode, features: readonly RightsFeature[]): RightsWanted => ({
      mode,
      features,
      ...places,
    });
    /** Those that its feature needs, or else its mode, and nothing before. */
    const ownRights = (wanted: RightsWanted) =>
      rightsFor(wanted)
        .filter(({ neededBy }) => neededBy === (wanted.features[0] ?? wanted.mode))
        .map((right) => [`${named(right)} for ${right.purpose}`, right] as const);
    const give = async (mode: RightsMode, features: readonly RightsFeature[], more: readonly string[] = []) => {
      const flags = features.flatMap((feature) => ['--with', feature]);
      await grantRights(
        stage,
        await printed('--mode', mode, ...flags, ...more),
        rightsFor(wantedFor(mode, features)),
        [],
      );
    };
    const giveBut = (wanted: RightsWanted, missing: Right) =>
      grantRights(stage, grantsBut(wanted, missing), rightsFor(wanted), [missing]);
    const launch = (options: Partial<AppOptions> = {}) => stage.launch({ mode: 'auto', user: 'granted', ...options });
    const healsUnder = async (engine: RunningApp, name: string) => {
      const pod = await stage.shop.pod('web', runs);
      expect(image(pod)).toBe(name);
      await engine.next('healed', { namespace: stage.shop.namespace });
      return pod;
    };
    const leavesNothing = async () => {
      const { shop } = stage;
      const left = async () => [
        ...(await shop.pullPods()),
        ...(await shop.retagJobs(places.retagNamespace)),
        ...(await shop.retagPods(places.retagNamespace)),
      ];
      await eventually(async () => (await left()).length === 0, 45_000);
    };
    const wayOf = (engine: RunningApp) => engine.events.find(({ event }) => event === 'cache-started')?.way;
    const isRefusedNothing = async (engine: RunningApp) => {
      expect((await stage.written('granted')).filter(({ code }) => code === 403)).toEqual([]);
      expect(engine.has('error')).toBe(false);
    };
    const mirrored = () => proxied(stage.cluster.mirrors.first);

    beforeEach(async () => {
      const { registries, fledged } = stage.cluster;
      await registries.publish(nginx, ['first']);
      await registries.publish(helper, ['first'], 'exits');
      await fledged.stop();
      await stage.shop.createNamespace();
    });

    describe('for retag', () => {
      const wanted = wantedFor('retag', []);
      beforeEach(() => stage.shop.deployment('web', app()));

      it('heals a pod under its own name', async () => {
        await give('retag', []);
        const engine = launch({ retag: true });
        await healsUnder(engine, nginx);
        await leavesNothing();
        await engine.stop();
        expect((await stage.written('granted')).map(({ verb, resource }) => `${verb} ${resource}`)).toEqual([
          'create jobs',
          'delete jobs',
        ]);
        await isRefusedNothing(engine);
      });

      it.each(ownRights(wanted))('does what it can without the right to %s', async (_what, missing) => {
        await giveBut(wanted, missing);
        const engine = launch({ retag: true });
        const isNeeded = missing.verb !== 'list';
        await healsUnder(engine, isNeeded ? mirrored() : nginx);
        if (isNeeded) {
          const { why } = await engine.next('retag-failed');
          expect(why).toContain(missing.verb);
          expect(why).toContain(missing.resource);
        }
        await leavesNothing();
      });
    });

    describe('for OpenKruise', () => {
      const wanted = wantedFor('heal', ['kruise']);
      /** Without these the image comes onto the node by itself. */
      const needed = ['get imagepulljobs', 'create imagepulljobs', 'delete imagepulljobs'];
      beforeEach(async () => {
        await stage.cluster.kruise?.start();
        await stage.shop.deployment('web', app());
      });

      it('heals with an ImagePullJob', async () => {
        await give('heal', ['kruise']);
        const engine = launch();
        await healsUnder(engine, mirrored());
        expect(wayOf(engine)).toBe('image-pull-job');
        await leavesNothing();
        await isRefusedNothing(engine);
      });

      it.each(ownRights(wanted))('does what it can without the right to %s', async (_what, missing) => {
        await giveBut(wanted, missing);
        const engine = launch();
        await healsUnder(engine, mirrored());
        const isNeeded = needed.includes(`${missing.verb} ${missing.resource}`);
        expect(wayOf(engine)).toBe(isNeeded ? 'pull-pods' : 'image-pull-job');
        await leavesNothing();
        await isRefusedNothing(engine);
      });
    });

    describe('for further nodes', () => {
      const wanted = wantedFor('heal', ['prepull']);
      const further = () => stage.cluster.nodes[1] ?? '';
      beforeEach(() => stage.shop.barePod('web', { nodeName: stage.cluster.nodes[0] ?? '', ...app() }));

      it('brings onto them what has healed', async () => {
        await give('heal', ['prepull']);
        const engine = launch({ prepull: '' });
        await healsUnder(engine, mirrored());
        await engine.next('cached', { node: further() });
        await leavesNothing();
        await isRefusedNothing(engine);
      });

      it.each(ownRights(wanted))('heals, and names it, without the right to %s', async (_what, missing) => {
        await giveBut(wanted, missing);
        const engine = launch({ prepull: '' });
        await healsUnder(engine, mirrored());
        expect((await engine.next('error')).why).toMatch(/cannot be listed: .*\bnodes\b/);
        await leavesNothing();
      });
    });

    describe('for the doctor', () => {
      const wanted = wantedFor('watch', ['doctor']);
      const examined = async (...flags: string[]) => {
        const folder = new CommandFolder();
        try {
          const kubeconfig = stage.cluster.kubeconfig('granted');
          const { out, err } = await folder.run(['doctor', '--json', '--kubeconfig', kubeconfig, ...flags]);
          expect(err).toBe('');
          const { findings } = JSON.parse(out) as Examination;
          expect(findings.length).toBeGreaterThan(5);
          return findings;
        } finally {
          folder.remove();
        }
      };
      const unread = async (...flags: string[]) =>
        (await examined(...flags))
          .map(({ sentence }) => sentence)
          .filter((each) => each.includes('could not be looked at'));
      beforeEach(async () => {
        await stage.cluster.fledged.start();
        await stage.cluster.kruise?.start();
      });

      it('looks at everything', async () => {
        await give('watch', ['doctor']);
        expect(await unread()).toEqual([]);
      });

      it('looks at everything with the roles of one namespace', async () => {
        const { namespace } = stage.shop;
        const only = { ...wanted, namespaces: [namespace] };
        const objects = await printed('--mode', 'watch', '--with', 'doctor', '-n', namespace);
        await grantRights(stage, objects, rightsFor(only), []);
        expect(await unread('-n', namespace)).toEqual([]);
      });

      // what of an installation may not be read counts as not there; and here no webhook leads to a Service
      const isUnseen = ({ purpose }: Right) => ['doctor-definition', 'doctor-service'].includes(purpose);
      it.each(ownRights(wanted).filter(([, right]) => isUnseen(right)))(
        'names the right to %s, where it is missing, and the roles that give it',
        async (_what, missing) => {
          await giveBut(wanted, missing);
          const finding = (await examined()).find(({ id }) => id === 'rights-doctor');
          expect(finding).toMatchObject({
            level: 'warning',
            sentence: expect.stringContaining(`${missing.verb} ${missing.resource}`) as string,
            command: expect.stringMatching(/^pullthrough rbac --mode heal .*--with doctor .*--user NAME/) as string,
          });
        },
      );

      const told = ownRights(wanted).filter(([, right]) => !isUnseen(right));
      it.each(told)('says what it could not look at without the right to %s', async (_what, missing) => {
        await giveBut(wanted, missing);
        const sentences = await unread();
        expect(sentences.length).toBeGreaterThan(0);
        for (const each of sentences) expect(each).toContain(`this user may not list ${missing.resource}`);
      });
    });
  });
}
