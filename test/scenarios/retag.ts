import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { AuditEntry } from '../cluster/testCluster';
import { eventually } from '../setup/eventually';
import { figure } from '../setup/figure';
import { AppProcess } from './runningApp';
import { app, nginx, proxied, type Stage } from './stage';
import { image, originals, runs, waitsForImage, type TestPod } from './workloads';

/** The image that a retag Job runs itself. */
const helper = 'busybox:1.37.0';
const home = 'kube-system';
/** A kubelet tries again after 10, 20 and 40 s. */
const severalAttempts = 150_000;

/** A node gives a pulled image its own name, and its pods start as they are. */
export function scenariosOfRetag(stage: Stage): void {
  describe('retag', () => {
    const publish = async (on: readonly ('first' | 'second')[] = ['first']) => {
      await stage.cluster.registries.publish(nginx, on);
      await stage.cluster.registries.publish(helper, ['first', 'second'], 'exits');
      await stage.shop.createNamespace();
    };
    const launch = (retagNamespace = home, mirrors = Object.values(stage.cluster.mirrors)) =>
      stage.launch({ mode: 'auto', retag: true, retagNamespace, mirrors });
    /** The kubelet of this node has pulled the image's bytes through this mirror, and gives them to nobody under its own name. */
    const kubeletPulls = async (node: string, mirror: string) => {
      const name = `other-${node}`;
      await stage.shop.barePod(name, { nodeName: node, ...app(proxied(mirror)) });
      await stage.shop.pod(name, runs);
    };
    const nodeName = 'node-1';

    /** Its image is its own, nobody has written to it, and of the Job nothing is left. */
    const isUntouched = async (pod: TestPod) => {
      expect([image(pod), pod.metadata.annotations?.[originals]]).toEqual([nginx, undefined]);
      // the Job of an app that was killed goes after it has done its work
      await nothingLeft();
      expect(await writes()).toEqual(['create jobs', 'delete jobs']);
    };
    const writes = async () => [...new Set((await stage.written()).map(nameOf))].sort();
    const nothingLeft = async (namespace = home) => {
      const left = async () => [...(await stage.shop.retagJobs(namespace)), ...(await stage.shop.retagPods(namespace))];
      expect(await eventually(async () => (await left()).length === 0 && 'gone', 45_000)).toBe('gone');
    };

    it('starts a waiting pod under its own name, and edits nothing', async () => {
      await publish();
      await stage.shop.deployment('web', app());
      const waiting = await stage.shop.pod('web', waitsForImage);
      const engine = launch();
      const healed = await stage.shop.pod('web', runs);
      await engine.next('healed', { namespace: stage.shop.namespace, image: nginx });
      expect(healed.metadata.uid).toBe(waiting.metadata.uid);
      await isUntouched(healed);
      const started = await engine.next('retag-started');
      const retagged = await engine.next('retagged', { proxied: proxied(stage.cluster.mirrors.first) });
      if (stage.tier === 'node')
        figure('retag Job on a real node', Date.parse(retagged.time) - Date.parse(started.time), 'ms');
    });

    it('takes the next mirror where the first does not have the image', async () => {
      await publish(['second']);
      await stage.shop.deployment('web', app());
      const engine = launch();
      const failed = await engine.next('retag-failed', { proxied: proxied(stage.cluster.mirrors.first) });
      expect(failed).toMatchObject({ cause: 'not-found', why: expect.stringContaining('not found') as string });
      await isUntouched(await stage.shop.pod('web', runs));
      await engine.next('healed', { proxied: proxied(stage.cluster.mirrors.second) });
    });

    it('heals a pod whose policy forbids all pulling', async () => {
      await publish();
      await stage.shop.barePod('never', { containers: [{ name: 'app', image: nginx, imagePullPolicy: 'Never' }] });
      const engine = launch();
      await isUntouched(await stage.shop.pod('never', runs, severalAttempts));
      await engine.next('healed', { pod: 'never' });
    });

    it('heals a static pod', async () => {
      await publish();
      const { cluster } = stage;
      if (cluster.placeStaticPod) await cluster.placeStaticPod(nodeName, stage.shop.namespace, 'static', app());
      else await stage.shop.barePod('static', { nodeName, ...app() }, { 'kubernetes.io/config.mirror': 'hash' });
      const engine = launch();
      await isUntouched(await stage.shop.pod('static', runs, severalAttempts));
      await engine.next('healed', { namespace: stage.shop.namespace });
    });

    it('says that it cannot help where the kubelet pulled the bytes under another name, and swaps', async () => {
      await publish(['first', 'second']);
      const other = proxied(stage.cluster.mirrors.second);
      await stage.shop.barePod('other', { nodeName, ...app(other) });
      await stage.shop.pod('other', runs);
      await stage.shop.barePod('web', { nodeName, ...app() });
      const engine = launch();
      const failed = await engine.next('retag-failed', { pod: 'web' }, severalAttempts);
      expect(failed.why).toContain('a retag cannot help');
      const swapped = await stage.shop.pod('web', runs, severalAttempts);
      expect(image(swapped)).toContain('.mirror.example/');
      await engine.next('healed', { pod: 'web' });
      await nothingLeft();
    });

    it('is waited for no longer where a person wants its pods swapped now', async () => {
      await publish(['first', 'second']);
      const { first, second } = stage.cluster.mirrors;
      await kubeletPulls(nodeName, second);
      await stage.shop.barePod('web', { nodeName, ...app() });
      const waiting = await stage.shop.pod('web', waitsForImage);
      const engine = launch(home, [first]);
      await engine.next('retagged');
      const [incident] = engine.application.state().incidents;
      expect(incident).toMatchObject({ progress: { is: 'rescuing', step: 'retag', maySwap: 1 } });
      const about = { context: engine.context, incident: incident?.id ?? '' };
      expect(await engine.application.command('swapNow', about)).toMatchObject({ ok: true });
      const swapped = await stage.shop.pod('web', runs);
      expect([swapped.metadata.uid, image(swapped)]).toEqual([waiting.metadata.uid, proxied(first)]);
      await engine.next('healed', { pod: 'web', proxied: proxied(first) });
      expect(engine.has('retag-failed')).toBe(false);
      expect(await engine.application.command('swapNow', about)).toMatchObject({ error: { code: 'not-found' } });
      await nothingLeft();
    });

    it('goes on on one node while the pods of another, which it cannot help, are swapped', async () => {
      await publish(['first', 'second']);
      const { first, second } = stage.cluster.mirrors;
      const [one = '', two = ''] = stage.cluster.nodes;
      await kubeletPulls(one, first);
      await kubeletPulls(two, second);
      // what a node lists is seen at once to be of no use to a retag
      await eventually(
        async () => JSON.stringify(await stage.shop.get(`/api/v1/nodes/${one}`)).includes(proxied(first)),
        90_000,
      );
      for (const node of [one, two]) await stage.shop.barePod(`web-${node}`, { nodeName: node, ...app() });
      const engine = launch(home, [first]);
      await engine.next('healed', { pod: `web-${one}` }, severalAttempts);
      expect(engine.application.state().incidents).toMatchObject([{ progress: { is: 'rescuing', step: 'retag' } }]);
      await engine.next('retag-failed', { pod: `web-${two}` }, severalAttempts);
      await engine.next('healed', { pod: `web-${two}` }, severalAttempts);
      const images = [one, two].map(async (node) => image(await stage.shop.pod(`web-${node}`, runs)));
      expect(await Promise.all(images)).toEqual([proxied(first), proxied(first)]);
      await nothingLeft();
    });

    it.each(['retag-started', 'retagged'] as const)(
      'is finished by the next app where one is killed after %s',
      async (moment) => {
        const stateDir = mkdtempSync(path.join(tmpdir(), 'pullthrough-killed-'));
        const start = () => new AppProcess(stage.cluster, stateDir, undefined, ['--retag']);
        try {
          await publish();
          await stage.shop.deployment('web', app());
          await stage.shop.pod('web', waitsForImage);
          await start().killAt(moment);
          const next = start();
          await next.next('context-status', { status: 'live' });
          await isUntouched(await stage.shop.pod('web', runs));
          expect(await next.terminate()).toBe(0);
        } finally {
          rmSync(stateDir, { recursive: true, force: true });
        }
      },
    );

    it('swaps where no Job can be created', async () => {
      await publish();
      await stage.shop.deployment('web', app());
      const engine = launch('there-is-no-such-namespace');
      expect(await engine.next('retag-failed')).toMatchObject({
        why: expect.stringContaining('the Job could not be created') as string,
      });
      expect(image(await stage.shop.pod('web', runs))).toBe(proxied(stage.cluster.mirrors.first));
      await engine.next('healed', { image: nginx });
    });
  });
}

function nameOf({ verb, resource }: AuditEntry): string {
  return `${verb} ${resource}`;
}
