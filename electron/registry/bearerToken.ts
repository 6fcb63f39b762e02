import type { Availability } from '../domain/mirrors/availability';
import { isLoopback, type Answer, type RegistryRequests } from './registryRequests';

/** How a registry wants to be asked, from its WWW-Authenticate header. */
export interface Challenge {
  readonly scheme: 'bearer' | 'basic';
  readonly realm: string;
  readonly service: string;
}

/** Null where the answer is no challenge. */
export function challengeOf({ status, headers }: Answer): Challenge | null {
  if (status !== 401) return null;
  const header = headers.get('www-authenticate') ?? '';
  const bearer = /(?:^|,\s*)bearer\s+/i.exec(header);
  if (!bearer) return { scheme: 'basic', realm: '', service: '' };
  const words = header.slice(bearer.index + bearer[0].length);
  return { scheme: 'bearer', realm: parameter(words, 'realm'), service: parameter(words, 'service') };
}

/**
 * A token that lets anybody pull from the repository. Its issuer may be another host, and is asked over an encrypted
 * connection unless the registry itself was not.
 */
export async function bearerToken(
  requests: RegistryRequests,
  { realm, service }: Challenge,
  base: string,
  path: string,
): Promise<{ readonly token: string } | { readonly refused: Availability }> {
  const url = new URL(realm);
  const mayBePlain = base.startsWith('http:') || isLoopback(url.host);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && mayBePlain)) return { refused: 'unreachable' };
  if (service !== '') url.searchParams.set('service', service);
  url.searchParams.set('scope', `repository:${path}:pull`);
  const { status, text } = await requests.read(url.href);
  if (status === 429) return { refused: 'limited' };
  if (status === 401 || status === 403) return { refused: 'refused' };
  const token = status === 200 ? tokenIn(text) : null;
  return token === null ? { refused: 'unreachable' } : { token };
}

/** `key="value"` or `key=value`. */
function parameter(words: string, key: string): string {
  const [, quoted, plain] = new RegExp(`(?:^|[\\s,])${key}=(?:"([^"]*)"|([^\\s,]+))`, 'i').exec(words) ?? [];
  return quoted ?? plain ?? '';
}

function tokenIn(text: string): string | null {
  const answer: unknown = JSON.parse(text);
  if (typeof answer !== 'object' || answer === null) return null;
  const { token, access_token: accessToken } = answer as Readonly<Record<string, unknown>>;
  const found = [token, accessToken].find((each) => typeof each === 'string' && each !== '');
  return typeof found === 'string' ? found : null;
}
