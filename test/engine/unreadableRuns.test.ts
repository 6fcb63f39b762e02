import { expect, it } from 'vitest';
import type { JournalEntry } from '../../electron/engine/ports';
import { start } from '../setup/playedCluster';

it.each(['rescue', 'restore', 'retag', 'prepull'] as const)(
  'a %s of another version is told, and does not stay in the journal',
  async (what) => {
    const live = new Map<string, JournalEntry>([['r1', { id: 'r1', context: 'prod', what, state: { new: true } }]]);
    const journal = {
      path: '',
      load: () => ({ entries: [...live.values()], problem: null }),
      record: (entry: JournalEntry) => {
        if (entry.state === null) live.delete(entry.id);
      },
    };
    const { cluster, pass, events } = await start([], { parts: { journal }, listed: false });
    cluster.list();
    await pass(1_000);
    expect(events).toContainEqual(
      expect.objectContaining({ event: 'error', why: expect.stringContaining('r1') as string }),
    );
    expect(live.size).toBe(0);
  },
);
