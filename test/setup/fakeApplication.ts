import type { AppState } from '../../electron/domain/appState';
import type { Notice } from '../../electron/domain/views/notices';
import type { Application } from '../../electron/engine/application';
import type { CommandName, CommandPayload, Result } from '../../electron/ipc/contract';
import { sampleState } from './sampleState';

/** An engine that only remembers what it was told, and says what the test makes it say. */
export interface FakeApplication extends Application {
  readonly commands: { name: CommandName; payload: unknown }[];
  become(state: AppState): void;
  notify(notice: Notice): void;
  /** What the next commands answer; `ok` until set. */
  answers(result: Result<null>): void;
  readonly listeners: () => number;
}

export function fakeApplication(initial: AppState = sampleState()): FakeApplication {
  let current = initial;
  let result: Result<null> = { ok: true, value: null };
  const states = new Set<(state: AppState) => void>();
  const notices = new Set<(notice: Notice) => void>();
  const commands: { name: CommandName; payload: unknown }[] = [];
  const command = (name: CommandName, payload: CommandPayload<CommandName>): Promise<Result<never>> => {
    commands.push({ name, payload });
    // The answer's type hangs on the command's name, which a fake that answers all alike does not know.
    return Promise.resolve(result as Result<never>);
  };
  return {
    commands,
    command,
    state: () => current,
    onState: (listener) => {
      states.add(listener);
      return () => states.delete(listener);
    },
    onEvent: () => () => undefined,
    onNotice: (listener) => {
      notices.add(listener);
      return () => notices.delete(listener);
    },
    become: (state) => {
      current = state;
      for (const listener of states) listener(state);
    },
    notify: (notice) => {
      for (const listener of notices) listener(notice);
    },
    answers: (next) => {
      result = next;
    },
    listeners: () => states.size + notices.size,
    resumeAfterSleep: () => undefined,
    stop: () => Promise.resolve(),
  };
}
