import { seenAnswers } from './seenAnswers';
import { containerd, daemon, resolving, sandboxed, sha, type SeenMessage } from './pullMessageShapes';

/** What people showed of their clusters, word for word but for the names; where no registry answered, or a mirror did. */
const seenBefore: readonly SeenMessage[] = [
  // no answer came
  {
    cause: 'unreachable',
    from: 'rancher/rke2#6211',
    message: containerd(
      'docker.io/team/app:1',
      'failed to copy: httpReadSeeker: failed open: failed to do request: Get "https://production.cloudflare.docker.com/registry-v2/docker/registry/v2/blobs/sha256/35/3525/data?verify=1718-x%!F(MISSING)": dial tcp 192.0.2.1:443: i/o timeout',
      'DeadlineExceeded',
    ),
  },
  {
    cause: 'unreachable',
    from: 'kubernetes/minikube#322',
    message:
      'image pull failed for gcr.io/team/app:3.0, this may be because there are no credentials on this request.  details: (Error response from daemon: Get https://gcr.io/v1/_ping: dial tcp 192.0.2.1:443: i/o timeout)',
  },
  {
    cause: 'unreachable',
    from: 'kubernetes/minikube#9580',
    message: daemon(
      'Get https://k8s.gcr.io/v2/: dial tcp: lookup k8s.gcr.io on 192.168.49.1:53: read udp 192.168.49.2:47348->192.168.49.1:53: i/o timeout',
    ),
  },
  {
    cause: 'unreachable',
    from: 'kubernetes/kubernetes#72369',
    message: containerd(
      'docker.io/library/golang:1.9',
      'httpReaderSeeker: failed open: failed to do request: Get https://layers.cdn.example/layers/core:10.0.1_en-us: read tcp 10.0.0.7:49380->192.0.2.1:443: read: connection reset by peer',
      'Unknown',
    ),
  },
  {
    cause: 'unreachable',
    from: 'containerd/containerd#10035',
    message: containerd(
      'harbor.example/team/app:1',
      'failed to copy: read tcp 10.237.X.X:38070->52.38.X.X:443: read: connection reset by peer',
    ),
  },
  {
    cause: 'unreachable',
    from: 'k3s-io/k3s#5217',
    message: containerd(
      'docker.io/rancher/app:1',
      'failed to copy: httpReaderSeeker: failed open: failed to do request: Get "https://production.cloudflare.docker.com/registry-v2/docker/registry/v2/blobs/sha256/f7/f736/data?verify=1-x%3D": EOF',
      'Unknown',
    ),
  },
  {
    cause: 'unreachable',
    from: 'kubernetes/ingress-nginx#9187',
    message: daemon(
      `Get "https://us-east4-docker.pkg.dev/v2/k8s-artifacts-prod/images/app/manifests/${sha}": read tcp 10.0.0.7:43720->[192.0.2.1:443](http://192.0.2.1:443/): read: connection reset by peer`,
    ),
  },
  {
    cause: 'unreachable',
    from: 'ciiiii/cloudflare-docker-proxy#62',
    message:
      'PullImage "docker.io/redis:latest" failed error="rpc error: code = DeadlineExceeded desc = failed to pull and unpack image \\"docker.io/library/redis:latest\\": failed to resolve reference \\"docker.io/library/redis:latest\\": failed to authorize: failed to fetch anonymous token: Get \\"https://auth.docker.io/token?scope=repository%3Alibrary%2Fredis%3Apull&service=registry.docker.io\\": dial tcp 192.0.2.1:443: i/o timeout"',
  },
  {
    cause: 'unreachable',
    from: 'kubesphere/kubesphere#5189',
    message: daemon(
      'Head "https://registry-1.docker.io/v2/team/app/manifests/1": Get "https://auth.docker.io/token?scope=repository%3Ateam%2Fapp%3Apull&service=registry.docker.io": net/http: TLS handshake timeout: Process exited with status 1',
    ),
  },
  {
    cause: 'unreachable',
    from: 'k3s-io/k3s#12946',
    message: containerd(
      'ghcr.io/team/app:1',
      `failed to copy: httpReadSeeker: failed open: failed to do request: Get "https://ghcr.io/v2/team/app/manifests/${sha}": dial tcp: lookup ghcr.io: Try again`,
    ),
  },
  {
    cause: 'unreachable',
    from: 'kubereboot/charts#8',
    message: resolving(
      'ghcr.io/team/app:1',
      'failed to do request: Head "https://ghcr.io/v2/team/app/manifests/1": EOF',
      'Unknown',
    ),
  },
  {
    cause: 'unreachable',
    from: 'docker/hub-feedback#2082',
    message: daemon(`Get https://registry-1.docker.io/v2/team/app/manifests/${sha}: EOF`),
  },
  {
    cause: 'unreachable',
    from: 'crc-org/crc#3166',
    message:
      'Error: initializing source docker://httpd:latest: pinging container registry registry-1.docker.io: Get "https://registry-1.docker.io/v2/": dial tcp: lookup registry-1.docker.io: no such host',
  },
  { cause: 'unreachable', from: 'moby/moby#40507', message: daemon('Get https://registry-1.docker.io/v2/: Forbidden') },
  {
    cause: 'unreachable',
    from: 'apptainer/singularity#6228',
    message: 'error pinging docker registry git.example:5000: Get "https://git.example:5000/v2/": Forbidden',
  },
  {
    cause: 'unreachable',
    from: 'podman-container-tools/podman#17545',
    message: 'writing blob: storing blob to file "/var/tmp/storage719313567/6": happened during read: unexpected EOF',
  },
  {
    cause: 'unreachable',
    from: 'ciiiii/cloudflare-docker-proxy#79',
    message: resolving(
      'docker.mirror.example/nginx:alpine',
      'failed to authorize: failed to fetch anonymous token: Get "https://auth.docker.io/token?scope=repository%3Anginx%3Apull&service=registry.docker.io": dial tcp 192.0.2.1:443: connect: connection refused',
    ),
  },
  {
    cause: 'unreachable',
    from: 'moby/moby#11201',
    message:
      'Get https://index.docker.io/v1/repositories/library/fedora/images: dial tcp 192.0.2.1:443: connection refused',
  },
  // the pause image
  {
    cause: 'unreachable',
    from: 'k3s-io/k3s#11412',
    message: sandboxed(
      'docker.io/rancher/mirrored-pause:3.6',
      'failed to resolve reference "docker.io/rancher/mirrored-pause:3.6": failed to do request: Head "https://registry-1.docker.io/v2/rancher/mirrored-pause/manifests/3.6": dial tcp 192.0.2.1:443: connect: connection refused',
    ),
    sandbox: true,
  },
  {
    cause: 'unreachable',
    from: 'kubernetes/kubernetes#90326',
    message: sandboxed(
      'k8s.gcr.io/pause:3.1',
      'failed to resolve reference "k8s.gcr.io/pause:3.1": failed to do request: Head "https://k8s.gcr.io/v2/pause/manifests/3.1": dial tcp: lookup k8s.gcr.io on [::1]:53: dial udp [::1]:53: connect: cannot assign requested address',
    ),
    sandbox: true,
  },
  {
    cause: 'unreachable',
    from: 'rootless-containers/usernetes#240',
    message: sandboxed(
      'k8s.gcr.io/pause:3.5',
      'failed to resolve reference "k8s.gcr.io/pause:3.5": failed to do request: Head "https://k8s.gcr.io/v2/pause/manifests/3.5"',
    ),
    sandbox: true,
  },
  {
    cause: 'unauthorized',
    from: 'awslabs/amazon-eks-ami#1740',
    message: sandboxed(
      '1234.dkr.ecr.ap-south-1.amazonaws.com/eks/pause:3.5',
      'failed to resolve reference "1234.dkr.ecr.ap-south-1.amazonaws.com/eks/pause:3.5": unexpected status from HEAD request to https://1234.dkr.ecr.ap-south-1.amazonaws.com/v2/eks/pause/manifests/3.5: 401 Unauthorized',
    ),
    sandbox: true,
  },
  {
    cause: 'unauthorized',
    from: 'kubernetes/kops#16762',
    message:
      'failed to pull image "1234.dkr.ecr.eu-west-1.amazonaws.com/x/pause:3.9": failed to pull and unpack image "1234.dkr.ecr.eu-west-1.amazonaws.com/x/pause:3.9": failed to resolve reference "1234.dkr.ecr.eu-west-1.amazonaws.com/x/pause:3.9": pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials',
    sandbox: true,
  },
  {
    cause: 'not-found',
    from: 'NixOS/nixpkgs#39833',
    message:
      'CreatePodSandbox for pod "web-0_default(fa31)" failed: rpc error: code = Unknown desc = failed pulling image "pause": Error response from daemon: pull access denied for pause, repository does not exist or may require \'docker login\'',
    sandbox: true,
  },
  {
    cause: 'bad-reference',
    from: 'kubernetes/kubernetes#72295',
    message:
      'Failed create pod sandbox: rpc error: code = Unknown desc = failed to inspect sandbox image "reg.example/google-containers/pause-amd64:3.0\\"": Error response from daemon: no such image: reg.example/google-containers/pause-amd64:3.0": invalid reference format',
    sandbox: true,
  },
  {
    cause: 'no-matching-platform',
    from: 'k3s-io/k3s#176',
    message: sandboxed(
      'k8s.gcr.io/pause:3.1',
      `failed to unpack image on snapshotter overlayfs: no match for platform in manifest ${sha}: not found`,
    ),
    sandbox: true,
  },
  {
    cause: 'unknown',
    from: 'containerd/cri#239',
    message:
      'failed to get sandbox image "gcr.io/google_containers/pause:3.0": failed to pull image "gcr.io/google_containers/pause:3.0": locking ref k8s.io/2/layer-sha256:f112 failed: ref k8s.io/2/layer-sha256:f112 locked: unavailable',
    sandbox: true,
  },
  // cut off
  {
    cause: 'interrupted',
    from: 'cri-o/cri-o#189',
    message: 'Failed to pull image "nginx": rpc error: code = 4 desc = context deadline exceeded',
  },
  {
    cause: 'interrupted',
    from: 'kubernetes/kubernetes#131521',
    message: containerd('private_registry.example/team/app:1', 'context canceled', 'Canceled'),
  },
  {
    cause: 'interrupted',
    from: 'cri-o/cri-o#8760',
    message:
      'pulling image: rpc error: code = Canceled desc = copying system image from manifest list: copying config: context canceled',
  },
  {
    cause: 'interrupted',
    from: 'containerd/containerd#12811',
    message: 'cancel pulling image docker.io/team/app:1 because of no progress in 5m0s',
  },
  // mirrors, of the node or by name
  {
    cause: 'mirror-error',
    from: 'dragonflyoss/dragonfly#3582',
    message: resolving(
      'harbor.example/team/app:1',
      'pulling from host 127.0.0.1:65001 failed with status code [manifests 1]: 500 Internal Server Error',
    ),
  },
  {
    cause: 'mirror-error',
    from: 'k3s-io/k3s#10388',
    message: resolving(
      'docker.io/team/app:1',
      'unexpected status from HEAD request to https://127.0.0.1:6443/v2/team/app/manifests/1?ns=docker.io: 500 Internal Server Error',
    ),
  },
  {
    cause: 'mirror-error',
    from: 'DaoCloud/public-image-mirror#42559',
    message: resolving(
      'k8s.m.daocloud.io/coredns:v1',
      'unexpected status from HEAD request to https://k8s.m.daocloud.io/v2/coredns/manifests/v1: 403 Forbidden',
      'Unknown',
    ),
  },
  {
    cause: 'mirror-error',
    from: 'DaoCloud/public-image-mirror#44878',
    message: daemon(
      'unknown: failed to resolve reference "docker.io/team/app:1": unexpected status from HEAD request to https://docker.m.daocloud.io/v2/team/app/manifests/1?ns=docker.io: 403 Forbidden',
    ),
  },
  {
    cause: 'mirror-error',
    from: 'osism/testbed#2357',
    message:
      '500 Server Error: Internal Server Error for url: http+docker://localhost/v1.45/images/create?tag=1&fromImage=nexus.example%3A8193%2Fteam%2Fapp: Internal Server Error ("unknown: Remote Auto Blocked until 2024-08-13T07:45:05.681Z")',
  },
];

export const seenMessages: readonly SeenMessage[] = [...seenBefore, ...seenAnswers];
