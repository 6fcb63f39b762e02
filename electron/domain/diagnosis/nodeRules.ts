import type { DiagnosisRule } from './diagnosisRules';

/** What the node itself says: its policies, its runtime, its disk, its platform, and what it makes of the name. */
export const nodeRules: readonly DiagnosisRule[] = [
  {
    cause: 'signature',
    shapes: [
      {
        text: 'SignatureValidationFailed: Source image rejected: A signature was required, but no signature exists',
        from: 'JasonN3/build-container-installer#146',
      },
      { text: 'Source image rejected: Running image <url> is rejected by policy.', from: 'Glyndor/podup#1659' },
      { text: 'invalid policy in <ref>: Unknown key <ref>', from: 'kubernetes/website#40834' },
      {
        text: 'reading signatures: parsing signature <url>: unrecognized signature format',
        from: 'containers/image 5',
      },
      {
        text: 'image verifier <ref> blocked pull of <ref> with digest <ref> for reason: no signature',
        from: 'containerd 2.0',
      },
      {
        text: '<http 412> Precondition Failed - Server message: unknown: The image is not signed in Notary.',
        from: 'Harbor 2',
      },
    ],
    words:
      /SignatureValidationFailed|signature validation failed|Source image rejected|rejected by policy|invalid policy in|(?:parsing|verifying) signature|image verifier .{0,80}blocked|blocked pull of|image is not signed/i,
  },
  {
    cause: 'never-policy',
    onTheNode: true,
    shapes: [{ text: 'Container image <ref> is not present with pull policy of Never', from: 'k3s-io/k3s#1586' }],
    words: /pull policy of Never|ErrImageNeverPull/,
  },
  {
    cause: 'unknown',
    healable: 'no',
    onTheNode: true,
    shapes: [
      {
        text: 'connection error: desc = "transport: Error while dialing: dial unix <ref>: connect: connection refused"',
        from: 'grpc-go 1.5x',
      },
      {
        text: 'Cannot connect to the Docker daemon at <url>. Is the docker daemon running?',
        from: 'docker client 20 to 27',
      },
      {
        text: 'failed to extract layer <ref>: failed to mount <ref>: invalid argument: unknown',
        from: 'containerd 1.7 core/mount',
      },
      { text: 'snapshotter nydus was not found: not found', from: 'containerd 1.7 client' },
    ],
    words:
      /dial unix |transport: Error while dialing|transport is closing|error reading from server|Cannot connect to the Docker daemon|unknown service runtime|read-only file system|structure needs cleaning|prepare extraction snapshot|failed to mount <ref>: |snapshotter \S{1,60} was not found/,
  },
  {
    // The same image in a format that the runtime no longer reads; a mirror has no other.
    cause: 'unknown',
    healable: 'no',
    shapes: [
      {
        text: 'not implemented: media type <ref> is no longer supported since containerd v2.1, please rebuild the image',
        from: 'containerd 2.1',
      },
      {
        text: '[DEPRECATION NOTICE] Docker Image Format v1 and Docker Image manifest version 2, schema 1 support is disabled by default',
        from: 'dockerd 26',
      },
    ],
    words: /media type <ref> is no longer supported|manifest version 2, schema 1 support/,
  },
  {
    cause: 'rate-limited',
    healable: 'no',
    shapes: [{ text: 'pull QPS exceeded', from: 'Azure/AKS#3138' }],
    words: /pull QPS exceeded/,
  },
  {
    cause: 'disk-full',
    onTheNode: true,
    shapes: [
      {
        text: 'failed to extract layer <ref>: write <ref>: no space left on device: unknown',
        from: 'suxess-it/kubriX#1825',
      },
    ],
    words:
      /no space left on device|ENOSPC|disk (?:is )?full|not enough space on the disk|disk quota exceeded|input\/output error/i,
  },
  {
    cause: 'no-matching-platform',
    shapes: [
      { text: 'no match for platform in manifest: not found', from: 'k3s-io/k3s#5445' },
      { text: 'no matching manifest for <ref> in the manifest list entries', from: 'cilium/image-tools#61' },
      {
        text: 'choosing an image from manifest list <url>: no image found in manifest list for architecture arm64, variant <ref>, OS linux',
        from: 'containers/image 5',
      },
      { text: 'image with reference <ref> was found but does not provide the specified platform', from: 'dockerd 28' },
    ],
    words:
      /no match for platform|no matching manifest for|no image found in (?:manifest list|image index)|cannot be used on this platform|does not provide the (?:specified|requested|host) platform|does not match the (?:specified|detected|host) platform|image is incompatible with a|unsupported os/i,
  },
  {
    cause: 'bad-reference',
    // cri-o has no registry to complete the name with; a mirror's name is complete.
    healable: 'offer',
    onTheNode: true,
    shapes: [
      {
        text: 'short-name <ref> did not resolve to an alias and no unqualified-search registries are defined in <ref>',
        from: 'kubernetes/minikube#19395',
      },
      { text: 'no registries configured while trying to pull an unqualified image', from: 'kubevirt/kubevirt#871' },
    ],
    words: /short[- ]name|no registries configured|unqualified[- ](?:image|search)/,
  },
  {
    cause: 'bad-reference',
    onTheNode: true,
    shapes: [
      {
        text: "couldn't parse image reference <ref>: invalid reference format: repository name must be lowercase",
        from: 'galaxyproject/galaxy#9733',
      },
    ],
    words:
      /InvalidImageName|invalid reference format|parse image (?:reference|name)|repository name must be|apply default image tag|invalid (?:tag|repository name|image name|checksum digest)|unsupported digest algorithm/i,
  },
  {
    // What arrived is broken or could not be unpacked: the words at the end are those of files, not of a registry.
    cause: 'unknown',
    shapes: [
      {
        text: 'failed commit on ref <ref>: <ref> failed size validation: 10068781 != 9333267',
        from: 'containerd/containerd#2306',
      },
      {
        text: 'failed to get reader from content store: content digest <ref>: not found',
        from: 'containerd 1.6 with discard_unpacked_layers',
      },
      { text: 'lease does not exist: not found', from: 'containerd 1.7 metadata' },
      {
        text: 'failed to unpack image on snapshotter devmapper: wrong diff id calculated on extraction <ref>',
        from: 'containerd/containerd#3682',
      },
      {
        text: 'failed to register layer: ApplyLayer exit status 1 stdout: stderr: lchown <ref>: no such file or directory',
        from: 'moby/moby#41821',
      },
    ],
    words:
      /failed size validation|verification failed for digest|unexpected commit digest|\bcommit failed\b|lease does not exist|digest did not match|unexpected media type|invalid tar header|(?:register|extract|apply) ?layer|unpack image on snapshotter|content store|processing tar file|wrong diff id/i,
  },
];
