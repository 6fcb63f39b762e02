import { fledgedImages, throughMirror, type MirrorChoice } from './fledgedImages';
import { imageCacheDefinition } from './imageCacheDefinition';
import type { KubeObject } from '../kubeObject';

/** Where kube-fledged goes unless somebody says otherwise. */
export const usualNamespace = 'kube-fledged';
const controller = 'kubefledged-controller';
const webhook = 'kubefledged-webhook-server';
const rbac = 'rbac.authorization.k8s.io';
const webhookPort = 8443;

/**
 * Everything of kube-fledged 0.10.0, in an order in which it can be created: its type, its accounts with the rights that
 * its code uses and no other, its two programs and the webhook. All images come through the mirrors that take them.
 * The names are those of kube-fledged's own manifests, so that each part counts as there wherever it came from.
 */
export function installation(namespace: string, choice: MirrorChoice): readonly KubeObject[] {
  const image = (name: keyof typeof fledgedImages) => throughMirror(fledgedImages[name], choice) ?? fledgedImages[name];
  return [
    {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: namespace, labels: labelsOf(controller) },
    },
    imageCacheDefinition(labelsOf(controller)),
    ...accountOf(namespace, controller, controllerRules),
    ...accountOf(namespace, webhook, webhookRules),
    webhookService(namespace),
    // before its program, which writes the certificate into it when it starts
    webhookConfiguration(namespace),
    webhookProgram(namespace, image('webhook')),
    controllerProgram(namespace, image('controller'), image('busybox'), image('criClient')),
  ];
}

/** What the controller does at the API server; each line is one of its calls. */
const controllerRules = [
  { apiGroups: ['kubefledged.io'], resources: ['imagecaches'], verbs: ['get', 'list', 'watch', 'update'] },
  // its Jobs name the ImageCache as an owner that blocks its deletion, which some clusters allow by this right alone
  { apiGroups: ['kubefledged.io'], resources: ['imagecaches/finalizers'], verbs: ['update'] },
  { apiGroups: [''], resources: ['nodes'], verbs: ['list', 'watch'] },
  { apiGroups: [''], resources: ['pods'], verbs: ['list', 'watch'] },
  { apiGroups: ['batch'], resources: ['jobs'], verbs: ['list', 'create', 'delete'] },
  // it reads why a pull failed, and tells how it went
  { apiGroups: [''], resources: ['events'], verbs: ['list', 'create', 'patch'] },
];

/** It writes the certificate that it made into its own configuration, and into no other. */
const webhookRules = [
  {
    apiGroups: ['admissionregistration.k8s.io'],
    resources: ['validatingwebhookconfigurations'],
    resourceNames: [webhook],
    verbs: ['get', 'update'],
  },
];

function labelsOf(part: string): Record<string, string> {
  return { app: 'kubefledged', kubefledged: part };
}

function accountOf(namespace: string, name: string, rules: readonly object[]): readonly KubeObject[] {
  const labels = labelsOf(name);
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { namespace, name, labels } },
    { apiVersion: `${rbac}/v1`, kind: 'ClusterRole', metadata: { name, labels }, rules },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name, labels },
      roleRef: { apiGroup: rbac, kind: 'ClusterRole', name },
      subjects: [{ kind: 'ServiceAccount', namespace, name }],
    },
  ];
}

function webhookService(namespace: string): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace, name: webhook, labels: labelsOf(webhook) },
    spec: {
      selector: labelsOf(webhook),
      ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: webhookPort }],
    },
  };
}

function webhookConfiguration(namespace: string): KubeObject {
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name: webhook, labels: labelsOf(webhook) },
    webhooks: [
      {
        name: 'validate-image-cache.kubefledged.io',
        clientConfig: { service: { namespace, name: webhook, path: '/validate-image-cache', port: 443 } },
        rules: [
          {
            apiGroups: ['kubefledged.io'],
            apiVersions: ['v1alpha2'],
            operations: ['CREATE', 'UPDATE'],
            resources: ['imagecaches'],
            scope: 'Namespaced',
          },
        ],
        admissionReviewVersions: ['v1'],
        sideEffects: 'None',
        // what it refuses would crash the controller
        failurePolicy: 'Fail',
        // a final status that is lost to a slow answer is never written again
        timeoutSeconds: 5,
      },
    ],
  };
}

function controllerProgram(namespace: string, image: string, busybox: string, criClient: string): KubeObject {
  return program(namespace, controller, {
    containers: [
      {
        name: 'controller',
        image,
        imagePullPolicy: 'IfNotPresent',
        command: ['/opt/bin/kubefledged-controller'],
        args: [
          '--logtostderr',
          '--image-pull-deadline-duration=5m',
          '--image-cache-refresh-frequency=15m',
          '--image-pull-policy=IfNotPresent',
        ],
        env: [
          ownNamespace,
          { name: 'BUSYBOX_IMAGE', value: busybox },
          { name: 'KUBEFLEDGED_CRI_CLIENT_IMAGE', value: criClient },
        ],
        resources,
        securityContext: confined,
      },
    ],
  });
}

function webhookProgram(namespace: string, image: string): KubeObject {
  const folder = '/var/run/secrets/webhook-server';
  const container = {
    image,
    imagePullPolicy: 'IfNotPresent',
    command: ['/opt/bin/kubefledged-webhook-server'],
    resources,
    securityContext: confined,
  };
  return program(namespace, webhook, {
    initContainers: [
      {
        ...container,
        name: 'init',
        args: ['--logtostderr', '--init-server'],
        env: [
          ownNamespace,
          { name: 'WEBHOOK_SERVER_SERVICE', value: webhook },
          { name: 'VALIDATING_WEBHOOK_CONFIG', value: webhook },
          // file names are put behind it as it stands
          { name: 'CERT_KEY_PATH', value: `${folder}/` },
        ],
        volumeMounts: [{ name: 'certificate', mountPath: folder }],
      },
    ],
    containers: [
      {
        ...container,
        name: 'webhook-server',
        args: [
          '--logtostderr',
          `--cert-file=${folder}/tls.crt`,
          `--key-file=${folder}/tls.key`,
          `--port=${String(webhookPort)}`,
        ],
        env: [ownNamespace],
        ports: [{ name: 'https', containerPort: webhookPort, protocol: 'TCP' }],
        readinessProbe: { httpGet: { scheme: 'HTTPS', path: '/readyz', port: webhookPort }, periodSeconds: 5 },
        volumeMounts: [{ name: 'certificate', mountPath: folder, readOnly: true }],
      },
    ],
    volumes: [{ name: 'certificate', emptyDir: {} }],
  });
}

const ownNamespace = { name: 'KUBEFLEDGED_NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } };
const resources = { requests: { cpu: '10m', memory: '32Mi' } };
const confined = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
};

function program(namespace: string, name: string, spec: object): KubeObject {
  const labels = labelsOf(name);
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { namespace, name, labels },
    spec: {
      replicas: 1,
      // a second controller would delete the first one's Jobs, and a second webhook replace its certificate
      strategy: { type: 'Recreate' },
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          serviceAccountName: name,
          nodeSelector: { 'kubernetes.io/os': 'linux' },
          securityContext: {
            runAsNonRoot: true,
            runAsUser: 65534,
            runAsGroup: 65534,
            seccompProfile: { type: 'RuntimeDefault' },
          },
          ...spec,
        },
      },
    },
  };
}
