import type { ContainerSnapshot, ContainerState, PodSnapshot } from '../../electron/domain/podSnapshot';

/** What the kubelet says when docker.io refuses connections. */
export const unreachable = (image: string) =>
  `failed to pull and unpack image "docker.io/library/${image}": failed to resolve reference "docker.io/library/${image}": ` +
  `failed to do request: Head "https://registry-1.docker.io/v2/library/nginx/manifests/1.25": dial tcp 127.0.0.1:443: connect: connection refused`;

export const waiting = (reason: string, message = ''): ContainerState => ({ is: 'waiting', reason, message });

export function container(fields: Partial<ContainerSnapshot> = {}): ContainerSnapshot {
  return {
    name: 'app',
    kind: 'regular',
    index: 0,
    image: 'nginx:1.25',
    pullPolicy: 'IfNotPresent',
    restartPolicy: 'Always',
    state: waiting('ErrImagePull', unreachable('nginx:1.25')),
    imageId: '',
    restartCount: 0,
    ready: fields.state?.is === 'running',
    ...fields,
  };
}

/** A pod on node-1 whose only container cannot pull nginx:1.25. */
export function pod(fields: Partial<PodSnapshot> = {}): PodSnapshot {
  const originals = fields.originalImages ?? {};
  const swapped = Object.keys(originals).length > 0;
  return {
    uid: 'uid-1',
    namespace: 'shop',
    name: 'web-1',
    resourceVersion: '7',
    node: 'node-1',
    phase: 'Pending',
    createdAt: 0,
    deleting: false,
    isStatic: false,
    optedOut: false,
    originalImages: originals,
    originalImagesText: swapped ? JSON.stringify(originals) : null,
    swappedAt: null,
    restoring: null,
    restoreFailed: false,
    hasAnnotations: swapped,
    owner: 'ReplicaSet/web',
    serviceAccount: 'default',
    pullSecrets: [],
    pullsFor: null,
    containers: [container()],
    ...fields,
  };
}
