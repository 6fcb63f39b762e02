/** The API server did not answer a read; says why. */
export interface Unanswered {
  readonly unanswered: string;
}

/** The user may not read that; the server's sentence. */
export interface Forbidden {
  readonly forbidden: string;
}

export type ReadFailure = Unanswered | Forbidden;

/** Whether a read came to nothing. */
export function isReadFailure(read: unknown): read is ReadFailure {
  return typeof read === 'object' && read !== null && ('unanswered' in read || 'forbidden' in read);
}
