import type { CommandError } from '../ipc/contract';

/** A command that cannot be done, on its way to becoming data. */
export class Refused extends Error {
  readonly error: CommandError;
  constructor(code: CommandError['code'], message: string) {
    super(message);
    this.error = { code, message };
  }
}
