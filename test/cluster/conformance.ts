import { describe, expect, it } from 'vitest';
import { machineClock } from '../../electron/engine/machineClock';
import { readKubeconfigs } from '../../electron/kube/kubeconfig';
import { image, runs, waitsForImage, Workloads, type TestPod } from '../scenarios/workloads';
import { list, send } from './objects';
import type { TestCluster, TestUser } from './testCluster';
import { waitFor } from './waiting';

const caches = '/apis/kubefledged.io/v1alpha2';
const limitMs = 60_000;

/** What scenarios rely on, checked on whichever cluster they run on; it is reset before each test. */
export function describeTestCluster(cluster: () => TestCluster): void {
  describe('as a test cluster', () => {
    const app = (reference: string) => ({ containers: [{ name: 'app', image: reference }] });
    const onFirst = (path: string) => `${cluster().mirrors.first}/docker.io/library/${path}`;
    const workloads = async () => {
      const made = new Workloads(cluster().api, 'conformance');
      await made.createNamespace();
      return made;
    };

    it('says why a pod cannot have its image, and runs it as soon as it can', async () => {
      const { registries } = cluster();
      await registries.publish('nginx:1.25', ['origin', 'first']);
      const shop = await workloads();
      await shop.deployment('blocked', app('nginx:1.25'));
      await shop.deployment('private', app(`${registries.privateHost}/team/app:1`));
      const blocked = await shop.pod('blocked', (pod) => waitsForImage(pod) && message(pod) !== '');
      expect(message(blocked)).toContain('connection refused');
      expect(message(await shop.pod('private', (pod) => message(pod) !== ''))).toContain('401 Unauthorized');
      await registries.unblockOrigin();
      await shop.pod('blocked', (pod) => runs(pod), limitMs);
    });

    it('tells in events too why a pod cannot have its image, and counts instead of telling it again', async () => {
      const { api } = cluster();
      const shop = await workloads();
      await shop.deployment('blocked', app('nginx:1.25'));
      const { metadata, spec } = await shop.pod('blocked', (pod) => waitsForImage(pod));
      const aboutApp = {
        kind: 'Pod',
        namespace: 'conformance',
        name: metadata.name,
        uid: metadata.uid,
        apiVersion: 'v1',
        fieldPath: 'spec.containers{app}',
      };
      const events = await waitFor('a second attempt', limitMs, async () => {
        const path = '/api/v1/namespaces/conformance/events';
        const query = { fieldSelector: `involvedObject.uid=${metadata.uid}` };
        const { items } = (await send(api, { method: 'GET', path, query })) as { readonly items: readonly PodEvent[] };
        return items.some(({ reason, count }) => reason === 'Failed' && count > 1) ? items : null;
      });
      const causes = events.filter(({ reason, message: text }) => reason === 'Failed' && !text.startsWith('Error: '));
      expect(causes).toEqual([
        expect.objectContaining({
          type: 'Warning',
          message: expect.stringMatching(
            /^Failed to pull image "nginx:1\.25": failed to pull and unpack image .*connection refused$/,
          ) as string,
          involvedObject: expect.objectContaining(aboutApp) as object,
          source: { component: 'kubelet', host: spec.nodeName },
          firstTimestamp: expect.stringMatching(/Z$/) as string,
          lastTimestamp: expect.stringMatching(/Z$/) as string,
        }),
      ]);
      expect(events).toContainEqual(
        expect.objectContaining({
          type: 'Warning',
          reason: 'Failed',
          message: 'Error: ErrImagePull',
          involvedObject: expect.objectContaining(aboutApp) as object,
        }),
      );
      expect(events).toContainEqual(
        expect.objectContaining({
          type: 'Normal',
          reason: 'BackOff',
          message: 'Back-off pulling image "nginx:1.25"',
          involvedObject: expect.objectContaining(aboutApp) as object,
        }),
      );
      const told = (user: TestUser) => as(user, (connected) => connected.failureEvents('conformance', metadata.uid));
      expect(await told('app')).toMatchObject([
        { container: 'app', message: expect.stringContaining('connection refused') as string },
      ]);
      expect(await told('viewer')).toMatchObject({
        unanswered: expect.stringContaining('cannot list resource "events"') as string,
      });
    });

    it('has a mirror that wants a login, which pods bring whose service account names it', async () => {
      const { registries, mirrors } = cluster();
      await registries.publish('nginx:1.25', ['first', 'second']);
      const login = await registries.requireLogin('first');
      const shop = await workloads();
      await shop.deployment('web', app(onFirst('nginx:1.25')));
      const before = await shop.pod('web', (pod) => waitsForImage(pod) && message(pod) !== '');
      expect(message(before)).toMatch(/401 Unauthorized|no basic auth credentials/);
      await shop.giveLogin('mirror-login', mirrors.first, login);
      await shop.deletePod(before.metadata.name);
      await shop.pod('web', (pod) => pod.metadata.uid !== before.metadata.uid && runs(pod), limitMs);
    });

    it('records who has patched a pod, and the pod runs with the other image', async () => {
      await cluster().registries.publish('nginx:1.25', ['first']);
      const shop = await workloads();
      await shop.deployment('web', app('nginx:1.25'));
      const { metadata } = await shop.pod('web', (pod) => waitsForImage(pod));
      const patch = [{ op: 'replace' as const, path: '/spec/containers/0/image', value: onFirst('nginx:1.25') }];
      const outcome = (user: TestUser) =>
        as(user, (connected) => connected.patchPod('conformance', metadata.name, patch));
      expect(await outcome('viewer')).toMatchObject({ is: 'denied' });
      expect(await outcome('app')).toMatchObject({ is: 'done' });
      expect(image(await shop.pod('web', (pod) => runs(pod), limitMs))).toBe(onFirst('nginx:1.25'));
      const entry = { verb: 'patch', resource: 'pods', namespace: 'conformance', name: metadata.name };
      expect(await cluster().audit('app')).toMatchObject([{ ...entry, code: 200 }]);
      expect(await cluster().audit('viewer')).toMatchObject([{ ...entry, code: 403 }]);
    });

    const as = async <T>(user: TestUser, work: (connected: Connected) => Promise<T>): Promise<T> => {
      const [context] = readKubeconfigs([cluster().kubeconfig(user)], machineClock, Math.random).contexts;
      expect(context?.name).toBe(user);
      const connected = context?.connect();
      if (!connected) throw new Error(`no context ${user}`);
      try {
        return await work(connected);
      } finally {
        connected.close();
      }
    };

    it('brings images to nodes with kube-fledged, unless that is stopped', async () => {
      const { api, fledged, registries } = cluster();
      await registries.publish('busybox:1.36', ['first'], 'exits');
      const collection = `${caches}/namespaces/kube-fledged/imagecaches`;
      const body = {
        apiVersion: 'kubefledged.io/v1alpha2',
        kind: 'ImageCache',
        metadata: { name: 'conformance' },
        spec: {
          cacheSpec: [{ images: [onFirst('busybox:1.36')], nodeSelector: { 'kubernetes.io/hostname': 'host-1' } }],
        },
      };
      await send(api, { method: 'POST', path: collection, body });
      const ended = await waitFor('the end of the ImageCache', limitMs, async () => {
        const cache = await send(api, { method: 'GET', path: `${collection}/conformance` });
        const { status } = cache as { readonly status?: { readonly status: string; readonly reason: string } };
        return status?.status === 'Processing' ? null : status;
      });
      expect(ended).toMatchObject({ status: 'Succeeded' });
      await fledged.stop();
      expect(await api.request({ method: 'GET', path: collection })).toMatchObject({ status: 404 });
      await fledged.start();
      expect(await list(api, collection)).toEqual([]);
    });

    it('is as new after a reset', async () => {
      const { api, nodes, registries } = cluster();
      await registries.publish('nginx:1.25', ['first']);
      await registries.unblockOrigin();
      const before = await workloads();
      for (const nodeName of nodes) await before.barePod(nodeName, { nodeName, ...app(onFirst('nginx:1.25')) });
      for (const nodeName of nodes) await before.pod(nodeName, (pod) => runs(pod), limitMs);
      await cluster().fledged.stop();
      await registries.requireLogin('first');
      await cluster().reset();
      expect((await list(api, '/api/v1/namespaces')).map(({ metadata }) => metadata.name)).not.toContain('conformance');
      expect(await list(api, `${caches}/imagecaches`)).toEqual([]);
      expect(await cluster().audit('app')).toEqual([]);
      // neither a registry nor a node has the image any more, and docker.io is out of reach again
      const after = await workloads();
      for (const nodeName of nodes) {
        await after.barePod(nodeName, { nodeName, ...app(onFirst('nginx:1.25')) });
        const pod = await after.pod(nodeName, (found) => waitsForImage(found) && message(found) !== '', limitMs);
        expect(message(pod)).toContain('not found');
      }
      await after.barePod('blocked', app('nginx:1.25'));
      expect(message(await after.pod('blocked', (pod) => message(pod) !== ''))).toContain('connection refused');
    });
  });
}

interface PodEvent {
  readonly reason: string;
  readonly message: string;
  readonly count: number;
}

type Connected = ReturnType<ReturnType<typeof readKubeconfigs>['contexts'][number]['connect']>;

function message({ status }: TestPod): string {
  return status.containerStatuses?.[0]?.state?.waiting?.message ?? '';
}
