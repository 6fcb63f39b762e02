import { containerd, daemon, resolving, sha, type SeenMessage } from './pullMessageShapes';

/** As in `seenMessages`: what registries answered, and what nodes made of it. */
export const seenAnswers: readonly SeenMessage[] = [
  // login
  {
    cause: 'unauthorized',
    from: 'kubernetes/kubernetes#41154',
    message:
      'Failed to pull image "1234.dkr.ecr.us-east-1.amazonaws.com/team/app:latest": unauthorized: authentication required',
  },
  {
    cause: 'unauthorized',
    from: 'kubernetes/kubernetes#69141',
    message:
      'PullImage "<id>.dkr.ecr.cn-north-1.amazonaws.com.cn/app:1" from image service failed: rpc error: code = Unknown desc = Error response from daemon: repository <id>.dkr.ecr.cn-north-1.amazonaws.com.cn/app not found: does not exist or no pull access',
  },
  {
    cause: 'unauthorized',
    from: 'CrowdStrike/terraform-kubectl-falcon#27',
    message: resolving(
      'registry.example/team/app:1',
      'failed to authorize: failed to fetch oauth token: unexpected status: 403',
      'Unknown',
    ),
  },
  {
    cause: 'unauthorized',
    from: 'awslabs/amazon-ecr-credential-helper#7',
    message: daemon(
      "error parsing HTTP 403 response body: invalid character 'Y' looking for beginning of value: \"Your Authorization Token has expired. Please run 'aws ecr get-login' to fetch a new one.\"",
    ),
  },
  {
    cause: 'unauthorized',
    from: 'Azure/acs-engine#2454',
    message:
      'error pulling image configuration: unauthorized: Requested repository does not match bearer token resource: app-amd64.',
  },
  {
    cause: 'unauthorized',
    from: 'jfrog/jfrog-credentials-provider#41',
    message: resolving(
      'team.jfrog.io/docker/app:1',
      'failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://team.jfrog.io/artifactory/api/docker/docker/v2/token?scope=repository%3Aapp%3Apull&service=team.jfrog.io: 401 ',
    ),
  },
  {
    cause: 'unauthorized',
    from: 'googlecodelabs/monolith-to-microservices#59',
    message: resolving(
      'gcr.io/team/app:1',
      'pulling from host gcr.io failed with status code [manifests 1.0.0]: 403 Forbidden',
      'Unknown',
    ),
  },
  {
    cause: 'unauthorized',
    from: 'GoogleCloudPlatform/buildpacks#454',
    message:
      'GET https://gcr.io/v2/token?scope=repository%3Ateam%2Fapp%3Apull&service=gcr.io: DENIED: Permission "artifactregistry.repositories.downloadArtifacts" denied on resource "projects/a/locations/us/repositories/gcr.io" (or it may not exist)',
  },
  {
    cause: 'unauthorized',
    from: 'portainer/portainer#1702',
    message:
      'pull access denied for us.gcr.io/{PROJECT}/{IMAGENAME} repository does not exist or may require \'docker login\': denied: Permission denied for "{IMAGE_VERSION}" from request "/v2/{PROJECT}/{IMAGENAME}/manifests/{IMAGE_VERSION}".',
  },
  {
    cause: 'unauthorized',
    from: 'kubernetes-sigs/cri-tools#731',
    message:
      'pulling image: rpc error: code = Unknown desc = unable to retrieve auth token: invalid username/password: unauthorized: Please login to the Registry using your credentials. Further instructions can be found here: https://access.example/RegistryAuthentication',
  },
  {
    cause: 'unauthorized',
    from: 'liuxiaoyu-git/ocp4-bm-install#6',
    message:
      'error pulling image "registry.example:5000/ocp4/app:1": unable to pull registry.example:5000/ocp4/app:1: unable to pull image: Error initializing source docker://registry.example:5000/ocp4/app:1: Error reading manifest 1 in registry.example:5000/ocp4/app: unauthorized: authentication required',
  },
  {
    cause: 'unauthorized',
    from: 'siderolabs/talos#10274',
    message:
      'failed to "StartContainer" for "web" with ImagePullBackOff: "Back-off pulling image \\"reg.example/team/app:1\\": ErrImagePull: failed to pull and unpack image \\"reg.example/team/app:1\\": failed to resolve reference \\"reg.example/team/app:1\\": failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://git.example/jwt/auth?scope=repository%3Ateam%2Fapp%3Apull&service=container_registry: 403 Forbidden"',
  },
  {
    cause: 'unauthorized',
    from: 'getwud/wud#600',
    message:
      '(HTTP code 500) server error - Head "https://registry.gitlab.com/v2/team/app/manifests/latest": denied: access forbidden',
  },
  {
    cause: 'unauthorized',
    from: 'coreos/coreos-kubernetes#461',
    message:
      'failed to "StartContainer" for "web" with ErrImagePull: "API error (500): Get https://<account number>.dkr.ecr.eu-west-1.amazonaws.com/v2/web/manifests/latest: no basic auth credentials\\n"',
  },
  {
    cause: 'unauthorized',
    from: 'jfrog/nexus2artifactory#72',
    message: daemon(
      'error parsing HTTP 403 response body: invalid character \'<\' looking for beginning of value: "<html>\\r\\n<head><title>403 Forbidden</title></head>\\r\\n</html>\\r\\n".',
    ),
  },
  {
    cause: 'unauthorized',
    from: 'deliveryhero/helm-charts#765',
    message:
      'GET "https://ghcr.io/v2/team/app/manifests/1": GET "https://ghcr.io/token?scope=repository%3Ateam%2Fapp%3Apull&service=ghcr.io": response status code 403: denied: denied',
  },
  // trust
  {
    cause: 'tls',
    from: 'enix/kube-image-keeper#60',
    message: resolving(
      'localhost:7439/docker.io/team/app:1',
      'failed to do request: Head "https://localhost:7439/v2/docker.io/team/app/manifests/1": http: server gave HTTP response to HTTPS client',
      'Unknown',
    ),
  },
  {
    cause: 'tls',
    from: 'GoogleCloudPlatform/horizon-sdv#8',
    message: resolving(
      'harbor.example/team/app:1',
      'failed to do request: Head "https://harbor.example/v2/team/app/manifests/1": tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2025-06-12T03:05:25Z is after 2025-06-07T05:48:45Z',
    ),
  },
  // not there
  {
    cause: 'not-found',
    from: 'goharbor/harbor#19067',
    message: daemon(`unknown: artifact hub/team/app@${sha} not found`),
  },
  {
    cause: 'not-found',
    from: 'goharbor/harbor#22415',
    message:
      'unable to copy from source docker://harbor.example/docker.io/team/app:1: initializing source docker://harbor.example/docker.io/team/app:1: reading manifest 1 in harbor.example/docker.io/team/app: unknown: resource not found: repo docker.io/team/app, tag 1 not found',
  },
  {
    cause: 'not-found',
    from: 'kubernetes/kubernetes#17086',
    message:
      'image pull failed for gcr.io/team/app, this may be because there are no credentials on this request.  details: (Error: image team/app:latest not found)',
  },
  {
    cause: 'not-found',
    from: 'rhdemo/2019-demo4-optaplanner#19',
    message:
      'Failed to pull image "team/app:1": rpc error: code = Unknown desc = Error reading manifest 1 in docker.io/team/app: errors:\ndenied: requested access to the resource is denied\nunauthorized: authentication required',
  },
  {
    cause: 'not-found',
    from: 'teleproxy/teleproxy#49',
    message: `unable to copy from source docker://ghcr.io/team/app:latest: copying system image from manifest list: determining manifest MIME type for docker://ghcr.io/team/app:latest: reading manifest ${sha} in ghcr.io/team/app: manifest unknown`,
  },
  // too many pulls
  {
    cause: 'rate-limited',
    from: 'namespacelabs/foundation#846',
    message: containerd(
      `docker.io/team/app@${sha}`,
      `failed to copy: httpReadSeeker: failed open: unexpected status code https://registry-1.docker.io/v2/team/app/manifests/${sha}: 429 Too Many Requests - Server message: toomanyrequests: You have reached your pull rate limit.`,
      'Unknown',
    ),
  },
  {
    cause: 'rate-limited',
    from: 'alexklibisz/terraform-provider-terrifi#50',
    message: 'toomanyrequests: retry-after: 985.86µs, allowed: 44000/minute',
  },
  { cause: 'rate-limited', from: 'docker/hub-feedback#2023', message: 'Too Many Requests (HAP429)' },
  {
    cause: 'rate-limited',
    from: 'Azure/AKS#3138',
    message: 'Failed to pull image "a.b.c/image-0.1": pull QPS exceeded',
  },
  // the name, the platform, the policy
  {
    cause: 'bad-reference',
    from: 'jupyterhub/zero-to-jupyterhub-k8s#472',
    message:
      'Failed to apply default image tag "https://harbor.example/release/name:1.1.0": couldn\'t parse image reference "https://harbor.example/release/name:1.1.0": invalid reference format.',
  },
  {
    cause: 'bad-reference',
    from: 'kubernetes/kubernetes#47490',
    message: 'Failed to apply default image tag " ": couldn\'t parse image reference " ": invalid reference format',
  },
  {
    cause: 'bad-reference',
    from: 'cri-o/cri-o#264',
    message:
      'pulling image failed: rpc error: code = 2 desc = Invalid image name "nginx", expected colon-separated transport:reference',
  },
  {
    cause: 'no-matching-platform',
    from: 'mvisonneau/helm-charts#30',
    message: containerd(
      'docker.io/team/app:1',
      `failed to unpack image on snapshotter overlayfs: no match for platform in manifest ${sha}: not found`,
      'NotFound',
    ),
  },
  {
    cause: 'no-matching-platform',
    from: 'docker/for-win#4584',
    message: 'no matching manifest for windows/amd64 10.0.16299 in the manifest list entries',
  },
  {
    cause: 'signature',
    from: 'kubernetes/website#40834',
    message: 'rpc error: code = Unknown desc = invalid policy in "/etc/containers/policy.json": Unknown key "keyPaths"',
  },
  {
    cause: 'signature',
    from: 'Glyndor/podup#1659',
    message: 'Source image rejected: Running image docker://hello-world:latest is rejected by policy.',
  },
  // what cannot be told
  {
    cause: 'unknown',
    from: 'docker/hub-feedback#2482',
    message: containerd(
      'docker.io/team/app:1',
      `failed to copy: httpReadSeeker: failed open: unexpected status code https://registry-1.docker.io/v2/team/app/blobs/${sha}: 500 Internal Server Error`,
    ),
  },
  {
    cause: 'unknown',
    from: 'Azure/AKS#489',
    message:
      'Failed to pull image "hub.example/team/app:1": rpc error: code = Unknown desc = Error: Status 405 trying to pull repository team/app: "<!DOCTYPE HTML PUBLIC \\"-//W3C//DTD HTML 3.2 Final//EN\\">\\n<title>405 Method Not Allowed</title>"',
  },
  {
    cause: 'unknown',
    from: 'openshift/origin#16349',
    message: `Failed to pull image "docker-registry.default.svc:5000/team/app@${sha}": rpc error: code = 2 desc = Error reading signatures: received unexpected HTTP status: 500 Internal Server Error`,
  },
  {
    cause: 'unknown',
    from: 'dragonflyoss/dragonfly#2523',
    message: containerd(
      'docker.io/library/nginx:latest',
      `failed to unpack image on snapshotter overlayfs: unexpected media type text/html for ${sha}: not found`,
      'NotFound',
    ),
  },
  {
    cause: 'unknown',
    from: 'containerd/containerd#3682',
    message: containerd(
      `docker.io/team/app@${sha}`,
      `failed to unpack image on snapshotter devmapper: wrong diff id calculated on extraction "${sha}"`,
      'Unknown',
    ),
  },
  {
    cause: 'unknown',
    from: 'godarch/darch#47',
    message: `failed to unpack image on snapshotter overlayfs: failed to extract layer ${sha}: failed to convert whiteout file "usr/lib/.wh.libarchive.so.13.4.0": operation not permitted: unknown`,
  },
  {
    cause: 'unknown',
    from: 'saveourtool/save-cloud#1986',
    message: containerd(
      'ghcr.io/team/app:1',
      `failed commit on ref "layer-${sha}": "layer-${sha}" failed size validation: 6239744 != 17386982: failed precondition`,
      'FailedPrecondition',
    ),
  },
  { cause: 'unknown', from: 'goharbor/harbor#13740', message: daemon('missing or empty Content-Type header') },
  {
    cause: 'unknown',
    from: 'podman-container-tools/podman#25045',
    message:
      'copying system image from manifest list: Unexpectedly received a manifest list instead of a manifest for a single image',
  },
  {
    cause: 'unknown',
    from: 'kubernetes-up-and-running/kuard#34',
    message: 'standard_init_linux.go:211: exec user process caused "exec format error"',
  },
];
