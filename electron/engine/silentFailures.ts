import { isSilent, type KnownFailure } from '../domain/podBook';
import type { EngineEvent } from './engineEvent';
import type { Clock, Cluster } from './ports';

export interface SilentFailuresParts {
  readonly cluster: Pick<Cluster, 'failureEvents' | 'mayI'>;
  readonly clock: Clock;
  /** Takes what an event says of a container; see `PodBook.learned`. */
  readonly learned: (podUid: string, container: string, message: string) => void;
  /** Something was answered: what was awaited can be decided. */
  readonly answered: () => void;
  readonly event: (event: Omit<EngineEvent, 'time' | 'context'>) => void;
}

/** Requests at one time. */
const maxRequests = 4;
/** Milliseconds until a pod that is still silent is asked about again; three times as long each time, up to an hour. */
const firstPause = 10_000;
const maxPause = 3_600_000;
/** A right that is missing is not given within moments, in milliseconds. */
const deniedPause = 600_000;
/** How long a decision waits for its first answer, in milliseconds: longer than a request that gets none. */
const patience = 20_000;

/** What is asked about one pod. */
interface Inquiry {
  readonly podUid: string;
  readonly namespace: string;
  /** Of the failure that was seen first, as its owner wrote it. */
  readonly image: string;
  /** Containers with their images that are silent now, and those that there was an answer about. */
  silent: ReadonlySet<string>;
  answered: ReadonlySet<string>;
  /** When the first of those that there was no answer about was seen. */
  since: number;
  tries: number;
  dueAt: number;
  underWay: boolean;
}

/**
 * Asks the events of pods whose status does not say why they fail: before Kubernetes 1.32 a pod that waits for its next
 * attempt does not. Nothing is asked of a cluster whose pods say it themselves.
 */
export class SilentFailures {
  private readonly inquiries = new Map<string, Inquiry>();
  private readonly deniedUntil = new Map<string, number>();
  /** Namespaces whose events could not be read, which was said. */
  private readonly told = new Set<string>();
  private queue: readonly Inquiry[] = [];
  private requests = 0;
  private stopped = false;

  constructor(private readonly parts: SilentFailuresParts) {}

  /**
   * Asks about those of these failures that are silent and due; the others are forgotten. Gives when the next one is
   * due or will be waited for no longer, in milliseconds since the epoch, or null.
   */
  ask(failures: readonly KnownFailure[]): number | null {
    const now = this.parts.clock.now();
    this.note(failures.filter(isSilent), now);
    const waiting = [...this.inquiries.values()].filter(({ underWay }) => !underWay);
    this.queue = oneOfEachImageFirst(waiting.filter(({ dueAt }) => dueAt <= now));
    this.pump();
    const times = [...this.inquiries.values()].flatMap((inquiry) => [
      Math.max(inquiry.dueAt, this.deniedUntil.get(inquiry.namespace) ?? 0),
      isAnswered(inquiry) ? 0 : inquiry.since + patience,
    ]);
    const next = Math.min(...times.filter((time) => time > now));
    return Number.isFinite(next) ? next : null;
  }

  /** Whether a decision about this failure has to wait: its cause may be known in a moment. */
  awaits(failure: KnownFailure): boolean {
    if (!isSilent(failure) || this.isDenied(failure.namespace)) return false;
    const inquiry = this.inquiries.get(failure.podUid);
    if (!inquiry) return true;
    return !inquiry.answered.has(keyOf(failure)) && this.parts.clock.now() < inquiry.since + patience;
  }

  /** A right that was missing may be there now. */
  forget(): void {
    this.deniedUntil.clear();
  }

  stop(): void {
    this.stopped = true;
    this.queue = [];
  }

  private note(silent: readonly KnownFailure[], now: number): void {
    const pods = new Map<string, KnownFailure[]>();
    for (const failure of silent) pods.set(failure.podUid, [...(pods.get(failure.podUid) ?? []), failure]);
    for (const podUid of this.inquiries.keys()) if (!pods.has(podUid)) this.inquiries.delete(podUid);
    for (const [podUid, [first, ...others]] of pods) {
      if (!first) continue;
      const keys = new Set([first, ...others].map(keyOf));
      const known = this.inquiries.get(podUid);
      if (!known) {
        const { namespace, original } = first;
        const fresh = { silent: keys, answered: new Set<string>(), since: now, tries: 0, dueAt: now, underWay: false };
        this.inquiries.set(podUid, { podUid, namespace, image: original, ...fresh });
        continue;
      }
      const isNew = [...keys].some((key) => !known.silent.has(key));
      known.silent = keys;
      if (isNew) Object.assign(known, { since: now, tries: 0, dueAt: now });
    }
  }

  private pump(): void {
    while (this.requests < maxRequests) {
      const [next, ...rest] = this.queue;
      if (!next) return;
      this.queue = rest;
      if (!this.isDenied(next.namespace) && this.inquiries.get(next.podUid) === next) void this.inquire(next);
    }
  }

  private async inquire(inquiry: Inquiry): Promise<void> {
    const { podUid, namespace, silent } = inquiry;
    const { cluster, clock, learned, answered } = this.parts;
    this.requests += 1;
    inquiry.underWay = true;
    const events = await cluster.failureEvents(namespace, podUid);
    if ('unanswered' in events) await this.unreadable(namespace, events.unanswered);
    else this.told.delete(namespace);
    this.requests -= 1;
    inquiry.underWay = false;
    if (this.stopped) return;
    // those of the sandbox name no container, so that nothing is learned of any
    if (!('unanswered' in events)) for (const { container, message } of events) learned(podUid, container, message);
    inquiry.answered = silent;
    // what became silent meanwhile is due already
    if (isAnswered(inquiry)) {
      inquiry.dueAt = clock.now() + Math.min(maxPause, firstPause * 3 ** inquiry.tries);
      inquiry.tries += 1;
    }
    this.pump();
    answered();
  }

  private async unreadable(namespace: string, why: string): Promise<void> {
    const may = await this.parts.cluster.mayI('list', '', 'events', namespace);
    const denied = may === false;
    if (denied) this.deniedUntil.set(namespace, this.parts.clock.now() + deniedPause);
    if (this.stopped || this.told.has(namespace)) return;
    this.told.add(namespace);
    this.parts.event({
      event: 'error',
      namespace,
      why: denied
        ? `may not list events in namespace ${namespace}, which would tell causes that pods do not`
        : `the events of namespace ${namespace} cannot be read: ${why}`,
    });
  }

  private isDenied(namespace: string): boolean {
    return this.parts.clock.now() < (this.deniedUntil.get(namespace) ?? 0);
  }
}

function keyOf({ container, image }: KnownFailure): string {
  return `${container} ${image}`;
}

function isAnswered({ silent, answered }: Inquiry): boolean {
  return [...silent].every((key) => answered.has(key));
}

/** So that each incident has its cause soon, however many pods it is about. */
function oneOfEachImageFirst(due: readonly Inquiry[]): readonly Inquiry[] {
  const images = new Set<string>();
  const first: Inquiry[] = [];
  const rest: Inquiry[] = [];
  for (const inquiry of due) {
    const leads = inquiry.tries === 0 && !images.has(inquiry.image);
    images.add(inquiry.image);
    (leads ? first : rest).push(inquiry);
  }
  return [...first, ...rest];
}
