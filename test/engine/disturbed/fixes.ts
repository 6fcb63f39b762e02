import { installation, usualNamespace } from '../../../electron/domain/doctor/installation';
import type { FixId } from '../../../electron/domain/doctor/fixPlan';
import { pathOf, refOf, type KubeObject, type ObjectRef } from '../../../electron/domain/kubeObject';
import { labels } from '../../../electron/domain/podSnapshot';
import { mirrors, type DoctorCluster } from '../doctorCluster';

/** Something that a doctor mends, and how a cluster comes to need it. */
export interface Mending {
  readonly fix: FixId;
  /** So many writes it is. */
  readonly writes: number;
  /** By so much the doctors' time is ahead; milliseconds. */
  readonly later?: number;
  prepare(cluster: DoctorCluster): Promise<void>;
  /** Whether it has had its whole effect, besides that nothing is found any more. */
  readonly isDone?: (cluster: DoctorCluster) => Promise<boolean>;
  /** What is to be equal at the end, however it came; what is not there, is not. */
  readonly objects: readonly ObjectRef[];
}

const choice = { mirrors, noProxy: [], allowList: null };
const whole = installation(usualNamespace, choice);
const program = (name: string): ObjectRef => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  namespace: usualNamespace,
  name,
});
const controller = program('kubefledged-controller');
const webhookServer = program('kubefledged-webhook-server');
const configuration: ObjectRef = {
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingWebhookConfiguration',
  namespace: '',
  name: 'kubefledged-webhook-server',
};
const cacheNamed = (name: string): ObjectRef => ({
  apiVersion: 'kubefledged.io/v1alpha2',
  kind: 'ImageCache',
  namespace: usualNamespace,
  name,
});

async function installed(cluster: DoctorCluster): Promise<void> {
  await cluster.create(...whole);
  await works(cluster);
}

async function works(cluster: DoctorCluster): Promise<void> {
  for (const part of ['controller', 'webhook']) await cluster.until(part, ({ level }) => level === 'ok');
}

function cache(name: string, more: { readonly labels?: Record<string, string>; readonly status?: object }): KubeObject {
  const { apiVersion, kind, namespace } = cacheNamed(name);
  return {
    apiVersion,
    kind,
    metadata: { namespace, name, ...(more.labels && { labels: more.labels }) },
    spec: { cacheSpec: [{ images: ['first.example/app:1'] }] },
    ...(more.status && { status: more.status }),
  };
}

const stuck = { status: 'Processing', reason: 'ImageCacheCreate', message: '', startTime: '2026-01-01T00:00:00Z' };
const ours = { [labels.managedBy]: labels.managedByValue };

export const mendings: readonly Mending[] = [
  {
    fix: 'install',
    writes: whole.length,
    prepare: () => Promise.resolve(),
    objects: whole.map(refOf),
  },
  {
    fix: 'scale',
    writes: 2,
    async prepare(cluster) {
      await installed(cluster);
      for (const asleep of [controller, webhookServer]) await cluster.putToSleep(pathOf(asleep));
      await cluster.until('webhook', ({ fix }) => fix?.id === 'scale');
    },
    objects: [controller, webhookServer],
  },
  {
    fix: 'restart',
    writes: 1,
    async prepare(cluster) {
      await installed(cluster);
      const { webhooks } = await cluster.read(pathOf(configuration));
      const [webhook] = webhooks as readonly { readonly clientConfig: object }[];
      const clientConfig = { ...webhook?.clientConfig, caBundle: undefined };
      await cluster.merge(pathOf(configuration), { webhooks: [{ ...webhook, clientConfig }] });
    },
    objects: [webhookServer, configuration],
  },
  {
    fix: 'rescue',
    writes: 2,
    async prepare(cluster) {
      await cluster.create(...installation(usualNamespace, { ...choice, mirrors: [] }));
      for (const part of ['controller', 'webhook'])
        await cluster.until(part, ({ sentence }) => sentence.includes('does not arrive'));
    },
    objects: [controller, webhookServer],
  },
  {
    fix: 'helpers',
    writes: 1,
    async prepare(cluster) {
      await cluster.create(...whole);
      const image = 'first.example/docker.io/senthilrch/kubefledged-controller:v0.10.0';
      const containers = [{ name: 'controller', image, command: ['/opt/bin/kubefledged-controller'] }];
      await cluster.merge(pathOf(controller), { spec: { template: { spec: { containers } } } });
      await works(cluster);
    },
    objects: [controller],
  },
  {
    fix: 'release',
    writes: 2,
    async prepare(cluster) {
      await installed(cluster);
      await cluster.create(cache('web', { status: stuck }), cache('shop', { status: stuck }));
    },
    async isDone(cluster) {
      const caches = await Promise.all(['web', 'shop'].map((name) => cluster.read(pathOf(cacheNamed(name)))));
      return caches.every(({ status }) => (status as { status: string }).status === 'Succeeded');
    },
    objects: [cacheNamed('web'), cacheNamed('shop')],
  },
  {
    fix: 'clean',
    writes: 2,
    later: 3_600_000,
    async prepare(cluster) {
      await installed(cluster);
      for (const name of ['pullthrough-web', 'pullthrough-shop']) await cluster.create(cache(name, { labels: ours }));
    },
    objects: [cacheNamed('pullthrough-web'), cacheNamed('pullthrough-shop')],
  },
];
