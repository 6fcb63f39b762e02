import { describe, expect, it } from 'vitest';
import type { ContainerSnapshot, ContainerState, PodSnapshot } from '../../electron/domain/podSnapshot';
import { hasImage, imageReasons, messageImage, pullFailuresOf } from '../../electron/domain/diagnosis/pullFailure';

const waiting = (reason: string, message = ''): ContainerState => ({ is: 'waiting', reason, message });

function container(name: string, changes: Partial<ContainerSnapshot> = {}): ContainerSnapshot {
  return {
    name,
    kind: 'regular',
    index: 0,
    image: 'nginx:1',
    pullPolicy: 'IfNotPresent',
    state: { is: 'running' },
    imageId: '',
    restartCount: 0,
    restartPolicy: 'Always',
    ready: false,
    ...changes,
  };
}

function pod(containers: readonly ContainerSnapshot[], changes: Partial<PodSnapshot> = {}): PodSnapshot {
  return {
    uid: 'uid-1',
    namespace: 'shop',
    name: 'web-1',
    resourceVersion: '1',
    node: 'node-1',
    phase: 'Pending',
    createdAt: 0,
    deleting: false,
    isStatic: false,
    optedOut: false,
    originalImages: {},
    originalImagesText: null,
    swappedAt: null,
    restoring: null,
    restoreFailed: false,
    hasAnnotations: false,
    owner: 'ReplicaSet/web',
    serviceAccount: 'default',
    pullSecrets: [],
    pullsFor: null,
    containers,
    ...changes,
  };
}

describe('the failures of a pod', () => {
  it('are found in containers of every kind, with all that a decision needs', () => {
    const kinds = ['init', 'sidecar', 'regular', 'ephemeral'] as const;
    const failing = kinds.map((kind, index) =>
      container(kind, { kind, index, state: waiting('ErrImagePull', 'no such host'), pullPolicy: 'Always' }),
    );
    const found = pullFailuresOf(pod([...failing, container('fine')], { originalImages: { sidecar: 'nginx' } }));
    expect(found.map(({ kind }) => kind)).toEqual(kinds);
    expect(found[1]).toEqual({
      podUid: 'uid-1',
      namespace: 'shop',
      pod: 'web-1',
      node: 'node-1',
      owner: 'ReplicaSet/web',
      container: 'sidecar',
      kind: 'sidecar',
      index: 1,
      image: 'nginx:1',
      original: 'nginx',
      reason: 'ErrImagePull',
      message: 'no such host',
      pullPolicy: 'Always',
    });
    expect(found[0]?.original).toBe('nginx:1');
  });

  it.each([...imageReasons])('include the waiting reason %s', (reason) => {
    expect(pullFailuresOf(pod([container('web', { state: waiting(reason) })]))).toHaveLength(1);
  });

  it.each(['', 'ContainerCreating', 'PodInitializing', 'CrashLoopBackOff', 'CreateContainerError', 'SomethingNew'])(
    'do not include the waiting reason %j',
    (reason) => {
      expect(pullFailuresOf(pod([container('web', { state: waiting(reason) })]))).toEqual([]);
    },
  );

  it.each<Partial<PodSnapshot>>([{ deleting: true }, { phase: 'Failed' }, { phase: 'Succeeded' }])(
    'are nobody’s any more in a pod with %j',
    (changes) => {
      expect(pullFailuresOf(pod([container('web', { state: waiting('ErrImagePull') })], changes))).toEqual([]);
    },
  );

  it('are found in a pod that ran before', () => {
    const again = container('web', { state: waiting('ImagePullBackOff'), imageId: 'sha256:old', restartCount: 3 });
    expect(pullFailuresOf(pod([again], { phase: 'Running' }))).toHaveLength(1);
  });
});

describe('the image that a text quotes', () => {
  it.each([
    ['Back-off pulling image "redis:7"', 'redis:7'],
    [
      'Back-off pulling image "redis:7": ErrImagePull: failed to pull and unpack image "docker.io/library/redis:7": x',
      'redis:7',
    ],
    ['spec.containers{web}: Failed to pull image "redis:7": rpc error', 'redis:7'],
    ['Failed to inspect image "busybox": rpc error: code = Unknown desc = short-name "busybox:latest"', 'busybox'],
    ['Container image "app:local" is not present with pull policy of Never', 'app:local'],
    ['Failed to apply default image tag "Nginx": couldn\'t parse image reference "Nginx"', 'Nginx'],
    [
      'failed to pull and unpack image "docker.io/library/redis:7": failed to resolve reference',
      'docker.io/library/redis:7',
    ],
    ['failed to \\"StartContainer\\" with ImagePullBackOff: \\"Back-off pulling image \\\\"redis:7\\\\"\\"', 'redis:7'],
    ['failed with ImagePullBackOff: Back-off pulling image \\"redis:7\\"', 'redis:7'],
    ['Failed to pull image "": rpc error', null],
    ['rpc error: code = Unknown desc = context deadline exceeded', null],
    ['', null],
  ])('%s', (message, image) => {
    expect(messageImage(message)).toBe(image);
  });
});

describe('whether a container has its image', () => {
  it.each<[Partial<ContainerSnapshot>, boolean]>([
    [{ state: { is: 'running' } }, true],
    [{ state: { is: 'terminated', reason: 'StartError', exitCode: 128 }, imageId: 'sha256:x' }, true],
    [{ state: { is: 'terminated', reason: 'ContainerStatusUnknown', exitCode: 137 } }, false],
    [{ state: { is: 'unknown' }, imageId: 'sha256:x' }, false],
    [{ state: waiting('') }, false],
    [{ state: waiting('ContainerCreating'), imageId: 'sha256:x', restartCount: 2 }, false],
    [{ state: waiting('PodInitializing'), imageId: 'sha256:x' }, false],
    [{ state: waiting('ImagePullBackOff'), imageId: 'sha256:old', restartCount: 2 }, false],
    [{ state: waiting('CrashLoopBackOff') }, true],
    [{ state: waiting('CreateContainerConfigError') }, true],
    [{ state: waiting('CreateContainerError') }, true],
    [{ state: waiting('RunContainerError') }, true],
    [{ state: waiting('PostStartHookError') }, false],
    [{ state: waiting('PostStartHookError'), imageId: 'sha256:x' }, true],
    [{ state: waiting('PostStartHookError'), restartCount: 1 }, true],
  ])('%j: %s', (changes, has) => {
    expect(hasImage(container('web', changes))).toBe(has);
  });
});
