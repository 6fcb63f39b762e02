import { isComing, type AppState, type ContextView, type IncidentView } from '../appState';
import { isFixable } from './notices';

/** What the tray shows: `paused` when nothing is watched, by choice or because nothing was chosen yet. */
export type TrayIcon = 'idle' | 'working' | 'failing' | 'blind' | 'paused';

/** The icon, and the facts that its tooltip puts in words. */
export interface TrayStatus {
  readonly icon: TrayIcon;
  /** Images that fail now, where the app can see. */
  readonly failing: number;
  /** Images that are being healed now. */
  readonly working: number;
  /** Names of the contexts that are watched but cannot be seen. */
  readonly blind: readonly string[];
  /** Names of the contexts that are being read for the first time, or again. */
  readonly connecting: readonly string[];
  readonly watched: number;
  readonly restoresReady: number;
  /** Images that "Fix all" would heal. */
  readonly fixable: number;
}

/**
 * First that holds wins. A failure that a person can act on comes before everything; work in progress before
 * blindness, because it passes; and blindness before idle, because not seeing is not health. A context that
 * connects again decides nothing: what is known of it still counts, so the icon stays as it was.
 */
const priority: readonly (readonly [TrayIcon, (status: Omit<TrayStatus, 'icon'>) => boolean])[] = [
  ['paused', (status) => status.watched === 0],
  ['failing', (status) => status.failing > 0],
  ['working', (status) => status.working > 0],
  ['blind', (status) => status.blind.length > 0],
  ['idle', () => true],
];

export function trayStatus(state: AppState): TrayStatus {
  const watched = state.contexts.filter((context) => context.watch && context.status.is !== 'off');
  const byName = new Map(watched.map((context) => [context.name, context]));
  const seen = state.incidents.flatMap((incident) => {
    const context = byName.get(incident.context);
    return context && !isBlind(context) ? [{ incident, context }] : [];
  });
  const facts = {
    failing: seen.filter(({ incident }) => fails(incident)).length,
    // A rescue goes on to be shown where sight was lost: it is the app's own doing.
    working: state.incidents.filter(({ progress, context }) => progress.is === 'rescuing' && byName.has(context))
      .length,
    blind: watched.filter(isBlind).map((context) => context.name),
    connecting: watched.filter((context) => isComing(context.status)).map((context) => context.name),
    watched: watched.length,
    restoresReady: state.restores.filter((restore) => restore.state.is === 'ready' && byName.has(restore.context))
      .length,
    fixable: seen.filter(({ incident, context }) => isFixable(incident, context)).length,
  };
  const icon = priority.find(([, holds]) => holds(facts))?.[0] ?? 'idle';
  return { icon, ...facts };
}

const isBlind = (context: ContextView): boolean => context.status.is === 'blind' || context.status.is === 'denied';
const fails = (incident: IncidentView): boolean =>
  incident.progress.is === 'failing' || incident.progress.is === 'gave-up';
