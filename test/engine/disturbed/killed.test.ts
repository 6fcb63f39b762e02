import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { atOnce } from './atOnce';
import { lossesOf, tellOfKilled } from './killed';
import { stories, type Story } from './stories';
import { World } from './world';

interface Walk {
  /** How often it was killed. */
  readonly cut: number;
  /** The steps at which something was lost, and what. */
  readonly lost: readonly string[];
}

/** Tells the story once undisturbed, and then once for each of the app's steps with the app cut dead at it. */
async function walk(story: Story, forgetful: boolean): Promise<Walk> {
  const world = await World.create(story);
  try {
    const whole = await tellOfKilled(story, world, forgetful);
    const lost = lossesOf(story, whole, whole, false).map((loss) => `undisturbed: ${loss}`);
    if (story.context.prepull !== undefined && whole.ending.nodes.length < 2) lost.push('undisturbed: nothing ahead');
    let cut = 0;
    for (let last = 0; ; last += 1) {
      const told = await tellOfKilled(story, world, forgetful, last);
      // the story came to its end before that step; no two tellings have to have the same number of them
      if (!told.wasCut && last >= whole.steps.length) return { cut, lost };
      if (!told.wasCut) continue;
      cut += 1;
      const losses = lossesOf(story, told, whole, forgetful);
      if (losses.length > 0)
        lost.push(`${String(last)} ${told.steps.at(-1) ?? ''}: ${losses.join('; ')} (${told.written.join(', ')})`);
    }
  } finally {
    await world.cluster.down();
  }
}

const ways = [
  { how: 'with its journal', forgetful: false },
  { how: 'without it, on another computer', forgetful: true },
];
const walks = stories.flatMap((story) => ways.map((way) => ({ story, name: story.name, ...way })));

describe('an app that is killed at any of its steps, and the next one, bring to the same end', () => {
  let walked: (each: (typeof walks)[number]) => Promise<Walk>;
  let cut = 0;
  let recovered = 0;
  beforeAll(() => {
    walked = atOnce(walks, ({ story, forgetful }) => walk(story, forgetful));
  });
  afterAll(() => {
    process.stdout.write(`figure: steps killed and recovered ${String(recovered)} of ${String(cut)}\n`);
  });

  it.each(walks)('$name, $how', { timeout: 900_000 }, async (each) => {
    const result = await walked(each);
    cut += result.cut;
    recovered += result.cut - result.lost.length;
    expect(result.lost).toEqual([]);
    // a write is two steps
    expect(result.cut).toBeGreaterThanOrEqual(2);
  });
});
