import type { ActivityEntry } from '../domain/appState';
import type { RescueLimits } from '../domain/rescue/rescueState';
import type { RestoreLimits } from '../domain/restore/restoreState';
import type { RetagLimits } from '../domain/retag/retagState';
import type { ContextSettings, Settings } from '../domain/settings';
import type { EngineEvent } from './engineEvent';
import type { MirrorAccess } from './mirrors/mirrorAccess';
import type { Clock, ContextHandle, Journal } from './ports';

/** What one context's engine is made of. */
export interface ContextParts {
  readonly handle: ContextHandle;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly settings: () => Settings;
  readonly context: () => ContextSettings;
  readonly namespaces: readonly string[];
  readonly dryRun: boolean;
  readonly mirrors: Pick<
    MirrorAccess,
    'allowList' | 'stopOf' | 'mayAsk' | 'order' | 'size' | 'knownSize' | 'pulling' | 'failed'
  >;
  readonly limits: { readonly rescue: RescueLimits; readonly restore: RestoreLimits; readonly retag: RetagLimits };
  readonly changed: () => void;
  readonly event: (event: Omit<EngineEvent, 'time' | 'context'>) => void;
  readonly activity: (entry: Omit<ActivityEntry, 'id' | 'at' | 'context'>) => void;
}
