import { describe, expect, it } from 'vitest';
import { pullProgress } from '../../electron/domain/prepull/imageCache';
import type { ContainerSnapshot, PodSnapshot } from '../../electron/domain/podSnapshot';
import { mirrorFailure, planned } from '../../electron/domain/rescue/rescueTargets';
import { noWays } from '../setup/prepull';

const proxied = 'harbor.example/hub/library/nginx:1';
const message = `Failed to pull image "${proxied}": rpc error: code = Unknown desc = Error response from daemon: unauthorized: authentication required`;

const failing: ContainerSnapshot = {
  name: 'imagepuller',
  kind: 'regular',
  index: 0,
  image: proxied,
  pullPolicy: 'IfNotPresent',
  state: { is: 'waiting', reason: 'ErrImagePull', message },
  imageId: '',
  restartCount: 0,
  restartPolicy: 'Always',
  ready: false,
};

const rescue = planned({
  id: 'r1',
  incident: 'docker.io/library/nginx:1',
  image: 'nginx:1',
  startedAt: 0,
  candidates: [{ mirror: 'harbor.example', proxied }],
  targets: [],
  ...noWays,
});

describe('the failure of a mirror that is not among those of a new installation', () => {
  const expected = { cause: 'mirror-error', message, needsLogin: true };

  it('is the mirror’s, in a pod that was swapped', () => {
    expect(mirrorFailure(rescue, [failing])).toEqual({ host: 'harbor.example', ...expected });
  });

  it('is the mirror’s, in the pod that pulls ahead', () => {
    const pod = { containers: [failing], pullsFor: null, node: 'node-1' } satisfies Partial<PodSnapshot>;
    const puller: PodSnapshot = { ...emptyPod, ...pod };
    expect(pullProgress(puller, 7, 'harbor.example')).toEqual({ is: 'failed', at: 7, ...expected });
    expect(pullProgress(puller, 7)).toEqual({ is: 'failed', at: 7, cause: 'unauthorized', message });
  });

  it('is nobody’s while the text is still about the image before', () => {
    const before = { ...failing.state, message: 'Failed to pull image "nginx:1": no such host' } as const;
    expect(mirrorFailure(rescue, [{ ...failing, state: before }])).toBeNull();
  });
});

const emptyPod: PodSnapshot = {
  uid: 'uid-1',
  namespace: 'kube-fledged',
  name: 'pull-1',
  resourceVersion: '1',
  node: '',
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
  owner: null,
  serviceAccount: 'default',
  pullSecrets: [],
  pullsFor: null,
  containers: [],
};
