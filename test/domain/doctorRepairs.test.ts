import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { makeServerCertificate } from '../../electron/demo/apiServer/certificate';
import { lastExpiry } from '../../electron/domain/doctor/certificateExpiry';
import type { DoctorFacts } from '../../electron/domain/doctor/facts';
import { shellCommand } from '../../electron/domain/doctor/shellCommand';
import type { KubeObject } from '../../electron/domain/kubeObject';
import { labels } from '../../electron/domain/podSnapshot';
import { refusalOf } from '../../electron/domain/rights/refusal';
import { rightsFor, type RightsWanted } from '../../electron/domain/rights/rights';
import {
  ago,
  controller,
  findings,
  healthy,
  object,
  podOf,
  service,
  waitingFor,
  webhook,
  webhookServer,
} from './doctorFacts';

const asleep = (deployment: KubeObject, version = '7'): KubeObject => ({
  ...deployment,
  metadata: { ...deployment.metadata, resourceVersion: version },
  spec: { ...(deployment.spec as object), replicas: 0 },
});
const awake = (deployment: KubeObject): KubeObject => ({ ...deployment, status: { readyReplicas: 1 } });
const year = 365 * 86_400_000;

describe('a program that is scaled to 0', () => {
  const toOne = (name: string) => ({
    verb: 'patch',
    target: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'kube-fledged', name },
    patch: {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { namespace: 'kube-fledged', name, resourceVersion: '7' },
      spec: { replicas: 1 },
    },
  });

  it('is scaled to 1, as it was read, and nothing else of it is changed', () => {
    const { level, sentence, fix } =
      findings({ deployments: [asleep(controller), awake(webhookServer)] }).get('controller') ?? {};
    expect(level).toBe('broken');
    expect(sentence).toBe(
      'kube-fledged’s controller kube-fledged/kubefledged-controller is scaled to 0, so no ImageCache is worked on.',
    );
    expect(fix).toEqual({
      id: 'scale',
      sentence: 'Scale kube-fledged/kubefledged-controller to 1.',
      writes: [toOne('kubefledged-controller')],
    });
  });

  it('goes up after the webhook that its own writes need, in one fix', () => {
    const both = findings({ deployments: [asleep(controller), asleep(webhookServer)] });
    expect(both.get('controller')?.fix).toBe(both.get('webhook')?.fix);
    expect(both.get('webhook')?.fix?.writes).toEqual([
      toOne('kubefledged-webhook-server'),
      toOne('kubefledged-controller'),
    ]);
  });

  it('breaks nothing as the webhook where its failurePolicy is Ignore', () => {
    const facts = {
      deployments: [awake(controller), asleep(webhookServer)],
      webhooks: [webhook({ failurePolicy: 'Ignore', clientConfig: { service, caBundle: 'Y2E=' } })],
    };
    expect(findings(facts).get('webhook')).toMatchObject({ level: 'warning', fix: { id: 'scale' } });
    expect(findings(facts).get('webhook')?.sentence).toContain('so nothing checks ImageCaches');
  });

  it('is not taken for one that has no image', () => {
    const waits = podOf(webhookServer, 'x/y:1', waitingFor('CrashLoopBackOff', '', { lastState: {} }));
    const one = findings({ deployments: [asleep(controller), webhookServer], pods: [waits] });
    expect(one.get('controller')?.fix?.writes).toEqual([toOne('kubefledged-controller')]);
    expect(one.get('webhook')?.fix).toBeNull();
  });
});

describe('a webhook that the API server cannot trust', () => {
  const without = { webhooks: [webhook({ clientConfig: { service, caBundle: '' } })] };
  const restarted = {
    verb: 'patch',
    target: {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      namespace: 'kube-fledged',
      name: 'kubefledged-webhook-server',
    },
    patch: {
      spec: {
        template: {
          metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': new Date(healthy.now).toISOString() } },
        },
      },
    },
  };
  const bundle = (...certificates: readonly string[]) => Buffer.from(certificates.join('')).toString('base64');
  const trusted = (now: number, caBundle: string) =>
    findings({ now, webhooks: [webhook({ clientConfig: { service, caBundle } })] }).get('webhook');

  it('has its server started anew, which writes its certificate', () => {
    const finding = findings(without).get('webhook');
    expect(finding).toMatchObject({ level: 'broken', command: '', fix: { id: 'restart', writes: [restarted] } });
    expect(finding?.sentence).toMatch(/configuration kubefledged-webhook-server has no certificate .*written/);
  });

  it('has it started anew as well where its certificate has ended, and not before', async () => {
    const { ca } = await makeServerCertificate(healthy.now);
    const end = Date.parse(new X509Certificate(ca).validTo);
    expect(lastExpiry(bundle(ca))).toBe(end);
    expect(trusted(end, bundle(ca))).toMatchObject({ level: 'ok', fix: null });
    const ended = trusted(end + 1, bundle(ca));
    expect(ended).toMatchObject({ level: 'broken', fix: { id: 'restart' } });
    expect(ended?.sentence).toContain(`expired on ${new Date(end).toISOString().slice(0, 10)}`);
  });

  it('is trusted by the last of several certificates, and by what cannot be read', async () => {
    const { ca, cert } = await makeServerCertificate(healthy.now);
    const later = await makeServerCertificate(healthy.now + 30 * year);
    const end = Date.parse(new X509Certificate(later.ca).validTo);
    // of a year from 2050 on it is written another way
    expect(lastExpiry(bundle(ca, later.ca, cert))).toBe(end);
    const garbled = ca.replace(/\n[^\n]+/, '');
    for (const text of ['', 'Y2E=', '%', bundle('none'), bundle(garbled), bundle(garbled, cert)])
      expect(lastExpiry(text), text).toBeNull();
    expect(trusted(end, bundle(garbled))?.level).toBe('ok');
  });

  it('that was started anew, and does not get its image, gets it through the mirror', () => {
    const pods = [
      podOf(webhookServer, 'docker.io/a/b:1', { phase: 'Running' }),
      podOf(webhookServer, 'docker.io/a/b:1', waitingFor('ErrImagePull', 'dial tcp 1.2.3.4:443: i/o timeout')),
    ];
    const deployments = [awake(controller), awake(webhookServer)];
    expect(findings({ ...without, deployments, pods }).get('webhook')).toMatchObject({
      level: 'broken',
      fix: { id: 'rescue' },
    });
    // and has time to start, before it is started anew once more
    const starting = [podOf(webhookServer, 'docker.io/a/b:1', waitingFor('PodInitializing'))];
    expect(findings({ ...without, deployments, pods: starting }).get('webhook')).toMatchObject({
      level: 'warning',
      sentence: 'kube-fledged’s webhook server kube-fledged/kubefledged-webhook-server is starting.',
      fix: null,
    });
    const ready = [podOf(webhookServer, 'docker.io/a/b:1', { conditions: [{ type: 'Ready', status: 'True' }] })];
    expect(findings({ ...without, deployments, pods: ready }).get('webhook')?.fix?.id).toBe('restart');
    // a rollout beside one that works breaks nothing
    expect(findings({ deployments, pods }).get('webhook')?.level).toBe('ok');
  });

  it('holds up only its own checks with failurePolicy Ignore', () => {
    const ignored = webhook({ failurePolicy: 'Ignore', clientConfig: { service, caBundle: '' } });
    expect(findings({ webhooks: [ignored] }).get('webhook')?.level).toBe('warning');
  });

  it('is left to a person where no start would write into that configuration', () => {
    const renamed = JSON.parse(
      JSON.stringify(awake(webhookServer)).replaceAll(
        '"name":"VALIDATING_WEBHOOK_CONFIG","value":"kubefledged-webhook-server"',
        '"name":"VALIDATING_WEBHOOK_CONFIG","value":"other"',
      ),
    ) as KubeObject;
    const second = (without.webhooks[0]?.webhooks ?? []) as object[];
    const cases: readonly Partial<DoctorFacts>[] = [
      { deployments: [awake(controller), renamed] },
      { deployments: [awake(controller)] },
      { webhooks: [{ ...webhook({}), webhooks: [{ name: 'first' }, ...second] }] },
    ];
    for (const facts of cases) {
      const finding = findings({ ...without, ...facts }).get('webhook');
      expect(finding).toMatchObject({
        level: 'broken',
        fix: null,
        command: 'kubectl edit validatingwebhookconfigurations kubefledged-webhook-server',
      });
      expect(finding?.sentence).toContain('put it there');
    }
  });
});

describe('a kube-fledged from before 0.8', () => {
  const missing = (purpose: string) => ({
    rights: { asked, missing: asked.filter((right) => right.purpose === purpose) },
  });
  const asked = rightsFor({
    mode: 'heal',
    features: ['kruise'],
    namespaces: [],
    fledgedNamespace: 'kube-fledged',
    retagNamespace: 'kube-system',
  });

  it.each([
    ['its own group', { fledgedVersions: [], olderVersions: ['v1alpha1'] }, 'kubefledged.k8s.io'],
    ['the group of today', { fledgedVersions: ['v1alpha1'] }, 'kubefledged.io'],
  ] as const)('that serves %s is one warning: what it means, what goes instead, why nothing is installed', (...row) => {
    const [, facts, group] = row;
    // its Deployments go by the names of today
    for (const deployments of [healthy.deployments, []]) {
      const all = findings({ ...facts, deployments, installed: new Set() });
      expect(all.get('crd')).toMatchObject({
        level: 'warning',
        fix: null,
        command: `kubectl get imagecaches.v1alpha1.${group} --all-namespaces`,
      });
      expect(all.get('crd')?.sentence).toMatch(
        new RegExp(`before 0\\.8 .*${group}/v1alpha1.* with pods of its own .*once it is removed`),
      );
      for (const id of ['controller', 'webhook', 'stuck']) expect(all.has(id), id).toBe(false);
      expect([...all.values()].filter(({ fix }) => fix?.id === 'install')).toEqual([]);
    }
  });

  it('whose type is left beside that of today is nothing to be told of', () => {
    const all = findings({ olderVersions: ['v1alpha1'] });
    expect(all.get('crd')).toMatchObject({ level: 'ok' });
    expect(all.get('controller')).toMatchObject({ level: 'ok' });
  });

  it('is not installed over where it could not be seen whether it is there', () => {
    const absent = { fledgedVersions: [], deployments: [], installed: new Set<string>() };
    expect(findings(absent).get('crd')?.fix?.id).toBe('install');
    expect(findings({ ...absent, olderVersions: { unanswered: 'timeout' } }).get('crd')?.fix).toBeNull();
  });

  it('and none at all have something else pull ahead, as far as this user may', () => {
    const none = { fledgedVersions: [], deployments: [] };
    const crd = (facts: Partial<DoctorFacts>) => findings({ ...none, ...facts }).get('crd')?.sentence;
    const kruise = { kruiseVersions: ['v1alpha1'] };
    expect(crd({})).toContain('with pods of its own instead');
    expect(crd(kruise)).toContain('with OpenKruise instead');
    expect(crd({ ...kruise, ...missing('kruise-jobs') })).toContain('with pods of its own instead');
    expect(crd(missing('pull-pods'))).toContain('without being pulled ahead');
  });
});

describe('what could be looked at only in part', () => {
  const limits: DoctorFacts['limits'] = [
    { of: 'ours', resource: 'jobs', namespaces: ['kube-system'] },
    { of: 'pullPods', resource: 'pods', namespaces: ['kube-fledged'] },
    { of: 'ours', resource: 'pods', namespaces: ['shop', 'web'] },
  ];

  it('is told as such, whether something was found there or not', () => {
    const old = object(
      'Pod',
      'pullthrough-old',
      {},
      { creationTimestamp: ago(60), labels: { [labels.managedBy]: labels.managedByValue } },
    );
    const where = 'where this user may look (jobs only in kube-system; pods only in shop and web)';
    expect(findings({ limits }).get('leftovers')).toMatchObject({
      level: 'ok',
      sentence: `Nothing of Pullthrough’s is left over ${where}.`,
    });
    expect(findings({ limits, ours: [[old]] }).get('leftovers')?.sentence).toBe(
      `Left over from Pullthrough and not in use ${where}: Pod kube-fledged/pullthrough-old.`,
    );
    expect(findings({ limits }).get('stuck')?.sentence).toBe(
      'No ImageCache is stuck where this user may look (pods only in kube-fledged).',
    );
    expect(findings({ limits }, {}, 'zh').get('leftovers')?.sentence).toContain('jobs 仅限 kube-system');
  });

  it('names everything that may not be read, in the server’s place', () => {
    const refused = (resource: string, where: string) => ({
      forbidden: `403: ${resource} is forbidden: User "jane" cannot list resource "${resource}" in API group "" ${where}`,
    });
    const ours = [refused('jobs', 'in the namespace "kube-system"'), [], refused('pods', 'at the cluster scope')];
    expect(findings({ ours }).get('leftovers')).toMatchObject({
      level: 'warning',
      sentence:
        'What Pullthrough has made here could not be looked at, as this user may not list jobs in kube-system; list pods.',
    });
    expect(findings({ ours }, {}, 'zh').get('leftovers')?.sentence).toBe(
      '无法查看 Pullthrough 在此创建的对象，该用户无权在 kube-system 中 list jobs；list pods。',
    );
    expect(refusalOf('403: no')).toBeNull();
  });
});

describe('a command', () => {
  it('tells more of a program that nothing here can mend', () => {
    const down = (status: object) =>
      findings({ deployments: [controller, awake(webhookServer)], pods: [podOf(controller, 'x/y:1', status)] }).get(
        'controller',
      )?.command;
    expect(down(waitingFor('CrashLoopBackOff', '', { lastState: {} }))).toBe(
      'kubectl -n kube-fledged logs deployment/kubefledged-controller -c app --previous',
    );
    expect(down(waitingFor('CreateContainerConfigError'))).toBe(
      'kubectl -n kube-fledged get events --field-selector type=Warning',
    );
  });

  it('prints the roles that a user lacks, for the same places', () => {
    const wanted: RightsWanted = {
      mode: 'heal',
      features: ['fledged', 'doctor'],
      namespaces: ['shop', 'web'],
      fledgedNamespace: 'images',
      retagNamespace: 'jobs',
    };
    const asked = rightsFor(wanted);
    const lacking = findings({ home: 'images', rights: { asked, missing: asked.slice(0, 1) } });
    expect(lacking.get('rights-watch')?.command).toBe(
      'pullthrough rbac --mode heal --with fledged --with doctor -n shop -n web --fledged-namespace images --retag-namespace jobs --user NAME | kubectl apply -f -',
    );
    expect(lacking.get('rights-heal')?.command).toBe('');
    const plain = rightsFor({ ...wanted, mode: 'retag', features: [], namespaces: [], retagNamespace: 'kube-system' });
    expect(findings({ rights: { asked: plain, missing: plain } }).get('rights-retag')?.command).toBe(
      'pullthrough rbac --mode retag --user NAME | kubectl apply -f -',
    );
  });

  it('keeps what a cluster calls something one word of a shell', () => {
    expect(shellCommand('kubectl', '-c', `a b'; rm -rf /`)).toBe(String.raw`kubectl -c 'a b'\''; rm -rf /'`);
  });
});
