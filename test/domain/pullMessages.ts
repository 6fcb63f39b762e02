import type { Cause, Healable } from '../../electron/domain/cause';

/** One text of a kubelet or a runtime, in its real shape with made-up names, and what it means. */
export interface PullMessage {
  readonly message: string;
  readonly cause: Cause;
  readonly healable: Healable;
  /** Empty when the text names none. */
  readonly host: string;
  readonly ambiguous?: boolean;
  readonly sandbox?: boolean;
  readonly image?: string;
  readonly reason?: string;
}

const sha = `sha256:${'ab'.repeat(32)}`;

/** The kubelet's head and containerd's steps around a last word. */
function containerd(image: string, last: string, code = ''): string {
  const wrapper = code === '' ? '' : `rpc error: code = ${code} desc = `;
  return `Failed to pull image "${image}": ${wrapper}failed to pull and unpack image "${image}": ${last}`;
}
const resolving = (image: string, last: string, code = '') =>
  containerd(image, `failed to resolve reference "${image}": ${last}`, code);
const daemon = (last: string) => `rpc error: code = Unknown desc = Error response from daemon: ${last}`;

const hub = 'registry-1.docker.io';
const manifest = `https://${hub}/v2/team/app/manifests/1`;
const app = 'docker.io/team/app:1';

export const pullMessages: readonly PullMessage[] = [
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
  { ...mirrorError(daemon('unauthorized: authentication required'), ''), image: 'any.example/quay.io/team/app:1' },

  // cut off
  interrupted('rpc error: code = Unknown desc = context deadline exceeded'),
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

  // trust
  no(
    'tls',
    resolving(
      'reg.example:5000/app:1',
      'failed to do request: Head "https://reg.example:5000/v2/app/manifests/1": tls: failed to verify certificate: x509: certificate signed by unknown authority',
    ),
    'reg.example:5000',
  ),
  no(
    'tls',
    resolving(
      'reg.example:5000/app:1',
      'failed to do request: Head "https://reg.example:5000/v2/app/manifests/1": http: server gave HTTP response to HTTPS client',
    ),
    'reg.example:5000',
  ),
  no(
    'tls',
    'initializing source docker://reg.example/app:1: pinging container registry reg.example: Get "https://reg.example/v2/": x509: certificate has expired or is not yet valid: current time 2024-01-01T00:00:00Z is after 2023-01-01T00:00:00Z',
    'reg.example',
  ),
  no('tls', daemon('Get "https://reg.example/v2/": remote error: tls: handshake failure'), 'reg.example'),

  // login
  no(
    'unauthorized',
    resolving(
      'ghcr.io/a/b:1',
      'failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://ghcr.io/token?scope=repository%3Aa%2Fb%3Apull&service=ghcr.io: 401 Unauthorized',
    ),
    'ghcr.io',
  ),
  no(
    'unauthorized',
    resolving(
      'ghcr.io/a/b:1',
      'unexpected status from HEAD request to https://ghcr.io/v2/a/b/manifests/1: 403 Forbidden',
    ),
    'ghcr.io',
  ),
  no('unauthorized', daemon('Head "https://ghcr.io/v2/a/b/manifests/1": denied: denied'), 'ghcr.io'),
  no('unauthorized', daemon('unauthorized: incorrect username or password'), ''),
  no('unauthorized', daemon('unauthorized: authentication required'), ''),
  no(
    'unauthorized',
    resolving(
      '1234.dkr.ecr.eu-west-1.amazonaws.com/app:1',
      'pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials',
    ),
    '1234.dkr.ecr.eu-west-1.amazonaws.com',
  ),
  no(
    'unauthorized',
    daemon(
      "pull access denied for 1234.dkr.ecr.eu-west-1.amazonaws.com/app, repository does not exist or may require 'docker login': denied: Your authorization token has expired. Reauthenticate and try again.",
    ),
    '1234.dkr.ecr.eu-west-1.amazonaws.com',
  ),
  no(
    'unauthorized',
    'reading manifest latest in quay.io/a/b: unauthorized: access to the requested resource is not authorized',
    'quay.io',
  ),
  no(
    'unauthorized',
    daemon(
      'denied: Permission "artifactregistry.repositories.downloadArtifacts" denied on resource "projects/a/b" (or it may not exist)',
    ),
    '',
  ),
  no('unauthorized', 'unable to retrieve auth token: invalid username/password: unauthorized: Please login', ''),
  no(
    'unauthorized',
    containerd(
      'nvcr.io/a/b:1',
      'failed to copy: httpReadSeeker: failed open: server message: insufficient_scope: authorization failed',
    ),
    'nvcr.io',
    true,
  ),
  no(
    'unauthorized',
    daemon(
      "pull access denied for registry.gitlab.example/a/b, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
    ),
    'registry.gitlab.example',
    true,
  ),
  no(
    'unauthorized',
    'error getting credentials - err: exec: "docker-credential-x": executable file not found in $PATH, out: ``',
    '',
  ),
  no(
    'unauthorized',
    `Failed to pull image "reg.example/a:1": [${daemon('Get "https://reg.example/v2/a/manifests/1": unauthorized: authentication required')}, ${daemon('manifest for reg.example/a:1 not found: manifest unknown')}]`,
    'reg.example',
  ),

  // not there
  no(
    'not-found',
    resolving('docker.io/library/nginx:none', 'docker.io/library/nginx:none: not found', 'NotFound'),
    'docker.io',
  ),
  no('not-found', 'rpc error: code = NotFound desc = ', ''),
  no(
    'not-found',
    daemon('manifest for reg.example/app:1 not found: manifest unknown: manifest unknown'),
    'reg.example',
  ),
  no('not-found', daemon('manifest for unauthorized:toomanyrequests not found: manifest unknown'), ''),
  no(
    'not-found',
    'initializing source docker://reg.example/app:bad: reading manifest bad in reg.example/app: unknown: resource not found',
    'reg.example',
  ),
  no(
    'not-found',
    'reading manifest v1 in quay.io/a/b: manifest unknown: Tag v1 was deleted or has expired. To pull, revive via time machine',
    'quay.io',
  ),
  no(
    'not-found',
    daemon("name unknown: The repository with name 'app' does not exist in the registry with id '1234'"),
    '',
  ),
  no('not-found', resolving('gcr.io/a/denied/b:1', 'gcr.io/a/denied/b:1: not found'), 'gcr.io'),
  no(
    'not-found',
    `[${daemon('manifest for reg.example/a:1 not found: manifest unknown')}, ${daemon('unauthorized: authentication required')}]`,
    'reg.example',
  ),
  ambiguous(daemon("pull access denied for app, repository does not exist or may require 'docker login'"), ''),
  ambiguous(
    daemon(
      "pull access denied for team/app, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
    ),
    '',
  ),
  ambiguous(
    resolving(
      app,
      'pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
    ),
    'docker.io',
  ),
  ambiguous(daemon('repository team/app not found: does not exist or no pull access'), ''),
  ambiguous(
    'Error reading manifest latest in docker.io/team/app: errors:\ndenied: requested access to the resource is denied\nunauthorized: authentication required',
    'docker.io',
  ),

  // the name
  no(
    'bad-reference',
    'Failed to apply default image tag "quay.io/a/B:1": couldn\'t parse image reference "quay.io/a/B:1": invalid reference format: repository name must be lowercase',
    '',
    false,
    'InvalidImageName',
  ),
  no(
    'bad-reference',
    'InvalidImageName: Failed to apply default image tag "${IMAGE}": couldn\'t parse image name "${IMAGE}": invalid reference format',
    '',
  ),
  { message: '', reason: 'InvalidImageName', cause: 'bad-reference', healable: 'no', host: '' },
  shortName(
    'Failed to inspect image "busybox": rpc error: code = Unknown desc = short-name "busybox:latest" did not resolve to an alias and no unqualified-search registries are defined in "/etc/containers/registries.conf"',
  ),
  shortName(
    'Failed to inspect image "team/app": rpc error: code = Unknown desc = no registries configured while trying to pull an unqualified image',
  ),
  shortName('short name mode is enforcing, but image name nginx:latest returns ambiguous list'),

  // the platform
  no('no-matching-platform', containerd(app, 'no match for platform in manifest: not found', 'NotFound'), 'docker.io'),
  no('no-matching-platform', daemon('no matching manifest for linux/arm/v7 in the manifest list entries'), ''),
  no(
    'no-matching-platform',
    'copying system image from manifest list: choosing image instance: no image found in image index for architecture arm64, variant "v8", OS linux',
    '',
  ),
  no('no-matching-platform', daemon('image operating system "windows" cannot be used on this platform'), ''),

  // the disk
  no(
    'disk-full',
    containerd(
      app,
      `failed to extract layer ${sha}: mount callback failed on /var/lib/x: write /var/lib/x/not-found.so: no space left on device: unknown`,
    ),
    'docker.io',
  ),
  no(
    'disk-full',
    daemon(
      'failed to register layer: Error processing tar file(exit status 1): unexpected EOF: no space left on device',
    ),
    '',
  ),
  no(
    'disk-full',
    'writing blob: storing blob to file "/var/tmp/storage1/1": write /var/tmp/storage1/1: disk quota exceeded',
    '',
  ),

  // policies
  no(
    'signature',
    'SignatureValidationFailed: Source image rejected: None of the signatures were accepted, reasons: Required email a@b.example not found',
    '',
  ),
  { message: '', reason: 'SignatureValidationFailed', cause: 'signature', healable: 'no', host: '' },
  no('never-policy', 'Container image "app:local" is not present with pull policy of Never', ''),
  { message: '', reason: 'ErrImageNeverPull', cause: 'never-policy', healable: 'no', host: '' },

  // what cannot be told
  unknown('Back-off pulling image "docker.io/team/app:1"', 'docker.io'),
  unknown('Back-off pulling image "team/app:1"'),
  unknown(''),
  unknown('Failed to pull image "forbidden": rpc error: code = Unknown desc = something else'),
  unknown(
    'error pulling image configuration: download failed after attempts=6: received unexpected HTTP status: 500 Internal Server Error',
  ),
  unknown(
    resolving(
      'quay.io/a/b:1',
      'unexpected status from HEAD request to https://quay.io/v2/a/b/manifests/1: 502 Bad Gateway',
    ),
    'quay.io',
  ),
  unknown(
    containerd(
      app,
      `failed commit on ref "layer-${sha}": "layer-${sha}" failed size validation: 10 != 20: failed precondition`,
    ),
    'docker.io',
  ),
  unknown(daemon('failed to register layer: Error processing tar file(exit status 1): unexpected EOF')),

  // the node, which no registry can help
  nodeTrouble(
    'rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing dial unix /run/containerd/containerd.sock: connect: connection refused"',
  ),
  nodeTrouble('rpc error: code = Unavailable desc = error reading from server: EOF'),
  nodeTrouble(
    containerd(app, 'failed to prepare extraction snapshot "extract-1": mkdir /var/lib/x: read-only file system'),
    'docker.io',
  ),
  {
    ...nodeTrouble('Failed to inspect image "team/app:1": rpc error: code = Unknown desc = layer does not exist'),
    reason: 'ImageInspectError',
  },
  { ...nodeTrouble('failed to mount image volume: permission denied'), reason: 'ImageVolumeMountFailed' },
];

function unreachable(message: string, host = hub): PullMessage {
  return { message, cause: 'unreachable', healable: 'yes', host };
}
function rateLimited(message: string, host: string): PullMessage {
  return { message, cause: 'rate-limited', healable: 'yes', host };
}
function mirrorError(message: string, host: string): PullMessage {
  return { message, cause: 'mirror-error', healable: 'yes', host };
}
function interrupted(message: string, host = ''): PullMessage {
  return { message, cause: 'interrupted', healable: 'yes', host };
}
function no(cause: Cause, message: string, host: string, isAmbiguous = false, reason = ''): PullMessage {
  return { message, cause, healable: 'no', host, ambiguous: isAmbiguous, reason };
}
function ambiguous(message: string, host: string): PullMessage {
  return { message, cause: 'not-found', healable: 'offer', host, ambiguous: true };
}
function shortName(message: string): PullMessage {
  return { message, cause: 'bad-reference', healable: 'offer', host: '', reason: 'ImageInspectError' };
}
function unknown(message: string, host = ''): PullMessage {
  return { message, cause: 'unknown', healable: 'offer', host };
}
function nodeTrouble(message: string, host = ''): PullMessage {
  return { message, cause: 'unknown', healable: 'no', host };
}
