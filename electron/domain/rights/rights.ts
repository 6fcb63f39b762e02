/**
 * The rights that the product needs on a cluster, and nothing beyond: no wildcard, no secret, no config map. What every
 * account that has logged in may do is not among them: ask which APIs are served, the version, and its own rights
 * (ClusterRoles system:discovery, system:public-info-viewer and system:basic-user).
 */

/** What the product does on a cluster; each mode includes those before it. */
export const rightsModes = ['watch', 'heal', 'retag'] as const;
export type RightsMode = (typeof rightsModes)[number];

/** What is asked for besides a mode. */
export const rightsFeatures = ['fledged', 'kruise', 'prepull', 'doctor', 'repair'] as const;
export type RightsFeature = (typeof rightsFeatures)[number];

/** What a rule is for; `words/rights.ts` says it in a sentence. */
export type RightsPurpose =
  | 'see-pods'
  | 'read-events'
  | 'read-opt-out'
  | 'swap'
  | 'pull-pods'
  | 'retag-nodes'
  | 'retag-jobs'
  | 'retag-pods'
  | 'fledged-nodes'
  | 'fledged-caches'
  | 'fledged-pods'
  | 'kruise-jobs'
  | 'kruise-images'
  | 'prepull-nodes'
  | 'doctor-definition'
  | 'doctor-webhook'
  | 'doctor-service'
  | 'doctor-programs'
  | 'doctor-pods'
  | 'doctor-caches'
  | 'doctor-jobs'
  | 'doctor-pull-jobs'
  | 'doctor-nodes'
  | 'repair-programs'
  | 'repair-caches'
  | 'repair-jobs'
  | 'repair-pods'
  | 'repair-pull-jobs';

/** Verbs on one resource that belong together. */
export interface RightsRule {
  readonly purpose: RightsPurpose;
  readonly neededBy: RightsMode | RightsFeature;
  /** Empty: the core group. */
  readonly group: string;
  readonly resource: string;
  readonly verbs: readonly string[];
  /** `workloads`: the namespaces that are looked after; `cluster`: what is in no namespace. */
  readonly where: 'workloads' | 'cluster' | 'fledged' | 'retag';
}

const kubeFledged = 'kubefledged.io';
const kruise = 'apps.kruise.io';

export const rightsRules: readonly RightsRule[] = [
  core('see-pods', 'watch', 'workloads', 'pods', ['list', 'watch']),
  core('read-events', 'watch', 'workloads', 'events', ['list']),
  // a namespace that is read by its name counts as in itself, so that a Role gives this as well
  core('read-opt-out', 'watch', 'workloads', 'namespaces', ['get']),
  core('swap', 'heal', 'workloads', 'pods', ['patch']),
  core('pull-pods', 'heal', 'workloads', 'pods', ['create', 'delete']),
  core('retag-nodes', 'retag', 'cluster', 'nodes', ['get']),
  of('batch', 'retag-jobs', 'retag', 'retag', 'jobs', ['list', 'create', 'delete']),
  core('retag-pods', 'retag', 'retag', 'pods', ['list', 'watch']),
  core('fledged-nodes', 'fledged', 'cluster', 'nodes', ['get']),
  of(kubeFledged, 'fledged-caches', 'fledged', 'fledged', 'imagecaches', ['get', 'list', 'create', 'delete']),
  core('fledged-pods', 'fledged', 'fledged', 'pods', ['list', 'watch']),
  of(kruise, 'kruise-jobs', 'kruise', 'workloads', 'imagepulljobs', ['get', 'list', 'create', 'delete']),
  of(kruise, 'kruise-images', 'kruise', 'cluster', 'nodeimages', ['get']),
  core('prepull-nodes', 'prepull', 'cluster', 'nodes', ['list']),
  of('apiextensions.k8s.io', 'doctor-definition', 'doctor', 'cluster', 'customresourcedefinitions', ['get']),
  of('admissionregistration.k8s.io', 'doctor-webhook', 'doctor', 'cluster', 'validatingwebhookconfigurations', [
    'list',
  ]),
  core('doctor-service', 'doctor', 'fledged', 'services', ['get']),
  of('apps', 'doctor-programs', 'doctor', 'fledged', 'deployments', ['list']),
  core('doctor-pods', 'doctor', 'fledged', 'pods', ['list']),
  of(kubeFledged, 'doctor-caches', 'doctor', 'fledged', 'imagecaches', ['list']),
  of('batch', 'doctor-jobs', 'doctor', 'retag', 'jobs', ['list']),
  of(kruise, 'doctor-pull-jobs', 'doctor', 'workloads', 'imagepulljobs', ['list']),
  core('doctor-nodes', 'doctor', 'cluster', 'nodes', ['list']),
  // not what an installation creates: whoever may create roles may give themselves any right
  of('apps', 'repair-programs', 'repair', 'fledged', 'deployments', ['patch']),
  of(kubeFledged, 'repair-caches', 'repair', 'fledged', 'imagecaches', ['patch', 'delete']),
  of('batch', 'repair-jobs', 'repair', 'retag', 'jobs', ['delete']),
  core('repair-pods', 'repair', 'workloads', 'pods', ['delete']),
  of(kruise, 'repair-pull-jobs', 'repair', 'workloads', 'imagepulljobs', ['delete']),
];

/** Where the product works. */
export interface RightsPlaces {
  /** Empty: all. */
  readonly namespaces: readonly string[];
  readonly fledgedNamespace: string;
  readonly retagNamespace: string;
}

export interface RightsWanted extends RightsPlaces {
  readonly mode: RightsMode;
  readonly features: readonly RightsFeature[];
}

/** A rule in one place. */
export interface PlacedRule extends RightsRule {
  /** Empty: in all, or of what is in none. */
  readonly namespace: string;
}

/** One verb on one resource in one place: what an API server allows or does not. */
export interface Right {
  readonly purpose: RightsPurpose;
  readonly neededBy: RightsMode | RightsFeature;
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  /** Empty: in all, or of what is in none. */
  readonly namespace: string;
}

/** Verbs on one resource in one namespace. */
export interface MissingGroup {
  readonly verbs: readonly string[];
  readonly resource: string;
  /** Empty: in all, or of what is in none. */
  readonly namespace: string;
}

/** What a mode and features need, each verb on a resource once, by place. */
export function rulesFor(wanted: RightsWanted): readonly PlacedRule[] {
  const includes = new Set<string>([...rightsModes.slice(0, rightsModes.indexOf(wanted.mode) + 1), ...wanted.features]);
  const given = new Set<string>();
  const placed: PlacedRule[] = [];
  for (const rule of rightsRules) {
    if (!includes.has(rule.neededBy)) continue;
    for (const namespace of placesOf(rule, wanted)) {
      const key = (verb: string, place: string) => [rule.group, rule.resource, verb, place].join('\n');
      const verbs = rule.verbs.filter((verb) => !given.has(key(verb, '')) && !given.has(key(verb, namespace)));
      for (const verb of verbs) given.add(key(verb, namespace));
      if (verbs.length > 0) placed.push({ ...rule, verbs, namespace });
    }
  }
  return placed;
}

/** The same, one by one. */
export function rightsFor(wanted: RightsWanted): readonly Right[] {
  return rulesFor(wanted).flatMap(({ purpose, neededBy, verbs, group, resource, namespace }) =>
    verbs.map((verb) => ({ purpose, neededBy, verb, group, resource, namespace })),
  );
}

function placesOf({ where }: RightsRule, places: RightsPlaces): readonly string[] {
  switch (where) {
    case 'cluster':
      return [''];
    case 'fledged':
      return [places.fledgedNamespace];
    case 'retag':
      return [places.retagNamespace];
    case 'workloads':
      return places.namespaces.length > 0 ? places.namespaces : [''];
  }
}

function core(
  purpose: RightsPurpose,
  neededBy: RightsRule['neededBy'],
  where: RightsRule['where'],
  resource: string,
  verbs: readonly string[],
): RightsRule {
  return of('', purpose, neededBy, where, resource, verbs);
}

function of(
  group: string,
  purpose: RightsPurpose,
  neededBy: RightsRule['neededBy'],
  where: RightsRule['where'],
  resource: string,
  verbs: readonly string[],
): RightsRule {
  return { purpose, neededBy, group, resource, verbs, where };
}
