import { copyFile, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { now } from '../renderer/stateParts';
import { flaws } from './flaws';
import { scenes } from './scenes';
import { pictureFolder, WindowStage, type Look } from './windowPage';

const small = { width: 420, height: 560 };
const looks: readonly (Look & { readonly name: string })[] = [
  { name: 'light-en', theme: 'light', language: 'en', ...small },
  { name: 'dark-en', theme: 'dark', language: 'en', ...small },
  { name: 'light-zh', theme: 'light', language: 'zh', ...small },
  { name: 'dark-zh', theme: 'dark', language: 'zh', ...small },
  { name: 'wide-en', theme: 'light', language: 'en', width: 900, height: 640 },
  // as small as the window may be made, in the language with the longer words
  { name: 'narrow-en', theme: 'light', language: 'en', width: 360, height: 400 },
];

/** What the README shows; `README_PICTURES=1 npm test -- browser` makes them anew. */
const readmePictures = ['failing-light-en', 'details-rescue-dark-en'];
const readmeFolder = join(import.meta.dirname, 'readme');

let stage: WindowStage;
beforeAll(async () => {
  await rm(pictureFolder, { recursive: true, force: true });
  await mkdir(pictureFolder, { recursive: true });
  stage = await WindowStage.open();
});
afterAll(() => stage.close());

describe.each(looks)('$name', (look) => {
  test.each(scenes)('$name', async ({ name, act, ...staged }) => {
    const { page, errors, context } = await stage.show(look, now, staged);
    await page.locator('main > *').first().waitFor();
    await act?.(page);
    await page.mouse.move(0, 0);
    const picture = `${name}-${look.name}`;
    await page.screenshot({ path: join(pictureFolder, `${picture}.png`) });
    if (process.env.README_PICTURES === '1' && readmePictures.includes(picture))
      await copyFile(join(pictureFolder, `${picture}.png`), join(readmeFolder, `${picture}.png`));
    expect(await page.evaluate(flaws)).toEqual([]);
    expect(errors).toEqual([]);
    await context.close();
  });
});
