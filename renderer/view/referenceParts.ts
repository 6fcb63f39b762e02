/**
 * An image reference as it is drawn: verbatim, but in parts that differ in weight. The repository says what an
 * image is, so it is strong; the host is dim; tag and digest are plain.
 */
export interface ReferenceParts {
  /** With its slash; empty when the text names no host. */
  readonly host: string;
  /** Leading parts of the path, with the slash at their end. */
  readonly path: string;
  /** The last part of the path. */
  readonly name: string;
  /** `:tag`, `@digest` or both. */
  readonly tag: string;
}

/** Splits without normalising; a text that is no reference comes back whole as the name. */
export function referenceParts(text: string): ReferenceParts {
  const at = text.indexOf('@');
  const named = at < 0 ? text : text.slice(0, at);
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1);
  const repository = colon < 0 ? named : named.slice(0, colon);
  const tag = text.slice(repository.length);
  const firstSlash = repository.indexOf('/');
  const first = firstSlash < 0 ? '' : repository.slice(0, firstSlash);
  const host = first === 'localhost' || /[.:]/.test(first) ? `${first}/` : '';
  const rest = repository.slice(host.length);
  const lastSlash = rest.lastIndexOf('/');
  return { host, path: rest.slice(0, lastSlash + 1), name: rest.slice(lastSlash + 1), tag };
}

/** A digest in a list: seven characters tell it from the next one, and all of it is in the details. */
export function shortDigest(tag: string): string {
  return tag.replace(/@(?:[a-z0-9]+):([0-9a-f]{7})[0-9a-f]+$/i, '@$1…');
}

const leastFront = 5;
const leastName = 7;

/**
 * Cuts the parts to a number of characters: host and path give way from their end, then the middle of the
 * name; the tag never does. The result may stay longer than `room` where nothing is left to give.
 */
export function fitReference(parts: ReferenceParts, room: number): ReferenceParts {
  const { tag } = parts;
  const front = parts.host + parts.path;
  let over = front.length + parts.name.length + tag.length - room;
  if (over <= 0) return parts;

  let { host, path } = parts;
  // The slash before the name stays, so that what was cut still reads as a path.
  const bare = front.slice(0, -1);
  if (bare.length > leastFront + 1) {
    const kept = Math.max(leastFront, bare.length - over - 1);
    over -= bare.length - kept - 1;
    const hostLength = parts.host.length;
    host = kept <= hostLength ? `${bare.slice(0, kept)}…/` : parts.host;
    path = kept <= hostLength ? '' : `${bare.slice(hostLength, kept)}…/`;
  }
  return { host, path, name: over > 0 ? cutMiddle(parts.name, parts.name.length - over) : parts.name, tag };
}

function cutMiddle(text: string, room: number): string {
  const kept = Math.max(leastName, room) - 1;
  if (text.length <= kept + 1) return text;
  return `${text.slice(0, Math.ceil(kept / 2))}…${text.slice(text.length - Math.floor(kept / 2))}`;
}
