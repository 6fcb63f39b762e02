import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../electron/domain/kubeObject';
import { listsImage, nodeRuntimeOf } from '../../../electron/domain/retag/nodeRuntime';

function node(runtime: string, kubelet = 'v1.34.2', metadata: Partial<KubeObject['metadata']> = {}): KubeObject {
  const nodeInfo = { containerRuntimeVersion: runtime, kubeletVersion: kubelet, operatingSystem: 'linux' };
  const images = [{ names: ['docker.io/library/nginx@sha256:abc', 'm.example/docker.io/library/nginx:1.25'] }];
  return { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n', ...metadata }, status: { nodeInfo, images } };
}

describe('the runtime of a node', () => {
  it.each<[string, KubeObject, object]>([
    ['containerd', node('containerd://1.7.28'), { client: 'ctr', socket: '/run/containerd/containerd.sock' }],
    [
      'k3s',
      node('containerd://2.1.5-k3s1', 'v1.34.2+k3s1'),
      { client: 'k3s ctr', socket: '/run/k3s/containerd/containerd.sock' },
    ],
    [
      'rke2',
      node('containerd://2.1.5-k3s1', 'v1.34.2+rke2r1'),
      { client: '/var/lib/rancher/rke2/bin/ctr', socket: '/run/k3s/containerd/containerd.sock' },
    ],
    ['k0s', node('containerd://1.7.28', 'v1.34.2+k0s'), { client: 'k0s ctr', socket: '/run/k0s/containerd.sock' }],
    [
      'microk8s',
      node('containerd://1.7.28', 'v1.34.2', { labels: { 'microk8s.io/cluster': 'true' } }),
      { client: '/snap/microk8s/current/bin/ctr', socket: '/var/snap/microk8s/common/run/containerd.sock' },
    ],
    ['cri-o', node('cri-o://1.34.0'), { is: 'cri-o', client: 'podman', socket: '/run/crio/crio.sock' }],
    ['docker', node('docker://28.0.1'), { is: 'docker', client: 'docker', socket: '/run/docker.sock' }],
    [
      'a socket that kubeadm has noted',
      node('containerd://1.7.28', 'v1.34.2', {
        annotations: { 'kubeadm.alpha.kubernetes.io/cri-socket': 'unix:///run/other/containerd.sock' },
      }),
      { client: 'ctr', socket: '/run/other/containerd.sock' },
    ],
  ])('%s', (_what, given, runtime) => {
    expect(nodeRuntimeOf(given)).toMatchObject(runtime);
  });

  it('says what it does not know', () => {
    expect(nodeRuntimeOf(node('kata://3.0'))).toEqual({ unknown: "the node's container runtime is kata://3.0" });
    expect(nodeRuntimeOf({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n' } })).toHaveProperty('unknown');
    const windows = node('containerd://1.7.28');
    const nodeInfo = { containerRuntimeVersion: 'containerd://1.7', kubeletVersion: 'v1', operatingSystem: 'windows' };
    expect(nodeRuntimeOf({ ...windows, status: { nodeInfo } })).toEqual({ unknown: 'the node runs windows' });
  });

  it('knows from when on kubelets record what they have pulled', () => {
    const records = ['v1.34.9', 'v1.35.0', 'v1.36.1+k3s1', 'v2.0.0'].map((version) => {
      const runtime = nodeRuntimeOf(node('containerd://2.1.5', version));
      return 'unknown' in runtime ? null : runtime.recordsPulls;
    });
    expect(records).toEqual([false, true, true, true]);
  });

  it('finds an image in its list by its whole name only', () => {
    const given = node('containerd://1.7.28');
    expect(listsImage(given, 'm.example/docker.io/library/nginx:1.25')).toBe(true);
    expect(listsImage(given, 'docker.io/library/nginx:1.25')).toBe(false);
  });
});
