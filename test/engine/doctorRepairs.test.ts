import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { makeServerCertificate } from '../../electron/demo/apiServer/certificate';
import type { Fix } from '../../electron/domain/doctor/examination';
import { installation } from '../../electron/domain/doctor/installation';
import type { KubeObject } from '../../electron/domain/kubeObject';
import type { Doctor } from '../../electron/engine/doctor/doctor';
import { eventually } from '../setup/eventually';
import { DoctorCluster, mirrors } from './doctorCluster';

const deployments = '/apis/apps/v1/namespaces/kube-fledged/deployments';
const controller = `${deployments}/kubefledged-controller`;
const webhookServer = `${deployments}/kubefledged-webhook-server`;
const configuration =
  '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/kubefledged-webhook-server';
const text = (part: string) => expect.stringContaining(part) as string;

const shownFix = async (doctor: Doctor, id: string): Promise<Fix | undefined> =>
  (await doctor.examine('en')).findings.flatMap(({ fix }) => fix ?? []).find((fix) => fix.id === id);

describe('the programs of an installed kube-fledged', () => {
  let cluster: DoctorCluster;
  beforeAll(async () => {
    cluster = await DoctorCluster.start({ reader: [{ verbs: ['get', 'list'], groups: ['*'], resources: ['*'] }] });
    await cluster.create(...installation('kube-fledged', { mirrors, noProxy: [], allowList: null }));
    for (const part of ['controller', 'webhook']) await cluster.until(part, ({ level }) => level === 'ok');
  });
  afterAll(() => cluster.simulation.stop());

  const webhooks = async () =>
    (await cluster.read(configuration)).webhooks as readonly {
      readonly clientConfig: { readonly caBundle?: string };
    }[];
  const caBundle = async () => (await webhooks())[0]?.clientConfig.caBundle;
  const webhookPod = async () => {
    const { items } = await cluster.read('/api/v1/namespaces/kube-fledged/pods');
    const pod = (items as readonly KubeObject[]).find(
      ({ metadata }) =>
        metadata.labels?.kubefledged === 'kubefledged-webhook-server' && metadata.deletionTimestamp === undefined,
    );
    return `/api/v1/namespaces/kube-fledged/pods/${pod?.metadata.name ?? ''}`;
  };
  const putCertificate = async (certificate: string | undefined) => {
    const put = (await webhooks()).map((webhook) => ({
      ...webhook,
      clientConfig: { ...webhook.clientConfig, caBundle: certificate },
    }));
    await cluster.merge(configuration, { webhooks: put });
  };
  /** Each write stands in the activity, as it was shown. */
  const isWritten = (fix: Fix | undefined) => {
    expect(cluster.activity.map(({ sent, ...rest }) => ({ ...rest, sent: JSON.parse(sent) as unknown }))).toEqual(
      fix?.writes.map(({ object, body }) => ({
        kind: 'changed',
        object,
        outcome: 'done',
        detail: '',
        sent: parse(body) as unknown,
      })),
    );
    cluster.activity.length = 0;
  };

  it('are scaled to 1 again where they are scaled to 0, with exactly the patches that were shown', async () => {
    for (const name of [controller, webhookServer]) await cluster.putToSleep(name);
    await cluster.until('webhook', ({ sentence }) => sentence.includes('scaled to 0'));
    const doctor = cluster.doctor();
    const fix = await shownFix(doctor, 'scale');
    expect(fix?.writes.map(({ verb, object }) => `${verb} ${object}`)).toEqual([
      'patch Deployment kube-fledged/kubefledged-webhook-server',
      'patch Deployment kube-fledged/kubefledged-controller',
    ]);
    expect(await doctor.applyFix('scale', 'en')).toMatchObject({ done: true, sentence: 'Done: 2 objects written.' });
    isWritten(fix);
    for (const part of ['controller', 'webhook'])
      expect(await cluster.until(part, ({ level }) => level === 'ok')).toMatchObject({ fix: null });
  });

  it('are left as they are where somebody else was faster, or this user may not', async () => {
    await cluster.putToSleep(controller);
    await cluster.until('controller', ({ fix }) => fix?.id === 'scale');
    const [late, weak] = [cluster.doctor(), cluster.doctor('reader')];
    expect(await shownFix(late, 'scale')).toBeDefined();
    expect(await shownFix(weak, 'scale')).toBeDefined();
    expect(await weak.applyFix('scale', 'en')).toMatchObject({
      done: false,
      sentence: text('this user may not patch deployments in kube-fledged'),
    });
    await cluster.merge(controller, { metadata: { annotations: { 'example.com/team': 'platform' } } });
    expect(await late.applyFix('scale', 'en')).toMatchObject({ done: false, sentence: text('it has changed since') });
    expect((await cluster.read(controller)).spec).toMatchObject({ replicas: 0 });
    await cluster.merge(controller, { spec: { replicas: 1 } });
    await cluster.until('controller', ({ level }) => level === 'ok');
    cluster.activity.length = 0;
  });

  it.each(['is missing', 'has ended'])('are started anew where the webhook’s certificate %s', async (what) => {
    const { ca } = await makeServerCertificate(Date.parse('2020-01-01'));
    await putCertificate(what === 'is missing' ? undefined : Buffer.from(ca).toString('base64'));
    const without = await caBundle();
    // what the server does besides starting puts no other one there
    await cluster.merge(await webhookPod(), { metadata: { annotations: { 'example.com/seen': what } } });
    const doctor = cluster.doctor();
    const finding = (await doctor.examine('en')).findings.find(({ id }) => id === 'webhook');
    expect(finding).toMatchObject({ level: 'broken', fix: { id: 'restart' } });
    expect(finding?.sentence).toContain(what === 'is missing' ? 'has no certificate' : 'expired on 2020-12-31');
    expect(await doctor.applyFix('restart', 'en')).toMatchObject({ done: true });
    isWritten(finding?.fix ?? undefined);
    expect(await cluster.until('webhook', ({ level }) => level === 'ok')).toMatchObject({ fix: null });
    expect(await caBundle()).not.toBe(without);
    // and only once, not for as long as it is asked for
    expect(await shownFix(cluster.doctor(), 'restart')).toBeUndefined();
  });
});

describe('a kube-fledged from before 0.8', () => {
  let cluster: DoctorCluster;
  beforeAll(async () => {
    cluster = await DoctorCluster.start();
    await cluster.create(
      {
        apiVersion: 'apiextensions.k8s.io/v1',
        kind: 'CustomResourceDefinition',
        metadata: { name: 'imagecaches.kubefledged.k8s.io' },
        spec: {
          group: 'kubefledged.k8s.io',
          scope: 'Namespaced',
          names: { kind: 'ImageCache', listKind: 'ImageCacheList', plural: 'imagecaches', singular: 'imagecache' },
          versions: [
            { name: 'v1alpha1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } },
          ],
        },
      },
      ...installation('kube-fledged', { mirrors, noProxy: [], allowList: null }).filter(({ kind }) =>
        ['Namespace', 'Deployment'].includes(kind),
      ),
    );
  });
  afterAll(() => cluster.simulation.stop());

  it('is told from one that is not there, and nothing is installed over it', async () => {
    const finding = await cluster.until('crd', ({ sentence }) => sentence.includes('v1alpha1'));
    expect(finding).toMatchObject({
      level: 'warning',
      sentence: text('cannot be used, as it serves ImageCaches only as kubefledged.k8s.io/v1alpha1'),
      fix: null,
      command: 'kubectl get imagecaches.v1alpha1.kubefledged.k8s.io --all-namespaces',
    });
    const findings = await cluster.findings();
    expect([...findings.values()].filter(({ fix }) => fix !== null)).toEqual([]);
    expect(findings.has('controller')).toBe(false);
  });
});

describe('leftovers that this user may not look for everywhere', () => {
  let cluster: DoctorCluster;
  const pods = { groups: [''], resources: ['pods'] };
  const jobs = { groups: ['batch'], resources: ['jobs'] };
  beforeAll(async () => {
    cluster = await DoctorCluster.start({
      keeper: [
        { verbs: ['list', 'watch'], ...pods, namespaces: ['default', 'kube-fledged'] },
        { verbs: ['list'], ...jobs, namespaces: ['kube-system'] },
      ],
      stranger: [{ verbs: ['list', 'watch'], ...pods }],
    });
  });
  afterAll(() => cluster.simulation.stop());

  it('name what is missing to look, and nothing of what is not served here', async () => {
    const finding = (await cluster.findings('stranger')).get('rights-doctor');
    expect(finding).toMatchObject({
      level: 'warning',
      sentence: text('list jobs in kube-system'),
      command: text('pullthrough rbac --mode heal --with doctor --user NAME'),
    });
    expect(finding?.sentence).not.toMatch(/imagecaches|imagepulljobs/);
  });

  it('are looked for where retag’s Jobs are made, and it is said that it was only there', async () => {
    const job = (namespace: string) => ({
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: {
        namespace,
        name: 'pullthrough-retag-old',
        labels: { 'app.kubernetes.io/managed-by': 'pullthrough' },
      },
      spec: {
        parallelism: 0,
        template: { spec: { restartPolicy: 'Never', containers: [{ name: 'retag', image: 'first.example/app:1' }] } },
      },
    });
    const where = 'where this user may look (jobs only in kube-system; pods only in default)';
    expect((await cluster.findings('keeper')).get('leftovers')).toMatchObject({
      level: 'ok',
      sentence: `Nothing of Pullthrough’s is left over ${where}.`,
    });
    expect((await cluster.findings('stranger')).get('leftovers')).toMatchObject({
      level: 'warning',
      sentence: 'What Pullthrough has made here could not be looked at, as this user may not list jobs in kube-system.',
    });
    expect((await cluster.findings()).get('leftovers')?.sentence).toBe('Nothing of Pullthrough’s is left over.');
    await cluster.create(job('kube-system'), job('default'));
    const ended = { status: { conditions: [{ type: 'Complete', status: 'True' }] } };
    for (const namespace of ['kube-system', 'default'])
      await cluster.merge(`/apis/batch/v1/namespaces/${namespace}/jobs/pullthrough-retag-old/status`, ended);
    const seen = async (user: string) =>
      (await cluster.findings(user, { later: 3_600_000 })).get('leftovers')?.fix?.writes.map(({ object }) => object);
    await eventually(async () => (await seen('keeper'))?.length === 1);
    expect(await seen('keeper')).toEqual(['Job kube-system/pullthrough-retag-old']);
    expect((await seen('app'))?.length).toBe(2);
  });
});
