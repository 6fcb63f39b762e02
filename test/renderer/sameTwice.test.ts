import { screen } from '@testing-library/svelte';
import { expect, test } from 'vitest';
import type { Problem } from '../../electron/domain/appState';
import { incidentKey } from '../../renderer/view/failingScreen';
import { openWindow } from './fakeBridge';
import { appState, incidents, states } from './states';

// A list may hold the same thing twice; the window then shows it twice, or once, but always shows.

const unknownCluster = (context: string): Problem => ({
  kind: 'kubeconfig-broken',
  path: '/home/me/.kube/config',
  detail: `context "${context}" names no known cluster`,
});

test.each([
  ['beside contexts', states.calm],
  ['where there is no context', states.brokenKubeconfig],
])('two contexts of one file that are broken, %s', (_where, state) => {
  openWindow({ ...state, problems: [unknownCluster('dev'), unknownCluster('test')] });
  expect(screen.getByText('context "dev" names no known cluster')).toBeTruthy();
  expect(screen.getByText('context "test" names no known cluster')).toBeTruthy();
});

test('two rules of one mirror that failed one after the other', () => {
  const { modeldb } = incidents;
  if (modeldb.progress.is !== 'rescuing') throw new Error('it is not being rescued');
  const [failure] = modeldb.progress.earlier;
  const earlier = [failure, failure].flatMap((one) => one ?? []);
  const twice = { ...modeldb, progress: { ...modeldb.progress, mirror: 3, mirrors: 3, earlier } };
  const { model } = openWindow(appState({ incidents: [twice] }), 'page');
  model.open(incidentKey(twice));
  return expect.poll(() => screen.queryAllByText('m.daocloud.io')).toHaveLength(2);
});

test('settings that were written by hand', async () => {
  const { settings } = states.settings;
  const mirrors = [...settings.mirrors, ...settings.mirrors];
  const noProxy = ['registry.corp.example', 'registry.corp.example'];
  const { model, bridge, user } = openWindow({ ...states.settings, settings: { ...settings, mirrors, noProxy } });
  model.go('settings');
  expect(await screen.findAllByRole('button', { name: 'Remove harbor.corp.example' })).toHaveLength(2);
  await user.click(screen.getByRole('button', { name: 'Remove registry.corp.example' }));
  expect(bridge.commands).toEqual([{ name: 'changeSettings', payload: { settings: { noProxy: [] } } }]);
});
