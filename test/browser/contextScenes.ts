import type { Page } from 'playwright-core';
import type { AppState } from '../../electron/domain/appState';
import { afterFix, healthy, retagDescribed, troubled } from '../renderer/examined';
import { states } from '../renderer/states';
import type { Scene } from './scene';
import type { Staged } from './windowPage';

const contexts = (state: AppState): Staged => ({ state, show: { section: 'contexts' } });
const retagAsked: Staged = {
  ...contexts(states.contexts),
  answersIn: { en: { describeRetag: retagDescribed.en }, zh: { describeRetag: retagDescribed.zh } },
};
const fixRefused: Staged = {
  ...examined(troubled),
  refuse: { applyFix: 'The API server refused: deployments.apps is forbidden in the namespace kube-fledged.' },
};

/** The page of one context: its own settings, and its examination. */
export const contextScenes: readonly Scene[] = [
  { name: 'context-settings', ...contexts(states.contexts), act: (page) => openContext(page, 0) },
  {
    name: 'context-settings-on',
    ...contexts(states.ownSettings),
    act: (page) => openContext(page, 2),
  },
  {
    name: 'context-settings-below',
    ...contexts(states.ownSettings),
    act: async (page) => {
      await openContext(page, 2);
      await page.locator('.chips').scrollIntoViewIfNeeded();
    },
  },
  {
    name: 'context-restore-agree',
    ...contexts(states.contexts),
    act: (page) => switchOn(page, 'first'),
  },
  {
    name: 'context-retag-question',
    ...retagAsked,
    act: async (page) => {
      await switchOn(page, 'last');
      await page.locator('.question').waitFor();
    },
  },
  {
    name: 'context-retag-agree',
    ...retagAsked,
    act: async (page) => {
      await switchOn(page, 'last');
      await page.locator('.question .primary').click();
    },
  },
  {
    name: 'context-retag-failed',
    ...contexts(states.contexts),
    refuse: { describeRetag: 'prod-shanghai did not answer within 10 seconds.' },
    act: async (page) => {
      await switchOn(page, 'last');
      await page.locator('.failure').waitFor();
    },
  },
  {
    name: 'context-prepull-wrong',
    ...contexts(states.contexts),
    act: async (page) => {
      await openContext(page, 0);
      await page.locator('.option .segments button').last().click();
      await page.locator('.option .field').fill('disk==ssd, zone in a');
      await page.locator('.option .field').press('Enter');
      await page.locator('.option .fault').scrollIntoViewIfNeeded();
    },
  },
  { name: 'examination', ...examined(troubled), act: (page) => examine(page, 0) },
  {
    name: 'examination-below',
    ...examined(troubled),
    act: async (page) => {
      await examine(page, 0);
      await page.locator('main li').last().scrollIntoViewIfNeeded();
    },
  },
  { name: 'examination-in-order', ...examined(healthy), act: (page) => examine(page, 1) },
  {
    name: 'examination-looking',
    ...contexts(states.contexts),
    hold: ['examine'],
    act: (page) => examine(page, 0),
  },
  {
    name: 'examination-failed',
    ...contexts(states.contexts),
    refuse: { examine: 'prod-shanghai did not answer within 10 seconds.' },
    act: (page) => examine(page, 0),
  },
  { name: 'examination-off', ...contexts(states.contexts), act: (page) => examine(page, 6) },
  { name: 'examination-plan', ...examined(troubled), act: (page) => showFix(page, 0) },
  {
    name: 'examination-plan-many',
    ...examined(troubled),
    act: async (page) => {
      await showFix(page, 1);
      await page.locator('summary').nth(1).click();
    },
  },
  { name: 'examination-plan-delete', ...examined(troubled), act: (page) => showFix(page, 2) },
  {
    name: 'examination-agree',
    ...examined(troubled),
    act: (page) => doFix(page, 0),
  },
  {
    name: 'examination-working',
    ...examined(troubled),
    hold: ['applyFix'],
    act: (page) => doFix(page, 1, 2),
  },
  {
    name: 'examination-fix-refused',
    ...fixRefused,
    act: async (page) => {
      await doFix(page, 0, 2);
      await page.locator('.failure').waitFor();
    },
  },
  {
    name: 'examination-fix-refused-row',
    ...fixRefused,
    act: async (page) => {
      await doFix(page, 0, 2);
      await page.locator('.failure').waitFor();
      await page.keyboard.press('Escape');
    },
  },
  {
    name: 'examination-fixed',
    ...examined(troubled),
    act: async (page) => {
      await doFix(page, 0, 2);
      await page.locator('.news').waitFor();
    },
  },
];

/** An examination of a context; a fix brings what comes after it. */
function examined(found: typeof troubled): Staged {
  return {
    ...contexts(states.contexts),
    answersIn: {
      en: { examine: found.en, applyFix: afterFix.en },
      zh: { examine: found.zh, applyFix: afterFix.zh },
    },
  };
}

async function openContext(page: Page, index: number): Promise<void> {
  await page.locator('main li h2 .open').nth(index).click();
  await page.locator('.views').waitFor();
}

/** Of the first context, where nothing was agreed to. */
async function switchOn(page: Page, which: 'first' | 'last'): Promise<void> {
  await openContext(page, 0);
  await page.getByRole('switch')[which]().click();
}

async function examine(page: Page, index: number): Promise<void> {
  await page.locator('.examine button').nth(index).click();
  await page.locator('.views').waitFor();
}

/** Opens the objects of a fix, in the context that was agreed to where it is the third. */
async function showFix(page: Page, index: number, context = 0): Promise<void> {
  await examine(page, context);
  await page.locator('main li .next .button').nth(index).click();
  await page.locator('main h1').waitFor();
}

/** And asks for it to be done. */
async function doFix(page: Page, index: number, context = 0): Promise<void> {
  await showFix(page, index, context);
  await page.locator('.action .primary').click();
}
