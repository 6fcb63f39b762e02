import { fnv1a, imageSlug } from './imageCache';
import type { KubeObject } from '../kubeObject';
import { labels, type PodSnapshot } from '../podSnapshot';
import type { Puller } from './prepull';
import { pullsAnnotation } from './prepullAnnotation';

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
  return manifest(pullPodName(pod.uid, images), pod.node, pod, images);
}

/** The name of the pod that tries an image out on a node: the same for two instances of the app. */
export function canaryPodName(image: string, node: string): string {
  return `pullthrough-pull-${imageSlug(image)}-${fnv1a([image, node].join('\n'))}`;
}

/** A pod that brings an image onto a node ahead of the workload that needs it. */
export function canaryPodManifest(puller: Puller, image: string, node: string): KubeObject {
  return manifest(canaryPodName(image, node), node, puller, [image]);
}

function manifest(
  name: string,
  node: string,
  { namespace, serviceAccount, pullSecrets }: Puller,
  images: readonly string[],
): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      namespace,
      name,
      labels: {
        [labels.managedBy]: labels.managedByValue,
        [labels.pullPod]: 'true',
        'sidecar.istio.io/inject': 'false',
      },
      annotations: {
        'linkerd.io/inject': 'disabled',
        'pullthrough.dev/auto': 'false',
        ...pullsAnnotation(images.join(' '), [node]),
      },
    },
    spec: {
      nodeName: node,
      restartPolicy: 'Never',
      serviceAccountName: serviceAccount || 'default',
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      terminationGracePeriodSeconds: 0,
      // the node is chosen already; a taint must not evict the pod before it has pulled
      tolerations: [{ operator: 'Exists' }],
      ...(pullSecrets.length > 0 && { imagePullSecrets: pullSecrets.map((secret) => ({ name: secret })) }),
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
