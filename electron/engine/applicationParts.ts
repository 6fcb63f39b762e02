import type { MirrorLimits } from '../domain/mirrors/mirrorBudget';
import type { RescueLimits } from '../domain/rescue/rescueState';
import type { RestoreLimits } from '../domain/restore/restoreState';
import type { RetagLimits } from '../domain/retag/retagState';
import type {
  AllowListSource,
  Clock,
  ContextSource,
  Journal,
  MirrorProbe,
  MirrorUseStore,
  SettingsStore,
} from './ports';

/** What an application is made of. */
export interface ApplicationParts {
  readonly settings: SettingsStore;
  readonly journal: Journal;
  readonly contexts: ContextSource;
  readonly clock: Clock;
  readonly demo: boolean;
  /** Only these namespaces, in every context; all when absent. */
  readonly namespaces?: readonly string[];
  /** Shows every write instead of sending it. */
  readonly dryRun?: boolean;
  readonly limits?: {
    readonly rescue?: Partial<RescueLimits>;
    readonly restore?: Partial<RestoreLimits>;
    readonly retag?: Partial<RetagLimits>;
    /** What the mirror on a host bans for; what is known of it when absent. */
    readonly mirrors?: (host: string) => MirrorLimits;
  };
  /** What was asked of the mirrors is forgotten with the process when absent. */
  readonly mirrorUse?: MirrorUseStore;
  /** This computer asks no mirror when absent. */
  readonly mirrorProbe?: MirrorProbe;
  readonly allowLists?: AllowListSource;
}
