import { describe, expect, it } from 'vitest';
import type { DoctorFacts } from '../../electron/domain/doctor/facts';
import { rightsFor } from '../../electron/domain/rights/rights';
import { labels } from '../../electron/domain/podSnapshot';
import {
  ago,
  controller,
  findings,
  healthy,
  mirrors,
  node,
  object,
  podOf,
  service,
  waitingFor,
  webhook,
  webhookServer,
} from './doctorFacts';

const busybox = 'helper-image m.example/docker.io/senthilrch/busybox:1.35.0';
const ended = { status: { conditions: [{ type: 'Complete', status: 'True' }] } };
const unanswered = { unanswered: 'connect ETIMEDOUT' };
const forbidden = { forbidden: '403: nodes is forbidden' };
const fixOf = (facts: Partial<DoctorFacts>, id: string) => findings(facts).get(id)?.fix;
const dialTimeout =
  'failed to pull and unpack image "docker.io/senthilrch/kubefledged-controller:v0.10.0": failed to resolve reference: ' +
  'failed to do request: Head "https://registry-1.docker.io/v2/": dial tcp 1.2.3.4:443: i/o timeout';

describe('a healthy kube-fledged', () => {
  it('has nothing but fine findings, in both languages, each a sentence', () => {
    for (const [language, stop] of [
      ['en', '.'],
      ['zh', '。'],
    ] as const) {
      const all = [...findings({}, {}, language).values()];
      expect(all.filter(({ level, fix }) => level !== 'ok' || fix !== null)).toEqual([]);
      for (const { sentence } of all) expect(sentence.endsWith(stop), sentence).toBe(true);
    }
  });
});

describe('reads that failed', () => {
  const reads = {
    nodes: 'kubelets',
    fledgedVersions: 'crd',
    kruiseVersions: 'kruise',
    deployments: 'controller',
    webhooks: 'webhook',
    caches: 'stuck',
    pullPods: 'stuck',
    rights: 'rights',
  } as const satisfies Partial<Record<keyof DoctorFacts, string>>;

  it.each(Object.entries(reads))('of %s are a finding of their own: %s', (field, id) => {
    for (const failure of [unanswered, forbidden]) {
      const finding = findings({ [field]: failure }).get(id);
      const why = 'forbidden' in failure ? failure.forbidden : failure.unanswered;
      expect(finding).toMatchObject({ level: 'warning', fix: null });
      expect(finding?.sentence).toContain(why);
      expect(finding?.sentence.includes('this user may not')).toBe('forbidden' in failure);
    }
  });

  it('of what is ours hide no leftover that was seen', () => {
    expect(findings({ ours: [forbidden, [], []] }).get('leftovers')?.level).toBe('warning');
    const ours = { creationTimestamp: ago(20), labels: { [labels.managedBy]: labels.managedByValue } };
    const old = object('Job', 'pullthrough-old', ended, ours);
    expect(findings({ ours: [forbidden, [old], []] }).get('leftovers')?.fix?.writes).toHaveLength(1);
  });

  it('of everything is one broken finding', () => {
    expect([...findings({ serverVersion: unanswered }).values()]).toMatchObject([
      { id: 'api-server', level: 'broken' },
    ]);
  });
});

describe('the type ImageCache', () => {
  it('that is not there is a warning, with what is missing of an installation as the fix', () => {
    const absent = { fledgedVersions: [], deployments: [], webhooks: [], backend: null, installed: new Set<string>() };
    const all = findings(absent);
    expect(all.get('crd')).toMatchObject({ level: 'warning', fix: { id: 'install' } });
    expect(all.get('crd')?.fix?.writes).toHaveLength(12);
    expect(all.has('controller')).toBe(false);
    const begun = fixOf({ ...absent, installed: new Set(['Namespace kube-fledged']) }, 'crd');
    expect(begun?.writes.map((write) => write.verb)).toEqual(Array<string>(11).fill('create'));
    expect(fixOf({ ...absent, deployments: forbidden }, 'crd')).toBeNull();
  });

  it('that is gone under a running controller is broken', () => {
    const gone = { fledgedVersions: [], installed: new Set<string>() };
    expect(findings(gone).get('crd')).toMatchObject({ level: 'broken', fix: { id: 'install' } });
  });
});

describe('the controller', () => {
  const withPod = (status: object) =>
    findings({ deployments: [controller], pods: [podOf(controller, 'x/y:1', status)] });
  const terminated = { exitCode: 2, reason: 'Error' };

  it.each([
    ['has no pods yet', controller, [], 'warning', 'is starting'],
    [
      'has refused pods',
      {
        ...controller,
        status: { conditions: [{ type: 'ReplicaFailure', status: 'True', message: 'exceeded quota' }] },
      },
      [],
      'broken',
      'exceeded quota',
    ],
  ] as const)('%s', (_name, deployment, pods, level, words) => {
    const finding = findings({ deployments: [deployment], pods }).get('controller');
    expect(finding).toMatchObject({ level, fix: null });
    expect(finding?.sentence).toContain(words);
  });

  it.each([
    ['crashes', waitingFor('CrashLoopBackOff', '', { lastState: { terminated } }), 'exit code 2 (Error)'],
    ['has ended', { containerStatuses: [{ name: 'app', state: { terminated } }] }, 'exit code 2 (Error)'],
    ['lacks a secret', waitingFor('CreateContainerConfigError'), 'waits with CreateContainerConfigError'],
    [
      'finds no node',
      { conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/1 nodes' }] },
      '0/1 nodes',
    ],
  ])('%s', (_name, status, words) => {
    const finding = withPod(status).get('controller');
    expect(finding).toMatchObject({ level: 'broken', fix: null });
    expect(finding?.sentence).toContain(words);
  });

  it('waits for its image: with the cause, and the mirror as the fix where there is one', () => {
    const image = 'docker.io/senthilrch/kubefledged-controller:v0.10.0';
    const facts = {
      deployments: [controller, webhookServer],
      pods: [podOf(controller, image, waitingFor('ErrImagePull', dialTimeout))],
    };
    expect(findings(facts).get('controller')).toMatchObject({ level: 'broken', fix: { id: 'rescue' } });
    expect(findings(facts).get('controller')?.sentence).toContain('Registry unreachable');
    expect(findings(facts, { mirrors: [] }).get('controller')?.fix).toBeNull();
    // a mirror that does not have it is not tried again where there is no other
    const mirrored = {
      ...facts,
      pods: [podOf(controller, `m.example/${image}`, waitingFor('ImagePullBackOff', dialTimeout))],
    };
    expect(fixOf(mirrored, 'controller')).toBeNull();
    const second = { name: 'n', match: '*', template: 'n.example/{host}/{path}' };
    const other = findings(mirrored, { mirrors: [...mirrors, second] }).get('controller')?.fix?.writes[0];
    expect(JSON.stringify(other)).toContain(`"image":"n.example/${image}"`);
  });

  it('of another is never changed, and an installation never put beside one with other names', () => {
    const [helm] = (controller.spec as { template: { spec: { containers: object[] } } }).template.spec.containers;
    const named = {
      ...object('Deployment', 'release-controller'),
      spec: { selector: { matchLabels: { a: 'b' } }, template: { spec: { containers: [helm] } } },
      status: { readyReplicas: 1 },
    };
    const facts = { deployments: [object('Deployment', 'other'), named], webhooks: [], installed: new Set<string>() };
    expect(findings(facts).get('controller')).toMatchObject({ level: 'ok', fix: null });
    expect(findings(facts).get('webhook')).toMatchObject({ level: 'warning', fix: null });
    expect(findings({ deployments: [object('Deployment', 'other')] }).get('controller')?.level).toBe('broken');
  });
});

describe('the webhook', () => {
  const down = { title: 'kube-fledged/w', service: object('Service', 'w'), pods: [] };
  const at = (fields: object, facts: Partial<DoctorFacts> = {}) =>
    findings({ webhooks: [webhook(fields)], ...facts }).get('webhook');

  it('that is down blocks every write with failurePolicy Fail, and nothing with Ignore', () => {
    const facts = { deployments: healthy.deployments, backend: down };
    expect(at({ failurePolicy: 'Fail', clientConfig: { service, caBundle: 'x' } }, facts)).toMatchObject({
      level: 'broken',
    });
    expect(at({ failurePolicy: 'Fail', clientConfig: { service, caBundle: 'x' } }, facts)?.sentence).toContain(
      'no ImageCache can be written',
    );
    expect(at({ failurePolicy: 'Ignore', clientConfig: { service, caBundle: 'x' } }, facts)).toMatchObject({
      level: 'warning',
    });
  });

  it('is not there, has no Service, no certificate, or is elsewhere', () => {
    const installed = new Set([...healthy.installed].filter((title) => !title.startsWith('Service ')));
    expect(findings({ webhooks: [] }).get('webhook')).toMatchObject({ level: 'warning', fix: null });
    expect(findings({ backend: { ...down, service: null }, installed }).get('webhook')).toMatchObject({
      level: 'broken',
      fix: { id: 'install', writes: [{ verb: 'create', object: { kind: 'Service' } }] },
    });
    expect(at({ clientConfig: { service, caBundle: '' } })).toMatchObject({ level: 'broken' });
    expect(at({ clientConfig: { url: 'https://hooks.example' } }, { backend: null })).toMatchObject({ level: 'ok' });
    expect(findings({ backend: { ...down, service: forbidden } }).get('webhook')).toMatchObject({ level: 'warning' });
  });

  it('cannot pull its image', () => {
    const pods = [podOf(webhookServer, 'docker.io/a/b:1', waitingFor('ErrImagePull', dialTimeout))];
    const found = findings({ deployments: [...(healthy.deployments as []).slice(0, 1), webhookServer], pods });
    expect(found.get('webhook')).toMatchObject({ level: 'broken', fix: { id: 'rescue' } });
    expect(found.get('controller')?.level).toBe('ok');
  });
});

describe('a helper image', () => {
  const image = 'm.example/docker.io/senthilrch/busybox:1.35.0';
  const pull = (status: object) =>
    object('Pod', 'pull', {
      spec: {
        nodeName: 'node-1',
        initContainers: [{ name: 'busybox', image }],
        containers: [{ name: 'imagepuller', image: 'app:1' }],
      },
      status: { phase: 'Pending', ...status },
    });

  it('is judged by what was seen of it, and by nothing else', () => {
    expect(findings({}).get(busybox)?.sentence).toContain('through the mirror m.example');
    const present = findings({ nodes: [node('a', 'v1.34.0', [image]), node('b', 'v1.34.0')] }).get(busybox);
    expect(present).toMatchObject({ level: 'ok' });
    expect(present?.sentence).toContain('on 1 of 2 nodes');
    const status = (state: object, imageID = '') => ({ initContainerStatuses: [{ name: 'busybox', state, imageID }] });
    expect(findings({ pullPods: [pull(status({ running: {} }, 'sha256:1'))] }).get(busybox)?.sentence).toContain(
      'was pulled on node-1',
    );
    const hangs = findings({
      pullPods: [pull(status({ waiting: { reason: 'ImagePullBackOff', message: dialTimeout } }))],
    });
    expect(hangs.get(busybox)).toMatchObject({ level: 'broken', fix: null });
    // the wanted image is not the helper
    const wanted = {
      containerStatuses: [{ name: 'imagepuller', state: { waiting: { reason: 'ErrImagePull', message: '' } } }],
    };
    expect(findings({ pullPods: [pull(wanted)] }).get(busybox)?.level).toBe('ok');
  });

  it('from a registry that has a mirror is doubted, unless the controller itself came from there', () => {
    const plain = JSON.parse(JSON.stringify(controller).replaceAll('m.example/', '')) as typeof controller;
    const deployments = [{ ...plain, status: { readyReplicas: 1 } }];
    const id = 'helper-image docker.io/senthilrch/busybox:1.35.0';
    expect(findings({ deployments }).get(id)).toMatchObject({ level: 'warning', fix: { id: 'helpers' } });
    expect(findings({ deployments }, { mirrors: [] }).get(id)).toMatchObject({ level: 'warning', fix: null });
    const pods = [podOf(controller, 'docker.io/senthilrch/kubefledged-controller:v0.10.0', { phase: 'Running' })];
    expect(findings({ deployments, pods }).get(id)).toMatchObject({ level: 'ok', fix: null });
  });
});

describe('ImageCaches and leftovers', () => {
  const cache = (name: string, startTime: string, status = 'Processing') =>
    object('ImageCache', name, { status: { status, startTime } }, { resourceVersion: '7' });
  const pulling = object('Pod', 'p', { spec: {}, status: { phase: 'Pending' } }, { labels: { imagecache: 'web' } });

  it('are stuck once their time is over and nothing pulls for them', () => {
    const fix = fixOf(
      { caches: [cache('web', ago(10)), cache('new', ago(4)), cache('done', ago(60), 'Succeeded')] },
      'stuck',
    );
    expect(fix?.writes).toEqual([
      {
        verb: 'patch',
        target: { apiVersion: 'kubefledged.io/v1alpha2', kind: 'ImageCache', namespace: 'kube-fledged', name: 'web' },
        patch: {
          apiVersion: 'kubefledged.io/v1alpha2',
          kind: 'ImageCache',
          metadata: {
            namespace: 'kube-fledged',
            name: 'web',
            resourceVersion: '7',
            annotations: { 'kubefledged.io/refresh-imagecache': '' },
          },
        },
      },
    ]);
    expect(findings({ caches: [cache('web', ago(10))], pullPods: [pulling] }).get('stuck')?.level).toBe('ok');
    const patient = JSON.parse(
      JSON.stringify(controller).replace('duration=5m', 'duration=1h30m'),
    ) as typeof controller;
    const deployments = [{ ...patient, status: { readyReplicas: 1 } }];
    expect(findings({ caches: [cache('web', ago(60))], deployments }).get('stuck')?.level).toBe('ok');
    expect(findings({ caches: [cache('web', ago(100))], deployments }).get('stuck')?.level).toBe('warning');
  });

  it('are not released while no controller runs', () => {
    expect(findings({ caches: [cache('web', ago(10))], deployments: [controller] }).get('stuck')).toMatchObject({
      level: 'warning',
      fix: null,
    });
  });

  it('are leftovers where they are ours, old, unused, and do nothing any more', () => {
    const ours = (name: string, minutes: number, more: object = {}) =>
      object('Job', `pullthrough-${name}`, ended, {
        uid: `uid-${name}`,
        creationTimestamp: ago(minutes),
        labels: { [labels.managedBy]: labels.managedByValue },
        ...more,
      });
    const working = { ...ours('working', 60), status: {} };
    const going = ours('going', 60, { deletionTimestamp: ago(1) });
    const theirs = object('Job', 'pullthrough-theirs', ended, { creationTimestamp: ago(60) });
    const jobs = [ours('old', 15), ours('young', 14), ours('used', 60), working, going, theirs];
    const writes = findings({ ours: [jobs] }, { inUse: (name) => name === 'pullthrough-used' }).get('leftovers')?.fix
      ?.writes;
    const target = { apiVersion: 'v1', kind: 'Job', namespace: 'kube-fledged', name: 'pullthrough-old' };
    expect(writes).toEqual([{ verb: 'delete', target, uid: 'uid-old' }]);
  });
});

describe('versions', () => {
  const kubelets = (...versions: readonly string[]) => versions.map((version, at) => node(`n${String(at)}`, version));

  it.each([
    ['v1.35.4', ['v1.35.1', 'v1.32.0'], 'ok'],
    ['v1.34.0', ['v1.35.0'], 'warning'],
    ['v1.35.0', ['v1.31.9'], 'warning'],
    ['v1.27.3', ['v1.24.0'], 'warning'],
    ['v1.28.3', ['v1.25.0'], 'ok'],
    ['v1.30.1+k3s1', ['v1.30.1+k3s1'], 'ok'],
  ] as const)('an API server %s with kubelets %j', (serverVersion, versions, level) => {
    expect(findings({ serverVersion, nodes: kubelets(...versions) }).get('kubelets')?.level).toBe(level);
  });

  it('are told with what they mean for causes and for retag', () => {
    const old = findings({ serverVersion: 'v1.31.0', nodes: kubelets('v1.31.0') });
    expect([old.has('kubelet-causes'), old.has('kubelet-names')]).toEqual([true, false]);
    const fresh = { serverVersion: 'v1.35.0', nodes: kubelets('v1.35.0') };
    expect([findings(fresh).has('kubelet-causes'), findings(fresh).get('kubelet-names')?.level]).toEqual([false, 'ok']);
    expect(findings(fresh, { retag: true }).get('kubelet-names')?.level).toBe('warning');
    expect(findings({ nodes: [] }).get('kubelets')?.level).toBe('warning');
  });
});

describe('rights', () => {
  const asked = rightsFor({
    mode: 'retag',
    features: ['fledged'],
    namespaces: ['shop'],
    fledgedNamespace: 'kube-fledged',
    retagNamespace: 'kube-system',
  });
  const without = (isMissing: (right: (typeof asked)[number]) => boolean) =>
    findings({ rights: { asked, missing: asked.filter(isMissing) } });

  it('are told by what they are for', () => {
    expect(without(() => false).get('rights-retag')).toMatchObject({ level: 'ok' });
    expect(without(({ purpose }) => purpose === 'pull-pods').get('rights-heal')).toMatchObject({
      level: 'warning',
      sentence: 'To heal failing pulls, this user lacks the right to create and delete pods in shop.',
    });
    expect(without(({ purpose }) => purpose === 'swap').get('rights-heal')?.level).toBe('broken');
    expect(without(({ verb }) => verb === 'watch').get('rights-watch')?.level).toBe('broken');
    expect(without(({ resource }) => resource === 'jobs').get('rights-retag')?.level).toBe('broken');
    expect(without(({ resource }) => resource === 'imagecaches').get('rights-fledged')?.level).toBe('warning');
  });
});
