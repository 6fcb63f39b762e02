import { foldDomain, isDomain, parseImageReference } from '../image/imageReference';
import { wordsOf } from './messageWords';

/**
 * The texts that the kubelet shows for a failed pull are errors within errors: the kubelet's own head, a gRPC
 * wrapper, the runtime's steps, and at the end the words of a registry or a system call. This file takes them
 * apart, so that what decides is never the name of an image or a piece of an address.
 */
export interface Attempt {
  /** The words alone: references became `<ref>`, addresses `<url>` or `<addr>`, those of layers `<blob>`, an HTTP status `<http 403>`. */
  readonly words: string;
  /** The gRPC codes, outermost first; which alone never decide. */
  readonly codes: readonly string[];
  /** The host that the text names, with its port; empty when it names none. */
  readonly host: string;
  /** The node asked a mirror of its own, in place of the registry that was meant. */
  readonly viaNodeMirror: boolean;
}

/** Some registries answer with whole web pages; what decides stands before those, or at the very end. */
const headLength = 6144;
const tailLength = 2048;

/**
 * The attempts that a text tells of, the deciding one first. The kubelet tries each of the pod's credentials
 * and lists the outcomes as `[a, b]`; cri-o tries the node's mirrors before the registry itself and names them
 * as `(Mirrors also failed: [a] [b]): registry`.
 */
export function attemptsIn(message: string): readonly Attempt[] {
  const text = readable(message).replace(/^spec\.\w+\{[^}]*\}: /, '');
  const codes = [...text.matchAll(/\bcode = (\w+)/g)].map(([, code = '']) => codeNames.get(code) ?? code);
  return splitAttempts(text).map(({ part, ofMirror }) => ({
    words: wordsOf(part),
    codes,
    host: hostIn(part) || hostIn(text),
    viaNodeMirror: ofMirror || /[?&]ns=[a-z0-9]/i.test(part) || isPulledElsewhere(part, text),
  }));
}

/** The whole text in words, without regard to its attempts. */
export function allWords(message: string): string {
  return wordsOf(readable(message));
}

/** The image in quotes in the head of a kubelet's text or in a runtime's, verbatim; null when there is none. */
export function quotedImage(message: string): string | null {
  const text = readable(message);
  for (const pattern of quotes) {
    const image = pattern.exec(text)?.[1];
    if (image) return image;
  }
  return null;
}

/** The image in quotes where only a runtime speaks, as it does of its own pause image; null when there is none. */
export function runtimesImage(message: string): string | null {
  return /\b(?:failed to pull|failed pulling) image "([^"]{1,512})"/.exec(readable(message))?.[1] ?? null;
}

/** The kubelet's quotes come first: they are the text of the spec, which the runtime has already normalised. */
const quotes: readonly RegExp[] = [
  /(?:Back-off pulling|Failed to pull|Failed to inspect|Container) image "([^"]{1,512})"/,
  /Failed to apply default image tag "([^"]{1,512})"/,
  /failed to pull and unpack image "([^"]{1,512})"/i,
  /(?:failed to pull|failed pulling|failed to resolve|failed to get sandbox|PullImage)(?: image| reference)? "([^"]{1,512})"/i,
];

/** The repository that docker says it was denied, as in `pull access denied for team/app, ...`. */
export function deniedRepository(message: string): string | null {
  const denied =
    /pull access denied for ([^\s,]{1,512})|repository ([^\s,]{1,512}) not found: does not exist or no pull access/;
  const [, one, other] = denied.exec(readable(message)) ?? [];
  return one ?? other ?? null;
}

/** Texts within texts have their quotes escaped; a text can be of any length and is read in bounded time. */
function readable(message: string): string {
  const whole = message.length <= headLength + tailLength;
  const text = whole ? message : `${message.slice(0, headLength)} ${message.slice(-tailLength)}`;
  return text.replace(/(?<!\\)\\+"/g, '"');
}

/** Older runtimes write the gRPC codes as numbers (google.golang.org/grpc/codes). */
const codeNames: ReadonlyMap<string, string> = new Map([
  ['1', 'Canceled'],
  ['4', 'DeadlineExceeded'],
  ['5', 'NotFound'],
]);

interface Part {
  readonly part: string;
  /** Tried in place of the registry. */
  readonly ofMirror: boolean;
}

/** How an attempt can begin inside the kubelet's list. */
const starts =
  '(?:rpc error: |failed to |unable to |Error |error |initializing |reading |copying |pinging |pull access |unauthorized|denied|toomanyrequests|authorization )';

function splitAttempts(text: string): readonly Part[] {
  // cri-o asks a second time in case that the image is an artifact; the answer is the same
  const images = text.replace(new RegExp(`; artifact err: .*?(?=, ${starts}|\\]?$)`, 'gs'), '');
  const mirrors = /\(Mirrors also failed:([\s\S]*)\]\s*\)(?::\s*([\s\S]*))?$/.exec(images);
  if (mirrors) return ofMirrors(mirrors[1] ?? '', mirrors[2] ?? '');
  const list = /(?:^|: "?|ImagePullBackOff: "?)\[(?=[^\]]*\s)/.exec(images);
  if (!list || !new RegExp(`^${starts}`).test(images.slice(list.index + list[0].length)))
    return [{ part: images, ofMirror: false }];
  const inner = images.slice(list.index + list[0].length).replace(/\]\s*$/, '');
  return inner.split(new RegExp(`, (?=${starts})`)).map((part) => ({ part, ofMirror: false }));
}

/** The registry's own answer comes first; where there is none, it is the last in the list. */
function ofMirrors(list: string, source: string): readonly Part[] {
  const each = list.split('[').filter((part) => part.trim() !== '');
  const tried = each.map((part, index) => ({ part, ofMirror: source !== '' || index < each.length - 1 }));
  return source === '' ? tried : [{ part: source, ofMirror: false }, ...tried];
}

/**
 * Older containerd names the host that it asked without the `?ns=` that newer ones show. Docker asks the mirrors in its
 * daemon.json by the very path that it would ask Docker Hub for, which itself sends nobody elsewhere with that path.
 */
function isPulledElsewhere(part: string, text: string): boolean {
  const meant = parseImageReference(quotedImage(part) ?? quotedImage(text) ?? '');
  if (!meant.ok) return false;
  const { domain, path } = meant.reference;
  const asked = /\bpulling from host (\S{1,300}) failed/.exec(part)?.[1];
  if (asked !== undefined) return foldDomain(asked) !== domain;
  const [, host = '', asksFor] =
    /https?:\/\/([^/\s"]{1,300})\/v2\/([^\s"?]{1,300})\/(?:manifests|blobs)\//.exec(part) ?? [];
  return domain === 'docker.io' && asksFor === path && !/(?:^|\.)docker\.(?:io|com)$/.test(host);
}

const hostPatterns: readonly RegExp[] = [
  /\b(?:Get|Head|Post|Put|request to|status code)\s{1,3}"?https?:\/\/([^/\s"?]{1,300})/i,
  /\bhttps?:\/\/([^/\s"]{1,300})\/v[12]\b/i,
  /\bpinging (?:docker |container )?registry ([^\s/]{1,300}?)(?=:\s|\s|$)/,
  /\bpulling from host (\S{1,300})/,
  /\blookup ([^\s:]{1,300})(?= on |:)/,
];

/** References whose host is written out, and last the bare address that did not answer. */
function hostIn(text: string): string {
  for (const pattern of hostPatterns) {
    const host = pattern.exec(text)?.[1];
    if (host) return host;
  }
  const named = [
    ...text.matchAll(/(?:"|docker:\/\/|\b(?:in|for|repository|image) )([^\s"',/]{1,300}\/[^\s"',]{1,300})/g),
  ];
  for (const [, reference = ''] of named.reverse()) {
    const bare = reference.replace(/[:.]{1,9}$/, '');
    const parsed = parseImageReference(bare);
    if (parsed.ok && isDomain(bare.split('/')[0] ?? '')) return parsed.reference.domain;
  }
  return /\bdial tcp (\[[^\]]{1,60}\]|[^\s:]{1,300}):[0-9]+/.exec(text)?.[1] ?? '';
}
