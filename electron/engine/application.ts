import type { AppState } from '../domain/appState';
import type { Notice } from '../domain/notices';
import type { CommandAnswer, CommandName, CommandPayload, Result } from '../ipc/contract';
import type { Clock, ContextSource, Journal, SettingsStore } from './ports';

/** The engine as its surroundings see it: one state, notices, commands. The same with and without a desktop. */
export interface Application {
  state(): AppState;
  /** Calls back after each change, at most some ten times a second, until the returned function is called. */
  onState(listener: (state: AppState) => void): () => void;
  onNotice(listener: (notice: Notice) => void): () => void;
  /** Never throws: what goes wrong comes back as data. The payload has passed its schema. */
  command<N extends EngineCommand>(name: N, payload: CommandPayload<N>): Promise<Result<CommandAnswer<N>>>;
  /** The computer woke up: every stream is checked at once instead of after its silence limit. */
  resumeAfterSleep(): void;
  /** Stops watching. What is in flight stays in the journal, for the next start. */
  stop(): Promise<void>;
}

/** Commands that need a desktop are the shell's. */
export type EngineCommand = Exclude<CommandName, 'chooseKubeconfig' | 'openPath' | 'copyText' | 'hideWindow'>;

export interface ApplicationParts {
  readonly settings: SettingsStore;
  readonly journal: Journal;
  readonly contexts: ContextSource;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly demo: boolean;
}

export declare function createApplication(parts: ApplicationParts): Application;
