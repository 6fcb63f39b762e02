import { foldDomain, type ImageReference } from '../image/imageReference';

/** Which images a mirror serves at all. */
export interface AllowList {
  readonly allows: (image: ImageReference) => boolean;
}

/** An allow list out of a file, with the number of its lines that name images and of those that cannot be read. */
export interface ParsedAllowList extends AllowList {
  readonly patterns: number;
  readonly unread: number;
}

/** The patterns of one registry, by what they compare: a look-up costs a few set look-ups, however long the list is. */
interface RegistryPatterns {
  readonly exact: Set<string>;
  /** What `*` alone stands below: one more part of a path. */
  readonly parents: Set<string>;
  /** What `**` alone stands below; empty: the whole registry. */
  readonly ancestors: Set<string>;
  readonly globs: Glob[];
}

/** A pattern in pieces: text, `*`, `**`. */
type Glob = readonly string[];

/** DaoCloud's list has Ollama's registry under the name of its web site. */
const otherNames: ReadonlyMap<string, string> = new Map([['ollama.ai', 'registry.ollama.ai']]);
/** Twice the length that a name can have. */
const maxLineLength = 512;
const linePattern = /^(?:[a-z0-9*.:[\]-]*[.:*][a-z0-9*.:[\]-]*|[a-z0-9._-]+(?=\/))(?:\/[a-z0-9._*-]+)*$/;

/**
 * Reads a list such as DaoCloud's allows.txt: a pattern of host and path a line, compared with the whole name, `*` for one
 * part of the path or some of it, `**` for any number of parts, `#` before a remark. A host alone stands for all of
 * its images. `docker.io/*` covers no official image, because their names have two parts: DaoCloud lists them one by one.
 */
export function parseAllowList(text: string): ParsedAllowList {
  const registries = new Map<string, RegistryPatterns>();
  const anywhere: Glob[] = [];
  let patterns = 0;
  let unread = 0;
  for (const line of text.split(/\r\n|\n|\r/)) {
    const pattern = line
      .replace(/(?:^|\s)#.*$/, '')
      .trim()
      .replace(/\/$/, '')
      .toLowerCase();
    if (pattern === '') continue;
    if (pattern.length > maxLineLength || !linePattern.test(pattern)) {
      unread += 1;
      continue;
    }
    patterns += 1;
    const [host, path] = hostAndPath(pattern);
    if (host.includes('*')) anywhere.push(globOf(`${host}/${path}`));
    else addPath(patternsOf(registries, host), path);
  }
  const allows = ({ domain, path }: ImageReference) => {
    const host = registryName(domain.toLowerCase());
    const own = registries.get(host);
    return (
      (own !== undefined && coversPath(own, path)) || anywhere.some((glob) => globMatches(glob, `${host}/${path}`))
    );
  };
  return { allows, patterns, unread };
}

/** A name without a host is one on Docker Hub, where a single word is an official image. */
function hostAndPath(pattern: string): [host: string, path: string] {
  const slash = pattern.indexOf('/');
  if (slash < 0) return [registryName(pattern), '**'];
  const head = pattern.slice(0, slash);
  const rest = pattern.slice(slash + 1);
  if (!/[.:*]/.test(head)) return ['docker.io', pattern];
  const host = registryName(head);
  return [host, host === 'docker.io' && /^[^/*]+$/.test(rest) ? `library/${rest}` : rest];
}

function registryName(host: string): string {
  const folded = foldDomain(host);
  return otherNames.get(folded) ?? folded;
}

function patternsOf(registries: Map<string, RegistryPatterns>, host: string): RegistryPatterns {
  const known = registries.get(host);
  if (known) return known;
  const fresh: RegistryPatterns = { exact: new Set(), parents: new Set(), ancestors: new Set(), globs: [] };
  registries.set(host, fresh);
  return fresh;
}

function addPath({ exact, parents, ancestors, globs }: RegistryPatterns, path: string): void {
  const end = /(?:^|\/)\*{1,2}$/.exec(path)?.[0] ?? '';
  const start = path.slice(0, path.length - end.length);
  if (start.includes('*')) globs.push(globOf(path));
  else if (end.endsWith('**')) ancestors.add(start);
  else if (end !== '') parents.add(start);
  else exact.add(path);
}

function coversPath({ exact, parents, ancestors, globs }: RegistryPatterns, path: string): boolean {
  if (exact.has(path) || parents.has(path.slice(0, Math.max(0, path.lastIndexOf('/'))))) return true;
  if (ancestors.has('')) return true;
  for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1))
    if (ancestors.has(path.slice(0, slash))) return true;
  return globs.some((glob) => globMatches(glob, path));
}

function globOf(pattern: string): Glob {
  return pattern.split(/(\*+)/).filter((piece) => piece !== '');
}

/** Follows all ways to divide the text at once, so that many stars cost no more than few. */
function globMatches(glob: Glob, text: string): boolean {
  let ends: readonly number[] = [0];
  for (const piece of glob)
    ends = piece.startsWith('*')
      ? beyond(ends, piece, text)
      : ends.filter((at) => text.startsWith(piece, at)).map((at) => at + piece.length);
  return ends.includes(text.length);
}

/** Where a star can end that begins at one of these places: `*` before the next slash, `**` anywhere. */
function beyond(starts: readonly number[], star: string, text: string): readonly number[] {
  const ends = new Set<number>();
  for (const start of starts) {
    const slash = star === '*' ? text.indexOf('/', start) : -1;
    const last = slash < 0 ? text.length : slash;
    for (let at = start; at <= last && !ends.has(at); at += 1) ends.add(at);
  }
  return [...ends];
}
