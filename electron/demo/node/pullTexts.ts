import type { ImageName } from './imageName';
import type { HostAnswer } from './registryWorld';

export type PullFailure = Exclude<HostAnswer, 'serves'> | 'forbidden' | 'not-found' | 'denied' | 'no-platform';

/**
 * The text that the kubelet gets from containerd 1.7 for a pull that failed. The kubelet cuts off
 * `rpc error: code = Unknown desc = `; other codes stay.
 */
export function pullText(name: ImageName, why: PullFailure): string {
  const reference = name.normalised;
  const registry = name.host === 'docker.io' ? 'registry-1.docker.io' : name.host;
  const manifest = `https://${registry}/v2/${name.path}/manifests/${name.tag || name.digest}`;
  const unpack = `failed to pull and unpack image "${reference}"`;
  const resolve = `${unpack}: failed to resolve reference "${reference}"`;
  const head = `${resolve}: failed to do request: Head "${manifest}"`;
  const address = addressOf(registry);
  switch (why) {
    case 'refused':
      return `${head}: dial tcp ${address}: connect: connection refused`;
    case 'timeout':
      return `${head}: dial tcp ${address}: i/o timeout`;
    case 'no-such-host':
      return `${head}: dial tcp: lookup ${registry} on 10.96.0.10:53: no such host`;
    case 'tls-untrusted':
      return `${head}: tls: failed to verify certificate: x509: certificate signed by unknown authority`;
    case 'rate-limited':
      return (
        `${unpack}: failed to copy: httpReadSeeker: failed open: unexpected status code ${manifest}: ` +
        '429 Too Many Requests - Server message: toomanyrequests: You have reached your unauthenticated pull rate ' +
        'limit. https://www.docker.com/increase-rate-limit'
      );
    case 'unauthorized': {
      const scope = encodeURIComponent(`repository:${name.path}:pull`);
      const token = `https://${registry}/token?scope=${scope}&service=${registry}`;
      return (
        `${resolve}: failed to authorize: failed to fetch anonymous token: unexpected status from GET request to ` +
        `${token}: 401 Unauthorized`
      );
    }
    case 'bad-gateway':
      return `${resolve}: unexpected status from HEAD request to ${manifest}: 502 Bad Gateway`;
    case 'forbidden':
      return `${resolve}: unexpected status from HEAD request to ${manifest}: 403 Forbidden`;
    case 'denied':
      return (
        `${resolve}: pull access denied, repository does not exist or may require authorization: server message: ` +
        'insufficient_scope: authorization failed'
      );
    case 'not-found':
      return `rpc error: code = NotFound desc = ${resolve}: ${reference}: not found`;
    case 'no-platform':
      return `rpc error: code = NotFound desc = ${unpack}: no match for platform in manifest: not found`;
  }
}

/** A host that is an address keeps it; a name gets one of the addresses reserved for examples. */
function addressOf(registry: string): string {
  const [, host = registry, port = '443'] = /^(.*?)(?::(\d+))?$/.exec(registry) ?? [];
  if (/^[\d.]+$/.test(host)) return `${host}:${port}`;
  const last = Buffer.from(host).reduce((sum, byte) => (sum * 31 + byte) % 250, 7) + 1;
  return `203.0.113.${String(last)}:${port}`;
}
