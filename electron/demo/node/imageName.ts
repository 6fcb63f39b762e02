/** An image reference as the kubelet and containerd read it. */
export interface ImageName {
  readonly host: string;
  /** `library/nginx`. */
  readonly path: string;
  /** Empty when a digest decides. */
  readonly tag: string;
  readonly digest: string;
  /** `docker.io/library/nginx`. */
  readonly repository: string;
  /** The only name under which the image is looked up: `docker.io/library/nginx:1.25`, or with `@sha256:...`. */
  readonly normalised: string;
}

const pathPattern = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*$/;
const hostPattern = /^(?:\[[0-9a-fA-F:]+\]|[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?)(?::\d+)?$/;

/** Null for a text that the kubelet cannot parse. A tag beside a digest is dropped, as containerd does. */
export function parseImageName(text: string): ImageName | null {
  const [, rest = '', digest = ''] = /^([^@]*)(?:@(sha256:[0-9a-f]{64}))?$/.exec(text) ?? [];
  if (rest === '' || /^[0-9a-f]{64}$/.test(rest)) return null;
  const [, named = '', tag = ''] = /^(.*?)(?::([\w][\w.-]{0,127}))?$/.exec(rest) ?? [];
  const slash = named.indexOf('/');
  const first = slash < 0 ? '' : named.slice(0, slash);
  const hasHost = /[.:]/.test(first) || first === 'localhost';
  const host = !hasHost || first === 'index.docker.io' ? 'docker.io' : first;
  const short = hasHost ? named.slice(slash + 1) : named;
  const path = host === 'docker.io' && !short.includes('/') ? `library/${short}` : short;
  if (!pathPattern.test(path) || !hostPattern.test(host)) return null;
  const repository = `${host}/${path}`;
  const known = digest === '' ? tag || 'latest' : '';
  return {
    host,
    path,
    tag: known,
    digest,
    repository,
    normalised: digest === '' ? `${repository}:${known}` : `${repository}@${digest}`,
  };
}
