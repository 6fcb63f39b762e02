import type { Page } from 'playwright-core';
import type { AppState } from '../../electron/domain/appState';
import type { ShowTarget } from '../../electron/ipc/contract';
import { rulesOfAColleague } from '../renderer/mirrorTrouble';
import { incidents, states } from '../renderer/states';
import { contextScenes } from './contextScenes';
import type { Scene } from './scene';
import type { Staged } from './windowPage';

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
  {
    name: 'details-swap-failed',
    ...details(incidents.retagged, states.ownSettings),
    refuse: { swapNow: 'None of its pods is waiting any more.' },
    act: async (page) => {
      await page.locator('.action .button').click();
      await page.locator('.failure').waitFor();
    },
  },
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
    name: 'restores-agree',
    ...section('restores', states.busy),
    act: async (page) => {
      await page.locator('.row', { hasText: 'redis' }).locator('.next .button').click();
      await page.locator('.question').waitFor();
    },
  },
  {
    name: 'restores-allow-free',
    ...section('restores', {
      ...states.restoresFree,
      contexts: states.restoresFree.contexts.map((context) => ({ ...context, agreed: false })),
    }),
  },
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
  ...contextScenes,
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

async function chooseKind(page: Page, kind: string): Promise<void> {
  await page.locator('.tools > button').last().click();
  await page.locator('.form-panel select').selectOption(kind);
  await page.locator('.form-panel button').last().scrollIntoViewIfNeeded();
}
