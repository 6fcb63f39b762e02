import { createHash } from 'node:crypto';
import type { ImageName } from './imageName';
import { parseImageName } from './imageName';
import { pullText, type PullFailure } from './pullTexts';
import type { RegistryBan } from './registryBan';

/** How a registry's host answers. Everything but `serves` fails every pull. */
export type HostAnswer =
  'serves' | 'refused' | 'timeout' | 'no-such-host' | 'tls-untrusted' | 'rate-limited' | 'unauthorized' | 'bad-gateway';

/** An image's content: the same on every host that it is published on. */
export interface ImageContent {
  /** `sha256:...` of the configuration: the id under which a node knows it. */
  readonly id: string;
  /** `sha256:...` of the manifest. */
  readonly digest: string;
  readonly sizeBytes: number;
  /** Whether a container of it runs until it is stopped, or exits by itself. */
  readonly kind: 'runs' | 'exits';
  readonly exitCode: number;
  /** False: there is nothing in it for the nodes' platform. */
  readonly fitsPlatform: boolean;
}

export interface RegistryHost {
  answer: HostAnswer;
  /** Repositories that are served whatever `answer` says. */
  readonly open: Set<string>;
  /** Milliseconds until a pull is done; a pull that fails takes `failMs`. */
  pullMs: number;
  failMs: number;
  /** Repositories that the host is willing to serve at all; anything else is 403, as with DaoCloud's allow list. */
  allows: (path: string) => boolean;
  /** `user:password` that a pull has to bring, or null. */
  login: string | null;
  /** Unknown repositories look like private ones, as on Docker Hub. */
  hidesUnknown: boolean;
  /** Whether and when it bans; a banned node gets 403 for everything. */
  ban: RegistryBan | null;
}

export type PullResult =
  | { readonly ok: true; readonly content: ImageContent; readonly ms: number }
  | { readonly ok: false; readonly text: string; readonly ms: number };

/** Answers 403, 404, 429 and 5xx. */
const bannedFor: ReadonlySet<PullFailure> = new Set(['forbidden', 'not-found', 'rate-limited', 'bad-gateway']);

/** What every registry host in a simulated world answers to the nodes. A host that nobody named does not exist. */
export class RegistryWorld {
  private readonly hosts = new Map<string, RegistryHost>();
  private images = new Map<string, ImageContent>();

  /** The host's behaviour, to read and to change. A new one serves at once what is published on it. */
  host(name: string): RegistryHost {
    const known = this.hosts.get(name);
    if (known) return known;
    const made: RegistryHost = {
      answer: 'serves',
      open: new Set(),
      pullMs: 10,
      failMs: 5,
      allows: () => true,
      login: null,
      hidesUnknown: false,
      ban: null,
    };
    this.hosts.set(name, made);
    return made;
  }

  /** Puts an image under a reference. `content` tells images apart: the same text, the same bytes. */
  publish(reference: string, more: Partial<ImageContent> & { readonly content?: string } = {}): ImageContent {
    const name = parseImageName(reference);
    if (!name) throw new Error(`not an image reference: ${reference}`);
    const { content: text = name.normalised, ...fields } = more;
    const content = imageContent(text, fields);
    this.host(name.host);
    this.images.set(name.normalised, content);
    this.images.set(`${name.repository}@${content.digest}`, content);
    return content;
  }

  /** Takes every published image away; the hosts stay. */
  unpublishAll(): void {
    this.images = new Map();
  }

  /** What comes of a pull; `logins` are `user:password` texts by host, `now` is in milliseconds. */
  pull(name: ImageName, logins: ReadonlyMap<string, string>, now = 0): PullResult {
    const host = this.hosts.get(name.host);
    if (!host) return { ok: false, text: pullText(name, 'no-such-host'), ms: 5 };
    const answered = (why: PullFailure): PullResult => ({ ok: false, text: pullText(name, why), ms: host.failMs });
    if (host.ban?.meets(now)) return answered('forbidden');
    const failed = (why: PullFailure): PullResult => {
      if (bannedFor.has(why)) host.ban?.erred(now);
      return answered(why);
    };
    if (host.answer !== 'serves' && !host.open.has(name.path)) return failed(host.answer);
    if (!host.allows(name.path)) return failed('forbidden');
    if (host.login !== null && logins.get(name.host) !== host.login) return failed('unauthorized');
    const content = this.images.get(name.normalised);
    if (!content) return failed(host.hidesUnknown && !this.knows(name.repository) ? 'denied' : 'not-found');
    if (!content.fitsPlatform) return failed('no-platform');
    return { ok: true, content, ms: host.pullMs };
  }

  private knows(repository: string): boolean {
    return [...this.images.keys()].some((key) => key.startsWith(`${repository}:`));
  }
}

/** An image that is made up from a text: the same text, the same bytes. */
export function imageContent(text: string, more: Partial<ImageContent> = {}): ImageContent {
  return {
    id: sha256(`config of ${text}`),
    digest: sha256(`manifest of ${text}`),
    sizeBytes: 8_000_000 + (Number.parseInt(sha256(text).slice(-6), 16) % 90_000_000),
    kind: 'runs',
    exitCode: 0,
    fitsPlatform: true,
    ...more,
  };
}

function sha256(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}
