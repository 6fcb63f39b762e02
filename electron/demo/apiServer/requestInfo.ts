import type { ResourceType, ResourceTypes } from './resources';

/** What a request asks for, read from its method and URL as the real server does. */
export interface RequestInfo {
  readonly verb: string;
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  /** Null when this server has no such type; rights are still checked first. */
  readonly type: ResourceType | null;
  readonly subresource: string;
  readonly namespace: string;
  /** Empty for a collection. */
  readonly name: string;
  readonly query: URLSearchParams;
}

const verbs: Readonly<Record<string, readonly [onCollection: string, onObject: string]>> = {
  GET: ['list', 'get'],
  POST: ['create', 'create'],
  PUT: ['update', 'update'],
  PATCH: ['patch', 'patch'],
  DELETE: ['deletecollection', 'delete'],
};

/** Null when the URL is not one of an object or a collection. */
export function readRequest(method: string, url: URL, types: ResourceTypes): RequestInfo | null {
  const parts = url.pathname
    .split('/')
    .filter((part) => part !== '')
    .map(decodeURIComponent);
  const core = parts[0] === 'api';
  if (!core && parts[0] !== 'apis') return null;
  const [group, version, ...rest] = core ? ['', ...parts.slice(1)] : parts.slice(1);
  if (group === undefined || version === undefined || rest.length === 0) return null;
  let namespace = '';
  if (rest[0] === 'namespaces' && rest.length > 1) {
    namespace = rest[1] ?? '';
    // below a namespace come the types in it; `status` and `finalize` belong to the namespace itself
    if (rest.length > 2 && rest[2] !== 'status' && rest[2] !== 'finalize') rest.splice(0, 2);
  }
  const [plural = '', name = '', subresource = ''] = rest;
  const [onCollection, onObject] = verbs[method] ?? ['', ''];
  const watching = url.searchParams.get('watch') === 'true' || url.searchParams.get('watch') === '1';
  const verb = name !== '' ? onObject : onCollection === 'list' && watching ? 'watch' : onCollection;
  const type = types.find(group, version, plural) ?? null;
  return { verb, group, version, plural, type, subresource, namespace, name, query: url.searchParams };
}
