import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { JournalEntry } from '../../../electron/engine/ports';
import type { Cluster, ContextSource } from '../../../electron/engine/ports';
import { Lifeline } from './lifeline';
import { Computer } from './mortalApp';
import { stories, type Story } from './stories';
import { comeToRest, startApp } from './telling';
import { World } from './world';

/** A write as it left the app, and what the file held about it at that moment. */
interface Sent {
  readonly write: string;
  readonly onDisk: string;
}

/** In the words of the entry: what it is about to do to its pods. */
function stepOf({ state }: JournalEntry, pod: string): string | null {
  const { targets, ...restore } = state as {
    targets?: Record<string, { pod: string; phase: string }>;
    pod?: string;
    state?: { is: string };
  };
  if (targets) return Object.values(targets).find((target) => target.pod === pod)?.phase ?? null;
  return restore.pod === pod ? (restore.state?.is ?? null) : null;
}

/** The last line about something counts. */
function linesOf(file: string): readonly JournalEntry[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    // none has been written yet
    return [];
  }
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as JournalEntry)
    .reverse();
}

/** Notes of each write what the journal's file holds when it is sent. */
function noting(contexts: ContextSource, file: string, sent: Sent[]): ContextSource {
  const noted = (cluster: Cluster): Cluster => {
    const own: Partial<Cluster> = {
      patchPod: (namespace, pod, patch) => {
        const steps = linesOf(file).flatMap((entry) => (entry.state === null ? [] : (stepOf(entry, pod) ?? [])));
        sent.push({ write: 'patch pod', onDisk: steps[0] ?? 'nothing' });
        return cluster.patchPod(namespace, pod, patch);
      },
      createObject: (object) => {
        const isThere = linesOf(file).some((entry) =>
          JSON.stringify(entry.state).includes(`"${object.metadata.name}"`),
        );
        sent.push({ write: `create ${object.kind}`, onDisk: isThere ? 'its name' : 'nothing' });
        return cluster.createObject(object);
      },
    };
    return new Proxy(cluster, {
      get(target, name) {
        if (name in own) return own[name as keyof Cluster];
        const method: unknown = Reflect.get(target, name);
        return typeof method === 'function'
          ? (...of: unknown[]) => Reflect.apply(method, target, of) as unknown
          : method;
      },
    });
  };
  return {
    follow: (extra, listener) =>
      contexts.follow(extra, (reading) => {
        const handles = reading.contexts.map((handle) => ({ ...handle, connect: () => noted(handle.connect()) }));
        listener({ ...reading, contexts: handles });
      }),
  };
}

async function tell(story: Story): Promise<readonly string[]> {
  const world = await World.create(story);
  const computer = new Computer();
  const sent: Sent[] = [];
  await world.begin();
  await story.prepare(world);
  const life = new Lifeline(Infinity, true);
  const app = startApp(story, world, computer, life, (found) => noting(found, computer.journal, sent));
  try {
    await comeToRest(story, world, [app]);
    return [...new Set(sent.map(({ write, onDisk }) => `${write}: ${onDisk}`))].sort();
  } finally {
    await app.stop();
    await world.cluster.down();
    computer.throwAway();
  }
}

const expected: Readonly<Record<string, readonly string[]>> = {
  'a rescue of two pods on two nodes': ['create ImageCache: its name', 'patch pod: swapping'],
  'a rescue without kube-fledged': ['create Pod: its name', 'patch pod: swapping'],
  'a rescue that no mirror is left for': ['patch pod: putting-back', 'patch pod: swapping'],
  'a retag': ['create Job: its name'],
  'a pull ahead of need': ['create ImageCache: its name', 'patch pod: swapping'],
};

describe('what is sent to a cluster', () => {
  it.each(Object.entries(expected))(
    'stands in the file of the journal before: %s',
    { timeout: 120_000 },
    async (name, lines) => {
      const story = stories.find((each) => each.name === name);
      if (!story) throw new Error(`no story of ${name}`);
      expect(await tell(story)).toEqual(lines);
    },
  );
});
