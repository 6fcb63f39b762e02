import type { Application, EngineCommand } from '../engine/application';
import type { CommandAnswer, CommandName, CommandPayload, Result } from './contract';
import { isCommand, parseCommand, type Command } from './validation';

export type ShellCommand = Exclude<CommandName, EngineCommand>;

/** What only the surroundings of the engine can do: a desktop does it, a page says that it cannot. */
export type ShellCommands = {
  readonly [N in ShellCommand]: (payload: CommandPayload<N>) => Promise<Result<CommandAnswer<N>>>;
};

/** Answers one raw message from a window. Never throws, and never answers without having checked its shape. */
export type Serve = (raw: unknown) => Promise<Result<unknown>>;

/** Serves commands over any transport: the engine's go to the engine, the others to the shell. */
export function createServing(application: Application, shell: ShellCommands): Serve {
  return async (raw) => {
    const command = parseCommand(raw);
    if (!isCommand(command)) return { ok: false, error: command };
    try {
      return await dispatch(application, shell, command);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return { ok: false, error: { code: 'failed', message } };
    }
  };
}

function dispatch(application: Application, shell: ShellCommands, command: Command): Promise<Result<unknown>> {
  switch (command.name) {
    case 'chooseKubeconfig':
      return shell.chooseKubeconfig(command.payload);
    case 'chooseAllowList':
      return shell.chooseAllowList(command.payload);
    case 'importRules':
      return shell.importRules(command.payload);
    case 'exportRules':
      return shell.exportRules(command.payload);
    case 'openPath':
      return shell.openPath(command.payload);
    case 'copyText':
      return shell.copyText(command.payload);
    case 'hideWindow':
      return shell.hideWindow(command.payload);
    default:
      return application.command(command.name, command.payload);
  }
}

/** For surroundings without a desktop. */
export function noDesktop(what: string): () => Promise<Result<never>> {
  return () => Promise.resolve({ ok: false, error: { code: 'not-possible', message: `${what} needs a desktop.` } });
}
