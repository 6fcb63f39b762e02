import type { DiagnosisRule } from './diagnosisRules';

/** Where no registry's answer came, or none that the node trusts. */
export const networkRules: readonly DiagnosisRule[] = [
  {
    cause: 'tls',
    // A public registry has a certificate of its own: false DNS answers and proxies lead to servers that have not.
    healable: 'offer',
    shapes: [
      {
        text: 'x509: certificate is valid for *.sre-tools.com, not registry-1.docker.io',
        from: 'docker/for-linux#994',
      },
      { text: 'x509: certificate is valid for *.downlynk.com, not registry-1.docker.io', from: 'moby/moby#32960' },
    ],
    words:
      /x509: certificate is valid for .{1,400}, not (?:[\w-]+\.)*(?:docker\.(?:io|com)|ghcr\.io|quay\.io|gcr\.io|registry\.k8s\.io|pkg\.dev|mcr\.microsoft\.com|nvcr\.io|public\.ecr\.aws)\b/,
  },
  {
    cause: 'tls',
    shapes: [
      { text: 'x509: certificate signed by unknown authority', from: 'easzlab/kubeasz#1163' },
      { text: 'http: server gave HTTP response to HTTPS client', from: 'kubernetes-sigs/cri-tools#551' },
      { text: 'remote error: tls: handshake failure', from: 'Go 1.20 crypto/tls' },
    ],
    words: /x509: |\btls: (?!DialWithDialer timed out)|HTTP response to HTTPS client|malformed HTTP response/,
  },
  {
    cause: 'unreachable',
    shapes: [
      {
        text: '<http 403> Forbidden - Server message: denied: this service is not available in your location',
        from: 'gcr.io',
      },
    ],
    words: /export control|not available in your (?:location|country|region)|<http 451>/i,
  },
  {
    cause: 'unreachable',
    // A proxy between the node and the registry that opens no tunnel; Go shows its status without the number.
    shapes: [
      {
        text: 'error pinging docker registry <ref>: Get <url>: Proxy Authentication Required',
        from: 'Go 1.20 net/http',
      },
      { text: 'failed to do request: Head <url>: Forbidden', from: 'Go 1.20 net/http' },
    ],
    words:
      /proxy authentication (?:is )?required|<http 407>|\b(?:Get|Head|Post) <url>: (?:Forbidden|Bad Gateway|Service Unavailable|Gateway Time-?out)\b/i,
  },
  {
    cause: 'unreachable',
    shapes: [
      { text: 'failed to do request: Head <url>: dial tcp <addr>: i/o timeout', from: 'apecloud/kubeblocks#8561' },
      {
        text: 'failed to do request: Head <url>: net/http: TLS handshake timeout',
        from: 'inclavare-containers/inclavare-containers#1293',
      },
      {
        text: 'net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)',
        from: 'intelligent-machine-learning/dlrover#1333',
      },
      {
        text: 'failed to copy: httpReaderSeeker: failed open: failed to do request: Get <url>: EOF',
        from: 'k3s-io/k3s#5217',
      },
    ],
    words:
      /\bdial (?:tcp|udp)\b|\bi\/o timeout|connection (?:refused|reset|timed out|lost|closed)|no such host|no route to host|network is (?:unreachable|down)|host is (?:down|unreachable)|TLS handshake timeout|DialWithDialer timed out|Client\.Timeout|waiting for connection|awaiting (?:response )?headers|server misbehaving|name resolution|cannot assign requested address|\bEOF\b|broken pipe|stream error|GOAWAY|proxyconnect|closed network connection|wsarecv|connectex|forcibly closed|actively refused/,
  },
  {
    cause: 'unreachable',
    // Not even the short answer to a first question came; where a layer was under way, the rules below hold.
    shapes: [{ text: 'failed to do request: Head <url>: context deadline exceeded', from: 'containerd 1.7' }],
    words: /(?:Get|Head|Post) "?<url>"?: (?:net\/http: request canceled|context deadline exceeded)/i,
  },
];
