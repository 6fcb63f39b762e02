import { fnv1a } from './imageCache';
import type { KubeObject } from './kubeObject';
import { labels, type PodSnapshot } from './podSnapshot';

/** Exists in no image, so the runtime answers StartError: the image is pulled and nothing of it ever runs. */
const neverRuns = '/pullthrough/never-runs';

/** Named after the pod it proves for, so that two instances of the app make one. */
export function pullPodName(podUid: string, images: readonly string[]): string {
  return `pullthrough-pull-${fnv1a([podUid, ...images].join('\n'))}`;
}

/**
 * A pod that does nothing but pull images on one node, in the workload's namespace and with its service
 * account's and its own pull secrets: what the kubelet can pull for it, it can pull for the workload.
 */
export function pullPodManifest(pod: PodSnapshot, images: readonly string[]): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      namespace: pod.namespace,
      name: pullPodName(pod.uid, images),
      labels: {
        [labels.managedBy]: labels.managedByValue,
        [labels.pullPod]: 'true',
        'sidecar.istio.io/inject': 'false',
      },
      annotations: { 'linkerd.io/inject': 'disabled', 'pullthrough.dev/auto': 'false' },
    },
    spec: {
      nodeName: pod.node,
      restartPolicy: 'Never',
      serviceAccountName: pod.serviceAccount || 'default',
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      terminationGracePeriodSeconds: 0,
      // the node is chosen already; a taint must not evict the pod before it has pulled
      tolerations: [{ operator: 'Exists' }],
      ...(pod.pullSecrets.length > 0 && { imagePullSecrets: pod.pullSecrets.map((name) => ({ name })) }),
      securityContext: { runAsNonRoot: true, runAsUser: 65534, seccompProfile: { type: 'RuntimeDefault' } },
      containers: images.map((image, index) => ({
        name: `pull-${String(index)}`,
        image,
        imagePullPolicy: 'IfNotPresent',
        command: [neverRuns],
        resources: { requests: { cpu: '1m', memory: '1Mi' }, limits: { cpu: '10m', memory: '16Mi' } },
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        },
      })),
    },
  };
}
