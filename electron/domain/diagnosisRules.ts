import type { Cause, Healable } from './cause';

/** What a text means. What is not said follows from the cause. */
export interface Verdict {
  readonly cause: Cause;
  readonly healable?: Healable;
  readonly ambiguous?: boolean;
}

/** One line of the table below. */
export interface DiagnosisRule extends Verdict {
  /** What the words look like where they come from. */
  readonly shapes: readonly string[];
  readonly words: RegExp;
  /** What it means instead where the answer is a mirror's. */
  readonly fromMirror?: Verdict;
  /** What it means instead where the image is not on Docker Hub. */
  readonly elsewhere?: Verdict;
}

const mirrorError: Verdict = { cause: 'mirror-error' };

/**
 * The first rule whose words occur decides, so what is specific stands before what is general: an error of
 * the network, the disk or the platform often ends in words that alone would mean "not found", and gRPC codes
 * mean nothing for as long as there are words.
 */
export const diagnosisRules: readonly DiagnosisRule[] = [
  {
    cause: 'signature',
    shapes: ['SignatureValidationFailed: Source image rejected: A signature was required, but no signature exists'],
    words: /SignatureValidationFailed|signature validation failed|Source image rejected/,
  },
  {
    cause: 'never-policy',
    shapes: ['Container image <ref> is not present with pull policy of Never'],
    words: /pull policy of Never|ErrImageNeverPull/,
  },
  {
    cause: 'unknown',
    healable: 'no',
    shapes: ['connection error: desc = "transport: Error while dialing: dial unix <ref>: connect: connection refused"'],
    words:
      /dial unix |transport: Error while dialing|transport is closing|error reading from server|unknown service runtime|read-only file system|structure needs cleaning|prepare extraction snapshot/,
  },
  {
    cause: 'rate-limited',
    healable: 'no',
    shapes: ['pull QPS exceeded'],
    words: /pull QPS exceeded/,
  },
  {
    cause: 'rate-limited',
    shapes: [
      'toomanyrequests: You have reached your pull rate limit',
      'unexpected status code <url>: 429 Too Many Requests',
    ],
    words:
      /toomanyrequests|too many requests|rate limit|rate exceeded|(?<!disk )quota exceeded|(?:status|code|HTTP|error):? 429\b/i,
  },
  {
    cause: 'disk-full',
    shapes: ['failed to extract layer <ref>: write <ref>: no space left on device'],
    words: /no space left on device|not enough space on the disk|disk quota exceeded|input\/output error/i,
  },
  {
    cause: 'no-matching-platform',
    shapes: [
      'no match for platform in manifest: not found',
      'no matching manifest for <ref> in the manifest list entries',
    ],
    words:
      /no match for platform|no matching manifest for|no image found in (?:manifest list|image index)|cannot be used on this platform|does not match the (?:specified|detected|host) platform|image is incompatible with a|unsupported os/i,
  },
  {
    cause: 'bad-reference',
    // cri-o has no registry to complete the name with; a mirror's name is complete.
    healable: 'offer',
    shapes: ['short-name <ref> did not resolve to an alias and no unqualified-search registries are defined in <ref>'],
    words: /short[- ]name|no registries configured|unqualified[- ](?:image|search)/,
  },
  {
    cause: 'bad-reference',
    shapes: ["couldn't parse image reference <ref>: invalid reference format: repository name must be lowercase"],
    words:
      /InvalidImageName|invalid reference format|parse image (?:reference|name)|repository name must be|apply default image tag|invalid (?:tag|repository name|image name|checksum digest)|unsupported digest algorithm/i,
  },
  {
    cause: 'tls',
    shapes: ['x509: certificate signed by unknown authority', 'http: server gave HTTP response to HTTPS client'],
    words: /x509: |\btls: (?!DialWithDialer timed out)|HTTP response to HTTPS client|malformed HTTP response/,
  },
  {
    cause: 'unreachable',
    shapes: ['denied: this service is not available in your location'],
    words: /export control|not available in your (?:location|country|region)|451 Unavailable/i,
  },
  {
    cause: 'mirror-error',
    shapes: [
      'unexpected status code <blob>: 403 Forbidden - Server message: denied: this image is not in the allowlist',
    ],
    words: /image\b.*\bnot in the (?:allow|white) ?-?list|白名单/i,
  },
  {
    cause: 'unknown',
    shapes: [
      'failed commit on ref <ref>: <ref> failed size validation: 10 != 20',
      'failed to register layer: unexpected EOF',
    ],
    words:
      /failed size validation|verification failed for digest|unexpected commit digest|unexpected media type|invalid tar header|(?:register|extract) layer.*\bEOF\b/i,
  },
  {
    cause: 'unreachable',
    shapes: [
      'failed to do request: Head <url>: dial tcp 192.0.2.1:443: i/o timeout',
      'net/http: TLS handshake timeout',
    ],
    words:
      /\bdial tcp\b|\bi\/o timeout|connection (?:refused|reset|timed out|lost|closed)|no such host|no route to host|network is (?:unreachable|down)|host is (?:down|unreachable)|TLS handshake timeout|DialWithDialer timed out|Client\.Timeout|waiting for connection|awaiting (?:response )?headers|server misbehaving|name resolution|\bEOF\b|broken pipe|stream error|GOAWAY|proxyconnect|connectex|forcibly closed|actively refused/,
  },
  {
    cause: 'unreachable',
    // Not even the short answer to a first question came; where a layer was under way, the rules below hold.
    shapes: ['failed to do request: Head <url>: context deadline exceeded'],
    words: /(?:Get|Head|Post) "?<url>"?: (?:net\/http: request canceled|context deadline exceeded)/i,
  },
  {
    cause: 'unauthorized',
    fromMirror: mirrorError,
    shapes: ['pull access denied, repository does not exist or may require authorization: no basic auth credentials'],
    words:
      /no basic auth credentials|permission_denied|(?:incorrect|invalid|wrong) user ?name|token (?:has |is )?expired|not authorized to perform|error getting credentials|docker-credential|invalid_token|no scope specified/i,
  },
  {
    cause: 'not-found',
    // Docker Hub does not tell a private repository from one that is not there. Elsewhere the name is seldom wrong.
    ambiguous: true,
    healable: 'offer',
    fromMirror: mirrorError,
    elsewhere: { cause: 'unauthorized', ambiguous: true },
    shapes: ["pull access denied for <ref>, repository does not exist or may require 'docker login'"],
    words:
      /pull access denied|does not exist or (?:may require|no pull access)|requested access to the resource is denied|insufficient_scope/i,
  },
  {
    cause: 'not-found',
    shapes: ['manifest for <ref> not found: manifest unknown: manifest unknown', 'name unknown: repository not found'],
    words: /(?:manifest|name|blob)[ _]unknown|repository name not known/i,
  },
  {
    cause: 'unauthorized',
    fromMirror: mirrorError,
    shapes: [
      'failed to authorize: failed to fetch oauth token: unexpected status from GET request to <url>: 403 Forbidden',
    ],
    words:
      /\bunauthorized\b|\bforbidden\b|authentication (?:is )?required|authorization failed|access denied|\bdenied: |: denied\b|(?:status|code|HTTP):? 40[13]\b|have permission to access/i,
  },
  {
    cause: 'not-found',
    shapes: ['failed to resolve reference <ref>: <ref>: not found', 'unknown: resource not found', '404 Not Found'],
    words: /\bnot found\b|no such (?:manifest|image)|\bdoes not exist\b|(?:status|code|HTTP):? 404\b/i,
  },
  {
    cause: 'unreachable',
    shapes: ['RegistryUnavailable: received unexpected HTTP status: 503 Service Unavailable'],
    words: /RegistryUnavailable|registry is unavailable/,
  },
  {
    cause: 'unknown',
    fromMirror: mirrorError,
    shapes: ['received unexpected HTTP status: 502 Bad Gateway', 'unexpected status code <blob>: 400 Bad Request'],
    words:
      /(?:\bstatus|code|HTTP)\b.*\b[45]\d\d\b|Internal Server Error|Bad Gateway|Service Unavailable|Gateway Time-?out/i,
  },
  {
    cause: 'interrupted',
    shapes: ['context canceled', 'context deadline exceeded', 'net/http: request canceled'],
    words: /context canceled|deadline exceeded|request canceled|operation was canceled|no progress for|timed? ?out/i,
  },
];
