import { foldDomain, parseImageReference, withDefaultTag, type ImageReference } from '../image/imageReference';

/** Older runtimes count the host too, so a name that is made here keeps to the tighter limit. */
const maxNameLength = 255;

/** What a template may hold in braces. */
export const templateTokens: readonly string[] = ['{host}', '{path}', '{name}', '{tag}', '{digest}'];

/** The mirror's host as a template names it, in lower case; it may hold `{host}`. */
export function templateHost(template: string): string {
  return firstPart(template).toLowerCase();
}

/** Whether a host is one that a template names, where that holds `{host}` for any. */
export function isOneOf(named: string, host: string): boolean {
  const pieces = named.split('{host}');
  const [before, after] = [pieces[0] ?? '', pieces.at(-1) ?? ''];
  return host.length > before.length + after.length && host.startsWith(before) && host.endsWith(after);
}

/** What stands before the first slash: of a name that a template made, the mirror's host. */
export function firstPart(text: string): string {
  return text.split('/')[0] ?? '';
}

/**
 * Fills in a template. A tag and a digest that it does not place elsewhere end the result, where none is made up; in another
 * place an image without either has the tag that the kubelet would pull.
 */
export function fillTemplate(template: string, image: ImageReference): string {
  const body = template.replace(/@\{digest\}$/, '').replace(/:\{tag\}$/, '');
  const values: Readonly<Record<string, string | null>> = {
    host: image.domain,
    path: image.path,
    name: image.path.split('/').at(-1) ?? '',
    tag: withDefaultTag(image).tag,
    digest: image.digest,
  };
  const host = templateHost(body);
  // A token without a value stays as it is, and makes the result illegal.
  const filled = `${host}${body.slice(host.length)}`.replace(/\{(\w+)\}/g, (token, name: string) =>
    Object.hasOwn(values, name) ? (values[name] ?? token) : token,
  );
  const tag = image.tag === null || body.includes('{tag}') ? '' : `:${image.tag}`;
  const digest = image.digest === null || body.includes('{digest}') ? '' : `@${image.digest}`;
  return `${filled}${tag}${digest}`;
}

/** Whether every runtime would take the text as an image of the host that it begins with. */
export function isLegalName(text: string): boolean {
  const host = firstPart(text);
  const parsed = parseImageReference(text);
  if (!parsed.ok || parsed.reference.domain !== foldDomain(host)) return false;
  return parsed.reference.domain.length + 1 + parsed.reference.path.length <= maxNameLength;
}
