import {
  app,
  daemon,
  containerd,
  resolving,
  sha,
  ambiguous,
  no,
  nodeTrouble,
  shortName,
  unknown,
  type PullMessage,
} from './pullMessageShapes';

/** What a mirror cannot help against, or may not. */
export const otherMessages: readonly PullMessage[] = [
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

  {
    message: daemon(
      'Get "https://registry-1.docker.io/v2/": tls: failed to verify certificate: x509: certificate is valid for *.other.example, other.example, not registry-1.docker.io',
    ),
    cause: 'tls',
    healable: 'offer',
    host: 'registry-1.docker.io',
  },
  no(
    'tls',
    daemon('Get "https://reg.example/v2/": x509: certificate is valid for ingress.local, not reg.example'),
    'reg.example',
  ),

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
  ambiguous(daemon("pull access denied for app, repository does not exist or may require 'docker login'"), 'docker.io'),
  ambiguous(
    daemon(
      "pull access denied for team/app, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
    ),
    'docker.io',
  ),
  ambiguous(
    resolving(
      app,
      'pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
    ),
    'docker.io',
  ),
  ambiguous(daemon('repository team/app not found: does not exist or no pull access'), 'docker.io'),
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
  unknown(
    containerd(
      app,
      `failed commit on ref "layer-${sha}": commit failed: rename /var/lib/a /var/lib/b: no such file or directory: not found`,
      'NotFound',
    ),
    'docker.io',
  ),
  unknown(containerd(app, 'lease does not exist: not found', 'NotFound'), 'docker.io'),

  // the node, which no registry can help
  nodeTrouble(
    'rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing dial unix /run/containerd/containerd.sock: connect: connection refused"',
  ),
  nodeTrouble('rpc error: code = Unavailable desc = error reading from server: EOF'),
  nodeTrouble(
    containerd(app, 'failed to prepare extraction snapshot "extract-1": mkdir /var/lib/x: read-only file system'),
    'docker.io',
  ),
  nodeTrouble(containerd(app, 'snapshotter nydus was not found: not found', 'NotFound'), 'docker.io'),
  nodeTrouble(
    containerd(
      app,
      `failed to extract layer ${sha}: failed to mount /var/lib/x/containerd-mount1: invalid argument: unknown`,
    ),
    'docker.io',
  ),
  nodeTrouble(
    resolving(
      app,
      'not implemented: media type "application/vnd.docker.distribution.manifest.v1+prettyjws" is no longer supported since containerd v2.1, please rebuild the image as "application/vnd.oci.image.manifest.v1+json"',
      'Unimplemented',
    ),
    'docker.io',
  ),
  nodeTrouble(
    daemon(
      '[DEPRECATION NOTICE] Docker Image Format v1 and Docker Image manifest version 2, schema 1 support is disabled by default and will be removed in an upcoming release.',
    ),
  ),
  {
    ...nodeTrouble('Failed to inspect image "team/app:1": rpc error: code = Unknown desc = layer does not exist'),
    reason: 'ImageInspectError',
  },
  { ...nodeTrouble('failed to mount image volume: permission denied'), reason: 'ImageVolumeMountFailed' },
];
