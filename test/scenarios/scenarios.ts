import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { describeTestCluster } from '../cluster/conformance';
import type { TestCluster } from '../cluster/testCluster';
import { eventually } from '../setup/eventually';
import { figure } from '../setup/figure';
import { AppProcess, RunningApp, type AppOptions } from './runningApp';
import { image, originals, runs, waitsForImage, Workloads } from './workloads';

const nginx = 'nginx:1.25';
const proxied = (mirror: string, reference = 'library/nginx:1.25') => `${mirror}/docker.io/${reference}`;
const app = (reference = nginx) => ({ containers: [{ name: 'app', image: reference }] });
const writes = new Set(['create', 'update', 'patch', 'delete', 'deletecollection']);

/**
 * What the product promises, once, for every kind of cluster. A scenario that holds on the simulation and not on
 * a real cluster is a fault of the simulation.
 */
export function describeScenarios(tier: TestCluster['tier'], start: () => Promise<TestCluster>): void {
  describe(`on the ${tier}`, () => {
    let cluster: TestCluster;
    let shop: Workloads;
    let running: RunningApp[] = [];
    let number = 0;

    beforeAll(async () => {
      cluster = await start();
    });
    afterAll(async () => {
      await cluster.down();
    });
    beforeEach(async () => {
      await cluster.reset();
      number += 1;
      shop = new Workloads(cluster.api, `shop-${String(number)}`);
    });
    afterEach(async () => {
      await Promise.all(running.map((each) => each.stop()));
      running = [];
    });

    const launch = (options: AppOptions) => {
      const started = new RunningApp(cluster, options);
      running.push(started);
      return started;
    };
    /** What this user's app has written, SelfSubjectAccessReviews aside: they are questions. */
    const written = async (user: 'app' | 'viewer' = 'app') =>
      (await cluster.audit(user)).filter(
        ({ verb, resource }) => writes.has(verb) && !resource.startsWith('selfsubject'),
      );

    describeTestCluster(() => cluster);

    describe('healing', () => {
      it('heals a deployment through the mirror, leaves the Deployment alone, and heals its next pod again', async () => {
        await cluster.registries.publish(nginx, ['first']);
        await shop.createNamespace();
        await shop.deployment('web', app());
        const engine = launch({ mode: 'auto' });
        const healed = await shop.pod('web', runs);
        expect(image(healed)).toBe(proxied(cluster.mirrors.first));
        expect(healed.metadata.annotations?.[originals]).toBe(JSON.stringify({ app: nginx }));
        const end = await engine.next('healed', { namespace: shop.namespace, image: nginx });
        if (tier === 'node') {
          const { time } = await engine.next('swapped', { namespace: shop.namespace, pod: healed.metadata.name });
          figure('patch to running on a real kubelet', Date.parse(end.time) - Date.parse(time), 'ms');
        }
        const deployment = await shop.get(`/apis/apps/v1/namespaces/${shop.namespace}/deployments/web`);
        expect(deployment).toMatchObject({ metadata: { generation: 1 }, spec: { template: { spec: app() } } });
        expect(await eventually(async () => (await shop.imageCaches()).length === 0 && 'gone')).toBe('gone');

        await shop.deletePod(healed.metadata.name);
        const next = await shop.pod('web', (pod) => pod.metadata.uid !== healed.metadata.uid);
        expect(next.metadata.annotations?.[originals] ?? JSON.stringify({ app: nginx })).toBe(
          JSON.stringify({ app: nginx }),
        );
        await shop.pod('web', (pod) => pod.metadata.uid === next.metadata.uid && runs(pod));
      });

      it('patches only the failing containers of a pod', async () => {
        await cluster.registries.publish(nginx, ['first']);
        await cluster.registries.publish('redis:7.2', ['first']);
        const healthy = `${cluster.mirrors.first}/docker.io/library/busybox:1.36`;
        await cluster.registries.publish('busybox:1.36', ['first']);
        await shop.createNamespace();
        await shop.deployment('trio', {
          containers: [
            { name: 'web', image: nginx },
            { name: 'fine', image: healthy },
            { name: 'cache', image: 'redis:7.2' },
          ],
        });
        launch({ mode: 'auto' });
        const pod = await shop.pod('trio', runs);
        expect(pod.spec.containers.map(({ image: text }) => text)).toEqual([
          proxied(cluster.mirrors.first),
          healthy,
          proxied(cluster.mirrors.first, 'library/redis:7.2'),
        ]);
        expect(JSON.parse(pod.metadata.annotations?.[originals] ?? '{}')).toEqual({ web: nginx, cache: 'redis:7.2' });
      });

      it('heals a failing init container, and then the main container of the same pod', async () => {
        await cluster.registries.publish('busybox:1.36', ['first'], 'exits');
        await cluster.registries.publish(nginx, ['first']);
        await shop.createNamespace();
        await shop.deployment('staged', { initContainers: [{ name: 'setup', image: 'busybox:1.36' }], ...app() });
        launch({ mode: 'auto' });
        const pod = await shop.pod('staged', runs);
        expect(image(pod, 'setup')).toBe(proxied(cluster.mirrors.first, 'library/busybox:1.36'));
        expect(image(pod)).toBe(proxied(cluster.mirrors.first));
        expect(JSON.parse(pod.metadata.annotations?.[originals] ?? '{}')).toEqual({
          setup: 'busybox:1.36',
          app: nginx,
        });
      });

      it('heals the pod of a Job, and the Job succeeds', async () => {
        await cluster.registries.publish('busybox:1.36', ['first'], 'exits');
        await shop.createNamespace();
        await shop.job('import', app('busybox:1.36'));
        const engine = launch({ mode: 'auto' });
        const succeeded = await eventually(async () => {
          const { status } = (await shop.get(`/apis/batch/v1/namespaces/${shop.namespace}/jobs/import`)) as {
            status: { succeeded?: number };
          };
          return status.succeeded === 1;
        }, 45_000);
        expect(succeeded).toBe(true);
        await engine.next('healed', { namespace: shop.namespace, image: 'busybox:1.36' });
      });
    });

    describe('leaving alone', () => {
      it('says that a wrong tag is wrong, and patches nothing', async () => {
        await cluster.registries.unblockOrigin();
        await shop.createNamespace();
        await shop.deployment('typo', app('nginx:1.99-nope'));
        const engine = launch({ mode: 'auto' });
        expect(await engine.next('diagnosed', { image: 'nginx:1.99-nope' })).toMatchObject({
          cause: 'not-found',
          healable: 'no',
        });
        expect(await engine.next('refused', { image: 'nginx:1.99-nope' })).toMatchObject({ why: 'cause: not-found' });
        expect(await written()).toEqual([]);
      });

      it('gives each pod that it does not touch its reason', async () => {
        await cluster.registries.publish(nginx, ['first']);
        await cluster.registries.publish('redis:7.2', ['first']);
        const out = new Workloads(cluster.api, `${shop.namespace}-out`);
        await shop.createNamespace();
        await out.createNamespace({ 'pullthrough.dev/auto': 'false' });
        await shop.deployment('never', { containers: [{ name: 'app', image: nginx, imagePullPolicy: 'Never' }] });
        await shop.deployment('private', app(`${cluster.registries.privateHost}/team/app:1`));
        await shop.deployment('excluded', app('redis:7.2'));
        await shop.deployment('opted-out', app(), { 'pullthrough.dev/auto': 'false' });
        await out.deployment('opted-out', app());
        const reasons = new Map([
          ['never', /^never-policy/],
          ['private', /^cause: unauthorized/],
          ['excluded', /^excluded/],
          ['opted-out', /^opted-out-pod/],
        ]);
        if (tier !== 'node') {
          // on a real node the kubelet itself makes and removes these, from files that only it can read
          const annotations = { 'kubernetes.io/config.mirror': 'hash', 'kubernetes.io/config.hash': 'hash' };
          await shop.barePod('static', { nodeName: cluster.nodes[0] ?? '', ...app() }, annotations);
          reasons.set('static', /^static-pod/);
        }
        const engine = launch({ mode: 'auto', noProxy: ['docker.io/library/redis'] });
        for (const [name, why] of reasons) {
          const refused = await eventually(
            () =>
              engine.events.find(
                ({ event, namespace, pod }) =>
                  event === 'refused' && namespace === shop.namespace && pod?.startsWith(name),
              ),
            45_000,
          );
          expect([name, refused.why]).toEqual([name, expect.stringMatching(why)]);
        }
        expect(await engine.next('refused', { namespace: out.namespace })).toMatchObject({
          why: `opted-out-namespace: ${out.namespace}`,
        });
        expect(await written()).toEqual([]);
      });
    });

    describe('several mirrors', () => {
      it('uses the second when the first lacks the image, and the pod never saw the first', async () => {
        await cluster.registries.publish(nginx, ['second']);
        await shop.createNamespace();
        await shop.deployment('web', app());
        const engine = launch({ mode: 'auto' });
        const pod = await shop.pod('web', runs);
        expect(image(pod)).toBe(proxied(cluster.mirrors.second));
        expect(engine.events.filter(({ event }) => event === 'swapped')).toHaveLength(1);
        expect(await engine.next('cache-failed')).toMatchObject({ proxied: proxied(cluster.mirrors.first) });
        await engine.next('healed', { namespace: shop.namespace });
        expect(
          engine.application
            .state()
            .caches.map(({ image: text, endedAt, nodes }) => [
              text,
              endedAt !== null,
              nodes.map(({ pull }) => pull.is),
            ]),
        ).toEqual([
          [proxied(cluster.mirrors.first), true, ['failed']],
          [proxied(cluster.mirrors.second), true, ['pulled']],
        ]);
      });

      it('without kube-fledged the pod sees the first once, and then runs from the second', async () => {
        await cluster.fledged.stop();
        await cluster.registries.publish(nginx, ['second']);
        await shop.createNamespace();
        await shop.deployment('web', app());
        const engine = launch({ mode: 'auto' });
        const pod = await shop.pod('web', runs);
        expect(image(pod)).toBe(proxied(cluster.mirrors.second));
        const swaps = engine.events.filter(({ event }) => event === 'swapped');
        expect(swaps.map((event) => event.proxied)).toEqual([
          proxied(cluster.mirrors.first),
          proxied(cluster.mirrors.second),
        ]);
      });

      it.each(['with', 'without'])('%s kube-fledged leaves no trace when no mirror has it', async (fledged) => {
        if (fledged === 'without') await cluster.fledged.stop();
        await shop.createNamespace();
        await shop.deployment('web', app());
        const before = await shop.pod('web', waitsForImage);
        const engine = launch({ mode: 'auto' });
        await engine.next('gave-up', { namespace: shop.namespace, why: 'no mirror has it' });
        const [after] = await shop.pods('web');
        expect(after?.metadata.uid).toBe(before.metadata.uid);
        expect(after?.spec).toEqual(before.spec);
        expect(after?.metadata.annotations ?? {}).toEqual(before.metadata.annotations ?? {});
        const [incident] = await eventually(() => {
          const { incidents } = engine.application.state();
          return incidents.some(({ progress }) => progress.is === 'gave-up') && incidents;
        });
        expect(incident?.progress).toMatchObject({
          is: 'gave-up',
          earlier: [{ host: cluster.mirrors.first }, { host: cluster.mirrors.second }],
        });
        expect(incident?.progress.is === 'gave-up' && (incident.progress.retryAt ?? 0) - Date.now()).toBeGreaterThan(
          300_000,
        );
        if (fledged === 'with')
          expect(await eventually(async () => (await shop.imageCaches()).length === 0 && 'gone')).toBe('gone');
      });
    });

    describe('the way back', () => {
      const healed = async (engine: RunningApp) => {
        const pod = await shop.pod('web', runs);
        await engine.next('healed', { namespace: shop.namespace });
        return pod;
      };

      it('is held while the original cannot be had, ready once it was pulled, and done on a click', async () => {
        await cluster.registries.publish(nginx, ['origin', 'first']);
        await shop.createNamespace();
        await shop.deployment('web', app());
        const engine = launch({ mode: 'auto' });
        const before = await healed(engine);
        await engine.click('checkRestore', await engine.restore('unchecked'));
        expect((await engine.restore('held')).state).toMatchObject({ why: { is: 'cause', cause: 'unreachable' } });
        expect(await shop.pod('web', runs)).toMatchObject({ metadata: { uid: before.metadata.uid } });

        await cluster.registries.unblockOrigin();
        await engine.click('checkRestore', await engine.restore('held'));
        const ready = await engine.restore('ready');
        await cluster.registries.blockOrigin();
        expect(image(await shop.pod('web', runs))).toBe(proxied(cluster.mirrors.first));
        await engine.click('restore', ready);
        await engine.next('restored', { namespace: shop.namespace, image: nginx });
        const [after] = await shop.pods('web');
        expect(
          after && [after.metadata.uid, image(after), runs(after), after.metadata.annotations?.[originals]],
        ).toEqual([before.metadata.uid, nginx, true, undefined]);
        expect(after?.status.containerStatuses?.[0]?.restartCount).toBe(1);
        expect(await shop.pullPods()).toEqual([]);
      });

      it('lists every pod that a rescue has swapped', async () => {
        await cluster.registries.publish(nginx, ['first']);
        await shop.createNamespace();
        await shop.deployment('web', app(), {}, 3);
        const engine = launch({ mode: 'auto' });
        const swapped = await eventually(() => {
          const { restores } = engine.application.state();
          return restores.length === 3 && restores;
        }, 45_000);
        const pods = (await shop.pods('web')).map(({ metadata }) => metadata.name).sort();
        expect(swapped.map(({ pod }) => pod).sort()).toEqual(pods);
      });

      it('is free, without a write, once the pod was replaced', async () => {
        await cluster.registries.publish(nginx, ['first']);
        await shop.createNamespace();
        await shop.barePod('web', app());
        const engine = launch({ mode: 'auto' });
        await healed(engine);
        await engine.restore('unchecked');
        const before = await written();
        await shop.deletePod('web');
        expect((await engine.restore('free')).state).toMatchObject({ how: 'pod-replaced' });
        expect((await written()).filter(({ verb }) => verb === 'patch')).toEqual(
          before.filter(({ verb }) => verb === 'patch'),
        );
      });
    });

    describe('rights and consent', () => {
      it('writes nothing in watch mode, and a click heals one incident', async () => {
        await cluster.registries.publish(nginx, ['first']);
        await cluster.registries.publish('redis:7.2', ['first']);
        await shop.createNamespace();
        await shop.deployment('web', app());
        await shop.deployment('cache', app('redis:7.2'));
        const engine = launch({ mode: 'watch' });
        await engine.next('diagnosed', { image: nginx });
        await engine.next('diagnosed', { image: 'redis:7.2' });
        expect(await written()).toEqual([]);
        await engine.fix('library/nginx:1.25');
        await shop.pod('web', runs);
        await engine.next('healed', { image: nginx });
        expect(
          (await written()).filter(({ verb }) => verb === 'patch').every(({ name }) => name.startsWith('web')),
        ).toBe(true);
        expect(image(await shop.pod('cache', waitsForImage))).toBe('redis:7.2');
      });

      it('shows a user who may only look which right is missing, once', async () => {
        await cluster.registries.publish(nginx, ['first']);
        await shop.createNamespace();
        await shop.deployment('web', app());
        const engine = launch({ mode: 'auto', user: 'viewer' });
        const why = `may not patch pods in namespace ${shop.namespace}`;
        await engine.next('gave-up', { why });
        const state = engine.application.state();
        expect(state.contexts).toMatchObject([{ status: { is: 'live' } }]);
        expect(state.incidents).toMatchObject([
          {
            progress: {
              is: 'gave-up',
              why: { is: 'denied', verb: 'patch', resource: 'pods', namespace: shop.namespace },
            },
          },
        ]);
        expect(await written('viewer')).toEqual([]);
        expect(engine.events.filter(({ event }) => event === 'gave-up')).toHaveLength(1);
      });
    });

    describe('the world changes meanwhile', () => {
      it.each(['cache-started', 'swapped'] as const)('finishes what a killed app began, after %s', async (moment) => {
        const stateDir = mkdtempSync(path.join(tmpdir(), 'pullthrough-killed-'));
        try {
          await cluster.registries.publish(nginx, ['first']);
          await shop.createNamespace();
          await shop.deployment('web', app());
          await shop.pod('web', waitsForImage);
          const killed = new AppProcess(cluster, stateDir);
          await killed.killAt(moment);
          const next = new AppProcess(cluster, stateDir);
          await next.next('context-status', { status: 'live' });
          const pod = await shop.pod('web', runs);
          expect(image(pod)).toBe(proxied(cluster.mirrors.first));
          // a fast cluster may have healed the pod in the moment before the signal came
          if (!killed.has('healed')) await next.next('healed', { namespace: shop.namespace });
          expect(await eventually(async () => (await shop.imageCaches()).length === 0 && 'gone')).toBe('gone');
          expect(await next.terminate()).toBe(0);
        } finally {
          rmSync(stateDir, { recursive: true, force: true });
        }
      });

      it.each(['deleted', 'changed'])('writes nothing to a pod that was %s before the swap', async (what) => {
        await cluster.registries.publish(nginx, ['first']);
        await shop.createNamespace();
        await shop.barePod('web', app());
        const before = await shop.pod('web', waitsForImage);
        const engine = launch({ mode: 'auto' });
        // at once, while the canary is still being made: later the swap may have come first
        const meddled = new Promise<void>((resolve, reject) => {
          engine.application.onEvent(({ event }) => {
            if (event !== 'cache-started') return;
            const change = [{ op: 'replace', path: '/spec/containers/0/image', value: 'redis:7.2' }];
            (what === 'deleted' ? shop.deletePod('web') : shop.patchPod('web', change)).then(resolve, reject);
          });
        });
        await meddled;
        await eventually(() => {
          const { incidents } = engine.application.state();
          return !incidents.some(({ id }) => id.includes('nginx')) && 'closed';
        }, 30_000);
        const patches = (await written()).filter(({ verb, name }) => verb === 'patch' && name === 'web');
        expect(patches).toEqual([]);
        expect(before.metadata.annotations?.[originals]).toBeUndefined();
      });
    });
  });
}
