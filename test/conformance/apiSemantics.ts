import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { imageCacheDefinition } from '../../electron/demo/fledged/crd';
import { patchTypes } from '../../electron/demo/apiServer/patch';
import type { ApiConnection, ApiRequest, ApiResponse } from '../../electron/kube/apiConnection';
import { eventually } from '../setup/eventually';
import { openWatch } from './watching';

/** An API server with nobody behind it: no controllers, no nodes. */
export interface BareApiServer {
  readonly admin: ApiConnection;
  /** May only list and watch pods. */
  readonly viewer: ApiConnection;
  stop(): Promise<void>;
}

const pods = '/api/v1/namespaces/default/pods';
const caches = '/apis/kubefledged.io/v1alpha2/namespaces/default/imagecaches';

function pod(name: string, spec: object = {}, metadata: object = {}) {
  const containers = [
    { name: 'app', image: 'nginx:1.25' },
    { name: 'side', image: 'busybox' },
  ];
  return { metadata: { name, ...metadata }, spec: { containers, ...spec } };
}

interface PodBody {
  metadata: Record<string, unknown> & { name: string; uid: string; resourceVersion: string };
  spec: { containers: Record<string, unknown>[]; tolerations: unknown[]; nodeName?: string };
  status: { phase: string };
}

/** What the product and the simulated nodes rely on, said of any API server: the simulated one and the real one. */
export function describeApiSemantics(tier: string, start: () => Promise<BareApiServer>): void {
  describe(`API semantics: ${tier}`, () => {
    let server: BareApiServer;
    beforeAll(async () => {
      server = await start();
    });
    afterAll(() => server.stop());

    const send = (method: ApiRequest['method'], path: string, more: Partial<ApiRequest> = {}) =>
      server.admin.request({ method, path, ...more });
    const patch = (path: string, body: unknown, contentType: string = patchTypes.json) =>
      send('PATCH', path, { body, contentType });
    const make = async (...args: Parameters<typeof pod>): Promise<PodBody> => {
      const { status, body } = await send('POST', pods, { body: pod(...args) });
      expect(status, JSON.stringify(body)).toBe(201);
      return body as PodBody;
    };
    const says = ({ body }: ApiResponse) => (body as { message?: string }).message ?? '';
    const expectRefusal = (answer: ApiResponse, status: number, text: string | RegExp, reason: string) => {
      expect(says(answer)).toMatch(text);
      expect({ ...(answer.body as object), status: answer.status }).toMatchObject({ status, reason, kind: 'Status' });
    };

    test('a new pod gets its defaults', async () => {
      const made = await make('defaults');
      expect(made.spec.containers.map(({ imagePullPolicy }) => imagePullPolicy)).toEqual(['IfNotPresent', 'Always']);
      expect(made).toMatchObject({
        metadata: { generation: 1, namespace: 'default' },
        spec: { restartPolicy: 'Always', terminationGracePeriodSeconds: 30 },
        status: { phase: 'Pending' },
      });
      expect(made.spec.tolerations).toHaveLength(2);
    });

    test('a generated name keeps its beginning and fits a label', async () => {
      const { body } = await send('POST', pods, { body: pod('', {}, { generateName: `${'y'.repeat(70)}-` }) });
      expect((body as PodBody).metadata.name).toMatch(/^y{58}[a-z0-9]{5}$/);
    });

    test.each<[string, object, RegExp]>([
      ['no image', { containers: [{ name: 'a', image: '' }] }, /spec\.containers\[0\]\.image: Required value$/],
      ['a blank', { containers: [{ name: 'a', image: ' x' }] }, /must not have leading or trailing whitespace$/],
      ['no container', { containers: [] }, /spec\.containers: Required value$/],
    ])('a pod with %s is invalid', async (_, spec, text) => {
      expectRefusal(await send('POST', pods, { body: pod('invalid', spec) }), 422, text, 'Invalid');
    });

    test('a reference that nobody can parse is not the API server’s concern', async () => {
      const made = await make('odd', { containers: [{ name: 'a', image: 'NGINX:${TAG}' }] });
      expect(made.spec.containers[0]?.image).toBe('NGINX:${TAG}');
    });

    test('a label of more than 63 characters is invalid', async () => {
      const answer = await send('POST', pods, { body: pod('labelled', {}, { labels: { a: 'x'.repeat(64) } }) });
      expectRefusal(
        answer,
        422,
        /^Pod "labelled" is invalid: metadata\.labels: .* must be no more than 63 bytes$/,
        'Invalid',
      );
    });

    test('duplicates, absent objects and absent namespaces are told apart', async () => {
      await make('twice');
      expectRefusal(
        await send('POST', pods, { body: pod('twice') }),
        409,
        'pods "twice" already exists',
        'AlreadyExists',
      );
      expectRefusal(await send('GET', `${pods}/never`), 404, 'pods "never" not found', 'NotFound');
      const elsewhere = await send('POST', '/api/v1/namespaces/nowhere/pods', { body: pod('x') });
      expectRefusal(elsewhere, 404, 'namespaces "nowhere" not found', 'NotFound');
      expect(await send('GET', '/apis/kubefledged.io/v9')).toMatchObject({ status: 404, body: '404 page not found\n' });
    });

    test('a JSON patch with a test that fails changes nothing', async () => {
      const made = await make('tested');
      const replace = { op: 'replace', path: '/spec/containers/0/image', value: 'mirror/nginx' };
      for (const wrong of [
        { op: 'test', path: '/metadata/uid', value: 'another' },
        { op: 'test', path: '/spec/containers/0/image', value: 'another' },
      ]) {
        const answer = await patch(`${pods}/tested`, [wrong, replace]);
        const text = /^the server rejected our request due to an error in our request$/;
        expectRefusal(answer, 422, text, 'Invalid');
      }
      const { body } = await send('GET', `${pods}/tested`);
      expect((body as PodBody).metadata.resourceVersion).toBe(made.metadata.resourceVersion);
    });

    test('a JSON patch cannot add into a map that is absent, and the last entry takes its map along', async () => {
      await make('mapped');
      const path = '/metadata/annotations/pullthrough.dev~1original-images';
      expect((await patch(`${pods}/mapped`, [{ op: 'add', path, value: '{}' }])).status).toBe(422);
      const added = await patch(`${pods}/mapped`, [
        { op: 'add', path: '/metadata/annotations', value: {} },
        { op: 'add', path, value: '{}' },
      ]);
      expect((added.body as PodBody).metadata.annotations).toEqual({ 'pullthrough.dev/original-images': '{}' });
      const removed = await patch(`${pods}/mapped`, [{ op: 'remove', path }]);
      expect((removed.body as PodBody).metadata).not.toHaveProperty('annotations');
    });

    test('images of a pod may change, and count as a new generation', async () => {
      await make('changed', { initContainers: [{ name: 'first', image: 'a' }] });
      const { status, body } = await patch(`${pods}/changed`, [
        { op: 'replace', path: '/spec/containers/0/image', value: 'mirror/nginx:1.25' },
        { op: 'replace', path: '/spec/initContainers/0/image', value: 'mirror/a' },
      ]);
      expect({ status, generation: (body as PodBody).metadata.generation }).toEqual({ status: 200, generation: 2 });
    });

    test.each<[string, object[], RegExp]>([
      [
        'a pull policy',
        [{ op: 'replace', path: '/spec/containers/0/imagePullPolicy', value: 'Never' }],
        /^Pod "fixed" is invalid: spec: Forbidden: pod updates may not change fields other than `spec\.containers/,
      ],
      ['a node', [{ op: 'add', path: '/spec/nodeName', value: 'n' }], /spec: Forbidden: pod updates may not change/],
      [
        'an ephemeral container',
        [{ op: 'add', path: '/spec/ephemeralContainers', value: [{ name: 'e', image: 'x' }] }],
        /spec: Forbidden: pod updates may not change/,
      ],
      [
        'fewer containers',
        [{ op: 'remove', path: '/spec/containers/0' }],
        /pod updates may not add or remove containers$/,
      ],
      ['no image', [{ op: 'replace', path: '/spec/containers/0/image', value: '' }], /\[0\]\.image: Required value/],
      [
        'another uid',
        [{ op: 'replace', path: '/metadata/uid', value: 'abc' }],
        /metadata\.uid: .*: field is immutable/,
      ],
    ])('a pod cannot be given %s', async (_, operations, text) => {
      await send('POST', pods, { body: pod('fixed') });
      expectRefusal(await patch(`${pods}/fixed`, operations), 422, text, 'Invalid');
    });

    test('tolerations that admission gave come back, and a deadline only shrinks', async () => {
      await make('tolerant');
      const removed = await patch(`${pods}/tolerant`, [{ op: 'remove', path: '/spec/tolerations/0' }]);
      expect((removed.body as PodBody).spec.tolerations).toHaveLength(2);
      const deadline = (value: number) =>
        patch(`${pods}/tolerant`, [{ op: 'add', path: '/spec/activeDeadlineSeconds', value }]);
      expect((await deadline(100)).status).toBe(200);
      expectRefusal(await deadline(200), 422, /must be less than or equal to previous value$/, 'Invalid');
    });

    test('a strategic merge patch finds containers by name, a merge patch replaces the list', async () => {
      await make('merged');
      const spec = { containers: [{ name: 'app', image: 'mirror/nginx' }] };
      const strategic = await patch(`${pods}/merged`, { spec }, patchTypes.strategic);
      expect((strategic.body as PodBody).spec.containers.map(({ image }) => image)).toEqual([
        'mirror/nginx',
        'busybox',
      ]);
      const stale = await patch(`${pods}/merged`, { metadata: { resourceVersion: '1' }, spec }, patchTypes.strategic);
      expectRefusal(
        stale,
        409,
        'the object has been modified; please apply your changes to the latest version',
        'Conflict',
      );
      expect((await patch(`${pods}/merged`, { spec }, patchTypes.merge)).status).toBe(422);
    });

    test('a plain write leaves the status alone, a write of the status all the rest', async () => {
      await make('halves');
      const plain = await patch(`${pods}/halves`, { status: { phase: 'Running' } }, patchTypes.merge);
      expect((plain.body as PodBody).status.phase).toBe('Pending');
      const status = { status: { phase: 'Running' }, spec: { containers: [] } };
      const written = await patch(`${pods}/halves/status`, status, patchTypes.merge);
      expect((written.body as PodBody).status.phase).toBe('Running');
      expect((written.body as PodBody).spec.containers).toHaveLength(2);
    });

    test('a write that changes nothing makes no version, a dry run stores nothing', async () => {
      const made = await make('calm');
      const same = await patch(`${pods}/calm`, { metadata: { labels: {} } }, patchTypes.merge);
      expect((same.body as PodBody).metadata.resourceVersion).toBe(made.metadata.resourceVersion);
      const query = { dryRun: 'All' };
      expect((await send('POST', pods, { body: pod('dry'), query })).status).toBe(201);
      expect((await send('GET', `${pods}/dry`)).status).toBe(404);
    });

    test('a pod gets its node once', async () => {
      await make('bound');
      const bind = (node: string) =>
        send('POST', `${pods}/bound/binding`, { body: { metadata: { name: 'bound' }, target: { name: node } } });
      expect((await bind('node-1')).status).toBe(201);
      expectRefusal(await bind('node-2'), 409, 'pod bound is already assigned to node "node-1"', 'Conflict');
    });

    test('a pod on a node waits for its kubelet, one without goes at once', async () => {
      await make('free');
      expect((await send('DELETE', `${pods}/free`)).status).toBe(200);
      expect((await send('GET', `${pods}/free`)).status).toBe(404);
      const made = await make('held', { nodeName: 'node-1' });
      const { body } = await send('DELETE', `${pods}/held`);
      expect((body as PodBody).metadata).toMatchObject({ deletionGracePeriodSeconds: 30, generation: 2 });
      expect((await patch(`${pods}/held`, { metadata: { labels: { late: '1' } } }, patchTypes.merge)).status).toBe(200);
      const end = (uid: string) =>
        send('DELETE', `${pods}/held`, { body: { gracePeriodSeconds: 0, preconditions: { uid } } });
      expectRefusal(await end('another'), 409, /the UID in the precondition \(another\) does not match/, 'Conflict');
      expect((await end(made.metadata.uid)).status).toBe(200);
      expect((await send('GET', `${pods}/held`)).status).toBe(404);
    });

    test('who lacks a right is told which', async () => {
      const { viewer } = server;
      const refused = await viewer.request({
        method: 'PATCH',
        path: `${pods}/x`,
        body: [],
        contentType: patchTypes.json,
      });
      const text =
        'pods "x" is forbidden: User "viewer" cannot patch resource "pods" in API group "" in the namespace "default"';
      expectRefusal(refused, 403, text, 'Forbidden');
      const nodes = await viewer.request({ method: 'GET', path: '/api/v1/nodes' });
      const list =
        'nodes is forbidden: User "viewer" cannot list resource "nodes" in API group "" at the cluster scope';
      expectRefusal(nodes, 403, list, 'Forbidden');
      expect((await viewer.request({ method: 'GET', path: '/api/v1/pods' })).status).toBe(200);
      const ask = async (verb: string) => {
        const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
        const spec = { resourceAttributes: { verb, resource: 'pods', namespace: 'default' } };
        const { body } = await viewer.request({ method: 'POST', path, body: { spec } });
        return (body as { status: { allowed: boolean } }).status.allowed;
      };
      expect([await ask('list'), await ask('patch')]).toEqual([true, false]);
    });

    test('a list comes in pages of one moment', async () => {
      const path = '/api/v1/namespaces/paged/pods';
      await send('POST', '/api/v1/namespaces', { body: { metadata: { name: 'paged' } } });
      await send('POST', '/api/v1/namespaces/paged/serviceaccounts', { body: { metadata: { name: 'default' } } });
      for (const name of ['a', 'b', 'c']) await send('POST', path, { body: pod(name) });
      const page = async (query: Record<string, string>) => {
        const { body } = await send('GET', path, { query });
        return body as {
          metadata: { continue?: string; remainingItemCount?: number; resourceVersion: string };
          items: PodBody[];
        };
      };
      const first = await page({ limit: '2' });
      expect(first.metadata.remainingItemCount).toBe(1);
      await send('POST', path, { body: pod('d') });
      const rest = await page({ limit: '2', continue: first.metadata.continue ?? '' });
      expect([...first.items, ...rest.items].map(({ metadata }) => metadata.name)).toEqual(['a', 'b', 'c']);
      expect(rest.metadata.resourceVersion).toBe(first.metadata.resourceVersion);
      expect(rest.metadata.continue ?? '').toBe('');
    });

    test('selectors choose by labels and fields', async () => {
      await make('chosen', { nodeName: 'node-7' }, { labels: { tier: 'web', app: 'x' } });
      const names = async (query: Record<string, string>) => {
        const { body } = await send('GET', pods, { query });
        return (body as { items: PodBody[] }).items.map(({ metadata }) => metadata.name);
      };
      expect(await names({ labelSelector: 'tier=web,app in (x,y),!gone' })).toEqual(['chosen']);
      expect(await names({ fieldSelector: 'spec.nodeName=node-7,status.phase!=Running' })).toEqual(['chosen']);
      expect(await names({ labelSelector: 'tier notin (web)', fieldSelector: 'spec.nodeName=node-7' })).toEqual([]);
      const unknown = await send('GET', pods, { query: { fieldSelector: 'spec.foo=x' } });
      expectRefusal(unknown, 400, 'field label not supported: spec.foo', 'BadRequest');
    });

    test('a watch tells what happened since a version, and what leaves a selection is deleted to it', async () => {
      const { body } = await send('GET', pods);
      const { resourceVersion } = (body as { metadata: { resourceVersion: string } }).metadata;
      await make('watched', {}, { labels: { watch: 'me' } });
      const watch = await openWatch(server.admin, pods, { resourceVersion, labelSelector: 'watch=me' });
      await patch(`${pods}/watched`, { metadata: { labels: { watch: 'not' } } }, patchTypes.merge);
      const back = await patch(`${pods}/watched`, { metadata: { labels: { watch: 'me' } } }, patchTypes.merge);
      await send('DELETE', `${pods}/watched`);
      const events = await eventually(() => watch.events.length >= 5 && watch.events);
      // a pod that goes at once is marked first
      expect(events.map(({ type }) => type)).toEqual(['ADDED', 'DELETED', 'ADDED', 'MODIFIED', 'DELETED']);
      expect(events[1]?.object.metadata.labels).toEqual({ watch: 'me' });
      expect(events[2]?.object.metadata.resourceVersion).toBe((back.body as PodBody).metadata.resourceVersion);
      watch.stop();
    });

    test('a watch with sendInitialEvents marks where the present begins, and ends when its time is up', async () => {
      const query = {
        sendInitialEvents: 'true',
        resourceVersionMatch: 'NotOlderThan',
        allowWatchBookmarks: 'true',
        timeoutSeconds: '4',
        fieldSelector: 'metadata.name=watched-too',
      };
      await make('watched-too');
      const watch = await openWatch(server.admin, pods, query);
      await watch.ended;
      const [added, mark] = watch.events;
      expect([added?.type, mark?.type]).toEqual(['ADDED', 'BOOKMARK']);
      expect(mark?.object.metadata.annotations).toEqual({ 'k8s.io/initial-events-end': 'true' });
    });

    test('a custom type is served soon after its definition, and its objects fit the schema', async () => {
      const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
      expect((await send('POST', definitions, { body: imageCacheDefinition })).status).toBe(201);
      await eventually(async () => (await send('GET', caches)).status === 200);
      const type = { apiVersion: 'kubefledged.io/v1alpha2', kind: 'ImageCache' };
      const cacheSpec = [{ images: ['x'], unknown: 1 }];
      const made = await send('POST', caches, { body: { ...type, metadata: { name: 'one' }, spec: { cacheSpec } } });
      expect(made.body).toMatchObject({ spec: { cacheSpec: [{ images: ['x'] }] } });
      expect(JSON.stringify(made.body)).not.toContain('"unknown"');
      const empty = await send('POST', caches, { body: { ...type, metadata: { name: 'two' }, spec: {} } });
      expectRefusal(
        empty,
        422,
        'ImageCache.kubefledged.io "two" is invalid: spec.cacheSpec: Required value',
        'Invalid',
      );
      const status = { status: 'Processing', reason: 'r', message: 'm', startTime: '2026-01-01T00:00:00Z' };
      const plain = await patch(`${caches}/one`, { status }, patchTypes.merge);
      expect(plain.body).toMatchObject({ status, metadata: { generation: 2 } });
      expect((await patch(`${caches}/one`, { status }, patchTypes.strategic)).status).toBe(415);
      expect((await send('DELETE', `${definitions}/${imageCacheDefinition.metadata.name}`)).status).toBe(200);
      await eventually(async () => (await send('GET', caches)).status === 404);
    });

    test('Jobs orphan their pods unless told otherwise', async () => {
      const jobs = '/apis/batch/v1/namespaces/default/jobs';
      const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'a', image: 'x:1' }] } };
      await send('POST', jobs, { body: { metadata: { name: 'j' }, spec: { template } } });
      const { body } = await send('DELETE', `${jobs}/j`);
      expect((body as PodBody).metadata).toMatchObject({ finalizers: ['orphan'] });
      await patch(`${jobs}/j`, { metadata: { finalizers: null } }, patchTypes.merge);
      expect((await send('GET', `${jobs}/j`)).status).toBe(404);
    });
  });
}
