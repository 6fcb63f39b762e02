import type { Restore } from '../../domain/restore/restoreState';
import { Intents } from '../intents';
import type { Journal } from '../ports';

/** The restores of one context that are in the journal: from before their first write until nothing of them is left. */
export class RestoreJournal {
  private readonly open = new Set<string>();
  private readonly intents: Intents;

  constructor(
    private readonly context: string,
    journal: Journal,
    failed: (why: string) => void,
  ) {
    this.intents = new Intents(context, 'restore', journal, failed);
  }

  /** Returns when it is on the disk; gives why it is not, or null. */
  keep(restore: Restore): string | null {
    this.open.add(restore.podUid);
    return this.intents.record(this.idOf(restore.podUid), restore);
  }

  end(podUid: string): void {
    if (this.open.delete(podUid)) this.intents.record(this.idOf(podUid), null);
  }

  /** A pod may be seen through several contexts of one cluster. */
  private idOf(podUid: string): string {
    return `restore/${this.context}/${podUid}`;
  }
}
