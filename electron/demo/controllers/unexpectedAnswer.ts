import { fieldsOf, textOf } from '../objects';

/** An error answer of the API server that the caller did not say it can live with. */
export class UnexpectedAnswer extends Error {
  override readonly name = 'UnexpectedAnswer';
  constructor(
    what: string,
    readonly status: number,
    body: unknown,
  ) {
    super(`${what}: ${String(status)} ${textOf(fieldsOf(body).message)}`);
  }
}
