import type { Candidate } from './appState';
import type { Refusal } from './cause';
import { foldDomain, hostOf, isDomain, parseImageReference, type ImageReference } from './imageReference';
import { excludedBy, matchCovers, matchHost } from './registryPattern';
import type { MirrorRule } from './settings';
import type { Language } from './words/language';
import { mirrorRuleWords } from './words/mirrorRules';

/** What one rule makes of an image: another reference, or the reason why not. */
export type RuleOutcome =
  { readonly rule: MirrorRule; readonly proxied: string } | { readonly rule: MirrorRule; readonly refusal: Refusal };

/** Older runtimes count the host too, so a name that is made here keeps to the tighter limit. */
const maxNameLength = 255;
const tokens: readonly string[] = ['{host}', '{path}', '{name}', '{tag}', '{digest}'];

/** What each rule makes of the image, in the order of the rules. */
export function rewrite(imageText: string, rules: readonly MirrorRule[], noProxy: readonly string[]): RuleOutcome[] {
  const read = readImage(imageText, rules, noProxy);
  return rules.map((rule) =>
    'refusal' in read ? { rule, refusal: read.refusal } : { rule, ...applyRule(rule, read.image) },
  );
}

/**
 * The references to try in place of the image, in order and each once, with the mirror's host. When there is none, `refusal` says why:
 * what a matching rule has against the image comes before the news that other rules do not match.
 */
export function candidatesFor(
  imageText: string,
  rules: readonly MirrorRule[],
  noProxy: readonly string[],
): { candidates: Candidate[]; refusal: Refusal | null } {
  const outcomes = rewrite(imageText, rules, noProxy);
  const candidates: Candidate[] = [];
  const refusals: Refusal[] = [];
  for (const outcome of outcomes) {
    if ('refusal' in outcome) refusals.push(outcome.refusal);
    else if (!candidates.some(({ proxied }) => proxied === outcome.proxied))
      candidates.push({ mirror: firstPart(outcome.proxied), proxied: outcome.proxied });
  }
  if (candidates.length > 0) return { candidates, refusal: null };
  const read = readImage(imageText, rules, noProxy);
  const fallback = 'refusal' in read ? read.refusal : { code: 'no-rule' as const, about: read.image.domain };
  return { candidates, refusal: refusals.find(({ code }) => code !== 'no-rule') ?? fallback };
}

/**
 * Whether images of this host come through one of the mirrors. A mirror that serves each registry under a
 * name of its own puts that name in front of its own, as in `docker.m.daocloud.io` beside `m.daocloud.io`.
 */
export function isMirrorHost(domain: string, rules: readonly MirrorRule[]): boolean {
  const host = foldDomain(domain.toLowerCase());
  return rules.some(({ template }) => {
    const mirror = templateHost(template);
    if (!mirror.includes('{')) return host === foldDomain(mirror) || isOneLabelBelow(host, mirror);
    const [before = '', after = ''] = [mirror.split('{')[0], mirror.split('}').at(-1)];
    return host.length > before.length + after.length && host.startsWith(before) && host.endsWith(after);
  });
}

/**
 * The rule that a mirror's host alone stands for: any registry, its host in front of the path. Takes what
 * people paste, so a scheme and slashes at the end are dropped. `why` is one sentence.
 */
export function prefixRule(
  hostText: string,
  language: Language = 'en',
): { readonly ok: true; readonly rule: MirrorRule } | { readonly ok: false; readonly why: string } {
  const host = hostText
    .trim()
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/\/+$/, '');
  if (!isDomain(host) || !portIsLegal(host))
    return { ok: false, why: mirrorRuleWords[language].notAHost(hostText.trim()) };
  return { ok: true, rule: { name: host, match: '*', template: `${host}/{host}/{path}` } };
}

/** What is wrong with a rule in one sentence, or null when it can be used. */
export function validateRule(rule: MirrorRule, language: Language = 'en'): string | null {
  const words = mirrorRuleWords[language];
  const { match, template } = rule;
  if (!/^[a-z0-9.:*[\]-]+$/.test(matchHost(match)) || /\s/.test(match.trim())) return words.matchIsNoRegistry(match);
  if (/^[a-z]+:\/\//i.test(template)) return words.templateHasScheme;
  const unknown = (template.match(/\{[^}]*\}?|\}/g) ?? []).find((token) => !tokens.includes(token));
  if (unknown !== undefined) return words.unknownToken(unknown);
  const host = templateHost(template);
  if (!isDomain(host.replaceAll('{host}', 'x')) || !portIsLegal(host)) return words.templateNeedsHost;
  if (!/\{(path|name)\}/.test(template)) return words.templateNeedsName;
  if (matchHost(match) === '*' && !template.includes('{host}')) return words.registriesWouldMix;
  return makesLegalNames(rule) ? null : words.templateMakesNoName;
}

/** The mirror's host as a template names it, in lower case. */
function templateHost(template: string): string {
  return firstPart(template).toLowerCase();
}

function firstPart(text: string): string {
  return text.split('/')[0] ?? '';
}

function readImage(
  text: string,
  rules: readonly MirrorRule[],
  noProxy: readonly string[],
): { readonly image: ImageReference } | { readonly refusal: Refusal } {
  const parsed = parseImageReference(text);
  if (!parsed.ok) return refuse(parsed.why === 'image-id' ? 'image-id' : 'invalid', text);
  const image = parsed.reference;
  // `sha256:...` alone reads as a tag of an image named sha256, but it is an id that only the node knows.
  if (image.path === 'library/sha256' && /^[a-f0-9]{64}$/.test(image.tag ?? '')) return refuse('image-id', text);
  if (isMirrorHost(image.domain, rules)) return refuse('already-proxied', image.domain);
  const host = hostOf(image.domain);
  if (host === 'localhost' || host.endsWith('.localhost') || /^(127\.|0\.0\.0\.0$)/.test(host) || isIpv6Loopback(image))
    return refuse('local', image.domain);
  const entry = excludedBy(noProxy, image);
  return entry === null ? { image } : refuse('excluded', entry);
}

function applyRule(
  rule: MirrorRule,
  image: ImageReference,
): { readonly proxied: string } | { readonly refusal: Refusal } {
  if (!matchCovers(rule.match, image)) return refuse('no-rule', image.domain);
  // A rule made for one registry knows where it is; any other has to carry the host's name to the mirror.
  const carriesHost = rule.template.includes('{host}') || matchHost(rule.match).includes('*');
  const obstacle = carriesHost ? hostObstacle(image.domain) : null;
  if (obstacle !== null) return { refusal: obstacle };
  const proxied = expand(rule.template, image);
  return isLegalResult(proxied) ? { proxied } : refuse('invalid', proxied);
}

/** Why a host cannot be a part of a path, and a public mirror could not find it either. */
function hostObstacle(domain: string): Refusal | null {
  const host = hostOf(domain);
  if (host !== domain.toLowerCase()) return { code: 'port', about: domain };
  if (host.startsWith('[') || /^[0-9.]+$/.test(host)) return { code: 'ip-host', about: domain };
  return host.includes('.') ? null : { code: 'host-without-dot', about: domain };
}

/** Fills in a template. A tag and a digest that it does not place elsewhere end the result; none is made up. */
function expand(template: string, image: ImageReference): string {
  const body = template.replace(/@\{digest\}$/, '').replace(/:\{tag\}$/, '');
  const values: Readonly<Record<string, string | null>> = {
    host: image.domain.toLowerCase(),
    path: image.path,
    name: image.path.split('/').at(-1) ?? '',
    tag: image.tag,
    digest: image.digest,
  };
  // A token without a value stays as it is, and makes the result illegal.
  const filled = body.replace(/\{(\w+)\}/g, (token, name: string) => values[name] ?? token);
  const tag = image.tag === null || body.includes('{tag}') ? '' : `:${image.tag}`;
  const digest = image.digest === null || body.includes('{digest}') ? '' : `@${image.digest}`;
  return `${filled}${tag}${digest}`;
}

function isLegalResult(text: string): boolean {
  const parsed = parseImageReference(text);
  if (!parsed.ok || !isDomain(firstPart(text))) return false;
  return parsed.reference.domain.length + 1 + parsed.reference.path.length <= maxNameLength;
}

/** With a port it is refused for the port, as every other address is. */
function isIpv6Loopback({ domain }: ImageReference): boolean {
  return domain === '[::1]';
}

function isOneLabelBelow(host: string, mirror: string): boolean {
  return host.endsWith(`.${mirror}`) && !host.slice(0, -mirror.length - 1).includes('.');
}

function refuse(code: Refusal['code'], about: string): { readonly refusal: Refusal } {
  return { refusal: { code, about } };
}

function makesLegalNames(rule: MirrorRule): boolean {
  const samples = ['r.example/team/app:1.0', 'r.example/app'];
  return samples.every((image) => {
    // Tried on a registry that every rule covers: only the template is in question here.
    const [outcome] = rewrite(image, [{ ...rule, match: '*' }], []);
    return outcome !== undefined && 'proxied' in outcome && parseImageReference(outcome.proxied).ok;
  });
}

function portIsLegal(host: string): boolean {
  const port = /:([0-9]+)$/.exec(host)?.[1];
  return port === undefined || (Number(port) >= 1 && Number(port) <= 65_535);
}
