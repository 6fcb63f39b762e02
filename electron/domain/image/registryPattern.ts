import { foldDomain, hostOf, isDomain, isPath, type ImageReference } from './imageReference';

/**
 * Patterns that name registries and parts of them. Two dialects share one spelling: the `match` of a mirror
 * rule takes the host exactly as written, and an entry of the list of exceptions reads as in NO_PROXY, where
 * a domain stands for its subdomains too. A name without a host (`bitnami/*`) is one on Docker Hub.
 */
interface RegistryPattern {
  /** Host glob, in lower case. */
  readonly host: string;
  /** Path globs of which one has to match; null when every path does. */
  readonly paths: readonly string[] | null;
}

const dockerHub = 'docker.io';

/** Whether a rule's `match` or `except` covers the image: `*`, `docker.io`, `*.gcr.io`, `ghcr.io/acme/*`, `host:5000`. */
export function matchCovers(match: string, image: ImageReference): boolean {
  const pattern = readPattern(match);
  return globMatches(pattern.host, image.domain.toLowerCase()) && pathMatches(pattern.paths, image.path);
}

/** The host part of a rule's `match`, as a glob. */
export function matchHost(match: string): string {
  return readPattern(match).host;
}

/** Whether a text can cover any image at all as a rule's `match` or `except`: not `nginx`, which is no host, nor `a.b/c:tag`. */
export function isMatch(match: string): boolean {
  const { host, paths } = readPattern(match);
  // Legal stays legal when letters stand in for the stars, and a star may stand for a dot.
  const sample = host.replaceAll('*', '0');
  if (!isDomain(sample) && !(host.includes('*') && isDomain(`${sample}.0`))) return false;
  return paths === null || paths.every((path) => isPath(path.replaceAll('*', '0')));
}

/**
 * The owner of a glob's registries is one and the same where its end has two labels or more, as in `*.gcr.io`; `*.io`
 * and `docker.*` cover strangers.
 */
export function coversStrangers(match: string): boolean {
  const host = matchHost(match);
  return host.includes('*') && !/[.-][a-z0-9-]+\.[a-z0-9-]+(?::[0-9]+)?$/.test(host.slice(host.lastIndexOf('*') + 1));
}

/**
 * The first entry that keeps the image away from every mirror, or null. An entry may itself be a list with
 * commas or blanks, as NO_PROXY is one.
 */
export function excludedBy(noProxy: readonly string[], image: ImageReference): string | null {
  const entries = noProxy.flatMap((text) => text.split(/[\s,;]+/)).filter((entry) => entry !== '');
  return entries.find((entry) => excludes(entry, image)) ?? null;
}

function excludes(entry: string, image: ImageReference): boolean {
  const { host, paths } = readPattern(entry);
  // An entry that names a tag keeps the whole repository away: what was meant to stay never leaves.
  const repositories = paths?.map(withoutTag) ?? null;
  if (hostInDomain(host, image.domain.toLowerCase()) && pathMatches(repositories, image.path)) return true;
  // A single word may also be meant as one of Docker Hub's official images.
  return image.domain === dockerHub && image.path === `library/${withoutTag(entry)}`;
}

function withoutTag(name: string): string {
  return name.toLowerCase().replace(/(?::[\w.-]+)?(?:@.*)?$/, '');
}

function hostInDomain(pattern: string, domain: string): boolean {
  if (/^[a-f0-9:]*:[a-f0-9]*:[a-f0-9:]*$/.test(pattern)) return hostOf(domain) === `[${pattern}]`;
  const host = /:[0-9*]+$/.test(pattern) ? domain : hostOf(domain);
  const suffix = pattern.startsWith('*.') ? pattern.slice(1) : pattern;
  if (suffix.startsWith('.') && !suffix.includes('*')) return host.endsWith(suffix);
  return globMatches(pattern, host) || host.endsWith(`.${pattern}`);
}

function readPattern(text: string): RegistryPattern {
  const cleaned = text
    .trim()
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/\/+$/, '');
  const slash = cleaned.indexOf('/');
  if (slash < 0) return { host: foldDomain(cleaned), paths: null };
  const head = cleaned.slice(0, slash);
  const hasHost = head === 'localhost' || /[.:*]/.test(head);
  const host = hasHost ? foldDomain(head) : dockerHub;
  const path = hasHost ? cleaned.slice(slash + 1) : cleaned;
  return { host, paths: host === dockerHub && !path.includes('/') ? [path, `library/${path}`] : [path] };
}

function pathMatches(paths: RegistryPattern['paths'], path: string): boolean {
  return paths === null || paths.some((glob) => globMatches(glob, path) || globMatches(`${glob}/*`, path));
}

/** `*` stands for any text, also an empty one. */
function globMatches(glob: string, text: string): boolean {
  const pieces = glob.split('*');
  const first = pieces[0] ?? '';
  if (pieces.length === 1) return text === first;
  const last = pieces[pieces.length - 1] ?? '';
  if (!text.startsWith(first) || text.length < first.length + last.length || !text.endsWith(last)) return false;
  let at = first.length;
  const end = text.length - last.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = text.indexOf(piece, at);
    if (found < 0 || found + piece.length > end) return false;
    at = found + piece.length;
  }
  return true;
}
