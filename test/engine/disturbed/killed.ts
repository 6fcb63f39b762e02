import { Lifeline } from './lifeline';
import { Computer } from './mortalApp';
import type { Story } from './stories';
import { comeToRest, shownBy, startApp, type Told } from './telling';
import type { World } from './world';

/** A story whose app was cut dead on the way, or lived on. */
export interface ToldOfKilled extends Told {
  /** The steps of the app that began it. */
  readonly steps: readonly string[];
  readonly wasCut: boolean;
  /** What was left until the time of leftovers had come. */
  readonly leftoversAtRest: readonly string[];
  readonly complaints: readonly string[];
  /** Entries of the journal that have not ended. */
  readonly unfinished: number;
  readonly written: readonly string[];
}

/** Beyond the age at which what nobody uses is a leftover, in milliseconds. */
const leftoverTime = 17 * 60_000;

/**
 * Tells a story. The app is cut dead at its step number `cutAt`, and then one on the same computer goes on, or, where
 * it is `forgetful`, one on another that knows nothing.
 */
export async function tellOfKilled(
  story: Story,
  world: World,
  forgetful: boolean,
  cutAt = Infinity,
): Promise<ToldOfKilled> {
  const first = new Computer();
  const other = new Computer();
  await world.begin();
  await story.prepare(world);
  const life = new Lifeline(cutAt, !forgetful);
  const apps = [startApp(story, world, first, life)];
  try {
    await comeToRest(story, world, apps);
    const last = forgetful && life.isDead() ? other : first;
    if (life.isDead()) apps.unshift(startApp(story, world, last, new Lifeline(Infinity, true)));
    const [app] = apps;
    if (!app) throw new Error('no app');
    await comeToRest(story, world, [app], forgetful);
    const { leftovers } = await world.ending();
    if (leftovers.length > 0) {
      world.clock.turn(leftoverTime);
      await comeToRest(story, world, [app], forgetful);
    }
    return {
      ending: await world.ending(),
      shown: shownBy(app),
      steps: life.steps,
      wasCut: life.isDead(),
      leftoversAtRest: leftovers,
      complaints: apps.flatMap(({ complaints }) => complaints),
      unfinished: last.unfinished(),
      written: world.written,
    };
  } finally {
    await Promise.all(apps.map((app) => app.stop()));
    await world.end();
    for (const computer of [first, other]) computer.throwAway();
  }
}

/** What is other than it would be, had nobody killed the app: nothing. */
export function lossesOf(story: Story, told: ToldOfKilled, whole: ToldOfKilled, forgetful: boolean): readonly string[] {
  const { ending, shown, leftoversAtRest, complaints, unfinished } = told;
  const differ = (what: string, is: readonly string[], was: readonly string[]) =>
    is.join('\n') === was.join('\n') ? [] : [`${what}: ${is.join('; ')}`];
  return [
    ...differ('pods', ending.pods, whole.ending.pods),
    ...differ('shown', shown, whole.shown),
    // a pull ahead of need is all that such a story is about
    ...(story.context.prepull !== undefined && !(forgetful && story.lostWithJournal)
      ? differ('nodes', ending.nodes, whole.ending.nodes)
      : []),
    ...(ending.restarts > whole.ending.restarts ? [`${String(ending.restarts)} restarts`] : []),
    // without a journal nobody knows that it was left before it is old
    ...differ('left', forgetful ? ending.leftovers : leftoversAtRest, []),
    ...complaints,
    ...(unfinished > 0 ? [`${String(unfinished)} entries in the journal`] : []),
  ];
}
