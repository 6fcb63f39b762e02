import type { Candidate } from '../../domain/appState';
import { byAvailability, type Availability } from '../../domain/mirrors/availability';
import { requestsPerProbe, requestsPerSizeProbe } from '../../domain/mirrors/mirrorBudget';
import type { Architecture, Clock, ImageSize, MirrorProbe } from '../ports';

export interface MirrorProbesParts {
  readonly probe: MirrorProbe;
  readonly clock: Clock;
  /** The hosts that this computer may ask. */
  readonly hosts: () => readonly string[];
  readonly mayAsk: (host: string) => boolean;
  readonly count: (host: string, requests: number, errors: number) => void;
}

/** An image is asked for once in this time at each mirror, in milliseconds. */
const fresh = 600_000;
/** A rescue waits no longer for the answers, in milliseconds. */
const patience = 5_000;

interface Asked {
  readonly at: number;
  /** Null until it is there. */
  readonly answer: () => Availability | null;
  readonly size: () => ImageSize | null;
  readonly answered: Promise<void>;
}

/** Asks mirrors beforehand whether they have an image, where this computer may, and orders them by the answers. */
export class MirrorProbes {
  /** By proxied reference. */
  private readonly asked = new Map<string, Asked>();

  constructor(private readonly parts: MirrorProbesParts) {}

  /**
   * Where there is nothing to choose, nothing is waited for, and nothing asked but the size, where that is wanted:
   * `architecture` is that of the nodes that are to pull.
   */
  async order(candidates: readonly Candidate[], architecture?: Architecture): Promise<readonly Candidate[]> {
    if (candidates.length < 2) {
      if (architecture) void Promise.all(this.open(candidates, architecture));
      return candidates;
    }
    const open = this.open(candidates, architecture);
    if (open.length > 0) await this.within(patience, Promise.all(open));
    return byAvailability(candidates, ({ proxied }) => this.asked.get(proxied)?.answer() ?? null);
  }

  /** Asks for it where that is not done yet; null where it cannot be known. In compressed bytes. */
  async size(candidate: Candidate, architecture: Architecture): Promise<number | null> {
    const open = this.open([candidate], architecture);
    if (open.length > 0) await this.within(patience, Promise.all(open));
    return this.knownSize(candidate.proxied, await architecture());
  }

  /** As far as it was asked for; of nodes of another architecture the image has another size. */
  knownSize(proxied: string, architecture: string | null): number | null {
    const size = this.asked.get(proxied)?.size() ?? null;
    return size && (size.architecture === null || size.architecture === architecture) ? size.bytes : null;
  }

  forget(): void {
    this.asked.clear();
  }

  /** Asks what was not asked lately; gives what is not answered yet. */
  private open(candidates: readonly Candidate[], architecture: Architecture | undefined): readonly Promise<void>[] {
    const now = this.parts.clock.now();
    for (const [proxied, { at }] of this.asked) if (now - at >= fresh) this.asked.delete(proxied);
    return candidates.flatMap((candidate) => {
      const asked = this.asked.get(candidate.proxied) ?? this.ask(candidate, now, architecture);
      return asked?.answer() === null ? asked.answered : [];
    });
  }

  private ask({ mirror, proxied }: Candidate, now: number, architecture: Architecture | undefined): Asked | null {
    const { probe, hosts, mayAsk, count } = this.parts;
    const isAllowed = hosts().some((host) => host.trim().toLowerCase() === mirror.toLowerCase());
    if (!isAllowed || !mayAsk(mirror)) return null;
    count(mirror, architecture ? requestsPerSizeProbe : requestsPerProbe, 0);
    let answer: Availability | null = null;
    let size: ImageSize | null = null;
    const answered = probe(proxied, architecture).then(({ availability, size: told, errors }) => {
      answer = availability;
      size = told;
      if (errors > 0) count(mirror, 0, errors);
    });
    const asked = { at: now, answer: () => answer, size: () => size, answered };
    this.asked.set(proxied, asked);
    return asked;
  }

  private within(ms: number, work: Promise<unknown>): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.parts.clock.after(ms, resolve);
      void work.then(() => {
        cancel();
        resolve();
      });
    });
  }
}
