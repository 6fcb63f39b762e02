import { podName, templateMarks as mark } from './podMarks';

/** How a pod is: it runs, or it waits for its images. */
export type PodCondition = 'running' | 'failing';

/** One in this many waits for its images; the others run. */
const failingEvery = 100;

export function conditionOf(number: number): PodCondition {
  return number % failingEvery === 0 ? 'failing' : 'running';
}

/**
 * The pod that all others are made from: 9.4 KB of JSON once a real server has added its own fields, which is what
 * a pod with a sidecar, probes, volumes and some environment weighs. On a node that does not exist, so nothing ever
 * touches it.
 */
export function templateManifest() {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: podName(mark),
      namespace: mark.namespace,
      labels: {
        'app.kubernetes.io/name': `service-${mark.workload}`,
        'app.kubernetes.io/instance': `service-${mark.workload}-production`,
        'app.kubernetes.io/version': '4.17.2',
        'pod-template-hash': '6c8f7d5b9d',
      },
      annotations: {
        'bench.example.com/change': mark.turn,
        'prometheus.io/scrape': 'true',
        'prometheus.io/path': '/internal/metrics',
        'checksum/config': mark.checksum,
        'cni.example.com/sandbox': mark.sandbox,
        'sidecar.example.com/status': JSON.stringify({ containers: ['proxy'], volumes: ['certificates'], revision: 3 }),
      },
      ownerReferences: [
        {
          apiVersion: 'apps/v1',
          kind: 'ReplicaSet',
          name: `service-${mark.workload}-6c8f7d5b9d`,
          uid: mark.ownerUid,
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    },
    spec: spec(),
  };
}

function spec() {
  const probe = (path: string) => ({ httpGet: { path, port: 8080 }, periodSeconds: 10, failureThreshold: 5 });
  return {
    nodeName: mark.node,
    serviceAccountName: 'default',
    containers: [
      {
        name: 'app',
        image: appImage,
        args: ['--listen=:8080', '--log-format=json', '--shutdown-delay=15s'],
        ports: [{ name: 'http', containerPort: 8080 }],
        env: Array.from({ length: 7 }, (_, index) => ({
          name: `SERVICE_SETTING_${String(index)}`,
          value: `service-${mark.workload}.backend-${String(index)}.svc.cluster.local:8443`,
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
      { name: 'settings', configMap: { name: `service-${mark.workload}-settings` } },
      { name: 'certificates', secret: { secretName: `service-${mark.workload}-certificates` } },
    ],
    tolerations: [{ key: 'dedicated', operator: 'Equal', value: 'services', effect: 'NoSchedule' }],
    affinity: {
      podAntiAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [
          {
            weight: 100,
            podAffinityTerm: {
              labelSelector: { matchLabels: { 'app.kubernetes.io/name': `service-${mark.workload}` } },
              topologyKey: 'kubernetes.io/hostname',
            },
          },
        ],
      },
    },
  };
}

/** Each workload has its own, and all have the same sidecar. */
const appImage = `docker.io/example/service-${mark.workload}:4.17.2`;
const proxyImage = 'docker.io/example/proxy:1.9.0';
const began = '2026-01-02T03:04:05Z';

/** What a kubelet would report of it. */
export function templateStatus(condition: PodCondition): object {
  return condition === 'running' ? running() : waiting();
}

function conditions(ready: 'True' | 'False') {
  const settled = ['PodReadyToStartContainers', 'Initialized', 'PodScheduled'].map((type) => ({
    type,
    status: 'True',
  }));
  const open = ['Ready', 'ContainersReady'].map((type) => ({ type, status: ready }));
  return [...settled, ...open].map((condition) => ({ ...condition, lastProbeTime: null, lastTransitionTime: began }));
}

function running() {
  const container = (name: string, image: string, digest: string, id: string) => ({
    name,
    image,
    imageID: `${image.slice(0, image.indexOf(':'))}@sha256:${digest}`,
    containerID: `containerd://${id}`,
    ready: true,
    started: true,
    restartCount: 0,
    state: { running: { startedAt: began } },
  });
  return {
    phase: 'Running',
    hostIP: '10.0.0.1',
    podIP: mark.podIp,
    podIPs: [{ ip: mark.podIp }],
    startTime: began,
    conditions: conditions('True'),
    containerStatuses: [
      container('app', appImage, mark.imageDigest, mark.appContainer),
      container('proxy', proxyImage, '4d'.repeat(32), mark.proxyContainer),
    ],
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
