import { beforeAll, describe, expect, it } from 'vitest';
import type { Cluster, ContextSource } from '../../../electron/engine/ports';
import { atOnce } from './atOnce';
import { entriesIn, impliedBy, type SentWrite } from './implied';
import { Lifeline } from './lifeline';
import { Computer } from './mortalApp';
import { stories, type Story } from './stories';
import { comeToRest, startApp } from './telling';
import { World } from './world';

/** Of a write that no entry of the journal implies. */
const unsaid = 'nothing';

/** Notes of each write what the journal's file says of it at the moment when it is sent. */
function noting(contexts: ContextSource, file: string, sent: Set<string>): ContextSource {
  const note = (title: string, write: SentWrite) => {
    sent.add(`${title}: ${impliedBy(write, entriesIn(file)) ?? unsaid}`);
  };
  const noted = (cluster: Cluster): Cluster => {
    const own: Partial<Cluster> = {
      patchPod: (namespace, pod, patch) => {
        note('patch pod', { verb: 'patch', namespace, pod, patch });
        return cluster.patchPod(namespace, pod, patch);
      },
      createObject: (object) => {
        note(`create ${object.kind}`, { verb: 'create', object });
        return cluster.createObject(object);
      },
      deleteObject: (object, uid) => {
        note(`delete ${object.kind}`, { verb: 'delete', object });
        return cluster.deleteObject(object, uid);
      },
      patchObject: (object, patch) => {
        // none of what is gone on with is written so
        sent.add(`change ${object.kind}: ${unsaid}`);
        return cluster.patchObject(object, patch);
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
  const sent = new Set<string>();
  await world.begin();
  await story.prepare(world);
  const life = new Lifeline(Infinity, true);
  const app = startApp(story, world, computer, life, (found) => noting(found, computer.journal, sent));
  try {
    await comeToRest(story, world, [app]);
    return [...sent].sort();
  } finally {
    await app.stop();
    await world.cluster.down();
    computer.throwAway();
  }
}

/**
 * Story -> the writes that it is about, each with what the journal says of it: whose state, and which step of it. A slow
 * machine may show others besides, as it leaves a way that shows nothing in time.
 */
const expected: Readonly<Record<string, readonly string[]>> = {
  'a rescue of two pods on two nodes': [
    'create ImageCache: rescue pulls',
    'delete ImageCache: rescue over',
    'patch pod: rescue swapping',
  ],
  'a rescue without kube-fledged': [
    'create Pod: rescue pulls',
    'delete Pod: rescue over',
    'patch pod: rescue swapping',
  ],
  'a rescue on a click': [
    'create ImageCache: rescue pulls',
    'delete ImageCache: rescue over',
    'patch pod: rescue swapping',
  ],
  'a rescue whose first mirror fails': [
    'create ImageCache: rescue pulls',
    'delete ImageCache: rescue over',
    'patch pod: rescue swapping',
  ],
  'a rescue whose first mirror fails at the pods': ['patch pod: rescue swapping'],
  'a rescue that no mirror is left for': ['patch pod: rescue putting-back', 'patch pod: rescue swapping'],
  'a retag': ['create Job: retag creating', 'delete Job: retag over'],
  'a pull ahead of need': [
    'create ImageCache: prepull pulls',
    'create ImageCache: rescue pulls',
    'delete ImageCache: prepull over',
    'delete ImageCache: rescue over',
    'patch pod: rescue swapping',
  ],
  'a restore': [
    'create Pod: restore checking',
    'delete Pod: restore checked',
    'patch pod: restore free restored',
    'patch pod: restore restoring put-back',
  ],
  'a restore by itself': [
    'create Pod: restore checking',
    'delete Pod: restore checked',
    'patch pod: restore free restored',
    'patch pod: restore restoring put-back',
  ],
  'a restore of what has ended': ['patch pod: restore free'],
  'a restore that is undone': [
    'create Pod: restore checking',
    'delete Pod: restore checked',
    'patch pod: restore restoring put-back',
    'patch pod: restore restoring swap-back',
  ],
};

describe('what is sent to a cluster', () => {
  let told: (story: Story) => Promise<readonly string[]>;
  beforeAll(() => {
    told = atOnce(stories, tell);
  });

  it.each(stories)('stands in the file of the journal before: $name', { timeout: 300_000 }, async (story) => {
    const sent = await told(story);
    expect(sent.filter((each) => each.endsWith(`: ${unsaid}`))).toEqual([]);
    expect(sent).toEqual(expect.arrayContaining([...(expected[story.name] ?? ['no such story'])]));
  });
});
