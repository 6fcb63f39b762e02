import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readRulesFile } from '../../electron/domain/mirrors/mirrorRulesFile';
import { pageCommands } from '../../electron/ipc/pageCommands';
import { startPageServer, type PageServer } from '../../electron/ipc/pageServer';
import { createServing } from '../../electron/ipc/serving';
import { rulesOfAColleague as rules } from '../renderer/mirrorTrouble';
import { states } from '../renderer/states';
import { fakeApplication } from '../setup/fakeApplication';
import { openChromium } from './chromium';

/** The loopback page with the server that ships: its files are the browser's, under the policy that ships. */
const folder = resolve(import.meta.dirname, '../output/pageWindow');
let chromium: Browser;
let server: PageServer;

beforeAll(async () => {
  await promisify(execFile)(process.execPath, [resolve(import.meta.dirname, 'buildWindow.mjs'), folder], {
    env: { ...process.env, NODE_ENV: 'production' },
  });
  const application = fakeApplication(states.settings);
  const serve = createServing(application, pageCommands(application));
  server = await startPageServer({ application, serve, directory: folder });
  chromium = await openChromium();
});
afterAll(async () => {
  await chromium.close();
  await server.close();
});

async function settings(): Promise<{ readonly page: Page; readonly errors: readonly string[] }> {
  const page = await chromium.newPage({ locale: 'en-GB' });
  const errors: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  await page.goto(server.url);
  await page.getByRole('button', { name: 'Settings' }).click();
  return { page, errors };
}

test('rules are saved where the browser saves downloads', async () => {
  const { page, errors } = await settings();
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export…' }).click();
  const download = await saved;
  expect(download.suggestedFilename()).toBe('pullthrough-mirrors.json');
  const text = await readFile(await download.path(), 'utf8');
  expect(readRulesFile(text)).toEqual({ ok: true, rules: states.settings.settings.mirrors });
  await page.getByText('Saved as pullthrough-mirrors.json.').waitFor();
  expect(errors).toEqual([]);
});

test('rules are read from a file that the browser lets one choose', async () => {
  const { page, errors } = await settings();
  const asked = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Import…' }).click();
  const buffer = Buffer.from(JSON.stringify({ rules }));
  await (await asked).setFiles({ name: 'team.json', mimeType: 'application/json', buffer });
  await page.getByText('3 rules in team.json').waitFor();
  expect(errors).toEqual([]);
});
