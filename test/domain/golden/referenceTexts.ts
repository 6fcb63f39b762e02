/** What the answers in `referenceAnswers.jsonl` were asked for. */
export const asked = { count: 5_000, seed: 1 } as const;

/** Names of Docker Hub that the reference library does not know. */
export const unknownAliases = ['registry-1.docker.io', 'registry.hub.docker.com'] as const;

/**
 * Texts that are image references, and texts that nearly are: each part is drawn from what is legal or, less often,
 * from what just fails to be, and some texts are then damaged in one place. What begins with an alias of Docker Hub
 * comes a second time under docker.io.
 *
 * The same seed gives the same texts whatever a library's next version does, because the answers are kept in a file.
 *
 * @param count how many there are at least; an alias at the end makes it one more
 */
export function referenceTexts(count: number, seed: number): string[] {
  const draw = drawFrom(seed);
  const texts = new Set(knownTexts.flatMap(withCounterpart));
  while (texts.size < count) withCounterpart(damaged(reference(draw), draw)).forEach((text) => texts.add(text));
  return [...texts];
}

/** The text, and the same under docker.io where it begins with an alias. */
function withCounterpart(text: string): string[] {
  const alias = unknownAliases.find((host) => text.startsWith(`${host}/`));
  return alias === undefined ? [text] : [text, `docker.io${text.slice(alias.length)}`];
}

/** The same for every seed: the cases that the rules speak of, so that no draw can miss one. */
const knownTexts: readonly string[] = [
  '',
  '/',
  ':',
  '@',
  'a/',
  '/a',
  'localhost',
  'localhost/',
  'localhost:5000',
  'localhost:5000/app',
  'LOCALHOST/app',
  'foo.bar',
  'foo.bar/app',
  'docker.io',
  'docker.io/nginx',
  'docker.io/library/nginx',
  'docker.io/library/team/nginx',
  'docker.io/library/library',
  'docker.io/foo.bar/app',
  'docker.io/localhost/app',
  'docker.io/index.docker.io/app',
  'Docker.io/nginx',
  'index.docker.io/nginx',
  'INDEX.docker.io/nginx',
  'index.docker.io:443/nginx',
  'registry-1.docker.io/nginx',
  'registry-1.docker.io/foo.bar/app',
  `registry.hub.docker.com/${'a'.repeat(248)}`,
  'registry-1.docker.io/team/app:1',
  'registry.hub.docker.com/library/nginx',
  'my_host.example/app',
  'my_host.example:5000/app',
  'my_host/app',
  'my_host:5000/app',
  'https://docker.io/nginx',
  '[::1]/app',
  '[::1]:5000/app:1',
  '[fe80::1%eth0]/app',
  '[::ffff:10.0.0.5]/app',
  '${IMAGE}',
  '{{ .Values.image }}',
  'nginx:latest:1',
  'nginx@latest',
  'nginx:1@',
  'nginx:@1',
  'a'.repeat(63),
  'a'.repeat(64),
  'a'.repeat(65),
  'A'.repeat(64),
  'g'.repeat(64),
  `${'a'.repeat(64)}:1`,
  `docker.io/library/${'a'.repeat(64)}`,
  `docker.io/library/${'a'.repeat(64)}:1`,
  `library/${'a'.repeat(64)}`,
  `sha256:${'a'.repeat(64)}`,
  'a'.repeat(247),
  'a'.repeat(248),
];

/** Picks one of these. */
type Pick = <T>(from: readonly T[]) => T;

interface Draw {
  readonly pick: Pick;
  /** Whether something happens that does so in this share of all cases. */
  readonly chance: (share: number) => boolean;
  /** A whole number, both ends included. */
  readonly between: (least: number, most: number) => number;
  /** Characters of this alphabet. */
  readonly letters: (alphabet: string, length: number) => string;
}

/** The generator mulberry32: 32 bits of state, and the same numbers on every machine. */
function drawFrom(seed: number): Draw {
  let state = seed | 0;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (least: number, most: number) => least + Math.floor(next() * (most - least + 1));
  const pick: Pick = (from) => {
    const picked = from[between(0, from.length - 1)];
    if (picked === undefined) throw new Error('nothing to pick from');
    return picked;
  };
  const letters = (alphabet: string, length: number) =>
    Array.from({ length }, () => pick(Array.from(alphabet))).join('');
  return { pick, between, letters, chance: (share) => next() < share };
}

const nearMissShare = 0.12;

function reference(draw: Draw): string {
  const host = draw.chance(0.6) ? `${part(draw, hosts, nearHosts)}/` : '';
  const path = draw.chance(0.04) ? longPath(draw) : shortPath(draw);
  const tag = draw.chance(0.5) ? `:${part(draw, tags, nearTags)}` : '';
  const digest = draw.chance(0.2) ? `@${draw.chance(0.65) ? legalDigest(draw) : nearDigest(draw)}` : '';
  return host + path + tag + digest;
}

function part(draw: Draw, legal: readonly string[], nearMisses: readonly string[]): string {
  return draw.pick(draw.chance(nearMissShare) ? nearMisses : legal);
}

const hosts: readonly string[] = [
  ['docker.io', 'docker.io', 'index.docker.io', 'registry-1.docker.io', 'registry.hub.docker.com'],
  ['ghcr.io', 'quay.io', 'registry.k8s.io', 'mcr.microsoft.com', 'us-east1-docker.pkg.dev', 'docker.io:443'],
  ['localhost', 'localhost:5000', 'Localhost', 'localhost.localdomain', 'registry:5000', 'registry:0', 'r:65536'],
  ['Registry', 'REGISTRY', 'Docker.io', 'GHCR.io', 'rEgistry:80', 'Index.docker.io', 'X', 'A-B', '0A'],
  ['10.0.0.5', '10.0.0.5:5000', '127.0.0.1', '1.2.3.4.5', '0.0', '999.1.1.1'],
  ['[::1]', '[::1]:5000', '[2001:db8::1]', '[2001:DB8::1]:443', '[::]', '[:]', '[abc]', '[::1]:00'],
  ['a.b', 'a--b.c', 'a-b:1', 'xn--bcher-kva.example', 'x.y.z.example', '9.example', `${'h'.repeat(70)}.example`],
].flat();

const nearHosts: readonly string[] = [
  ['my_host.example', 'my_host', 'my_host:5000', 'my__host.example', 'my.host_x', 'my___host.example', 'HOST_X'],
  ['a_b.c_d', 'docker_io.example', 'my_host.example.', 'My_host.example', 'my-_host.example', '10.0.0.5_x', 'x.y_z.io'],
  ['host..example', '.example', 'example.', '-x.example', 'x-.example', 'x.-y', '-', '.', '..', '*.example', 'A-'],
  ['reg.example:', 'reg.example:port', 'reg.example:80:80', 'reg.example:-1', ':5000', 'reg.example:８０', 'reg:'],
  ['[::1', '::1]', '::1', '[]', '[::1]x', '[::1]:', '[g::1]', '[fe80::1%25eth0]', '[::ffff:10.0.0.5]', '[[::1]]'],
  ['https:', 'http:/', 'docker:/', 'user@reg.example', 'user:pw@reg.example', 'exämple.com', 'ПРИМЕР', '例え.jp'],
  ['reg example', ' reg.example', 'reg.example ', '${HOST}', 'reg.example\\', 'docker。io', '\u212Aubernetes.io'],
].flat();

const words: readonly string[] = [
  ['a', 'b1', '0', 'app', 'nginx', 'library', 'team', 'acme', 'redis', 'deadbeef', 'localhost', 'x86', 'tool2'],
  ['latest', 'sha256', 'docker', '1234', 'v2', 'kube'],
].flat();
const separators = ['.', '_', '__', '-', '--', '-----'];
const nearWords: readonly string[] = [
  ['', '', '-a', 'a-', '_a', 'a_', '.a', 'a.', 'a..b', 'a._b', 'a___b', 'a____b', 'a_-b', 'a.-b', 'a-_b', '__', '..'],
  ['A', 'Nginx', 'nginX', 'a b', ' a', 'a ', 'a\t', 'a\n', 'a\r\n', 'a\u0000', 'a%20b', 'a+b', '~a', 'a$', '*', '?'],
  ['ä', 'nginx\u0301', '名前', '\u212A', 'ı', 'İ', 'ſ', 'а', '１', '😀', 'a\u200Bb', 'a\u00A0', '\uFEFFa', 'a\u2028'],
].flat();
const dottedWords = ['foo.bar', 'index.docker.io', 'gcr.io', 'a.b', '1.2'];

function shortPath(draw: Draw): string {
  const length = draw.pick([1, 1, 1, 2, 2, 2, 3, 4]);
  const component = () => {
    if (draw.chance(nearMissShare * 0.6)) return draw.pick(nearWords);
    if (draw.chance(0.06)) return draw.pick(dottedWords);
    if (draw.chance(0.01)) return draw.letters('0123456789abcdef', draw.pick([63, 64, 64, 64, 65]));
    const word = draw.pick(words);
    return draw.chance(0.25) ? word + draw.pick(separators) + draw.pick(words) : word;
  };
  return Array.from({ length }, component).join('/');
}

/** Around the longest that is legal, with and without what is added to an official image's name. */
function longPath(draw: Draw): string {
  const length = draw.pick([127, 246, 247, 248, 253, 254, 255, 255, 256, 256, 257]);
  const first = draw.pick(['', 'team/', 'library/', 'a/b/']);
  return first + 'x'.repeat(length - first.length);
}

const tags: readonly string[] = [
  ['latest', '1', '1.25', 'v1.2.3-rc.1', 'V1', 'STABLE', '_', '_x', '0', 'a-', 'a.', 'a..b', 'x_y', '5000', 'sha256'],
  ['8a3c', '2024.01.01-alpine', 't'.repeat(128)],
].flat();
const nearTags: readonly string[] = [
  [
    '',
    '-x',
    '.x',
    '-',
    '.',
    'a+b',
    'a b',
    ' a',
    'a ',
    'a\n',
    'é',
    '\u212A',
    '１',
    'a:b',
    'a/b',
    'a/b:c',
    '${TAG}',
    '*',
  ],
  ['latest/', 'a@b', '<tag>', 'a\u0000', 't'.repeat(129)],
].flat();

const hex = '0123456789abcdef';
const lengths: Readonly<Record<string, number>> = { sha256: 64, sha384: 96, sha512: 128 };

function legalDigest(draw: Draw): string {
  const algorithm = draw.pick(['sha256', 'sha256', 'sha256', 'sha256', 'sha384', 'sha512']);
  return `${algorithm}:${draw.letters(hex, lengths[algorithm] ?? 64)}`;
}

function nearDigest(draw: Draw): string {
  const digits = draw.letters(hex, 64);
  const other = draw.pick(['md5', 'sha1', 'sha224', 'blake3', 'SHA256', 'Sha256', 'sha-256', 'sha256+b64', 'sha3_256']);
  const length = draw.pick([0, 1, 31, 32, 33, 40, 63, 65, 95, 97, 127, 129]);
  return draw.pick([
    () => `${other}:${digits}`,
    () => `${draw.pick(Object.keys(lengths))}:${draw.letters(hex, length)}`,
    () => `sha256:${digits.toUpperCase()}`,
    () => `sha256:${digits.slice(0, 63)}${draw.pick(['g', 'A', '-', '_', '=', ' ', '０'])}`,
    () => `sha256${draw.pick(['', '-', '=', '::', ': '])}${digits}`,
    () => `${draw.pick(['', '1', '-', '+', 'a..b', 'a-1'])}:${digits}`,
    () => digits,
    () => `sha256:${digits}${draw.pick([':1', '@', '/app', ' ', '\n'])}`,
    () => `sha256:${digits}@sha256:${digits}`,
    () => 'multihash+base58:QmRZxt2b1FVZPNqd8hsiykDL3TdBDeTSPX9Kv46HmX4Gx8',
  ])();
}

const foreign = ['/', ':', '@', '.', '_', '-', 'A', ' ', '\n', '[', ']', '%', '+', 'é', '\u0000', '\\', '"', '//'];

/** The text as it is, or in one case of ten with one place of it changed. */
function damaged(text: string, draw: Draw): string {
  if (draw.chance(0.9)) return text;
  // By code points: half of a surrogate pair would be another character in the answers.
  const characters = Array.from(text);
  const at = draw.between(0, characters.length);
  const before = characters.slice(0, at).join('');
  const after = characters.slice(at + 1).join('');
  const here = characters[at] ?? '';
  return draw.pick([
    before + after,
    before + draw.pick(foreign) + here + after,
    before + draw.pick(foreign) + after,
    before + here + here + after,
    before + here.toUpperCase() + after,
  ]);
}
