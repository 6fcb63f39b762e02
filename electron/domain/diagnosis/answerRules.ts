import type { DiagnosisRule, Verdict } from './diagnosisRules';

const mirrorError: Verdict = { cause: 'mirror-error' };

/**
 * What registries answer: the codes of the distribution specification (`toomanyrequests`, `unauthorized`, `denied`,
 * `name unknown`, `manifest unknown`), HTTP statuses, and at the end the steps that failed without a known reason.
 */
export const answerRules: readonly DiagnosisRule[] = [
  {
    cause: 'rate-limited',
    shapes: [
      { text: 'toomanyrequests: You have reached your pull rate limit', from: 'ceph/ceph-csi#2029' },
      { text: 'unexpected status code <url>: <http 429> Too Many Requests', from: 'namespacelabs/foundation#846' },
      { text: 'denied: Quota exceeded for quota metric', from: 'Google Artifact Registry' },
    ],
    words:
      /toomanyrequests|too many requests|<http 429>|(?:rate|request|pull|download) limit|rate exceeded|(?<!disk )quota (?:has been |was |is )?exceeded|throttl(?:ed|ing)/i,
  },
  {
    cause: 'mirror-error',
    shapes: [
      {
        text: 'unexpected status code <blob>: <http 403> Forbidden - Server message: denied: this image is not in the allowlist',
        from: 'DaoCloud/public-image-mirror#22718',
      },
      { text: 'unknown: Remote Auto Blocked until 2024-08-13T07:45:05.681Z', from: 'osism/testbed#2357' },
    ],
    words: /image\b.{0,200}\bnot in the (?:allow|white) ?-?list|白名单|remote auto[- ]blocked/i,
  },
  {
    cause: 'unauthorized',
    fromMirror: mirrorError,
    shapes: [
      {
        text: 'pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials',
        from: 'kubernetes/kops#16762',
      },
      {
        text: 'error parsing HTTP <http 403> response body: Your Authorization Token has expired.',
        from: 'awslabs/amazon-ecr-credential-helper#7',
      },
      {
        text: 'unable to retrieve auth token: invalid username/password: unauthorized',
        from: 'kubernetes-sigs/cri-tools#731',
      },
    ],
    words:
      /no basic auth credentials|permission[_ ]denied for|permission_denied|Permission <ref> denied|(?:incorrect|invalid|wrong) user ?name|token (?:has |is )?expired|not authorized to|security token included|error getting credentials|docker-credential|invalid_token|bad credentials|no scope specified/i,
  },
  {
    cause: 'not-found',
    // Docker Hub does not tell a private repository from one that is not there. Elsewhere the name is seldom wrong.
    ambiguous: true,
    healable: 'offer',
    fromMirror: mirrorError,
    elsewhere: { cause: 'unauthorized', ambiguous: true },
    shapes: [
      {
        text: "pull access denied for <ref>, repository does not exist or may require 'docker login'",
        from: 'kubernetes/website#14257',
      },
      { text: 'repository <ref> not found: does not exist or no pull access', from: 'kubernetes/kubernetes#69141' },
      { text: 'server message: insufficient_scope: authorization failed', from: 'containerd 1.6' },
    ],
    words:
      /pull access denied|does not exist or (?:may require|no pull access)|requested access to the resource is denied|insufficient[_ ]scope/i,
  },
  {
    cause: 'not-found',
    shapes: [
      {
        text: 'manifest for <ref> not found: manifest unknown: manifest unknown',
        from: 'trueforge-org/truecharts#3260',
      },
      { text: "name unknown: The repository with name 'app' does not exist in the registry", from: 'Amazon ECR' },
    ],
    words: /(?:manifest|name|blob)[ _]unknown|repository name not known/i,
  },
  {
    cause: 'unauthorized',
    fromMirror: mirrorError,
    shapes: [
      {
        text: 'failed to authorize: failed to fetch oauth token: unexpected status from GET request to <url>: <http 403> Forbidden',
        from: 'containerd 1.7',
      },
      { text: 'denied: denied', from: 'konpyutaika/nifikop#273' },
      {
        text: 'pulling from host <ref> failed with status code [manifest <ref>]: <http 401> Unauthorized',
        from: 'kubernetes/kubernetes#110678',
      },
    ],
    words:
      /<http 40[13]>|\bunauthorized\b|\bforbidden\b|authentication (?:is )?required|authorization failed|access denied|\bdenied: |: denied\b|have permission to access/i,
  },
  {
    cause: 'not-found',
    shapes: [
      { text: 'failed to resolve reference <ref>: <ref>: not found', from: 'containerd 1.6 to 2.1' },
      { text: 'reading manifest <ref> in <ref>: unknown: resource not found', from: 'goharbor/harbor#22415' },
      { text: 'unexpected status from GET request to <blob>: <http 404> Not Found', from: 'containerd 1.7' },
    ],
    words: /<http 404>|\bnot found\b|no such (?:manifest|image)|\bdoes not exist\b/i,
  },
  {
    cause: 'unreachable',
    shapes: [
      {
        text: 'RegistryUnavailable: received unexpected HTTP status: <http 503> Service Unavailable',
        from: 'cri-dockerd 0.3',
      },
    ],
    words: /RegistryUnavailable|registry is unavailable/,
  },
  {
    cause: 'unknown',
    fromMirror: mirrorError,
    shapes: [
      { text: 'received unexpected HTTP status: <http 502> Bad Gateway', from: 'hetznercloud/csi-driver#194' },
      { text: 'unexpected status code <blob>: <http 400> Bad Request', from: 'ciiiii/cloudflare-docker-proxy#98' },
    ],
    words: /<http [45]\d\d>|Internal Server Error|Bad Gateway|Service Unavailable|Gateway Time-?out/i,
  },
  {
    cause: 'interrupted',
    onTheNode: true,
    shapes: [
      { text: 'failed to pull and unpack image <ref>: context canceled', from: 'kubernetes/kubernetes#131521' },
      { text: 'context deadline exceeded', from: 'kubernetes/minikube#15626' },
      { text: 'cancel pulling image <ref> because of no progress in 5m0s', from: 'containerd/containerd#12811' },
      {
        text: 'cancel pulling image <ref> because of exceed image pull deadline 1m0s',
        from: 'dockershim of Kubernetes 1.11',
      },
    ],
    words:
      /context canceled|deadline exceeded|request canceled|operation was canceled|no progress (?:for|in)|pull deadline|timed? ?out/i,
  },
  {
    // What the token service said is not known, but it gave no token.
    cause: 'unauthorized',
    fromMirror: mirrorError,
    shapes: [{ text: 'failed to authorize: failed to fetch anonymous token', from: 'containerd 1.6' }],
    words: /failed to authorize|failed to fetch (?:anonymous|oauth) token|retrieve auth token/i,
  },
  {
    // A question was asked, and what follows is no answer that a registry gives.
    cause: 'unreachable',
    shapes: [{ text: 'failed to do request: Head <url>', from: 'rootless-containers/usernetes#240' }],
    words: /failed to do request|pinging (?:docker |container )?registry/,
  },
];
