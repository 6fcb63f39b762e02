import { beforeAll, describe, expect, it } from 'vitest';
import { atOnce } from './atOnce';
import { Lifeline } from './lifeline';
import { Computer, type MortalApp } from './mortalApp';
import { seeded, slowContexts } from './slowContexts';
import { stories, type Story } from './stories';
import { comeToRest, shownBy, startApp, type Told } from './telling';
import { World } from './world';

/** How far apart two computers may be in what they know, in milliseconds of the cluster's time. */
const longest = 1_500;
const schedules = 8;

interface ToldOfTwo extends Told {
  readonly shownByOther: readonly string[];
  readonly complaints: readonly string[];
  readonly written: readonly string[];
  readonly changes: number;
  /** The images that each pod was given, in order. */
  readonly given: readonly (readonly [string, readonly string[]])[];
}

/** Tells a story that two computers take part in, each as slow as the seed says; a seed of 0 is for one alone. */
async function tellOfTwo(story: Story, world: World, seed: number): Promise<ToldOfTwo> {
  const random = seeded(seed);
  const computers = [new Computer(), new Computer()];
  const apps: MortalApp[] = [];
  await world.begin();
  await story.prepare(world);
  try {
    for (const computer of seed === 0 ? computers.slice(0, 1) : computers) {
      // mostly near each other, since that is where they meet
      const pace = random() * longest;
      const ms = () => (seed === 0 ? 0 : random() * pace);
      const life = new Lifeline(Infinity, true);
      apps.push(startApp(story, world, computer, life, (found) => slowContexts(found, world.clock, ms)));
      await new Promise<void>((resolve) => world.clock.after(ms() * 2, resolve));
    }
    await comeToRest(story, world, apps);
    const [one, other = one] = apps.map(shownBy);
    return {
      ending: await world.ending(),
      shown: one ?? [],
      shownByOther: other ?? [],
      complaints: apps.flatMap(({ complaints }) => complaints),
      written: world.written,
      changes: changesIn(world.written),
      given: [...world.imagesGiven],
    };
  } finally {
    await Promise.all(apps.map((app) => app.stop()));
    await world.end();
    for (const computer of computers) computer.throwAway();
  }
}

/** How often something was changed: what came too late for that is a request, and no change. */
const changesIn = (written: readonly string[]) => written.filter((line) => / 20[01]$/.test(line)).length;

function fightsOf(told: ToldOfTwo, alone: ToldOfTwo): readonly string[] {
  const most = 2 * (alone.changes + 2 * Math.max(1, alone.given.length));
  const differ = (what: string, is: readonly string[], was: readonly string[]) =>
    is.join('\n') === was.join('\n') ? [] : [`${what}: ${is.join('; ')}`];
  return [
    ...differ('pods', told.ending.pods, alone.ending.pods),
    ...differ('restarts', [String(told.ending.restarts)], [String(alone.ending.restarts)]),
    ...differ('left', told.ending.leftovers, []),
    ...differ('shown by the one', told.shown, alone.shown),
    ...differ('shown by the other', told.shownByOther, alone.shown),
    ...differ('complaints', told.complaints, []),
    // no image twice: the one takes back nothing of what the other has done, and does nothing over again
    ...told.given.flatMap(([pod, images]) =>
      new Set(images).size < images.length ? [`${pod} was given ${images.join(', ')}`] : [],
    ),
    // each may make a canary of its own, where the one's was gone before the other began, and leave a way that the other
    // took, for which there is a pod to be made and deleted for each of the pods
    ...(told.changes > most ? [`${String(told.changes)} changes: ${told.written.join(', ')}`] : []),
  ];
}

async function fightsIn(story: Story): Promise<readonly string[]> {
  const world = await World.create(story);
  try {
    const alone = await tellOfTwo(story, world, 0);
    const fights: string[] = [];
    for (let seed = 1; seed <= schedules; seed += 1)
      for (const fight of fightsOf(await tellOfTwo(story, world, seed), alone))
        fights.push(`seed ${String(seed)}: ${fight}`);
    return fights;
  } finally {
    await world.cluster.down();
  }
}

describe('two apps on one cluster with the same failures', () => {
  let fights: (story: Story) => Promise<readonly string[]>;
  beforeAll(() => {
    fights = atOnce(stories, fightsIn);
  });

  it.each(stories)('$name: end as one alone, whoever is slower', { timeout: 300_000 }, async (story) => {
    expect(await fights(story)).toEqual([]);
  });

  it('were told often enough', () => {
    expect(stories.length * schedules).toBeGreaterThanOrEqual(80);
  });
});
