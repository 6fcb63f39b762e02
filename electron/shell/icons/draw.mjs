/**
 * Draws the PNG files of this folder from its SVG files, with Chromium: `node electron/shell/icons/draw.mjs`.
 * Electron cannot read SVG, and building should not need a browser, so the PNG files are kept as well.
 */
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const here = dirname(fileURLToPath(import.meta.url));

/** Middle tones, which stand out (3:1 and more) from a white panel as well as from a dark one. */
const colours = { idle: '#7b8494', working: '#2f81f7', failing: '#e5383b', blind: '#c77700', paused: '#7b8494' };

const executablePath = process.env['CHROME_BIN'] ?? '/usr/bin/chromium';
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
for (const scale of [1, 2]) {
  const page = await browser.newPage({ deviceScaleFactor: scale, viewport: { width: 22, height: 22 } });
  const suffix = scale === 1 ? '' : '@2x';
  for (const [name, colour] of Object.entries(colours)) {
    await draw(page, name, colour, `${name}${suffix}.png`);
    await draw(page, name, '#000', `${name}Template${suffix}.png`);
  }
}
const page = await browser.newPage({ viewport: { width: 512, height: 512 } });
await draw(page, 'app', '#000', 'app.png');
await browser.close();

/**
 * @param {import('playwright-core').Page} page
 * @param {string} name of the SVG file
 * @param {string} colour
 * @param {string} file
 */
async function draw(page, name, colour, file) {
  const svg = await readFile(join(here, `${name}.svg`), 'utf8');
  await page.setContent(`<style>*{margin:0}svg{display:block}body{color:${colour}}</style>${svg}`);
  await page.screenshot({ path: join(here, file), omitBackground: true });
}
