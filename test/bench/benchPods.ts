import type { KubeObject } from '../cluster/objects';

/** The namespaces that the pods are spread over. */
export const namespaces: readonly string[] = Array.from({ length: 20 }, (_, number) => `bench-${String(number)}`);

/** One in this many waits for its image; the others run. */
const failingEvery = 100;

export interface BenchPod {
  readonly namespace: string;
  readonly name: string;
  /** What is created. */
  readonly manifest: KubeObject;
  /** What a kubelet would report of it. */
  readonly status: object;
}

/**
 * The pod with this number: about 9 KB of JSON once a real server has added its own fields, which is what a pod with
 * a sidecar, probes, volumes and some environment weighs. On a node that does not exist, so nothing ever touches it.
 */
export function benchPod(number: number): BenchPod {
  const namespace = namespaces[number % namespaces.length] ?? '';
  const workload = `service-${String(Math.floor(number / 10))}`;
  const name = `${workload}-6c8f7d5b9d-${number.toString(36).padStart(5, '0')}`;
  const manifest = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace,
      labels: {
        'app.kubernetes.io/name': workload,
        'app.kubernetes.io/instance': `${workload}-production`,
        'app.kubernetes.io/version': '4.17.2',
        'pod-template-hash': '6c8f7d5b9d',
      },
      annotations: {
        'prometheus.io/scrape': 'true',
        'prometheus.io/path': '/internal/metrics',
        'checksum/config': 'c1'.repeat(32),
        'sidecar.example.com/status': JSON.stringify({ containers: ['proxy'], volumes: ['certificates'], revision: 3 }),
      },
      ownerReferences: [
        {
          apiVersion: 'apps/v1',
          kind: 'ReplicaSet',
          name: `${workload}-6c8f7d5b9d`,
          uid: `00000000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`,
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    },
    spec: spec(workload, number),
  };
  return { namespace, name, manifest, status: number % failingEvery === 0 ? waiting() : running(number) };
}

function spec(workload: string, number: number) {
  const probe = (path: string) => ({ httpGet: { path, port: 8080 }, periodSeconds: 10, failureThreshold: 5 });
  return {
    nodeName: `node-${String(number % 50)}`,
    serviceAccountName: 'default',
    containers: [
      {
        name: 'app',
        image: appImage,
        args: ['--listen=:8080', '--log-format=json', '--shutdown-delay=15s'],
        ports: [{ name: 'http', containerPort: 8080 }],
        env: Array.from({ length: 6 }, (_, index) => ({
          name: `SERVICE_SETTING_${String(index)}`,
          value: `${workload}.backend-${String(index)}.svc.cluster.local:8443`,
        })),
        resources: { requests: { cpu: '250m', memory: '256Mi' }, limits: { memory: '512Mi' } },
        livenessProbe: probe('/internal/alive'),
        readinessProbe: probe('/internal/ready'),
        volumeMounts: [
          { name: 'settings', mountPath: '/etc/service', readOnly: true },
          { name: 'certificates', mountPath: '/var/run/certificates', readOnly: true },
        ],
      },
      {
        name: 'proxy',
        image: proxyImage,
        env: [{ name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
        resources: { requests: { cpu: '50m', memory: '64Mi' } },
        volumeMounts: [{ name: 'certificates', mountPath: '/var/run/certificates', readOnly: true }],
      },
    ],
    volumes: [
      { name: 'settings', configMap: { name: `${workload}-settings` } },
      { name: 'certificates', secret: { secretName: `${workload}-certificates` } },
    ],
    tolerations: [{ key: 'dedicated', operator: 'Equal', value: 'services', effect: 'NoSchedule' }],
    affinity: {
      podAntiAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [
          {
            weight: 100,
            podAffinityTerm: {
              labelSelector: { matchLabels: { 'app.kubernetes.io/name': workload } },
              topologyKey: 'kubernetes.io/hostname',
            },
          },
        ],
      },
    },
  };
}

const appImage = 'docker.io/example/service:4.17.2';
const proxyImage = 'docker.io/example/proxy:1.9.0';
const began = '2026-01-02T03:04:05Z';

function conditions(ready: 'True' | 'False') {
  const settled = ['PodReadyToStartContainers', 'Initialized', 'PodScheduled'].map((type) => ({
    type,
    status: 'True',
  }));
  const open = ['Ready', 'ContainersReady'].map((type) => ({ type, status: ready }));
  return [...settled, ...open].map((condition) => ({ ...condition, lastProbeTime: null, lastTransitionTime: began }));
}

function running(number: number) {
  const podIP = `10.${String(1 + (number >> 16))}.${String((number >> 8) & 255)}.${String(number & 255)}`;
  const container = (name: string, image: string) => ({
    name,
    image,
    imageID: `${image.slice(0, image.indexOf(':'))}@sha256:${'4d'.repeat(32)}`,
    containerID: `containerd://${number.toString(16).padStart(64, '0')}`,
    ready: true,
    started: true,
    restartCount: 0,
    state: { running: { startedAt: began } },
  });
  return {
    phase: 'Running',
    hostIP: '10.0.0.1',
    podIP,
    podIPs: [{ ip: podIP }],
    startTime: began,
    conditions: conditions('True'),
    containerStatuses: [container('app', appImage), container('proxy', proxyImage)],
  };
}

function waiting() {
  const container = (name: string, image: string) => ({
    name,
    image,
    imageID: '',
    ready: false,
    started: false,
    restartCount: 0,
    state: {
      waiting: {
        reason: 'ErrImagePull',
        message:
          `failed to pull and unpack image "${image}": failed to resolve image: failed to do request: ` +
          `Head "https://registry-1.docker.io/v2/": dial tcp 203.0.113.7:443: connect: connection refused`,
      },
    },
  });
  return {
    phase: 'Pending',
    hostIP: '10.0.0.1',
    startTime: began,
    conditions: conditions('False'),
    containerStatuses: [container('app', appImage), container('proxy', proxyImage)],
  };
}
