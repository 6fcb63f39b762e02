import { parseImageReference } from './imageReference';

/**
 * Whether a text can be what some mirror rule made of an image: every rule keeps the image's own name, its tag and its
 * digest. An annotation outlives a change of the pod's image by somebody else (OpenKruise does so in place, with a
 * newer tag), and then it no longer tells what the pod's own image is.
 */
export function canStandFor(text: string, original: string): boolean {
  if (text === original) return true;
  const proxied = parseImageReference(text);
  const own = parseImageReference(original);
  if (!proxied.ok || !own.ok) return false;
  const { path, tag, digest } = own.reference;
  return (
    text.includes(path.split('/').at(-1) ?? '') &&
    (tag === proxied.reference.tag || text.includes(tag ?? 'latest')) &&
    digest === proxied.reference.digest
  );
}
