import type { Journal, JournalEntry } from './ports';

/** The journal's entries of one kind in one context: what is about to be written stands there before it is sent. */
export class Intents {
  constructor(
    private readonly context: string,
    private readonly what: JournalEntry['what'],
    private readonly journal: Journal,
    /** Something of the app's own does not work. */
    private readonly failed: (why: string) => void,
  ) {}

  /** Returns when it is on the disk; gives why it is not, or null. A `state` of null ends the entry. */
  record(id: string, state: object | null): string | null {
    try {
      this.journal.record({ id, context: this.context, what: this.what, state });
      return null;
    } catch (error) {
      const why = `the journal ${this.journal.path} cannot be written: ${(error as Error).message}`;
      this.failed(why);
      return why;
    }
  }
}
