import type { DoctorChoices, DoctorFacts } from '../../electron/domain/doctor/facts';
import { findingsOf } from '../../electron/domain/doctor/examine';
import type { Found } from '../../electron/domain/doctor/fixPlan';
import { installation } from '../../electron/domain/doctor/installation';
import { refOf, titleOf, type KubeObject } from '../../electron/domain/kubeObject';
import type { Language } from '../../electron/domain/words/language';

const now = Date.parse('2026-01-01T12:00:00Z');
export const ago = (minutes: number) => new Date(now - minutes * 60_000).toISOString();
export const mirrors = [{ name: 'm.example', match: '*', template: 'm.example/{host}/{path}' }];
const choices: DoctorChoices = { mirrors, noProxy: [], allowList: null, retag: false, inUse: () => false };

const parts = installation('kube-fledged', choices);
const part = (kind: string, name: string): KubeObject => {
  const found = parts.find((object) => object.kind === kind && object.metadata.name === name);
  if (!found) throw new Error(`no ${kind} ${name}`);
  return found;
};
const ready = (object: KubeObject): KubeObject => ({ ...object, status: { readyReplicas: 1 } });
export const controller = part('Deployment', 'kubefledged-controller');
export const webhookServer = part('Deployment', 'kubefledged-webhook-server');
const configuration = part('ValidatingWebhookConfiguration', 'kubefledged-webhook-server');

/** A webhook configuration with these fields of its only webhook. */
export const webhook = (fields: object): KubeObject => {
  const [first] = configuration.webhooks as readonly Record<string, unknown>[];
  return { ...configuration, webhooks: [{ ...first, ...fields }] };
};
export const service = { namespace: 'kube-fledged', name: 'kubefledged-webhook-server' };

export const object = (kind: string, name: string, fields: object = {}, metadata: object = {}): KubeObject => ({
  apiVersion: kind === 'ImageCache' ? 'kubefledged.io/v1alpha2' : 'v1',
  kind,
  metadata: { name, namespace: 'kube-fledged', ...metadata },
  ...fields,
});
export const node = (name: string, kubeletVersion: string, images: readonly string[] = []): KubeObject => ({
  ...object('Node', name),
  status: { nodeInfo: { kubeletVersion }, images: images.map((image) => ({ names: [image] })) },
});

/** A pod with one container of this Deployment's labels, in this state. */
export const podOf = (deployment: KubeObject, image: string, status: object): KubeObject => {
  const { template } = deployment.spec as { template: { metadata: { labels: Record<string, string> } } };
  return object(
    'Pod',
    `${deployment.metadata.name}-1`,
    { spec: { nodeName: 'node-1', containers: [{ name: 'app', image }] }, status: { phase: 'Pending', ...status } },
    { labels: template.metadata.labels },
  );
};
export const waitingFor = (reason: string, message = '', more: object = {}) => ({
  containerStatuses: [{ name: 'app', state: { waiting: { reason, message } }, ...more }],
});

/** kube-fledged as it should be. */
export const healthy: DoctorFacts = {
  now,
  home: 'kube-fledged',
  serverVersion: 'v1.34.2',
  nodes: [node('node-1', 'v1.34.1')],
  fledgedVersions: ['v1alpha2'],
  olderVersions: [],
  kruiseVersions: [],
  deployments: [ready(controller), ready(webhookServer)],
  pods: [],
  webhooks: [webhook({ clientConfig: { service, caBundle: 'Y2E=' } })],
  backend: {
    title: 'kube-fledged/kubefledged-webhook-server',
    service: part('Service', 'kubefledged-webhook-server'),
    pods: [podOf(webhookServer, 'x', { conditions: [{ type: 'Ready', status: 'True' }] })],
  },
  caches: [],
  pullPods: [],
  ours: [[], [], []],
  limits: [],
  installed: new Set(parts.map((each) => titleOf(refOf(each)))),
  rights: { asked: [], missing: [] },
};

/** The findings of these facts, by their ids. */
export function findings(
  facts: Partial<DoctorFacts>,
  chosen: Partial<DoctorChoices> = {},
  language: Language = 'en',
): ReadonlyMap<string, Found> {
  const found = findingsOf({ ...healthy, ...facts }, { ...choices, ...chosen }, language);
  return new Map(found.map((finding) => [finding.id, finding]));
}
