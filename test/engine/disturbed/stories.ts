import type { ApplicationParts } from '../../../electron/engine/applicationParts';
import type { ContextSettings } from '../../../electron/domain/settings';
import { runs, waitsForImage } from '../../scenarios/workloads';
import type { MortalApp } from './mortalApp';
import type { World } from './world';

/** Something that an app goes through, and that can be cut short at each of its steps. */
export interface Story {
  readonly name: string;
  /** Whether kube-fledged is there; it is when absent. */
  readonly fledged?: boolean;
  readonly context: ContextSettings;
  readonly limits?: NonNullable<ApplicationParts['limits']>;
  /** Whether an app that has no journal of it cannot know what it was about, so that nobody is asked for that. */
  readonly lostWithJournal?: boolean;
  /** Whether this user may make what pulls; nothing is brought onto nodes beforehand where not. May, when absent. */
  readonly mayPull?: boolean;
  /** What is so before any app starts. */
  prepare(world: World): Promise<void>;
  /**
   * What a person, who wants the story to end well, does whenever the app shows something to be done; nobody does
   * anything when absent. `forgetful`: the app is on another computer than the one that died.
   */
  person?(app: MortalApp, world: World, forgetful: boolean): Promise<void>;
}

const byItself: ContextSettings = { watch: true, auto: true, agreed: true };
const onClick: ContextSettings = { watch: true, auto: false, agreed: true };

async function twoFail(world: World): Promise<void> {
  for (const node of ['node-1', 'node-2']) await world.failingPod(node);
  for (const node of ['node-1', 'node-2']) await world.shop.pod(`web-${node}`, waitsForImage);
}

async function oneFails(world: World): Promise<void> {
  await world.failingPod('node-1');
  await world.shop.pod('web-node-1', waitsForImage);
}

/** What the Job of a retag runs itself. */
const helper = 'busybox:1.37.0';

async function oneIsSwapped(world: World): Promise<void> {
  await world.cluster.registries.publish(world.image, ['origin', 'first']);
  await world.swappedPod('node-1');
  await world.shop.pod('web-node-1', runs);
  await world.cluster.registries.unblockOrigin();
}

/** One of its containers. */
async function oneHasEnded(world: World): Promise<void> {
  await world.cluster.registries.publish(world.image, ['first'], 'exits');
  await world.cluster.registries.publish('redis:7.2', ['second']);
  // the other one keeps the pod alive: nothing is known of pods that have ended altogether
  await world.swappedPod(
    'node-1',
    [{ name: 'other', image: `${world.cluster.mirrors.second}/docker.io/library/redis:7.2` }],
    'Never',
  );
  await world.shop.pod('web-node-1', ({ status }) => status.containerStatuses?.[0]?.state?.terminated !== undefined);
}

/** Checks what is unchecked and restores what is ready. */
async function restores(app: MortalApp, before: () => Promise<void> = () => Promise.resolve()): Promise<void> {
  for (const { id, state } of app.state.restores) {
    if (state.is === 'unchecked') await app.click('checkRestore', id);
    if (state.is !== 'ready') continue;
    await before();
    await app.click('restore', id);
  }
}

/** Heals what fails. */
async function fixes(app: MortalApp): Promise<void> {
  for (const { id, progress } of app.state.incidents) if (progress.is === 'failing') await app.fix(id);
}

export const stories: readonly Story[] = [
  {
    name: 'a rescue of two pods on two nodes',
    context: byItself,
    async prepare(world) {
      await world.cluster.registries.publish(world.image, ['first']);
      await twoFail(world);
    },
  },
  {
    name: 'a rescue without kube-fledged',
    fledged: false,
    context: byItself,
    async prepare(world) {
      await world.cluster.registries.publish(world.image, ['first']);
      await twoFail(world);
    },
  },
  {
    name: 'a rescue on a click',
    context: onClick,
    async prepare(world) {
      await world.cluster.registries.publish(world.image, ['first']);
      await oneFails(world);
    },
    person: fixes,
  },
  {
    name: 'a rescue whose first mirror fails',
    context: byItself,
    async prepare(world) {
      await world.cluster.registries.publish(world.image, ['second']);
      await oneFails(world);
    },
  },
  {
    name: 'a rescue whose first mirror fails at the pods',
    fledged: false,
    mayPull: false,
    context: byItself,
    async prepare(world) {
      await world.cluster.registries.publish(world.image, ['second']);
      await twoFail(world);
    },
  },
  {
    name: 'a rescue that no mirror is left for',
    fledged: false,
    mayPull: false,
    context: byItself,
    prepare: twoFail,
  },
  {
    name: 'a retag',
    context: { ...byItself, retag: true },
    async prepare(world) {
      await world.cluster.registries.publish(world.image, ['first']);
      await world.cluster.registries.publish(helper, ['first', 'second'], 'exits');
      await oneFails(world);
    },
  },
  {
    name: 'a pull ahead of need',
    context: { ...byItself, prepull: '' },
    // that a node was to have an image stands nowhere else; its pods are healed when they fail there
    lostWithJournal: true,
    async prepare(world) {
      await world.cluster.registries.publish(world.image, ['first']);
      await oneFails(world);
    },
  },
  {
    name: 'a restore',
    context: onClick,
    prepare: oneIsSwapped,
    person: (app) => restores(app),
  },
  {
    name: 'a restore by itself',
    context: { ...byItself, restore: true },
    limits: { restore: { firstPause: 2_000 } },
    prepare: oneIsSwapped,
  },
  {
    name: 'a restore of what has ended',
    context: byItself,
    prepare: oneHasEnded,
  },
  {
    name: 'a restore that is undone',
    context: onClick,
    limits: { restore: { start: 20_000 } },
    prepare: oneIsSwapped,
    async person(app, world, forgetful) {
      if (forgetful) await fixes(app);
      await restores(app, () => world.loseOriginal());
    },
  },
];
