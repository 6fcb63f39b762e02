/**
 * Image references, read the way the kubelet and the container runtimes read them: the grammar and the
 * normalisation are those of github.com/distribution/reference v0.6, `ParseNormalizedNamed`, with three
 * differences:
 *
 * - Docker Hub's other two host names are folded into docker.io as well, because all of them serve the same
 *   repositories.
 * - A host that is no legal host name (`my_host.example/app`) is refused. The original takes all of it for a path
 *   without a host, and then every runtime goes elsewhere: containerd asks the host my_host.example, CRI-O its
 *   search registries, and Docker fails for want of a host. What has no one origin has no mirror either.
 * - A familiar name always reads back as what it was made from. The original's drops docker.io from
 *   `docker.io/foo.bar/app` too, which then names another host.
 */
export interface ImageReference {
  /** The text as it was given, verbatim. */
  readonly original: string;
  /** Registry host, with its port when it has one: `docker.io`, `localhost:5000`, `[::1]:5000`. */
  readonly domain: string;
  /** Repository below the host: `library/nginx`. */
  readonly path: string;
  readonly tag: string | null;
  /** With its algorithm: `sha256:...`. */
  readonly digest: string | null;
}

/** What is wrong with a text that is no reference. */
export type ReferenceError = 'empty' | 'image-id' | 'upper-case' | 'host' | 'path' | 'too-long' | 'tag' | 'digest';

export type ParsedReference =
  { readonly ok: true; readonly reference: ImageReference } | { readonly ok: false; readonly why: ReferenceError };

const dockerHub = 'docker.io';
const dockerHubAliases: readonly string[] = ['index.docker.io', 'registry-1.docker.io', 'registry.hub.docker.com'];
const officialNamespace = 'library/';
const defaultTag = 'latest';
const maxPathLength = 255;

const domainPattern =
  /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?$/;
const pathPattern = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*$/;
const tagPattern = /^\w[\w.-]{0,127}$/;
const digestPattern = /^(?:sha256:[a-f0-9]{64}|sha384:[a-f0-9]{96}|sha512:[a-f0-9]{128})$/;
const imageIdPattern = /^[a-f0-9]{64}$/;

/** Reads the text of a container's `image`. Adds no tag: what is not written is null. */
export function parseImageReference(text: string): ParsedReference {
  if (text === '') return { ok: false, why: 'empty' };
  if (imageIdPattern.test(text)) return { ok: false, why: 'image-id' };

  const { domain, rest } = splitDomain(text);
  const { head: named, tail: digest } = cut(rest, '@');
  const { head: path, tail: tag } = cut(named, ':');

  if (path !== path.toLowerCase()) return { ok: false, why: 'upper-case' };
  if (!domainPattern.test(domain)) return { ok: false, why: 'host' };
  if (!pathPattern.test(path)) return { ok: false, why: 'path' };
  if (path.length > maxPathLength) return { ok: false, why: 'too-long' };
  if (tag !== null && !tagPattern.test(tag)) return { ok: false, why: 'tag' };
  if (digest !== null && !digestPattern.test(digest)) return { ok: false, why: 'digest' };
  return { ok: true, reference: { original: text, domain, path, tag, digest } };
}

/** The whole reference with its host, and with the tag and the digest that it has, but no other. */
export function formatImageReference(reference: ImageReference): string {
  return `${reference.domain}/${reference.path}${suffixOf(reference)}`;
}

/** The short form that people know: `nginx:1.25` for `docker.io/library/nginx:1.25`. It names the same image. */
export function familiarName(reference: ImageReference): string {
  const { domain, path } = reference;
  const full = formatImageReference(reference);
  if (domain !== dockerHub) return full;
  const official = path.startsWith(officialNamespace) ? path.slice(officialNamespace.length) : path;
  return [official, path].map((name) => name + suffixOf(reference)).find((text) => readsAs(text, full)) ?? full;
}

/** One text for all spellings of the same image: the whole reference, with `latest` when nothing else is named. */
export function canonicalName(reference: ImageReference): string {
  return formatImageReference(withDefaultTag(reference));
}

/** What the kubelet pulls when neither a tag nor a digest is written. */
export function withDefaultTag(reference: ImageReference): ImageReference {
  return reference.tag === null && reference.digest === null ? { ...reference, tag: defaultTag } : reference;
}

/**
 * Whether two texts name the same image. Runtimes drop the tag of `name:tag@digest`, so a tag counts only
 * where no digest decides. Texts that are no references are the same only when they are equal.
 */
export function sameImage(one: string, other: string): boolean {
  if (one === other) return true;
  const a = parseImageReference(one);
  const b = parseImageReference(other);
  if (!a.ok || !b.ok) return false;
  if (a.reference.domain !== b.reference.domain || a.reference.path !== b.reference.path) return false;
  if (a.reference.digest !== null || b.reference.digest !== null) return a.reference.digest === b.reference.digest;
  return (a.reference.tag ?? defaultTag) === (b.reference.tag ?? defaultTag);
}

/** The host under which a registry is known here: Docker Hub answers to four names. */
export function foldDomain(domain: string): string {
  return dockerHubAliases.includes(domain) ? dockerHub : domain;
}

/** Whether a text, as it stands before the first slash of a reference, names a host rather than a path. */
export function isDomain(text: string): boolean {
  return looksLikeDomain(text) && domainPattern.test(text);
}

/** Whether a text can stand below a host as a repository, or as the start of one: `library/nginx`. */
export function isPath(text: string): boolean {
  return pathPattern.test(text) && text.length <= maxPathLength;
}

/** The host without its port, in lower case: `[::1]:5000` becomes `[::1]`. */
export function hostOf(domain: string): string {
  return domain.replace(/:[0-9]+$/, '').toLowerCase();
}

function looksLikeDomain(text: string): boolean {
  return text === 'localhost' || /[.:]/.test(text) || text !== text.toLowerCase();
}

function splitDomain(text: string): { domain: string; rest: string } {
  const { head, tail } = cut(text, '/');
  // A text without a slash is never a host: `localhost` and `example.com` alone are names on Docker Hub.
  if (tail === null) return { domain: dockerHub, rest: officialNamespace + text };
  const domain = looksLikeDomain(head) ? foldDomain(head) : dockerHub;
  const rest = looksLikeDomain(head) ? tail : text;
  return { domain, rest: domain === dockerHub && !rest.includes('/') ? officialNamespace + rest : rest };
}

function cut(text: string, separator: string): { head: string; tail: string | null } {
  const at = text.indexOf(separator);
  return at < 0 ? { head: text, tail: null } : { head: text.slice(0, at), tail: text.slice(at + separator.length) };
}

function readsAs(text: string, full: string): boolean {
  const parsed = parseImageReference(text);
  return parsed.ok && formatImageReference(parsed.reference) === full;
}

function suffixOf({ tag, digest }: ImageReference): string {
  return `${tag === null ? '' : `:${tag}`}${digest === null ? '' : `@${digest}`}`;
}
