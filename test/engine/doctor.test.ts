import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { installation } from '../../electron/domain/doctor/installation';
import { rulesFor } from '../../electron/domain/rights/rights';
import { labels } from '../../electron/domain/podSnapshot';
import { eventually } from '../setup/eventually';
import { DoctorCluster, mirrors } from './doctorCluster';

const text = (part: string) => expect.stringContaining(part) as string;
const deployment = (name: string) => `/apis/apps/v1/namespaces/kube-fledged/deployments/${name}`;
const caches = '/apis/kubefledged.io/v1alpha2/namespaces/kube-fledged/imagecaches';
const hours = (count: number) => count * 3_600_000;

const stuckCache = (name: string) => ({
  apiVersion: 'kubefledged.io/v1alpha2',
  kind: 'ImageCache',
  metadata: { namespace: 'kube-fledged', name },
  spec: { cacheSpec: [{ images: ['first.example/app:1'] }] },
  status: { status: 'Processing', reason: 'ImageCacheCreate', message: '', startTime: '2026-01-01T00:00:00Z' },
});

describe('a cluster without kube-fledged', () => {
  let cluster: DoctorCluster;
  beforeAll(async () => {
    cluster = await DoctorCluster.start({
      // may create everything but roles
      installer: [
        { verbs: ['get', 'list', 'create'], groups: ['', 'apiextensions.k8s.io'], resources: ['*'] },
        { verbs: ['get', 'list'], groups: ['*'], resources: ['*'] },
      ],
    });
  });
  afterAll(() => cluster.simulation.stop());

  it('is told so, with the installation as the fix, and nothing is written for it', async () => {
    const before = await cluster.findings();
    expect(before.get('crd')).toMatchObject({
      level: 'warning',
      fix: { id: 'install', sentence: text(mirrors[0]?.name ?? '') },
    });
    for (const id of ['controller', 'webhook', 'stuck']) expect(before.has(id)).toBe(false);
    expect(before.get('api-server')).toMatchObject({ level: 'ok', sentence: text('v1.35.4') });
    expect(before.get('kruise')?.level).toBe('ok');
    expect(before.get('rights-heal')?.level).toBe('ok');
    const writes = cluster.simulation.audit
      .of('app')
      .filter(
        ({ verb, resource }) =>
          ['create', 'patch', 'delete', 'update'].includes(verb) && !resource.startsWith('selfsubject'),
      );
    expect(writes).toEqual([]);
  });

  it('is told where an installation was refused, and goes on from there', async () => {
    const doctor = cluster.doctor('installer');
    await doctor.examine('en');
    const report = await doctor.applyFix('install', 'en');
    expect(report?.done).toBe(false);
    expect(report?.writes.slice(0, 5)).toEqual([
      { object: 'Namespace kube-fledged', went: 'written', detail: '' },
      { object: 'CustomResourceDefinition imagecaches.kubefledged.io', went: 'written', detail: '' },
      { object: 'ServiceAccount kube-fledged/kubefledged-controller', went: 'written', detail: '' },
      {
        object: 'ClusterRole kubefledged-controller',
        went: 'refused',
        detail: 'this user may not create clusterroles',
      },
      { object: 'ClusterRoleBinding kubefledged-controller', went: 'not-tried', detail: '' },
    ]);
    expect(report?.sentence).toMatch(
      /^Stopped at ClusterRole kubefledged-controller: .*; written: Namespace .*; not written: /,
    );
    const rest = cluster.doctor();
    const fix = (await rest.examine('en')).findings.find((finding) => finding.fix?.id === 'install')?.fix;
    expect(fix?.writes.map(({ object }) => object)).not.toContain('Namespace kube-fledged');
    expect(fix?.writes).toHaveLength(9);
    cluster.activity.length = 0;
    expect(await rest.applyFix('install', 'en')).toMatchObject({ done: true, sentence: 'Done: 9 objects written.' });
    // what was sent is what was shown
    expect(cluster.activity.map(({ sent }) => JSON.parse(sent) as unknown)).toEqual(
      fix?.writes.map(({ body }) => parse(body) as unknown),
    );
    expect(cluster.activity.every(({ kind, outcome }) => kind === 'created' && outcome === 'done')).toBe(true);
  });

  it('then has kube-fledged, whose images came through the mirror', async () => {
    expect(await cluster.until('controller', ({ level }) => level === 'ok')).toMatchObject({ fix: null });
    expect(await cluster.until('webhook', ({ level }) => level === 'ok')).toMatchObject({ fix: null });
    const after = await cluster.findings();
    expect(after.get('helper-image first.example/docker.io/senthilrch/busybox:1.35.0')).toMatchObject({
      level: 'ok',
      sentence: text('first.example'),
    });
    expect([...after.values()].filter(({ level }) => level !== 'ok')).toEqual([]);
    expect([...after.values()].filter(({ fix }) => fix !== null)).toEqual([]);
    // and it pulls, with the helper image that came through the mirror too
    cluster.simulation.registries.publish('first.example/app:1', { content: 'app' });
    const { status: _status, ...cache } = stuckCache('web');
    await cluster.create(cache);
    await cluster.ended(`${caches}/web`, 'Succeeded');
  });
});

describe('a kube-fledged that cannot pull its own images', () => {
  let cluster: DoctorCluster;
  beforeAll(async () => {
    cluster = await DoctorCluster.start();
    await cluster.create(...installation('kube-fledged', { mirrors: [], noProxy: [], allowList: null }));
  });
  afterAll(() => cluster.simulation.stop());

  it('is told with its cause, and rescued by pointing its own Deployments at the mirror', async () => {
    await cluster.until('controller', ({ sentence }) => sentence.includes('does not arrive'));
    await cluster.until('webhook', ({ sentence }) => sentence.includes('does not arrive'));
    const doctor = cluster.doctor();
    const { findings } = await doctor.examine('en');
    const controller = findings.find(({ id }) => id === 'controller');
    expect(controller).toMatchObject({
      level: 'broken',
      sentence:
        'kube-fledged’s controller kube-fledged/kubefledged-controller cannot start, so no ImageCache is worked on: its image docker.io/senthilrch/kubefledged-controller:v0.10.0 does not arrive (Registry unreachable).',
      fix: { id: 'rescue' },
    });
    expect(controller?.fix?.writes.map(({ verb, object }) => `${verb} ${object}`)).toEqual([
      'patch Deployment kube-fledged/kubefledged-controller',
      'patch Deployment kube-fledged/kubefledged-webhook-server',
    ]);
    expect(findings.find(({ id }) => id === 'webhook')).toMatchObject({ level: 'broken', fix: { id: 'rescue' } });
    expect(await doctor.applyFix('rescue', 'en')).toMatchObject({ done: true });
    await cluster.until('controller', ({ level }) => level === 'ok');
    const changed = JSON.stringify(await cluster.read(deployment('kubefledged-controller')));
    expect(changed).toContain('first.example/docker.io/senthilrch/busybox:1.35.0');
    // nothing but the images is another
    const [made] = installation('kube-fledged', { mirrors: [], noProxy: [], allowList: null }).slice(-1);
    const { spec } = JSON.parse(changed.replaceAll('first.example/', '')) as { spec: { template: object } };
    expect(spec.template).toMatchObject((made?.spec as { template: object }).template);
  });

  it('leaves alone what was changed since it was shown, and says so', async () => {
    const name = deployment('kubefledged-controller');
    const container = { name: 'controller', image: 'docker.io/senthilrch/kubefledged-controller:v0.9.0' };
    await cluster.merge(name, { spec: { template: { spec: { containers: [container] } } } });
    // the pod of before goes on, so that the Deployment is ready; without it, it is not
    await cluster.merge(name, { spec: { replicas: 0 } });
    await cluster.until('controller', ({ sentence }) => sentence.includes('scaled to 0'));
    await cluster.merge(name, { spec: { replicas: 1 } });
    await cluster.until('controller', ({ fix }) => fix?.id === 'rescue');
    const doctor = cluster.doctor();
    await doctor.examine('en');
    await cluster.merge(name, { metadata: { annotations: { 'example.com/team': 'platform' } } });
    const report = await doctor.applyFix('rescue', 'en');
    expect(report).toMatchObject({ done: false, sentence: text('it has changed since it was shown') });
    // the webhook's program may still be without its image as well
    const [first, ...others] = report?.writes.map(({ went }) => went) ?? [];
    expect([first, others.filter((went) => went !== 'not-tried')]).toEqual(['refused', []]);
    expect(JSON.stringify(await cluster.read(name))).not.toContain('first.example');
  });
});

describe('a helper image that does not arrive', () => {
  let cluster: DoctorCluster;
  beforeAll(async () => {
    cluster = await DoctorCluster.start();
    await cluster.create(...installation('kube-fledged', { mirrors, noProxy: [], allowList: null }));
    await cluster.merge(deployment('kubefledged-controller'), {
      spec: {
        template: {
          spec: {
            containers: [
              {
                name: 'controller',
                image: 'first.example/docker.io/senthilrch/kubefledged-controller:v0.10.0',
                command: ['/opt/bin/kubefledged-controller'],
              },
            ],
          },
        },
      },
    });
  });
  afterAll(() => cluster.simulation.stop());

  it('is doubted as long as nothing shows it, broken where a pull pod hangs on it, and switched on the Deployment', async () => {
    await cluster.until('controller', ({ level }) => level === 'ok');
    // what the controller takes where the variable is not set
    expect((await cluster.findings()).get('helper-image senthilrch/busybox:1.35.0')).toMatchObject({
      level: 'warning',
      fix: { id: 'helpers' },
    });
    const pod = { name: 'busybox', image: 'senthilrch/busybox:1.35.0', command: ['cp', '/bin/echo', '/tmp/bin'] };
    await cluster.create({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        namespace: 'kube-fledged',
        name: 'pull',
        labels: { app: 'kubefledged', kubefledged: 'kubefledged-image-manager' },
      },
      spec: {
        nodeName: 'node-1',
        initContainers: [pod],
        containers: [{ name: 'imagepuller', image: 'first.example/app:1' }],
      },
    });
    expect(
      await cluster.until('helper-image senthilrch/busybox:1.35.0', ({ level }) => level === 'broken'),
    ).toMatchObject({
      sentence: 'The helper image senthilrch/busybox:1.35.0 does not arrive on node-1: Registry unreachable.',
    });
    const doctor = cluster.doctor();
    await doctor.examine('en');
    expect(await doctor.applyFix('helpers', 'en')).toMatchObject({ done: true });
    expect(await cluster.read(deployment('kubefledged-controller'))).toMatchObject({
      spec: {
        template: {
          spec: {
            containers: [
              {
                image: 'first.example/docker.io/senthilrch/kubefledged-controller:v0.10.0',
                command: ['/opt/bin/kubefledged-controller'],
                env: [
                  { name: 'BUSYBOX_IMAGE', value: 'first.example/docker.io/senthilrch/busybox:1.35.0' },
                  {
                    name: 'KUBEFLEDGED_CRI_CLIENT_IMAGE',
                    value: 'first.example/docker.io/senthilrch/kubefledged-cri-client:latest',
                  },
                ],
              },
            ],
          },
        },
      },
    });
  });
});

describe('what is stuck or left over', () => {
  let cluster: DoctorCluster;
  beforeAll(async () => {
    cluster = await DoctorCluster.start();
    await cluster.create(...installation('kube-fledged', { mirrors, noProxy: [], allowList: null }));
    await cluster.until('controller', ({ level }) => level === 'ok');
    await cluster.create(stuckCache('web'));
  });
  afterAll(() => cluster.simulation.stop());

  it('is released, so that kube-fledged works on it again', async () => {
    const doctor = cluster.doctor();
    const { findings } = await doctor.examine('en');
    expect(findings.find(({ id }) => id === 'stuck')).toMatchObject({
      level: 'warning',
      sentence: 'ImageCache kube-fledged/web stays “Processing” although nothing pulls for it any more.',
      fix: { id: 'release', writes: [{ verb: 'patch', object: 'ImageCache kube-fledged/web' }] },
    });
    expect(await doctor.applyFix('release', 'en')).toMatchObject({ done: true });
    await eventually(
      async () => ((await cluster.read(`${caches}/web`)).status as { reason: string }).reason === 'ImageCacheRefresh',
    );
    expect((await cluster.read(`${caches}/web`)).metadata.annotations ?? {}).toEqual({});
  });

  it('is removed where it is ours, old, and of nothing that is under way', async () => {
    const ours = { [labels.managedBy]: labels.managedByValue };
    const container = { name: 'pull-0', image: 'first.example/app:1' };
    const pod = (name: string, podLabels: Record<string, string>) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { namespace: 'default', name, labels: podLabels },
      spec: { nodeName: 'node-1', containers: [container] },
    });
    const { status: _status, ...cache } = stuckCache('pullthrough-old');
    await cluster.create(
      pod('pullthrough-proof', { ...ours, [labels.pullPod]: 'true' }),
      pod('pullthrough-used', { ...ours, [labels.pullPod]: 'true' }),
      pod('theirs', { 'app.kubernetes.io/managed-by': 'Helm' }),
      { ...cache, metadata: { ...cache.metadata, labels: ours } },
    );
    expect((await cluster.findings()).get('leftovers')).toMatchObject({ level: 'ok', fix: null });
    const doctor = cluster.doctor('app', { later: hours(1), inUse: ['pullthrough-used'] });
    const leftovers = (await doctor.examine('en')).findings.find(({ id }) => id === 'leftovers');
    expect(leftovers?.fix?.writes).toEqual([
      { verb: 'delete', object: 'ImageCache kube-fledged/pullthrough-old', body: '' },
      { verb: 'delete', object: 'Pod default/pullthrough-proof', body: '' },
    ]);
    expect(await doctor.applyFix('clean', 'en')).toMatchObject({ done: true });
    await eventually(
      async () => (await cluster.findings('app', { later: hours(1) })).get('leftovers')?.fix?.writes.length === 1,
    );
  });
});

describe('a user without rights', () => {
  let cluster: DoctorCluster;
  beforeAll(async () => {
    cluster = await DoctorCluster.start(
      {
        viewer: [{ verbs: ['list', 'watch'], groups: [''], resources: ['pods'] }],
        nobody: [],
        examiner: rulesFor({
          mode: 'heal',
          features: ['fledged', 'doctor'],
          namespaces: [],
          fledgedNamespace: 'kube-fledged',
          retagNamespace: 'kube-system',
        }).map(({ verbs, group, resource, namespace }) => ({
          verbs,
          groups: [group],
          resources: [resource],
          ...(namespace !== '' && { namespaces: [namespace] }),
        })),
      },
      31,
    );
    await cluster.create(...installation('kube-fledged', { mirrors, noProxy: [], allowList: null }));
  });
  afterAll(() => cluster.simulation.stop());

  it('is told what may not be read, and what may not be done: none of it is called fine', async () => {
    const findings = await cluster.findings('viewer');
    for (const id of ['kubelets', 'controller', 'webhook', 'stuck'])
      expect(findings.get(id), id).toMatchObject({ level: 'warning', sentence: text('this user may not'), fix: null });
    expect(findings.get('leftovers')).toMatchObject({ level: 'warning' });
    expect(findings.get('rights-watch')).toMatchObject({
      level: 'warning',
      sentence: text('list events; to get namespaces'),
    });
    expect(findings.get('rights-heal')).toMatchObject({
      level: 'broken',
      sentence: 'To heal failing pulls, this user lacks the right to patch, create and delete pods.',
    });
    expect([...findings.values()].filter(({ fix }) => fix !== null)).toEqual([]);
    expect((await cluster.findings('nobody')).get('rights-watch')).toMatchObject({
      level: 'broken',
      sentence: text('in default'),
    });
  });

  it('with exactly the rights that the doctor names is told nothing that could not be read', async () => {
    const findings = await cluster.findings('examiner');
    expect([...findings.values()].filter(({ sentence }) => sentence.includes('may not'))).toEqual([]);
    expect(findings.get('controller')?.sentence).toContain('kube-fledged/kubefledged-controller');
  });

  it('learns what the versions of its cluster mean', async () => {
    const findings = await cluster.findings();
    expect(findings.get('kubelets')).toMatchObject({ level: 'ok', sentence: text('v1.31') });
    expect(findings.has('kubelet-causes')).toBe(true);
    expect(findings.has('kubelet-names')).toBe(false);
  });
});
