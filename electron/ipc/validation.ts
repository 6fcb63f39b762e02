import { commandSchemas, type CommandError, type CommandName, type CommandPayload } from './contract';

/** A command whose payload has passed its schema. */
export type Command = {
  readonly [N in CommandName]: { readonly name: N; readonly payload: CommandPayload<N> };
}[CommandName];

/**
 * Checks what a window sent, whatever it is: the name is one of the contract's, the payload has exactly its
 * shape. The error says which field is wrong, never what it held.
 */
export function parseCommand(raw: unknown): Command | CommandError {
  if (typeof raw !== 'object' || raw === null || !('name' in raw)) return badRequest('Not a command.');
  const { name } = raw;
  if (!isCommandName(name)) return badRequest('No such command.');
  const parsed = commandSchemas[name].safeParse('payload' in raw ? raw.payload : undefined);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = issue && issue.path.length > 0 ? issue.path.map(String).join('.') : 'payload';
    return badRequest(`${name}: ${where} is not valid.`);
  }
  // The schema was chosen by this very name, which the type of a lookup cannot say.
  return { name, payload: parsed.data } as Command;
}

export const isCommand = (parsed: Command | CommandError): parsed is Command => 'payload' in parsed;

const isCommandName = (name: unknown): name is CommandName =>
  typeof name === 'string' && Object.prototype.hasOwnProperty.call(commandSchemas, name);

const badRequest = (message: string): CommandError => ({ code: 'bad-request', message });
