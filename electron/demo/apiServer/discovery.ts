import type { ResourceType, ResourceTypes } from './resources';
import { reviews } from './resources';

const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

/** The answer to a discovery path (`/api`, `/apis`, `/apis/GROUP/VERSION`, `/version`); null for any other. */
export function discover(path: string, types: ResourceTypes, version: string): unknown {
  const parts = path.split('/').filter((part) => part !== '');
  if (path === '/version') {
    const [major = '', minor = ''] = version.replace(/^v/, '').split('.');
    return { major, minor, gitVersion: version, platform: 'linux/amd64', compiler: 'gc', goVersion: 'go1.25.0' };
  }
  if (parts[0] === 'api') {
    if (parts.length === 1) return { kind: 'APIVersions', versions: ['v1'] };
    return parts.length === 2 && parts[1] === 'v1' ? resourceList('', 'v1', types) : null;
  }
  if (parts[0] !== 'apis') return null;
  if (parts.length === 1) {
    const names = [...new Set(types.all().map(({ group }) => group))].filter((group) => group !== '');
    return { kind: 'APIGroupList', apiVersion: 'v1', groups: names.map((name) => group(name, types)) };
  }
  const [, name = '', groupVersion = ''] = parts;
  if (!types.all().some((type) => type.group === name && (parts.length === 2 || type.version === groupVersion))) {
    return null;
  }
  if (parts.length === 2) return { kind: 'APIGroup', apiVersion: 'v1', ...group(name, types) };
  return parts.length === 3 ? resourceList(name, groupVersion, types) : null;
}

function group(name: string, types: ResourceTypes) {
  const served = [...new Set(types.all().flatMap((type) => (type.group === name ? [type.version] : [])))];
  const versions = served.map((version) => ({ groupVersion: `${name}/${version}`, version }));
  return { name, versions, preferredVersion: versions[0] };
}

function resourceList(name: string, version: string, types: ResourceTypes) {
  const served = types.all().filter((type) => type.group === name && type.version === version);
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: name === '' ? version : `${name}/${version}`,
    resources: served.flatMap((type) => entries(type)),
  };
}

function entries(type: ResourceType) {
  const { plural, singular, namespaced, kind, shortNames } = type;
  const review = Object.values(reviews).some((known) => known.plural === plural);
  const main = { name: plural, singularName: singular, namespaced, kind };
  return [
    { ...main, verbs: review ? ['create'] : verbs, ...(shortNames.length > 0 && { shortNames }) },
    ...(type.hasStatus
      ? [{ ...main, name: `${plural}/status`, singularName: '', verbs: ['get', 'patch', 'update'] }]
      : []),
    ...(plural === 'pods'
      ? [{ ...main, name: 'pods/binding', singularName: '', kind: 'Binding', verbs: ['create'] }]
      : []),
  ];
}
