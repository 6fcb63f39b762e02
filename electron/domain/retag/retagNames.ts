import {
  formatImageReference,
  parseImageReference,
  withDefaultTag,
  type ImageReference,
} from '../image/imageReference';
import type { NodeRuntime } from './nodeRuntime';

/**
 * The name under which a runtime keeps an image that it pulls: whole, with its tag, or with its digest alone where one is
 * given. Null for a text that is no reference.
 */
export function pulledName(image: string): string | null {
  const parsed = parseImageReference(image);
  return parsed.ok ? formatImageReference(asKept(parsed.reference)) : null;
}

/**
 * The name under which the runtime looks for the image of a container's spec: the one that the image has to be given.
 * Null where there is none that could be given.
 */
export function soughtName(image: string, { is }: Pick<NodeRuntime, 'is'>): string | null {
  const parsed = parseImageReference(image);
  if (!parsed.ok) return null;
  const reference = asWritten(parsed.reference);
  if (reference.digest === null) return formatImageReference(withDefaultTag(reference));
  switch (is) {
    case 'containerd':
      return formatImageReference({ ...reference, tag: null });
    // its store finds a digest under any name of the same repository, and takes no digest for a name (containers/storage)
    case 'cri-o':
      return formatImageReference({ ...reference, tag: reference.tag ?? 'pullthrough', digest: null });
    // refuses to give an image a digest for a name
    case 'docker':
      return null;
  }
}

/** A tag beside a digest is dropped by every runtime. */
function asKept(reference: ImageReference): ImageReference {
  return reference.digest === null ? withDefaultTag(reference) : { ...reference, tag: null };
}

/** Runtimes fold only one of Docker Hub's other host names into docker.io; the rest keep theirs. */
function asWritten(reference: ImageReference): ImageReference {
  const { original, domain } = reference;
  const slash = original.indexOf('/');
  const host = original.slice(0, slash);
  if (domain !== 'docker.io' || slash < 0 || host === 'index.docker.io' || !/[.:]/.test(host)) return reference;
  const [path = ''] = original.slice(slash + 1).split(/[:@]/);
  return host === domain ? reference : { ...reference, domain: host, path };
}
