import type { MirrorView } from '../../domain/appState';
import { added, mirrorView, noUse, recalled, requestsPerPull, stopOf } from '../../domain/mirrors/mirrorBudget';
import type { MirrorLimits, MirrorStop, MirrorUse } from '../../domain/mirrors/mirrorBudget';
import { budgetOf, hostsOfRules } from '../../domain/mirrors/mirrorHosts';
import type { MirrorRule } from '../../domain/settings';
import type { EngineEvent } from '../engineEvent';
import type { MirrorAttempt } from './mirrorAttempts';
import type { Clock, MirrorUseStore } from '../ports';

export interface MirrorMeterParts {
  readonly clock: Clock;
  readonly store: MirrorUseStore;
  readonly limitsOf: (host: string) => MirrorLimits;
  /** The hosts of the pulls that rescues have under way now, each as often as there are pulls. */
  readonly pulls: () => readonly string[];
  readonly event: (event: Omit<EngineEvent, 'time' | 'context'>) => void;
  /** A mirror may be asked again. */
  readonly freed: () => void;
}

/** What is counted may be lost with a killed app for so long, in milliseconds. */
const writeEvery = 5_000;
/** Every context of a cluster tells of an attempt within moments of each other, in milliseconds. */
const sameAttempt = 600_000;

/**
 * What is asked of the mirrors, by all contexts together: to a mirror their clusters and this computer are mostly one
 * address. Counted as if the clusters pulled through nothing else.
 */
export class MirrorMeter {
  private uses: Map<string, MirrorUse>;
  private readonly hosts = new Set<string>();
  private readonly stopped = new Map<string, MirrorStop>();
  private readonly attempts = new Map<string, number>();
  private cancelWrite: (() => void) | null = null;
  private cancelWake: (() => void) | null = null;
  private unwritten = '';

  constructor(private readonly parts: MirrorMeterParts) {
    this.uses = this.recalled(Object.entries(parts.store.read()));
  }

  /** Why nothing new is to be asked of this host, or null. */
  stopOf(host: string): MirrorStop | null {
    const { clock, limitsOf } = this.parts;
    const name = budgetOf(host);
    return stopOf(this.uses.get(name) ?? noUse, this.pullsOf(name), limitsOf(name), clock.now());
  }

  /** The hosts of these rules, in their order. */
  views(rules: readonly MirrorRule[]): readonly MirrorView[] {
    return hostsOfRules(rules, [...this.hosts, ...this.uses.keys()]).map((host) => this.view(host));
  }

  private view(host: string): MirrorView {
    const { clock, limitsOf } = this.parts;
    const name = budgetOf(host);
    return mirrorView(host, this.uses.get(name) ?? noUse, this.pullsOf(name), limitsOf(name), clock.now());
  }

  count(host: string, requests: number, errors: number): void {
    if (requests === 0 && errors === 0) return;
    const { clock } = this.parts;
    const name = budgetOf(host);
    this.hosts.add(host.toLowerCase());
    this.uses.set(name, added(this.uses.get(name) ?? noUse, requests, errors, clock.now()));
    this.cancelWrite ??= clock.after(writeEvery, () => {
      this.write();
    });
    this.look();
  }

  pulling(host: string, pulls: number): void {
    this.count(host, pulls * requestsPerPull, 0);
  }

  failed({ host, requests, errors, key }: MirrorAttempt): void {
    const now = this.parts.clock.now();
    for (const [each, at] of this.attempts) if (now - at >= sameAttempt) this.attempts.delete(each);
    if (this.attempts.has(key)) return;
    this.attempts.set(key, now);
    this.count(host, requests, errors);
  }

  /** Tells which mirrors are stopped and free since the last look; to be called when pulls may have ended. */
  look(): void {
    const { clock, event, freed } = this.parts;
    let isFree = false;
    for (const name of new Set([...this.uses.keys(), ...this.parts.pulls().map(budgetOf), ...this.stopped.keys()])) {
      const stop = this.stopOf(name);
      const before = this.stopped.get(name);
      if (stop) this.stopped.set(name, stop);
      else this.stopped.delete(name);
      if (stop && !before) event({ event: 'mirror-stopped', host: name, ...this.words(name, stop) });
      if (before && !stop) {
        event({ event: 'mirror-free', host: name });
        isFree = true;
      }
    }
    this.cancelWake?.();
    const ends = [...this.stopped.values()].flatMap(({ until }) => until ?? []);
    this.cancelWake =
      ends.length > 0
        ? clock.after(Math.max(0, Math.min(...ends) - clock.now()), () => {
            this.look();
          })
        : null;
    if (isFree) freed();
  }

  clockSetBack(): void {
    this.uses = this.recalled(this.uses);
    this.attempts.clear();
    this.look();
  }

  stop(): void {
    this.cancelWake?.();
    if (this.cancelWrite || this.unwritten !== '') this.write();
  }

  private recalled(uses: Iterable<[string, MirrorUse]>): Map<string, MirrorUse> {
    const now = this.parts.clock.now();
    return new Map([...uses].map(([name, use]) => [name, recalled(use, now)]));
  }

  private forgetOld(): void {
    const now = this.parts.clock.now();
    for (const [name, use] of this.uses) {
      const left = added(use, 0, 0, now);
      if (left.requests.length + left.errors.length > 0) this.uses.set(name, left);
      else this.uses.delete(name);
    }
  }

  private pullsOf(name: string): number {
    return this.parts.pulls().filter((host) => budgetOf(host) === name).length;
  }

  private words(name: string, { by, until }: MirrorStop): Pick<EngineEvent, 'why' | 'until'> {
    const view = this.view(name);
    const { used, stopsAt } = view[by];
    const underWay = by === 'errors' && until === null ? ` and ${String(view.pulls.used)} pulls under way` : '';
    const window = { requests: ' in the last minute', errors: ' in the last two days', pulls: ' under way' }[by];
    const why = `${String(used)} ${by}${window}${underWay}, where ${String(stopsAt)} are enough`;
    return { why, ...(until !== null && { until: new Date(until).toISOString() }) };
  }

  private write(): void {
    this.cancelWrite?.();
    this.cancelWrite = null;
    try {
      this.forgetOld();
      this.parts.store.write(Object.fromEntries(this.uses));
      this.unwritten = '';
    } catch (error) {
      // told once, and tried again with the next count: only a restart would miss it
      const why = `what was asked of the mirrors cannot be kept: ${(error as Error).message}`;
      if (this.unwritten !== why) this.parts.event({ event: 'error', why });
      this.unwritten = why;
    }
  }
}
