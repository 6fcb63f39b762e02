import {
  app,
  daemon,
  hub,
  containerd,
  resolving,
  sha,
  interrupted,
  mirrorError,
  mirrorLogin,
  rateLimited,
  unreachable,
  type PullMessage,
} from './pullMessageShapes';

const manifest = `https://${hub}/v2/team/app/manifests/1`;

/** What a mirror can help against, and the look-alikes. */
export const mirrorableMessages: readonly PullMessage[] = [
  // the registry cannot be reached
  unreachable(
    resolving(app, `failed to do request: Head "${manifest}": dial tcp 192.0.2.1:443: i/o timeout`, 'Unknown'),
  ),
  unreachable(
    resolving(app, `failed to do request: Head "${manifest}": dial tcp 192.0.2.1:443: i/o timeout`, 'DeadlineExceeded'),
  ),
  unreachable(
    resolving(app, `failed to do request: Head ${manifest}: dial tcp 192.0.2.1:443: connect: no route to host`),
  ),
  unreachable(resolving(app, `failed to do request: Head "${manifest}": EOF`)),
  unreachable(resolving(app, `failed to do request: Head "${manifest}": net/http: TLS handshake timeout`)),
  unreachable(resolving(app, `failed to do request: Head "${manifest}": context deadline exceeded`)),
  unreachable(
    `Back-off pulling image "team/app:1": ErrImagePull: failed to pull and unpack image "${app}": failed to resolve image: failed to do request: Head "${manifest}": dial tcp 192.0.2.1:443: connect: connection refused`,
  ),
  unreachable(
    `spec.containers{web}: Failed to pull image "team/app:1": ${daemon(`Get "https://${hub}/v2/": net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)`)}`,
  ),
  unreachable(daemon(`Get https://${hub}/v2/: dial tcp: lookup ${hub} on 10.0.2.3:53: server misbehaving`)),
  unreachable(daemon(`Get https://${hub}/v2/: proxyconnect tcp: dial tcp 127.0.0.1:7890: connect: connection refused`)),
  unreachable(
    resolving(
      app,
      'failed to authorize: failed to fetch anonymous token: Get "https://auth.docker.io/token?scope=repository%3Ateam%2Fapp%3Apull&service=registry.docker.io": read tcp 10.0.0.7:4000->192.0.2.1:443: read: connection reset by peer',
    ),
    'auth.docker.io',
  ),
  unreachable(
    containerd(
      app,
      'failed to copy: httpReadSeeker: failed open: failed to do request: Get "https://layers.cdn.example/registry-v2/blobs/sha256/ab/data?Signature=unauthorized~not~found": dial tcp: lookup layers.cdn.example: no such host',
    ),
    'layers.cdn.example',
  ),
  unreachable(
    containerd(
      'ghcr.io/a/b:1',
      'failed to copy: read tcp 10.0.0.7:4000->192.0.2.1:443: read: connection reset by peer',
    ),
    'ghcr.io',
  ),
  unreachable(
    `pinging container registry ${hub}: Get "https://${hub}/v2/": dial tcp 192.0.2.1:443: connect: network is unreachable`,
  ),
  unreachable(
    'pulling image failed: rpc error: code = Unknown desc = error pinging docker registry quay.io: Get "https://quay.io/v2/": dial tcp: lookup quay.io: Temporary failure in name resolution',
    'quay.io',
  ),
  unreachable(
    'Failed to pull image "localhost:7439/app:1": RegistryUnavailable: pinging container registry localhost:7439: Get "http://localhost:7439/v2/": dial tcp [::1]:7439: connect: connection refused',
    'localhost:7439',
  ),
  unreachable(
    resolving(
      app,
      'failed to do request: Head "http://127.0.0.1:4001/v2/team/app/manifests/1?ns=docker.io": dial tcp 127.0.0.1:4001: connect: connection refused',
    ),
    '127.0.0.1:4001',
  ),
  unreachable(
    daemon(
      `Get "https://${hub}/v2/": dial tcp 192.0.2.1:443: connectex: No connection could be made because the target machine actively refused it.`,
    ),
  ),
  { message: 'RegistryUnavailable', reason: 'RegistryUnavailable', cause: 'unreachable', healable: 'yes', host: '' },
  { message: '', reason: 'RegistryUnavailable', cause: 'unreachable', healable: 'yes', host: '' },
  {
    message: daemon('received unexpected HTTP status: 503 Service Unavailable'),
    reason: 'RegistryUnavailable',
    image: 'quay.io/a/b:1',
    cause: 'unreachable',
    healable: 'yes',
    host: '',
  },
  unreachable(
    '(Mirrors also failed: [m.example/team/app:1: reading manifest 1 in m.example/team/app: manifest unknown]): docker.io/team/app:1: pinging container registry registry-1.docker.io: Get "https://registry-1.docker.io/v2/": dial tcp 192.0.2.1:443: i/o timeout',
  ),
  unreachable(
    resolving(
      'gcr.io/a/b:1',
      'unexpected status from HEAD request to https://gcr.io/v2/a/b/manifests/1: 403 Forbidden - Server message: denied: this service is not available in your location',
    ),
    'gcr.io',
  ),

  unreachable(
    'image pull failed for quay.io/a/b:1 because the registry is unavailable: 504 Gateway Timeout',
    'quay.io',
  ),

  // the pause image
  {
    message: `Failed to create pod sandbox: rpc error: code = Unknown desc = failed to get sandbox image "registry.k8s.io/pause:3.9": failed to pull image "registry.k8s.io/pause:3.9": failed to do request: Head "https://registry.k8s.io/v2/pause/manifests/3.9": dial tcp 192.0.2.1:443: i/o timeout`,
    cause: 'unreachable',
    healable: 'no',
    host: 'registry.k8s.io',
    sandbox: true,
  },
  {
    message: resolving('reg.example/k8s/pause:3.9', 'reg.example/k8s/pause:3.9: not found'),
    image: 'docker.io/team/app:1',
    cause: 'not-found',
    healable: 'no',
    host: 'reg.example',
    sandbox: true,
  },
  {
    message: resolving('reg.example/k8s/pause:3.9', 'reg.example/k8s/pause:3.9: not found'),
    image: 'reg.example/k8s/pause:3.9',
    cause: 'not-found',
    healable: 'no',
    host: 'reg.example',
  },

  // too many pulls
  rateLimited(
    containerd(
      'docker.io/library/nginx:1',
      `failed to copy: httpReadSeeker: failed open: unexpected status code https://${hub}/v2/library/nginx/manifests/${sha}: 429 Too Many Requests - Server message: toomanyrequests: You have reached your unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit`,
    ),
    hub,
  ),
  rateLimited(
    'rpc error: code = Unknown desc = Error reading manifest latest in docker.io/team/app: toomanyrequests: You have reached your pull rate limit.',
    'docker.io',
  ),
  rateLimited(
    'Error: Status 429 trying to pull repository team/app: "<!DOCTYPE html>\\n<html lang=en>\\n <title>Error 429 (Too Many Requests)!!1</title>',
    '',
  ),
  rateLimited(daemon('toomanyrequests: Rate exceeded'), ''),
  { message: 'pull QPS exceeded', cause: 'rate-limited', healable: 'no', host: '' },

  // a mirror failed
  mirrorError(
    containerd(
      app,
      `failed to copy: httpReadSeeker: failed open: unexpected status code https://docker.mirror.example/v2/team/app/blobs/${sha}?ns=docker.io: 403 Forbidden - Server message: denied: this image is not in the allowlist`,
    ),
    'docker.mirror.example',
  ),
  mirrorError(
    daemon(
      "pull access denied for mirror.example/docker.io/team/app, repository does not exist or may require 'docker login': denied: 🚫 这镜像不在白名单",
    ),
    'mirror.example',
  ),
  mirrorError(
    resolving(
      app,
      'unexpected status from HEAD request to https://cache.example/v2/team/app/manifests/1?ns=docker.io: 502 Bad Gateway',
    ),
    'cache.example',
  ),
  mirrorError(
    resolving(
      app,
      'failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://cache.example/token?ns=docker.io&service=x: 401 Unauthorized',
    ),
    'cache.example',
  ),
  mirrorError(
    resolving(
      'm.daocloud.io/docker.io/team/app:1',
      'failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://auth.m.daocloud.io/auth/token?scope=x&service=m.daocloud.io: 403 Forbidden',
    ),
    'auth.m.daocloud.io',
  ),
  {
    ...mirrorError(daemon('received unexpected HTTP status: 502 Bad Gateway'), ''),
    image: 'docker.m.daocloud.io/team/app:1',
  },

  // a mirror wants a login
  mirrorLogin(daemon('unauthorized: authentication required'), 'any.example/quay.io/team/app:1', 'any.example'),
  mirrorLogin(
    resolving(
      'harbor.example/docker.io/team/app:1',
      'pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
    ),
    'harbor.example/docker.io/team/app:1',
    'harbor.example',
  ),
  mirrorLogin(
    resolving(
      'harbor.example/docker.io/team/app:1',
      'failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://login.example/token?service=harbor: 401 Unauthorized',
    ),
    '',
    'harbor.example',
  ),
  mirrorLogin(
    'Failed to pull image "harbor.example/quay.io/a/b:1": initializing source docker://harbor.example/quay.io/a/b:1: unable to retrieve auth token: invalid username/password: unauthorized: Invalid',
    '',
    'harbor.example',
  ),
  // it refuses for a reason of its own, or nobody can log in there, or the node's own configuration has the login
  mirrorError(
    resolving(
      'harbor.example/docker.io/team/app:1',
      'unexpected status from HEAD request to https://harbor.example/v2/docker.io/team/app/manifests/1: 403 Forbidden',
    ),
    'harbor.example',
  ),
  {
    ...mirrorError(
      daemon(
        "pull access denied for mirror.example/docker.io/a/b, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
      ),
      'mirror.example',
    ),
  },
  mirrorError(
    resolving(
      'm.daocloud.io/docker.io/team/app:1',
      'failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://auth.m.daocloud.io/auth/token?x=y: 401 Unauthorized',
    ),
    'auth.m.daocloud.io',
  ),
  mirrorError(
    'Failed to pull image "team/app:1": rpc error: code = Unknown desc = (Mirrors also failed: [m.example/team/app:1: reading manifest 1 in m.example/team/app: unauthorized: authentication required]): docker.io/team/app:1: registry docker.io is blocked in /etc/containers/registries.conf',
    'm.example',
  ),

  // cut off
  interrupted('rpc error: code = Unknown desc = context deadline exceeded'),
  interrupted('cancel pulling image team/app:1 because of exceed image pull deadline 1m0s'),
  interrupted('rpc error: code = Canceled desc = context canceled'),
  interrupted('rpc error: code = DeadlineExceeded desc = '),
  interrupted('failed to "StartContainer" for "web" with ErrImagePull: "net/http: request canceled"'),
  interrupted(
    containerd(
      app,
      `failed to copy: httpReadSeeker: failed open: failed to do request: Get "https://${hub}/v2/team/app/blobs/${sha}": context canceled`,
    ),
    hub,
  ),
  interrupted(
    containerd(
      app,
      `failed to copy: httpReadSeeker: failed open: failed to do request: Get "https://${hub}/v2/team/app/blobs/${sha}": context deadline exceeded`,
    ),
    hub,
  ),
  interrupted(
    daemon('Cancel pulling image "team/app:1" because of no progress for 1m0s, latest progress: "abc: Downloading"'),
  ),
];
