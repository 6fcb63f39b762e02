import type { AllowList } from '../../domain/mirrors/allowList';
import type { Candidate, MirrorView, Problem } from '../../domain/appState';
import type { MirrorLimits, MirrorStop } from '../../domain/mirrors/mirrorBudget';
import type { Settings } from '../../domain/settings';
import type { EngineEvent } from '../engineEvent';
import type { MirrorAttempt } from './mirrorAttempts';
import { MirrorMeter } from './mirrorMeter';
import { MirrorProbes } from './mirrorProbes';
import type { AllowListSource, Architecture, Clock, MirrorProbe, MirrorUseStore } from '../ports';

export interface MirrorAccessParts {
  readonly clock: Clock;
  readonly settings: () => Settings;
  readonly store: MirrorUseStore;
  readonly limitsOf: (host: string) => MirrorLimits;
  /** Null: this computer asks no mirror. */
  readonly probe: MirrorProbe | null;
  /** Null: no list is ever read. */
  readonly allowLists: AllowListSource | null;
  readonly pulls: () => readonly string[];
  readonly event: (event: Omit<EngineEvent, 'time' | 'context'>) => void;
  readonly freed: () => void;
}

/** The mirrors as all contexts share them: what they serve by their list, what they have, how much they may be asked. */
export class MirrorAccess {
  private readonly meter: MirrorMeter;
  private readonly probes: MirrorProbes | null;

  constructor(private readonly parts: MirrorAccessParts) {
    this.meter = new MirrorMeter(parts);
    this.probes =
      parts.probe === null
        ? null
        : new MirrorProbes({
            clock: parts.clock,
            probe: parts.probe,
            hosts: () => parts.settings().probedMirrors,
            mayAsk: (host) => this.mayAsk(host),
            count: (host, requests, errors) => {
              this.meter.count(host, requests, errors);
            },
          });
  }

  stopOf(host: string): MirrorStop | null {
    return this.meter.stopOf(host);
  }

  mayAsk(host: string): boolean {
    return this.meter.stopOf(host) === null;
  }

  pulling(host: string, pulls: number): void {
    this.meter.pulling(host, pulls);
  }

  failed(attempt: MirrorAttempt): void {
    this.meter.failed(attempt);
  }

  /** The mirrors in the order in which to try them; `architecture` where sizes are wanted as well. */
  order(candidates: readonly Candidate[], architecture?: Architecture): Promise<readonly Candidate[]> {
    return this.probes?.order(candidates, architecture) ?? Promise.resolve(candidates);
  }

  /** Compressed bytes of the image that such nodes pull, asked of the mirror where this computer may; else null. */
  size(candidate: Candidate, architecture: Architecture): Promise<number | null> {
    return this.probes?.size(candidate, architecture) ?? Promise.resolve(null);
  }

  /** The same, as far as it is known already. */
  knownSize(proxied: string, architecture: string | null): number | null {
    return this.probes?.knownSize(proxied, architecture) ?? null;
  }

  /** What DaoCloud's mirror serves, as its file says now; null where there is none. */
  get allowList(): AllowList | null {
    const list = this.readAllowList();
    return list === null || 'problem' in list ? null : list;
  }

  get problems(): readonly Problem[] {
    const list = this.readAllowList();
    if (list === null || !('problem' in list)) return [];
    return [{ kind: 'allow-list-unusable', path: this.parts.settings().allowList, detail: list.problem }];
  }

  get views(): readonly MirrorView[] {
    return this.meter.views(this.parts.settings().mirrors);
  }

  /** Pulls may have begun or ended. */
  look(): void {
    this.meter.look();
  }

  /** Nothing that was noted is of a time that is still to come. */
  clockSetBack(): void {
    this.meter.clockSetBack();
    this.probes?.forget();
  }

  stop(): void {
    this.meter.stop();
  }

  private readAllowList(): ReturnType<AllowListSource> | null {
    const { allowLists, settings } = this.parts;
    const path = settings().allowList.trim();
    return allowLists === null || path === '' ? null : allowLists(path);
  }
}
