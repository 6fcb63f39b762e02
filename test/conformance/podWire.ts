import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PodSnapshot } from '../../electron/domain/podSnapshot';
import { readAll } from '../../electron/kube/apiConnection';
import { slimPod } from '../../electron/kube/podSlimming';
import { readPodList, readPodWatch, readRefusal, type PodListHead } from '../../electron/kube/podWire';
import { send } from '../cluster/objects';
import type { BareApiServer } from './apiSemantics';

const path = '/api/v1/namespaces/default/pods';
const protobuf = 'application/vnd.kubernetes.protobuf';
const forms = { json: 'application/json', protobuf };

/** One pod with everything that is read, one with nearly nothing, and what stands between. */
const pods: readonly { readonly manifest: Readonly<Record<string, unknown>>; readonly status: object }[] = [
  {
    manifest: {
      metadata: {
        name: 'wire-full',
        labels: { app: 'kubefledged', imagecache: 'c1', 'pullthrough.dev/pull-pod': 'false', empty: '' },
        annotations: {
          'pullthrough.dev/original-images': '{"app":"nginx:1.25"}',
          'pullthrough.dev/auto': 'false',
          note: '镜像 ü 😀 "\\ \n',
        },
        finalizers: ['example.com/keep'],
        ownerReferences: [
          { apiVersion: 'v1', kind: 'ConfigMap', name: 'other', uid: 'u-1' },
          { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid: 'u-2', controller: true },
        ],
      },
      spec: {
        nodeName: 'node-1',
        serviceAccountName: 'default',
        imagePullSecrets: [{ name: 'one' }, { name: 'two' }],
        initContainers: [
          { name: 'first', image: 'busybox:1' },
          { name: 'beside', image: 'envoy:1', restartPolicy: 'Always', imagePullPolicy: 'Never' },
        ],
        containers: [
          {
            name: 'app',
            image: 'm.example/docker.io/library/nginx:1.25',
            command: ['a'],
            env: [{ name: 'A', value: 'b' }],
          },
          { name: 'side', image: `redis@sha256:${'0a'.repeat(32)}`, imagePullPolicy: 'Always' },
        ],
      },
    },
    status: {
      phase: 'Pending',
      initContainerStatuses: [
        statusOf('first', { terminated: { exitCode: -3, reason: 'Error' } }),
        statusOf('beside', { running: { startedAt: '2026-01-02T03:04:05Z' } }, 4),
      ],
      containerStatuses: [
        statusOf('app', { waiting: { reason: 'ErrImagePull', message: 'x'.repeat(3000) } }),
        statusOf('side', {}),
      ],
    },
  },
  {
    manifest: { metadata: { name: 'wire-bare' }, spec: { containers: [{ name: 'a', image: 'a' }] } },
    status: { phase: 'Running' },
  },
];

function statusOf(name: string, state: object, restartCount = 0) {
  const imageID = 'waiting' in state ? '' : 'docker.io/library/x@sha256:1';
  return { name, state, restartCount, image: 'x', imageID, ready: false };
}

/** That pods say the same in JSON and in protobuf, on any API server. */
export function describePodWire(tier: string, start: () => Promise<BareApiServer>): void {
  describe(`pods on the wire: ${tier}`, () => {
    let server: BareApiServer;
    let before = '';
    beforeAll(async () => {
      server = await start();
      before = (await listed(protobuf)).resourceVersion;
      for (const { manifest, status } of pods) {
        await send(server.admin, { method: 'POST', path, body: manifest });
        const { name } = manifest.metadata as { name: string };
        const contentType = 'application/merge-patch+json';
        await send(server.admin, { method: 'PATCH', path: `${path}/${name}/status`, contentType, body: { status } });
      }
      await send(server.admin, { method: 'DELETE', path: `${path}/wire-full`, body: { gracePeriodSeconds: 30 } });
    });
    afterAll(() => server.stop());

    async function listed(accept: string, query: Record<string, string> = {}) {
      const answer = await server.admin.stream({ method: 'GET', path, accept, query });
      expect(answer.status).toBe(200);
      expect(answer.contentType).toContain(accept);
      const found: PodSnapshot[] = [];
      const heads: PodListHead[] = [];
      await readPodList(
        answer,
        (pod) => found.push(slimPod(pod)),
        (head) => {
          // a real server's list has it before its pods too
          expect(found).toEqual([]);
          heads.push(head);
        },
      );
      const { resourceVersion = '', next } = heads[0] ?? {};
      return { resourceVersion, next, found: found.sort((a, b) => a.name.localeCompare(b.name)) };
    }

    test('a list tells the same in both', async () => {
      const json = await listed(forms.json);
      const full = json.found.find(({ name }) => name === 'wire-full');
      expect(full).toMatchObject({
        deleting: true,
        optedOut: true,
        owner: 'ReplicaSet/web',
        pullSecrets: ['one', 'two'],
        pullsFor: { kind: 'image-cache', name: 'c1' },
        originalImages: { app: 'nginx:1.25' },
        containers: [
          { kind: 'init', state: { is: 'terminated', exitCode: -3 } },
          { kind: 'sidecar', restartCount: 4, state: { is: 'running' } },
          { kind: 'regular', pullPolicy: 'IfNotPresent', state: { is: 'waiting', reason: 'ErrImagePull' } },
          { kind: 'regular', pullPolicy: 'Always', state: { is: 'unknown' } },
        ],
      });
      expect(full?.createdAt).toBeGreaterThan(Date.now() - 600_000);
      expect((await listed(forms.protobuf)).found).toEqual(json.found);
    });

    test('pages go on where the one before ended', async () => {
      for (const form of Object.values(forms)) {
        const first = await listed(form, { limit: '1' });
        expect(first.found).toHaveLength(1);
        const second = await listed(form, { limit: '1', continue: first.next ?? '' });
        expect(second.found).toHaveLength(1);
        expect(second.found[0]?.name).not.toBe(first.found[0]?.name);
        expect(second.resourceVersion).toBe(first.resourceVersion);
        expect(second.next).toBeUndefined();
      }
    });

    test('a watch tells the same in both', async () => {
      const watched = async (accept: string) => {
        const query = { watch: 'true', resourceVersion: before, timeoutSeconds: '30' };
        const answer = await server.admin.stream({ method: 'GET', path, accept, query });
        expect(answer.contentType).toContain(accept.split(';')[0]);
        const events: (readonly [string, PodSnapshot])[] = [];
        await readPodWatch(answer, (event) => {
          if (!('pod' in event)) throw new Error(`the watch says ${JSON.stringify(event)}`);
          if (event.type !== 'BOOKMARK') events.push([event.type, slimPod(event.pod)]);
          return events.length < 5;
        });
        return events;
      };
      const json = await watched(forms.json);
      expect(json.map(([type, { name }]) => `${type} ${name}`)).toEqual([
        'ADDED wire-full',
        'MODIFIED wire-full',
        'ADDED wire-bare',
        'MODIFIED wire-bare',
        'MODIFIED wire-full',
      ]);
      expect(await watched(`${protobuf};stream=watch`)).toEqual(json);
    });

    test('a refusal tells the same in both', async () => {
      const refusal = async (accept: string) => {
        const asked = { method: 'GET', path: '/api/v1/pods', accept, query: { continue: 'nonsense' } } as const;
        const { status, contentType, body } = await server.admin.stream(asked);
        const { code, reason, message } = readRefusal(contentType, await readAll(body));
        return { status, code, reason, message };
      };
      const json = await refusal(forms.json);
      expect(json).toMatchObject({ status: 400, code: 400, message: expect.stringContaining('continue') as string });
      expect(await refusal(forms.protobuf)).toEqual(json);
    });

    test('an old version is refused in the stream, in both', async () => {
      const refused = async (accept: string) => {
        const query = { watch: 'true', resourceVersion: '1', timeoutSeconds: '30' };
        const answer = await server.admin.stream({ method: 'GET', path, accept, query });
        const events: unknown[] = [];
        await readPodWatch(answer, (event) => {
          events.push('status' in event ? event.status.code : event.type);
          return !('status' in event) && events.length < 3;
        });
        return events;
      };
      // a server that still remembers its first version begins there instead
      const json = await refused(forms.json);
      expect(await refused(`${protobuf};stream=watch`)).toEqual(json);
    });
  });
}
