import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { settingsSchema } from '../../electron/domain/settings';
import type { Pod } from '../../electron/demo/objects';
import type { Demo } from '../../electron/demo/story';
import { startDemo } from '../../electron/demo/story';
import type { Clock } from '../../electron/engine/ports';
import { ApiConnection } from '../../electron/kube/apiConnection';
import { eventually } from '../setup/eventually';

/** The machine's time, thirty times as fast. */
const began = Date.now();
const fastClock: Clock = {
  now: () => began + (Date.now() - began) * 30,
  after(ms, callback) {
    const timer = setTimeout(callback, ms / 30);
    return () => {
      clearTimeout(timer);
    };
  },
};

const directory = mkdtempSync(join(tmpdir(), 'pullthrough-story-'));
let demo: Demo;

beforeAll(async () => {
  demo = await startDemo({ clock: fastClock, directory });
});
afterAll(async () => {
  await demo.stop();
  rmSync(directory, { recursive: true });
});

/** A connection with what the kubeconfig says of a context. */
function connect(context: string): ApiConnection {
  const text = readFileSync(demo.kubeconfigPath, 'utf8');
  const find = (pattern: string) => new RegExp(`- name: ${context}\\n  ${pattern}`).exec(text)?.[1] ?? '';
  const ca = Buffer.from(find('cluster:\\n.*\\n    certificate-authority-data: (.*)'), 'base64').toString();
  const token = find('user:\\n    token: (.*)');
  const options = { ca, headers: { Authorization: `Bearer ${token}` } };
  return new ApiConnection({
    server: find('cluster:\\n    server: (.*)'),
    options: () => Promise.resolve(options),
  });
}

async function podsOf(api: ApiConnection, namespace: string, app: string): Promise<Pod[]> {
  const query = { labelSelector: `app=${app}` };
  const { body } = await api.request({ method: 'GET', path: `/api/v1/namespaces/${namespace}/pods`, query });
  return (body as { items: Pod[] }).items;
}

const waitingOf = (pod: Pod) => pod.status?.containerStatuses?.[0]?.state.waiting;

async function failing(api: ApiConnection, namespace: string, app: string, text: string): Promise<Pod[]> {
  return eventually(async () => {
    const pods = (await podsOf(api, namespace, app)).filter((pod) => waitingOf(pod)?.message?.includes(text));
    return pods.length > 0 && pods;
  });
}

async function swap(api: ApiConnection, pod: Pod, image: string): Promise<void> {
  const { namespace = '', name } = pod.metadata;
  const path = `/api/v1/namespaces/${namespace}/pods/${name}`;
  const body = [{ op: 'replace', path: '/spec/containers/0/image', value: image }];
  const { status } = await api.request({ method: 'PATCH', path, contentType: 'application/json-patch+json', body });
  expect(status).toBe(200);
}

test('its kubeconfig is for its owner only, its settings pass the schema', () => {
  expect(statSync(demo.kubeconfigPath).mode & 0o777).toBe(0o600);
  expect(settingsSchema.parse(demo.settings).contexts['demo-production']?.agreed).toBe(false);
});

test('healthy pods run, and what Docker Hub has fails until its image comes from a mirror', async () => {
  const api = connect('demo-production');
  await eventually(async () => (await podsOf(api, 'shop', 'cart')).every((pod) => pod.status?.phase === 'Running'));
  const pods = await eventually(async () => {
    const found = await failing(api, 'shop', 'web', 'i/o timeout');
    return found.length === 3 && found;
  });
  for (const pod of pods) await swap(api, pod, 'mirror-one.example/docker.io/library/nginx:1.25');
  await eventually(async () => (await podsOf(api, 'shop', 'web')).every((pod) => pod.status?.phase === 'Running'));
  api.close();
});

test('a wrong tag is told as such', async () => {
  const api = connect('demo-production');
  await failing(api, 'shop', 'checkout', 'not found');
  api.close();
});

test('the first mirror refuses what the second one has', async () => {
  const api = connect('demo-production');
  const [pod] = await failing(api, 'data', 'reports', 'i/o timeout');
  if (!pod) throw new Error('no pod');
  await swap(api, pod, 'mirror-one.example/docker.io/metabase/metabase:v0.50.4');
  await failing(api, 'data', 'reports', '403 Forbidden');
  await swap(api, pod, 'mirror-two.example/docker.io/metabase/metabase:v0.50.4');
  await eventually(async () => (await podsOf(api, 'data', 'reports')).every((one) => one.status?.phase === 'Running'));
  api.close();
});

test('what worked yesterday fails on a node that dropped the image', async () => {
  const api = connect('demo-production');
  await failing(api, 'shop', 'sessions', 'i/o timeout');
  const pods = await podsOf(api, 'shop', 'sessions');
  expect(pods.filter((pod) => pod.status?.phase === 'Running')).toHaveLength(1);
  api.close();
});

test('in staging one image of Docker Hub can be had again later', async () => {
  const api = connect('demo-staging');
  await failing(api, 'preview', 'frontend', 'i/o timeout');
  await eventually(async () => {
    const pods = await podsOf(api, 'preview', 'frontend');
    return pods.length === 2 && pods.every((pod) => pod.status?.phase === 'Running');
  }, 20_000);
  api.close();
});
