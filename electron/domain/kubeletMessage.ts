import { isDomain, parseImageReference } from './imageReference';

/**
 * The texts that the kubelet shows for a failed pull are errors within errors: the kubelet's own head, a gRPC
 * wrapper, the runtime's steps, and at the end the words of a registry or a system call. This file takes them
 * apart, so that what decides is never the name of an image or a piece of an address.
 */
export interface Attempt {
  /** The words alone: references became `<ref>`, addresses `<url>`, those of layers `<blob>`. */
  readonly words: string;
  /** The gRPC codes, outermost first; which alone never decide. */
  readonly codes: readonly string[];
  /** The host that the text names, with its port; empty when it names none. */
  readonly host: string;
  /** The node asked a mirror of its own: containerd then adds `?ns=` with the registry that was meant. */
  readonly viaNodeMirror: boolean;
}

/** Some registries answer with whole web pages; what decides comes before those. */
const maxLength = 8192;

/**
 * The attempts that a text tells of, the deciding one first. The kubelet tries each of the pod's credentials
 * and lists the outcomes as `[a, b]`; cri-o tries the node's mirrors before the registry itself and names them
 * as `(Mirrors also failed: [a] [b]): registry`.
 */
export function attemptsIn(message: string): readonly Attempt[] {
  const text = message
    .slice(0, maxLength)
    .replace(/\\"/g, '"')
    .replace(/^spec\.\w+\{[^}]*\}: /, '');
  return splitAttempts(text).map((part) => ({
    words: wordsOf(part),
    codes: [...text.matchAll(/\bcode = (\w+)/g)].flatMap(([, code]) => code ?? []),
    host: hostIn(part) || hostIn(text),
    viaNodeMirror: /[?&]ns=[a-z0-9]/i.test(part),
  }));
}

/** The image in quotes in the head of a kubelet's text or in a runtime's, verbatim; null when there is none. */
export function quotedImage(message: string): string | null {
  const text = message.replace(/\\"/g, '"');
  for (const pattern of quotes) {
    const image = pattern.exec(text)?.[1];
    if (image) return image;
  }
  return null;
}

/** The kubelet's quotes come first: they are the text of the spec, which the runtime has already normalised. */
const quotes: readonly RegExp[] = [
  /(?:Back-off pulling|Failed to pull|Failed to inspect|Container) image "([^"]+)"/,
  /Failed to apply default image tag "([^"]+)"/,
  /failed to pull and unpack image "([^"]+)"/i,
  /(?:failed to pull|failed pulling|failed to resolve|failed to get sandbox|PullImage)(?: image| reference)? "([^"]+)"/i,
];

/** The repository that docker says it was denied, as in `pull access denied for team/app, ...`. */
export function deniedRepository(message: string): string | null {
  return /pull access denied for ([^\s,]+)/.exec(message)?.[1] ?? null;
}

const attemptStart = '(?:rpc error: code = |failed to |Error |initializing |reading |pinging |pull access )';

function splitAttempts(text: string): readonly string[] {
  const mirrors = /\(Mirrors also failed:([\s\S]*)\]\s*\)(?::\s*([\s\S]*))?$/.exec(text);
  if (mirrors) {
    const each = (mirrors[1] ?? '').split(/\[/).filter((part) => part.trim() !== '');
    return mirrors[2] ? [mirrors[2], ...each] : each;
  }
  const list = new RegExp(`(?:^|: )\\[(?=${attemptStart})`).exec(text);
  if (!list) return [text];
  const inner = text.slice(list.index + list[0].length).replace(/\]\s*$/, '');
  return inner.split(new RegExp(`, (?=${attemptStart})`));
}

/** Two of the system's own terms have a slash in them, as references do. */
const termsWithSlash = /^(?:i\/o|input\/output|net\/http)$/;

function wordsOf(text: string): string {
  return text
    .replace(/\b[a-z]+:\/\/[^\s"]+?(?=[:,.)\]]*(?:[\s"]|$))/gi, (address) =>
      address.includes('/blobs/') ? '<blob>' : '<url>',
    )
    .replace(/"(<\w+>)"/g, '$1')
    .replace(/"[^"\s]+"/g, '<ref>')
    .replace(/(?:[\w.@:[\]%+~-]*\/)+[\w.@:%+~-]*\w/g, (token) => (termsWithSlash.test(token) ? token : '<ref>'))
    .replace(/(pull access denied for|manifest for) [^\s,<]+/g, '$1 <ref>')
    .replace(/\bmanifests? [^\s,<\]]+(?= in |\])/g, 'manifest <ref>')
    .replace(/\bimage [a-z0-9][\w.-]*:[\w.-]*\w/g, 'image <ref>')
    .replace(/rpc error: code = \w+ desc = /g, '');
}

const hostPatterns: readonly RegExp[] = [
  /\b(?:Get|Head|Post|Put|request to|status code)\s+"?https?:\/\/([^/\s"?]+)/i,
  /\bhttps?:\/\/([^/\s"]+)\/v[12]\b/i,
  /\bpinging (?:docker |container )?registry ([^\s/]+?)(?=:\s|\s|$)/,
  /\bpulling from host (\S+)/,
  /\blookup ([^\s:]+)(?= on |:)/,
];

/** References whose host is written out, and last the bare address that did not answer. */
function hostIn(text: string): string {
  for (const pattern of hostPatterns) {
    const host = pattern.exec(text)?.[1];
    if (host) return host;
  }
  const named = [...text.matchAll(/(?:"|docker:\/\/|\b(?:in|for|repository|image) )([^\s"',]+\/[^\s"',]+)/g)];
  for (const [, reference = ''] of named.reverse()) {
    const bare = reference.replace(/[:.]+$/, '');
    const parsed = parseImageReference(bare);
    if (parsed.ok && isDomain(bare.split('/')[0] ?? '')) return parsed.reference.domain;
  }
  return /\bdial tcp (\[[^\]]+\]|[^\s:]+):[0-9]+/.exec(text)?.[1] ?? '';
}
