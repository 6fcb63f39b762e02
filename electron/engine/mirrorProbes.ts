import type { Candidate } from '../domain/appState';
import { byAvailability, type Availability } from '../domain/availability';
import { requestsPerProbe } from '../domain/mirrorBudget';
import type { Clock, MirrorProbe } from './ports';

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
  readonly answered: Promise<void>;
}

/** Asks mirrors beforehand whether they have an image, where this computer may, and orders them by the answers. */
export class MirrorProbes {
  /** By proxied reference. */
  private readonly asked = new Map<string, Asked>();

  constructor(private readonly parts: MirrorProbesParts) {}

  /** Where there is nothing to choose, nothing is asked. */
  async order(candidates: readonly Candidate[]): Promise<readonly Candidate[]> {
    if (candidates.length < 2) return candidates;
    const now = this.parts.clock.now();
    for (const [proxied, { at }] of this.asked) if (now - at >= fresh) this.asked.delete(proxied);
    const open = candidates.flatMap((candidate) => {
      const asked = this.asked.get(candidate.proxied) ?? this.ask(candidate, now);
      return asked?.answer() === null ? asked.answered : [];
    });
    if (open.length > 0) await this.within(patience, Promise.all(open));
    return byAvailability(candidates, ({ proxied }) => this.asked.get(proxied)?.answer() ?? null);
  }

  forget(): void {
    this.asked.clear();
  }

  private ask({ mirror, proxied }: Candidate, now: number): Asked | null {
    const { probe, hosts, mayAsk, count } = this.parts;
    const isAllowed = hosts().some((host) => host.trim().toLowerCase() === mirror.toLowerCase());
    if (!isAllowed || !mayAsk(mirror)) return null;
    count(mirror, requestsPerProbe, 0);
    let answer: Availability | null = null;
    const answered = probe(proxied).then(({ availability, errors }) => {
      answer = availability;
      if (errors > 0) count(mirror, 0, errors);
    });
    const asked = { at: now, answer: () => answer, answered };
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
