import { daoCloudHost, daoCloudHosts, daoCloudSource } from './daocloud';
import { fieldFlaw, noEcrPrefix, withoutExtras } from './mirrorFields';
import { ruleFlaw } from './mirrors';
import { templateHost } from './mirrorTemplate';
import { matchHost } from '../image/registryPattern';
import type { MirrorRule } from '../settings';
import type { Language } from '../words/language';
import { mirrorKindWords } from '../words/mirrorKinds';
import { mirrorRuleWords } from '../words/mirrorRules';

/** Kinds of mirrors whose rules follow from a few fields. The names are stable: scripts use them. */
export type MirrorKindId =
  'prefix' | 'daocloud-hosts' | 'registry' | 'harbor' | 'nexus' | 'artifactory' | 'ecr' | 'acr' | 'gar' | 'gitlab';

/** `upstream` is the registry whose images the mirror brings; what the others are depends on the kind of mirror. */
export type MirrorFieldName =
  'host' | 'upstream' | 'project' | 'repository' | 'prefix' | 'source' | 'target' | 'location' | 'group';

export interface MirrorField {
  readonly name: MirrorFieldName;
  readonly example: string;
  /** What an empty field stands for; null where it has to be filled in. */
  readonly default: string | null;
}

export interface MirrorKind {
  readonly id: MirrorKindId;
  readonly fields: readonly MirrorField[];
}

export type KindRules =
  | { readonly ok: true; readonly rules: readonly MirrorRule[] }
  /** `why` is one sentence about the field. */
  | { readonly ok: false; readonly field: MirrorFieldName; readonly why: string };

const needed = (name: MirrorFieldName, example: string): MirrorField => ({ name, example, default: null });
const optional = (name: MirrorFieldName, example: string, fallback = ''): MirrorField => ({
  name,
  example,
  default: fallback,
});
const upstream = optional('upstream', 'docker.io', 'docker.io');

/** In the order in which they are offered. */
export const mirrorKinds: readonly MirrorKind[] = [
  { id: 'prefix', fields: [needed('host', 'm.daocloud.io')] },
  { id: 'daocloud-hosts', fields: [] },
  { id: 'registry', fields: [needed('host', 'registry.example.com:5000'), upstream] },
  { id: 'harbor', fields: [needed('host', 'harbor.example.com'), needed('project', 'dockerhub'), upstream] },
  { id: 'nexus', fields: [needed('host', 'nexus.example.com'), optional('repository', 'docker-proxy'), upstream] },
  {
    id: 'artifactory',
    fields: [needed('host', 'artifactory.example.com'), optional('repository', 'docker-remote'), upstream],
  },
  {
    id: 'ecr',
    fields: [
      needed('host', '123456789012.dkr.ecr.eu-central-1.amazonaws.com'),
      upstream,
      optional('prefix', 'docker-hub'),
    ],
  },
  {
    id: 'acr',
    fields: [
      needed('host', 'example.azurecr.io'),
      needed('source', 'docker.io/library/*'),
      needed('target', 'dockerhub/*'),
    ],
  },
  {
    id: 'gar',
    fields: [
      needed('location', 'europe-west1'),
      needed('project', 'my-project'),
      needed('repository', 'dockerhub'),
      upstream,
    ],
  },
  { id: 'gitlab', fields: [needed('host', 'gitlab.example.com'), needed('group', 'my-group')] },
];

/** The prefixes that Amazon ECR proposes for a pull-through cache rule. */
const ecrPrefixes: Readonly<Record<string, string>> = {
  'docker.io': 'docker-hub',
  'quay.io': 'quay',
  'registry.k8s.io': 'kubernetes',
  'public.ecr.aws': 'ecr-public',
};

type Fields = Readonly<Partial<Record<MirrorFieldName, string>>>;
type WrongField = Extract<KindRules, { ok: false }>;

/**
 * The rules that a kind and its fields stand for. Fields are taken as people paste them: schemes, slashes and blanks around
 * them are dropped.
 */
export function rulesOf(kind: MirrorKindId, given: Fields, language: Language = 'en'): KindRules {
  const words = mirrorKindWords[language];
  const fields = mirrorKinds.find(({ id }) => id === kind)?.fields ?? [];
  const read: Partial<Record<MirrorFieldName, string>> = {};
  for (const { name, default: fallback } of fields) {
    const pasted = withoutExtras(name, given[name] ?? '');
    const text = pasted === '' ? fallback : pasted;
    if (text === null) return { ok: false, field: name, why: words.missing(words.fields[name]) };
    const why = text === '' ? null : fieldFlaw(name, text, language);
    if (why !== null) return { ok: false, field: name, why };
    read[name] = text;
  }
  const made = rulesFrom(kind, read, language);
  if ('ok' in made) return made;
  const itself = made.find(({ match, template }) => matchHost(match) === templateHost(template));
  if (itself) return mirrorOfItself(matchHost(itself.match), read, language);
  const why = made.map((rule) => ruleFlaw(rule, language)?.why).find((flaw) => flaw !== undefined);
  return why === undefined ? { ok: true, rules: made } : { ok: false, field: fields[0]?.name ?? 'host', why };
}

function mirrorOfItself(host: string, { upstream: given }: Fields, language: Language): WrongField {
  return given === undefined
    ? { ok: false, field: 'host', why: mirrorRuleWords[language].notAHost(host) }
    : { ok: false, field: 'upstream', why: mirrorKindWords[language].upstreamIsMirror(host) };
}

function rulesFrom(kind: MirrorKindId, fields: Fields, language: Language): WrongField | readonly MirrorRule[] {
  const { host = '', project, repository, group, location = '' } = fields;
  switch (kind) {
    case 'prefix':
      return [prefixed(host)];
    case 'daocloud-hosts':
      return daoCloudHosts.map(([match, name]) => ({ name, match, template: `${name}/{path}` }));
    case 'registry':
      return upstreamRule([host], fields);
    case 'harbor':
      return upstreamRule([host, project], fields);
    case 'nexus':
    case 'artifactory':
      return upstreamRule([host, repository], fields);
    case 'gar':
      return upstreamRule([location, project, repository], fields);
    case 'gitlab':
      return upstreamRule([host, group, 'dependency_proxy/containers'], { upstream: 'docker.io' });
    case 'ecr':
      return ecrRule(fields, language);
    case 'acr':
      return acrRules(fields, language);
  }
}

/** One registry's images below a place on the mirror. What a proxy takes from DaoCloud's mirror is another registry's, too. */
function upstreamRule(
  place: readonly (string | undefined)[],
  { upstream: registry = '' }: Fields,
): readonly MirrorRule[] {
  const base = place.filter((part) => part !== undefined && part !== '').join('/');
  if (registry === daoCloudHost) return [prefixed(base)];
  return [{ name: base, match: daoCloudSource(registry) ?? registry, template: `${base}/{path}` }];
}

function ecrRule(fields: Fields, language: Language): WrongField | readonly MirrorRule[] {
  const { host, upstream: registry = '', prefix = '' } = fields;
  const proposed = ecrPrefixes[daoCloudSource(registry) ?? registry];
  if (prefix === '' && proposed === undefined) {
    const words = mirrorKindWords[language];
    return { ok: false, field: 'prefix', why: words.missing(words.fields.prefix) };
  }
  if (prefix === noEcrPrefix) return upstreamRule([host], fields);
  return upstreamRule([host, prefix === '' ? proposed : prefix], fields);
}

/**
 * ACR replaces the start of a name. What a template can drop is all but the last part, so below a source with a path only
 * the images right there are covered. A source with a path and no star is one image, or a start whose star was left out.
 */
function acrRules(
  { host = '', source: written = '', target = '' }: Fields,
  language: Language,
): WrongField | readonly MirrorRule[] {
  const source = written.replace(/\/\*$/, '');
  const image = source.split('/').at(-1) ?? '';
  const base = `${host}/${target}`;
  if (!source.includes('/')) return [{ name: base, match: source, template: `${base}/{path}` }];
  const [single, below] = [source !== written ? null : singleRule(host, source, target), `${source}/*`];
  // Docker Hub's official images have none below them.
  if (/^docker\.io\/library\/./.test(source))
    return single === null
      ? { ok: false, field: 'target', why: mirrorKindWords[language].targetRenames(image) }
      : [single];
  const deeper = source === 'docker.io/library' ? {} : { except: [`${below}/*`] };
  const start = { name: base, match: below, ...deeper, template: `${base}/{name}` };
  return single === null ? [start] : [single, start];
}

function singleRule(host: string, source: string, target: string): MirrorRule | null {
  const image = source.split('/').at(-1) ?? '';
  if (target.split('/').at(-1) !== image) return null;
  const template = `${host}/${target.slice(0, -image.length)}{name}`;
  return { name: `${host}/${target}`, match: source, except: [`${source}/*`], template };
}

function prefixed(base: string): MirrorRule {
  return { name: base, match: '*', template: `${base}/{host}/{path}` };
}
