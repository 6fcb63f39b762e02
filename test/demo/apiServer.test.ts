import { Buffer } from 'node:buffer';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ApiServer } from '../../electron/demo/apiServer/apiServer';
import { startApiServer } from '../../electron/demo/apiServer/apiServer';
import { everything } from '../../electron/demo/apiServer/authorization';
import { patchTypes } from '../../electron/demo/apiServer/patch';
import { machineClock } from '../../electron/engine/machineClock';
import { ApiConnection, NoAnswer } from '../../electron/kube/apiConnection';
import { openWatch } from '../conformance/watching';
import { eventually } from '../setup/eventually';

const configmaps = '/api/v1/namespaces/default/configmaps';
const pods = '/api/v1/namespaces/default/pods';

let server: ApiServer;
let connections: ApiConnection[];
let admin: ApiConnection;

function connect(token: string | null): ApiConnection {
  const options = { ca: server.ca, headers: token === null ? {} : { Authorization: `Bearer ${token}` } };
  const connection = new ApiConnection({ server: server.url, options: () => Promise.resolve(options) });
  connections.push(connection);
  return connection;
}

beforeEach(async () => {
  server = await startApiServer({
    clock: machineClock,
    bookmarkEvery: 100,
    history: 5,
    users: [
      { name: 'admin', token: 'a', rules: everything },
      { name: 'team', token: 't', rules: [{ verbs: ['*'], groups: [''], resources: ['pods'], namespaces: ['team'] }] },
    ],
  });
  connections = [];
  admin = connect('a');
});
afterEach(async () => {
  for (const connection of connections) connection.close();
  await server.stop();
});

async function make(name: string, data: Record<string, string> = {}): Promise<string> {
  const { body } = await admin.request({ method: 'POST', path: configmaps, body: { metadata: { name }, data } });
  return (body as { metadata: { resourceVersion: string } }).metadata.resourceVersion;
}

test('a wrong token is 401, none at all is a user without rights', async () => {
  expect((await connect('wrong').request({ method: 'GET', path: pods })).status).toBe(401);
  const { status, body } = await connect(null).request({ method: 'GET', path: pods });
  expect(status).toBe(403);
  expect((body as { message: string }).message).toContain('User "system:anonymous" cannot list');
});

test('a right in one namespace is none in another, and none cluster-wide', async () => {
  const team = connect('t');
  const ask = async (path: string) => (await team.request({ method: 'GET', path })).status;
  expect(await ask('/api/v1/namespaces/team/pods')).toBe(200);
  expect(await ask(pods)).toBe(403);
  expect(await ask('/api/v1/pods')).toBe(403);
  const path = '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews';
  const { body } = await team.request({ method: 'POST', path, body: { spec: { namespace: 'team' } } });
  expect(body).toMatchObject({ status: { resourceRules: [{ verbs: ['*'], apiGroups: [''], resources: ['pods'] }] } });
});

test('the audit log has every request with its user, its outcome and what was sent', async () => {
  const operations = [{ op: 'test', path: '/metadata/uid', value: 'x' }];
  await admin.request({ method: 'GET', path: pods });
  await admin.request({ method: 'PATCH', path: `${pods}/x`, body: operations, contentType: patchTypes.json });
  await connect('t').request({ method: 'DELETE', path: `${pods}/x` });
  const watch = await openWatch(admin, '/api/v1/pods', {});
  watch.stop();
  expect(server.audit.of('admin')).toMatchObject([
    { verb: 'list', resource: 'pods', namespace: 'default', name: '', code: 200 },
    { verb: 'patch', resource: 'pods', namespace: 'default', name: 'x', code: 404, body: operations },
    { verb: 'watch', resource: 'pods', namespace: '', code: 200 },
  ]);
  expect(server.audit.of('team')).toMatchObject([{ verb: 'delete', name: 'x', code: 403 }]);
});

test('an expired version is told in the stream, with a clean end', async () => {
  await make('old');
  server.compact();
  const watch = await openWatch(admin, configmaps, { resourceVersion: '1' });
  expect(await watch.ended).toBe('clean');
  expect(watch.status).toBe(200);
  expect(watch.events).toMatchObject([{ type: 'ERROR', object: { code: 410, reason: 'Expired' } }]);
  expect(watch.events[0]?.object.message).toMatch(/^too old resource version: 1 \(\d+\)$/);
});

test('history is bounded: who stayed away for too many changes has to list again', async () => {
  const first = await make('c0');
  for (let count = 1; count <= 11; count += 1) await make(`c${String(count)}`);
  const late = await openWatch(admin, configmaps, { resourceVersion: first });
  await late.ended;
  expect(late.events.map(({ type }) => type)).toEqual(['ERROR']);
});

test('a continue token from before a compaction is 410, and comes with one to go on inconsistently', async () => {
  for (const name of ['a', 'b', 'c']) await make(name);
  const list = async (query: Record<string, string>) => admin.request({ method: 'GET', path: configmaps, query });
  const first = await list({ limit: '1' });
  const token = (first.body as { metadata: { continue: string } }).metadata.continue;
  await make('bb');
  server.compact();
  const refused = await list({ limit: '5', continue: token });
  expect(refused).toMatchObject({ status: 410, body: { reason: 'Expired' } });
  const other = (refused.body as { metadata: { continue: string } }).metadata.continue;
  const { body } = await list({ limit: '5', continue: other });
  const names = (body as { items: { metadata: { name: string } }[] }).items.map(({ metadata }) => metadata.name);
  expect(names).toEqual(['b', 'bb', 'c']);
});

test('a list from the future is 504, a watch from there is silent', async () => {
  const query = { resourceVersion: '999999' };
  expect(await admin.request({ method: 'GET', path: configmaps, query })).toMatchObject({ status: 504, retryAfter: 1 });
  const watch = await openWatch(admin, configmaps, { ...query, allowWatchBookmarks: 'true' });
  const present = await openWatch(admin, configmaps, { allowWatchBookmarks: 'true' });
  await make('now');
  await eventually(() => present.events.some(({ type }) => type === 'BOOKMARK'));
  expect(watch.events).toEqual([]);
});

test('bookmarks carry the version of the server and next to nothing else', async () => {
  const watch = await openWatch(admin, '/api/v1/pods', {});
  const version = await make('elsewhere');
  // one may have come before the write
  const bookmark = await eventually(() =>
    watch.events.find(({ type, object }) => type === 'BOOKMARK' && object.metadata.resourceVersion === version),
  );
  expect(bookmark.object).toEqual({
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: { resourceVersion: version, creationTimestamp: null },
    spec: { containers: null },
    status: {},
  });
});

test('large lists are zipped for who asks', async () => {
  const data = Buffer.alloc(200_000, 'x').toString();
  await make('large', { data });
  const { body } = await admin.request({ method: 'GET', path: configmaps });
  expect((body as { items: { data: { data: string } }[] }).items[0]?.data.data).toHaveLength(200_000);
  const { body: stream } = await admin.stream({ method: 'GET', path: configmaps });
  // the connection unzips into a stream of its own; an answer that is not zipped is the response itself
  expect(stream.constructor.name).toBe('Gunzip');
  stream.resume();
});

test('a fault answers the next matching requests, and only those', async () => {
  const isList = ({ verb }: { verb: string }) => verb === 'list';
  server.faults.answerNext(2, isList, { status: 429, retryAfter: 3, reason: 'TooManyRequests' });
  const list = () => admin.request({ method: 'GET', path: configmaps });
  expect(await list()).toMatchObject({ status: 429, retryAfter: 3, body: { reason: 'TooManyRequests' } });
  expect((await admin.request({ method: 'GET', path: '/version' })).status).toBe(200);
  expect((await list()).status).toBe(429);
  expect((await list()).status).toBe(200);
});

test('a reset cuts watches without a goodbye', async () => {
  const watch = await openWatch(admin, configmaps, {});
  server.faults.resetConnections();
  expect(await watch.ended).toBe('ECONNRESET');
  expect((await admin.request({ method: 'GET', path: configmaps })).status).toBe(200);
});

test('a paused server is silent, and goes on where it was', async () => {
  const watch = await openWatch(admin, configmaps, {});
  server.faults.pause();
  await expect(admin.request({ method: 'GET', path: configmaps, silenceMs: 50 })).rejects.toThrow(NoAnswer);
  const made = make('held');
  server.faults.resume();
  await made;
  await eventually(() => watch.events.some(({ object }) => object.metadata.name === 'held'));
});

test('deleting a namespace takes along what is in it', async () => {
  await admin.request({ method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name: 'team' } } });
  const path = '/api/v1/namespaces/team/configmaps';
  await admin.request({ method: 'POST', path, body: { metadata: { name: 'x' } } });
  await admin.request({ method: 'DELETE', path: '/api/v1/namespaces/team' });
  expect((await admin.request({ method: 'GET', path: `${path}/x` })).status).toBe(404);
  expect((await admin.request({ method: 'POST', path, body: { metadata: { name: 'x' } } })).status).toBe(404);
});

test('a pod of a service account that is not there is forbidden, one that is there lends its secrets', async () => {
  const create = (name: string, serviceAccountName: string) =>
    admin.request({
      method: 'POST',
      path: pods,
      body: { metadata: { name }, spec: { serviceAccountName, containers: [{ name: 'a', image: 'x:1' }] } },
    });
  const { status, body } = await create('stray', 'robot');
  expect(status).toBe(403);
  expect((body as { message: string }).message).toContain('serviceaccount "robot" not found');
  const account = { metadata: { name: 'robot' }, imagePullSecrets: [{ name: 'login' }] };
  await admin.request({ method: 'POST', path: '/api/v1/namespaces/default/serviceaccounts', body: account });
  expect((await create('welcome', 'robot')).body).toMatchObject({ spec: { imagePullSecrets: [{ name: 'login' }] } });
});
