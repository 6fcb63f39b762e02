import type { Restore } from '../domain/restoreState';
import type { Journal } from './ports';

/** The restores of one context that are in the journal: from before their first write until nothing of them is left. */
export class RestoreJournal {
  private readonly open = new Set<string>();

  constructor(
    private readonly context: string,
    private readonly journal: Journal,
    /** Something of the app's own does not work. */
    private readonly failed: (why: string) => void,
  ) {}

  /** Returns when it is on the disk; gives why it is not, or null. */
  keep(restore: Restore): string | null {
    this.open.add(restore.podUid);
    return this.record(restore.podUid, restore);
  }

  end(podUid: string): void {
    if (this.open.delete(podUid)) this.record(podUid, null);
  }

  private record(podUid: string, state: Restore | null): string | null {
    try {
      // a pod may be seen through several contexts of one cluster
      this.journal.record({ id: `restore/${this.context}/${podUid}`, context: this.context, what: 'restore', state });
      return null;
    } catch (error) {
      const why = `the journal ${this.journal.path} cannot be written: ${(error as Error).message}`;
      this.failed(why);
      return why;
    }
  }
}
