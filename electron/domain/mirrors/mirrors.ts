import type { AllowList } from './allowList';
import type { Candidate } from '../appState';
import type { Refusal } from '../diagnosis/cause';
import { isDaoCloudHost } from './daocloud';
import { foldDomain, hostOf, isDomain, parseImageReference, type ImageReference } from '../image/imageReference';
import { fillTemplate, firstPart, isLegalName, isOneOf, templateHost, templateTokens } from './mirrorTemplate';
import { coversStrangers, excludedBy, isMatch, matchCovers, matchHost } from '../image/registryPattern';
import type { MirrorRule } from '../settings';
import type { Language } from '../words/language';
import { mirrorRuleWords } from '../words/mirrorRules';

const dockerHub = 'docker.io';

/** What one rule makes of an image: another reference, or the reason why not. */
export type RuleOutcome =
  { readonly rule: MirrorRule; readonly proxied: string } | { readonly rule: MirrorRule; readonly refusal: Refusal };

/** What is wrong with a rule: the path of the field (`template`, `except.0`) and one sentence. */
export interface RuleFlaw {
  readonly path: string;
  readonly why: string;
}

/** What each rule makes of the image, in the order of the rules. The allow list counts for DaoCloud's mirror alone. */
export function rewrite(
  imageText: string,
  rules: readonly MirrorRule[],
  noProxy: readonly string[],
  allowList: AllowList | null = null,
): RuleOutcome[] {
  return outcomes(readImage(imageText, rules, noProxy), rules, allowList);
}

/**
 * The references to try in place of the image, in order and each once, with the mirror's host. When there is none, `refusal` says why:
 * what a matching rule has against the image comes first, then what no mirror could do with its host, then the news
 * that no rule matches.
 */
export function candidatesFor(
  imageText: string,
  rules: readonly MirrorRule[],
  noProxy: readonly string[],
  allowList: AllowList | null = null,
): { candidates: Candidate[]; refusal: Refusal | null } {
  const read = readImage(imageText, rules, noProxy);
  const candidates: Candidate[] = [];
  const refusals: Refusal[] = [];
  for (const outcome of outcomes(read, rules, allowList)) {
    if ('refusal' in outcome) refusals.push(outcome.refusal);
    else if (!candidates.some(({ proxied }) => proxied === outcome.proxied))
      candidates.push({ mirror: firstPart(outcome.proxied), proxied: outcome.proxied });
  }
  if (candidates.length > 0) return { candidates, refusal: null };
  if ('refusal' in read) return { candidates, refusal: read.refusal };
  const { domain } = read.image;
  const obstacle = rules.length > 0 ? hostObstacle(domain) : null;
  const noRule = obstacle ?? ({ code: 'no-rule', about: domain } as const);
  return { candidates, refusal: refusals.find(({ code }) => code !== 'no-rule') ?? noRule };
}

/**
 * Whether images of this host come through a mirror: one of the rules', or DaoCloud's. A mirror that serves each registry
 * under a name of its own often puts that name in front of its own, as in `docker.m.daocloud.io` beside
 * `m.daocloud.io`; a host that a rule names as its source is none of these.
 */
export function isMirrorHost(domain: string, rules: readonly MirrorRule[]): boolean {
  const host = foldDomain(domain.toLowerCase());
  if (isDaoCloudHost(host)) return true;
  return rules.some(({ template }) => {
    const mirror = templateHost(template);
    if (mirror.includes('{host}')) return isOneOf(mirror, host);
    return host === foldDomain(mirror) || isNameBeside(host, mirror, rules);
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
  const host = pastedHost(hostText);
  if (!isHost(host)) return { ok: false, why: mirrorRuleWords[language].notAHost(hostText.trim()) };
  return { ok: true, rule: { name: host, match: '*', template: `${host}/{host}/{path}` } };
}

/** A host as people paste it, without what a browser or a command adds to it. */
export function pastedHost(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/\/+$/, '');
}

/** Whether a text is a registry's host, with a dot or a port that can be one. */
export function isHost(text: string): boolean {
  const port = /:([0-9]+)$/.exec(text)?.[1];
  return isDomain(text) && (port === undefined || (Number(port) >= 1 && Number(port) <= 65_535));
}

/** What is wrong with a rule in one sentence, or null when it can be used. */
export function validateRule(rule: MirrorRule, language: Language = 'en'): string | null {
  return ruleFlaw(rule, language)?.why ?? null;
}

/** As validateRule, with the field that is to be changed. */
export function ruleFlaw(rule: MirrorRule, language: Language = 'en'): RuleFlaw | null {
  const words = mirrorRuleWords[language];
  if (!isMatch(rule.match)) return { path: 'match', why: words.matchIsNoRegistry(rule.match) };
  const excepted = rule.except ?? [];
  const wrong = excepted.findIndex((pattern) => !isMatch(pattern));
  if (wrong >= 0) return { path: `except.${String(wrong)}`, why: words.matchIsNoRegistry(excepted[wrong] ?? '') };
  const why = templateFlaw(rule, language);
  return why === null ? null : { path: 'template', why };
}

function templateFlaw(rule: MirrorRule, language: Language): string | null {
  const words = mirrorRuleWords[language];
  const { match, template } = rule;
  if (/^[a-z]+:\/\//i.test(template)) return words.templateHasScheme;
  const unknown = (template.match(/\{[^}]*\}?|\}/g) ?? []).find((token) => !templateTokens.includes(token));
  if (unknown !== undefined) return words.unknownToken(unknown);
  if (!isHost(templateHost(template).replaceAll('{host}', 'x'))) return words.templateNeedsHost;
  if (!/\{(path|name)\}/.test(template)) return words.templateNeedsName;
  if (coversStrangers(match) && !template.includes('{host}')) return words.registriesWouldMix;
  return makesLegalNames(template) ? null : words.templateMakesNoName;
}

type ReadImage = { readonly image: ImageReference; readonly normal: ImageReference } | { readonly refusal: Refusal };

function readImage(text: string, rules: readonly MirrorRule[], noProxy: readonly string[]): ReadImage {
  const parsed = parseImageReference(text);
  if (!parsed.ok) return refuse(parsed.why === 'image-id' ? 'image-id' : 'invalid', text);
  const image = parsed.reference;
  // `sha256:...` alone reads as a tag of an image named sha256, but it is an id that only the node knows.
  if (image.path === 'library/sha256' && /^[a-f0-9]{64}$/.test(image.tag ?? '')) return refuse('image-id', text);
  if (isMirrorHost(image.domain, rules)) return refuse('already-proxied', image.domain);
  if (isLoopback(image.domain)) return refuse('local', image.domain);
  const normal = inLowerCase(image);
  const entry = excludedBy(noProxy, normal);
  return entry === null ? { image, normal } : refuse('excluded', entry);
}

/** Hosts know no case, and Docker Hub stays Docker Hub in capitals. */
function inLowerCase(image: ImageReference): ImageReference {
  const domain = foldDomain(image.domain.toLowerCase());
  const isOfficial = domain === dockerHub && !image.path.includes('/');
  return { ...image, domain, path: isOfficial ? `library/${image.path}` : image.path };
}

function outcomes(read: ReadImage, rules: readonly MirrorRule[], allowList: AllowList | null): RuleOutcome[] {
  if ('refusal' in read) return rules.map((rule) => ({ rule, refusal: read.refusal }));
  return rules.map((rule) => ({ rule, ...applyRule(rule, read.normal, read.image.domain, allowList) }));
}

function applyRule(
  rule: MirrorRule,
  image: ImageReference,
  writtenHost: string,
  allowList: AllowList | null,
): { readonly proxied: string } | { readonly refusal: Refusal } {
  if (!covers(rule, image)) return refuse('no-rule', writtenHost);
  // A rule made for one registry knows where it is; any other has to carry the host's name to the mirror.
  const carriesHost = rule.template.includes('{host}') || matchHost(rule.match).includes('*');
  const obstacle = carriesHost ? hostObstacle(writtenHost) : null;
  if (obstacle !== null) return { refusal: obstacle };
  const proxied = fillTemplate(rule.template, image);
  if (!isLegalName(proxied)) return refuse('invalid', proxied);
  const mirror = firstPart(proxied);
  if (allowList !== null && isDaoCloudHost(mirror) && !allowList.allows(image))
    return refuse('not-on-allow-list', mirror);
  return { proxied };
}

function covers({ match, except = [] }: MirrorRule, image: ImageReference): boolean {
  return matchCovers(match, image) && !except.some((pattern) => matchCovers(pattern, image));
}

/** Why a host cannot be a part of a path, and a public mirror could not find it either. */
function hostObstacle(domain: string): Refusal | null {
  const host = hostOf(domain);
  if (host !== domain.toLowerCase()) return { code: 'port', about: domain };
  if (host.startsWith('[') || /^[0-9.]+$/.test(host)) return { code: 'ip-host', about: domain };
  return host.includes('.') ? null : { code: 'host-without-dot', about: domain };
}

/** This machine itself. `[::1]` with a port is refused for the port, as every other address in brackets is. */
function isLoopback(domain: string): boolean {
  const host = hostOf(domain);
  if (host === 'localhost' || host.endsWith('.localhost')) return true;
  return /^127(?:\.[0-9]+){1,3}$|^0\.0\.0\.0$/.test(host) || /^\[[0:]*:0*1?\]$/.test(domain);
}

function isNameBeside(host: string, mirror: string, rules: readonly MirrorRule[]): boolean {
  if (!host.endsWith(`.${mirror}`) || host.slice(0, -mirror.length - 1).includes('.')) return false;
  return !rules.some(({ match }) => matchHost(match) === host);
}

function refuse(code: Refusal['code'], about: string): { readonly refusal: Refusal } {
  return { refusal: { code, about } };
}

function makesLegalNames(template: string): boolean {
  const sample = parseImageReference('r.example/team/app:1.0');
  return sample.ok && isLegalName(fillTemplate(template, sample.reference));
}
