import type { Page } from 'playwright-core';
import type { AppState } from '../../electron/domain/appState';
import type { ShowTarget } from '../../electron/ipc/contract';
import { afterFix, healthy, retagDescribed, troubled } from '../renderer/examined';
import { rulesOfAColleague } from '../renderer/mirrorTrouble';
import { incidents, states } from '../renderer/states';
import type { Staged } from './windowPage';

/** One picture: what the window is given, and what a person then does. */
export interface Scene extends Staged {
  readonly name: string;
  readonly act?: (page: Page) => Promise<void>;
}

const section = (name: Extract<ShowTarget, { section: string }>['section'], state: AppState): Staged => ({
  state,
  show: { section: name },
});
const details = (incident: { readonly id: string; readonly context: string }, state: AppState): Staged => ({
  state,
  show: { incident: incident.id, context: incident.context },
});

const patchDenied = 'The API server refused: pods "mysql-0" is forbidden: it may not be patched in the namespace db.';

export const scenes: readonly Scene[] = [
  { name: 'starting', state: null },
  { name: 'first-start', state: states.firstStart, act: (page) => page.locator('input').nth(1).check() },
  { name: 'failing', state: states.busy },
  { name: 'failing-calm', state: states.calm },
  { name: 'failing-loading', state: states.loading },
  { name: 'failing-blind', state: states.blind },
  { name: 'failing-all-off', state: states.allOff },
  { name: 'failing-demo', state: states.demo },
  { name: 'failing-file-broken', state: states.oneFileBroken },
  {
    name: 'failing-command-failed',
    state: states.busy,
    refuse: { fix: patchDenied },
    act: async (page) => {
      await page.locator('.row', { hasText: 'redis' }).locator('.primary').click();
      await page.locator('.failure').scrollIntoViewIfNeeded();
    },
  },
  { name: 'failing-mirror-trouble', state: states.mirrorTrouble },
  { name: 'failing-allow-list', state: states.allowListUnusable },
  { name: 'no-kubeconfig', state: states.noKubeconfig },
  { name: 'broken-kubeconfig', state: states.brokenKubeconfig },
  { name: 'details-fix', ...details(incidents.mysql, states.busy) },
  { name: 'details-rescue', ...details(incidents.modeldb, states.busy) },
  { name: 'details-retag', ...details(incidents.retagged, states.ownSettings) },
  { name: 'details-fix-retag', ...details(incidents.busybox, states.ownSettings) },
  { name: 'failing-retag', state: states.ownSettings },
  { name: 'details-no-mirror', ...details(incidents.kubewarden, states.busy) },
  { name: 'details-login', ...details(incidents.ledger, states.busy) },
  { name: 'details-tag', ...details(incidents.wrongTag, states.busy) },
  { name: 'details-healed', ...details(incidents.argocd, states.busy) },
  { name: 'details-spared', ...details(incidents.sparedByHand, states.mirrorTrouble) },
  { name: 'details-not-listed', ...details(incidents.notListed, states.mirrorTrouble) },
  { name: 'details-mirror-login', ...details(incidents.mirrorLogin, states.mirrorTrouble) },
  { name: 'details-cut-off', ...details(incidents.cutOffOnce, states.mirrorTrouble) },
  { name: 'details-ambiguous', ...details(incidents.ambiguous, states.mirrorTrouble) },
  { name: 'details-denied', ...details(incidents.busybox, states.blind) },
  { name: 'details-blind', ...details(incidents.mysql, states.blind) },
  {
    name: 'cached',
    ...section('cached', states.busy),
    act: (page) => page.locator('summary').first().click(),
  },
  {
    name: 'cached-measured',
    ...section('cached', states.busy),
    act: async (page) => {
      await page.locator('summary').last().click();
      await page.locator('summary').nth(3).click();
      await page.locator('summary').last().scrollIntoViewIfNeeded();
    },
  },
  { name: 'cached-empty', ...section('cached', states.calm) },
  { name: 'restores', ...section('restores', states.busy) },
  {
    name: 'restores-open',
    ...section('restores', states.busy),
    act: (page) => page.locator('.row', { hasText: 'ingress' }).locator('.open').click(),
  },
  { name: 'restores-free', ...section('restores', states.restoresFree) },
  {
    name: 'restores-free-failed',
    ...section('restores', states.restoresFree),
    refuse: { restoreFree: 'The API server of prod-shanghai did not answer.' },
    act: async (page) => {
      await page.locator('.sentence .button').click();
      await page.locator('.failure').waitFor();
    },
  },
  { name: 'restores-empty', ...section('restores', states.blind) },
  {
    name: 'activity',
    ...section('activity', states.busy),
    act: (page) => page.locator('summary').first().click(),
  },
  { name: 'contexts', ...section('contexts', states.contexts) },
  {
    name: 'contexts-denied',
    ...section('contexts', states.contexts),
    act: async (page) => {
      await page.locator('summary').first().click();
      await page.locator('main li').nth(5).scrollIntoViewIfNeeded();
    },
  },
  {
    name: 'contexts-agree',
    ...section('contexts', states.contexts),
    act: (page) => page.getByRole('switch').nth(1).click(),
  },
  { name: 'context-settings', ...section('contexts', states.contexts), act: (page) => openContext(page, 0) },
  {
    name: 'context-settings-on',
    ...section('contexts', states.ownSettings),
    act: (page) => openContext(page, 2),
  },
  {
    name: 'context-settings-below',
    ...section('contexts', states.ownSettings),
    act: async (page) => {
      await openContext(page, 2);
      await page.locator('.chips').scrollIntoViewIfNeeded();
    },
  },
  {
    name: 'context-restore-agree',
    ...section('contexts', states.contexts),
    act: async (page) => {
      await openContext(page, 0);
      await page.getByRole('switch').first().click();
    },
  },
  {
    name: 'context-retag-question',
    ...section('contexts', states.contexts),
    answersIn: { en: { describeRetag: retagDescribed.en }, zh: { describeRetag: retagDescribed.zh } },
    act: async (page) => {
      await openContext(page, 0);
      await page.getByRole('switch').last().click();
      await page.locator('.question').scrollIntoViewIfNeeded();
    },
  },
  {
    name: 'context-retag-agree',
    ...section('contexts', states.contexts),
    answersIn: { en: { describeRetag: retagDescribed.en }, zh: { describeRetag: retagDescribed.zh } },
    act: async (page) => {
      await openContext(page, 0);
      await page.getByRole('switch').last().click();
      await page.locator('.question .primary').click();
    },
  },
  {
    name: 'context-retag-failed',
    ...section('contexts', states.contexts),
    refuse: { describeRetag: 'prod-shanghai did not answer within 10 seconds.' },
    act: async (page) => {
      await openContext(page, 0);
      await page.getByRole('switch').last().click();
      await page.locator('.failure').waitFor();
    },
  },
  {
    name: 'context-prepull-wrong',
    ...section('contexts', states.contexts),
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
    ...section('contexts', states.contexts),
    hold: ['examine'],
    act: (page) => examine(page, 0),
  },
  {
    name: 'examination-failed',
    ...section('contexts', states.contexts),
    refuse: { examine: 'prod-shanghai did not answer within 10 seconds.' },
    act: (page) => examine(page, 0),
  },
  { name: 'examination-off', ...section('contexts', states.contexts), act: (page) => examine(page, 6) },
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
    act: async (page) => {
      await showFix(page, 0);
      await page.locator('.action .primary').click();
    },
  },
  {
    name: 'examination-working',
    ...examined(troubled),
    hold: ['applyFix'],
    act: async (page) => {
      await showFix(page, 1, 2);
      await page.locator('.action .primary').click();
    },
  },
  {
    name: 'examination-fix-refused',
    ...examined(troubled),
    refuse: { applyFix: 'The API server refused: deployments.apps is forbidden in the namespace kube-fledged.' },
    act: async (page) => {
      await showFix(page, 0, 2);
      await page.locator('.action .primary').click();
      await page.locator('.failure').waitFor();
    },
  },
  {
    name: 'examination-fix-refused-row',
    ...examined(troubled),
    refuse: { applyFix: 'The API server refused: deployments.apps is forbidden in the namespace kube-fledged.' },
    act: async (page) => {
      await showFix(page, 0, 2);
      await page.locator('.action .primary').click();
      await page.locator('.failure').waitFor();
      await page.keyboard.press('Escape');
    },
  },
  {
    name: 'examination-fixed',
    ...examined(troubled),
    act: async (page) => {
      await showFix(page, 0, 2);
      await page.locator('.action .primary').click();
      await page.locator('.news').waitFor();
    },
  },
  {
    name: 'settings',
    ...section('settings', states.settings),
    answers: {
      tryRewrite: [
        { rule: 'm.daocloud.io', proxied: 'm.daocloud.io/docker.io/library/nginx:1.27' },
        { rule: 'harbor.corp.example', proxied: 'harbor.corp.example/hub/library/nginx:1.27' },
        { rule: 'registry.cn-hangzhou.aliyuncs.com', refused: 'no-rule', about: 'docker.io' },
      ],
    },
    act: async (page) => {
      const field = page.locator('.add-line input').first();
      await field.fill('not a host');
      await field.press('Enter');
    },
  },
  {
    name: 'settings-clusters',
    ...section('settings', states.settings),
    act: async (page) => {
      const fields = page.locator('section .setting .field, .below .field');
      await fields.nth(0).fill('Kube_Fledged');
      await fields.nth(0).press('Enter');
      await page.locator('.below .field').last().scrollIntoViewIfNeeded();
    },
  },
  {
    name: 'settings-below',
    ...section('settings', states.settings),
    act: (page) => page.locator('.segments').last().scrollIntoViewIfNeeded(),
  },
  {
    name: 'mirror-edit',
    ...section('settings', states.settings),
    act: (page) => page.locator('.open').nth(1).click(),
  },
  {
    name: 'mirror-edit-wrong',
    ...section('settings', states.settings),
    act: async (page) => {
      await page.locator('.open').nth(1).click();
      await page.locator('form input').nth(1).fill('harbor.corp.example/hub');
      await page.locator('form').first().getByRole('button').last().scrollIntoViewIfNeeded();
    },
  },
  { name: 'mirror-kind', ...section('settings', states.settings), act: (page) => chooseKind(page, 'harbor') },
  {
    name: 'mirror-kind-filled',
    ...section('settings', states.settings),
    act: async (page) => {
      await chooseKind(page, 'gar');
      const fields = page.locator('.form-panel input');
      await fields.nth(0).fill('asia-northeast1');
      await fields.nth(1).fill('acme-platform');
      await fields.nth(2).fill('hub');
      await page.locator('.form-panel button').last().scrollIntoViewIfNeeded();
    },
  },
  {
    name: 'mirror-kind-wrong',
    ...section('settings', states.settings),
    act: async (page) => {
      await chooseKind(page, 'registry');
      await page.locator('.form-panel input').first().fill('not a host');
    },
  },
  {
    name: 'mirror-kind-table',
    ...section('settings', states.settings),
    act: (page) => chooseKind(page, 'daocloud-hosts'),
  },
  { name: 'mirror-kind-own', ...section('settings', states.settings), act: (page) => chooseKind(page, 'own') },
  {
    name: 'mirror-import',
    ...section('settings', states.settings),
    answers: { importRules: { file: 'team-mirrors.json', rules: rulesOfAColleague } },
    act: async (page) => {
      await page.locator('.files button').first().click();
      await page.locator('.found').waitFor();
    },
  },
  {
    name: 'mirror-import-wrong',
    ...section('settings', states.settings),
    refuse: { importRules: 'team-mirrors.json, rules.2.template: This template does not make a valid image name.' },
    act: async (page) => {
      await page.locator('.files button').first().click();
      await page.locator('.failure').scrollIntoViewIfNeeded();
    },
  },
  {
    name: 'mirror-hosts',
    ...section('settings', states.mirrorTrouble),
    act: (page) => page.getByRole('switch').last().scrollIntoViewIfNeeded(),
  },
  {
    name: 'mirror-allow-list',
    ...section('settings', states.allowListUnusable),
    act: (page) => page.locator('.problem').scrollIntoViewIfNeeded(),
  },
  { name: 'mirror-spared', ...section('settings', states.mirrorTrouble) },
  {
    name: 'mirror-removed',
    ...section('settings', states.settings),
    act: async (page) => {
      await page.locator('.rows .tools .button').last().click();
      await page.locator('.done').waitFor();
    },
  },
  { name: 'details-put-back', ...details(incidents.onLastMirror, states.mirrorTrouble) },
];

/** An examination of a context; a fix brings what comes after it. */
function examined(found: typeof troubled): Staged {
  return {
    ...section('contexts', states.contexts),
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

async function chooseKind(page: Page, kind: string): Promise<void> {
  await page.locator('.tools > button').last().click();
  await page.locator('.form-panel select').selectOption(kind);
  await page.locator('.form-panel button').last().scrollIntoViewIfNeeded();
}
