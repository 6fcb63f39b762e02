import type { Availability } from '../domain/mirrors/availability';
import { parseImageReference, withDefaultTag } from '../domain/image/imageReference';
import type { Architecture, ImageSize, MirrorProbe } from '../engine/ports';
import { bearerToken, challengeOf } from './bearerToken';
import { manifestSize } from './imageManifest';
import { isLoopback, RegistryRequests, type Answer, type Fetch } from './registryRequests';

export interface ProbeOptions {
  readonly fetch?: Fetch;
  /** The whole probe ends after so many milliseconds. */
  readonly limit?: number;
}

/** What the runtimes ask for: indexes first, as they pull the node's platform out of them. */
const manifestTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

/**
 * Asks registries for manifests as a runtime does that has no credentials: the distribution specification's HEAD of a
 * manifest, or its GET where the image's size is wanted, with an anonymous token where the registry wants one. Encrypted, but for a registry on this computer. It
 * asks once and never again: a registry that limits counts each try.
 */
export function manifestProbe({ fetch = globalThis.fetch, limit = 5_000 }: ProbeOptions = {}): MirrorProbe {
  return async (proxied, architecture) => {
    const parsed = parseImageReference(proxied);
    if (!parsed.ok) return { availability: 'unreachable', size: null, errors: 0 };
    const { domain, path, tag, digest } = withDefaultTag(parsed.reference);
    const requests = new RegistryRequests(fetch, AbortSignal.timeout(limit));
    try {
      const found = await ask(requests, domain, path, digest ?? tag ?? '', architecture);
      return { ...found, errors: requests.errors };
    } catch {
      // no answer, or none that makes sense: what a rescue does is the same for each way of it
      return { availability: 'unreachable', size: null, errors: requests.errors };
    }
  };
}

interface Found {
  readonly availability: Availability;
  readonly size: ImageSize | null;
}

async function ask(
  requests: RegistryRequests,
  domain: string,
  path: string,
  reference: string,
  architecture: Architecture | undefined,
): Promise<Found> {
  const unsized = (availability: Availability): Found => ({ availability, size: null });
  const { base, root } = await rootOf(requests, domain);
  const challenge = challengeOf(root);
  if (root.status !== 200 && challenge === null) return unsized(meaning(root));
  // a login cannot be had without credentials
  if (challenge?.scheme === 'basic') return unsized('refused');
  const token = challenge && (await bearerToken(requests, challenge, base, path));
  if (token && 'refused' in token) return unsized(token.refused);
  const headers = { Accept: manifestTypes, ...(token && { Authorization: `Bearer ${token.token}` }) };
  const urlOf = (name: string) => `${base}/v2/${path}/manifests/${name}`;
  const head = (name: string) => requests.ask('HEAD', urlOf(name), headers);
  const read = (name: string) => requests.manifest(urlOf(name), headers);
  const withText = architecture ? await read(reference) : null;
  const named = withText ?? (await head(reference));
  const answer = meaning(named);
  if (answer !== 'available') return unsized(answer);
  const digest = named.headers.get('docker-content-digest');
  if (digest !== null && !reference.includes(':')) {
    // a mirror may know a tag and no longer have what it stands for; some answer this question to nobody
    const content = await head(digest);
    const answers = content.status !== 405 && content.status !== 501;
    if (answers && meaning(content) !== 'available') return unsized(meaning(content));
  }
  const text = withText?.text ?? null;
  if (!architecture || text === null) return unsized(answer);
  // that the image is there is known by now; a size that cannot be had is shown as unknown
  const size = await sizeOf(text, architecture, read).catch(() => null);
  return { availability: answer, size };
}

async function sizeOf(
  text: string,
  architecture: Architecture,
  read: (name: string) => Promise<{ readonly text: string | null }>,
): Promise<ImageSize | null> {
  const found = manifestSize(text);
  if (found.is === 'image') return { bytes: found.bytes, architecture: null };
  if (found.is === 'unknown') return null;
  const wanted = await architecture();
  const digest = wanted === null ? null : found.digestFor(wanted);
  if (digest === null) return null;
  const own = manifestSize((await read(digest)).text ?? '');
  return own.is === 'image' ? { bytes: own.bytes, architecture: wanted } : null;
}

/** The API's root: whether there is a registry, and what it wants. */
async function rootOf(requests: RegistryRequests, domain: string): Promise<{ base: string; root: Answer }> {
  const at = async (base: string) => ({ base, root: await requests.ask('GET', `${base}/v2/`) });
  try {
    return await at(`https://${domain}`);
  } catch (error) {
    if (!isLoopback(domain)) throw error;
    return at(`http://${domain}`);
  }
}

/** A hint about what a runtime would meet there. */
function meaning({ status, headers }: Answer): Availability {
  if (status === 429 || /^0(?:;|$)/.test(headers.get('ratelimit-remaining') ?? '')) return 'limited';
  if (status === 404) return 'missing';
  if (status === 401 || status === 403) return 'refused';
  return status === 200 ? 'available' : 'unreachable';
}
