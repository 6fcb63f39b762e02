import { screen } from '@testing-library/svelte';
import { describe, expect, test } from 'vitest';
import { openWindow } from './fakeBridge';
import { states } from './states';

const at = (section: 'contexts') => {
  const opened = openWindow(states.contexts);
  opened.model.go(section);
  return opened;
};
const toggle = (name: string) => screen.findByRole('switch', { name });

describe('the switches of a context', () => {
  test('turn watching off and on', async () => {
    const { bridge, user } = at('contexts');
    const watch = await toggle('Watch prod-shanghai');
    expect(watch.getAttribute('aria-checked')).toBe('true');
    await user.click(watch);
    await user.click(await toggle('Watch minikube'));
    expect(bridge.commands).toEqual([
      { name: 'setContext', payload: { context: 'prod-shanghai', settings: { watch: false } } },
      { name: 'setContext', payload: { context: 'minikube', settings: { watch: true } } },
    ]);
  });

  test('move only when the state says so', async () => {
    const { bridge, user } = at('contexts');
    const watch = await toggle('Watch prod-shanghai');
    bridge.refuse('The settings cannot be written.');
    await user.click(watch);
    expect(watch.getAttribute('aria-checked')).toBe('true');
    expect(screen.getByRole('alert').textContent).toContain('The settings cannot be written.');
  });

  test('turn auto-proxy on at once where writing was agreed to', async () => {
    const { bridge, user } = at('contexts');
    await user.click(await toggle('Auto-proxy for k3s-edge-03'));
    expect(bridge.commands).toEqual([
      { name: 'setContext', payload: { context: 'k3s-edge-03', settings: { auto: true } } },
    ]);
  });

  test('ask before, where it was not, and say what is written', async () => {
    const { bridge, user } = at('contexts');
    await user.click(await toggle('Auto-proxy for prod-shanghai'));
    expect(bridge.commands).toEqual([]);
    const question = screen.getByRole('group', { name: 'May the app write to prod-shanghai?' });
    expect(question.textContent).toContain('ImageCaches');
    expect(question.textContent).toContain('the image field and annotations of failing pods');
    expect(question.textContent).toContain('pods that pull an image');
    await user.click(screen.getByRole('button', { name: 'Allow and turn on' }));
    expect(bridge.commands).toEqual([
      { name: 'setContext', payload: { context: 'prod-shanghai', settings: { auto: true, agreed: true } } },
    ]);
    expect(screen.queryByRole('group', { name: /May the app/ })).toBeNull();
  });

  test('take the question back with Escape, and send nothing', async () => {
    const { bridge, user } = at('contexts');
    await user.click(await toggle('Auto-proxy for prod-shanghai'));
    await user.keyboard('{Escape}');
    expect(screen.queryByRole('group', { name: /May the app/ })).toBeNull();
    expect(bridge.commands).toEqual([]);
  });

  test('offer no auto-proxy where nothing is watched', async () => {
    at('contexts');
    expect((await toggle('Auto-proxy for minikube')).hasAttribute('disabled')).toBe(true);
  });
});

test('a context that is denied says what is missing, and how to grant it', async () => {
  const { bridge, user } = at('contexts');
  expect(await screen.findByText('May not list pods in any namespace that is known. Tries again in 5m.')).toBeTruthy();
  expect(screen.getByText(/create clusterrole pullthrough-list-pods/)).toBeTruthy();
  await user.click(screen.getAllByRole('button', { name: 'Retry now' })[1] ?? document.body);
  expect(bridge.commands).toEqual([{ name: 'retryContext', payload: { context: 'gke-tokyo' } }]);
});

describe('the first start', () => {
  test('asks which contexts to watch, with one button', async () => {
    const { bridge, user } = openWindow(states.firstStart);
    const start = screen.getByRole('button', { name: 'Choose a context' });
    expect(start.hasAttribute('disabled')).toBe(true);
    await user.click(screen.getByRole('checkbox', { name: /prod-shanghai/ }));
    await user.click(screen.getByRole('checkbox', { name: /minikube/ }));
    await user.click(screen.getByRole('button', { name: 'Watch 2 contexts' }));
    expect(bridge.commands).toEqual([
      { name: 'setContext', payload: { context: 'prod-shanghai', settings: { watch: true } } },
      { name: 'setContext', payload: { context: 'minikube', settings: { watch: true } } },
    ]);
  });

  test('chooses all at once, and none', async () => {
    const { user } = openWindow(states.firstStart);
    const all = screen.getByRole('checkbox', { name: 'All' });
    await user.click(all);
    expect(screen.getByRole('button', { name: 'Watch 4 contexts' })).toBeTruthy();
    await user.click(all);
    expect(screen.getByRole('button', { name: 'Choose a context' })).toBeTruthy();
  });

  test('proposes the only context there is', () => {
    openWindow({ ...states.firstStart, contexts: states.firstStart.contexts.slice(0, 1) });
    expect(screen.getByRole('button', { name: 'Watch 1 context' })).toBeTruthy();
  });

  test('is over once a choice was made, even if it is to watch nothing', () => {
    openWindow(states.allOff);
    expect(screen.getByText('Nothing is watched')).toBeTruthy();
  });
});

describe('without a kubeconfig', () => {
  test('one is chosen', async () => {
    const { bridge, user } = openWindow(states.noKubeconfig);
    expect(screen.getByRole('heading', { name: 'There is no kubeconfig' })).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Choose a file…' }));
    expect(bridge.commands).toEqual([{ name: 'chooseKubeconfig', payload: {} }]);
  });

  test('a page asks for its path instead', async () => {
    const { bridge, user } = openWindow(states.noKubeconfig, 'page');
    await user.type(
      screen.getByLabelText('Path of a kubeconfig file, or of a folder of them'),
      '/srv/kubeconfig{Enter}',
    );
    expect(bridge.commands).toEqual([
      { name: 'changeSettings', payload: { settings: { kubeconfigs: ['/srv/kubeconfig'] } } },
    ]);
  });

  test('that can be read, its file is opened', async () => {
    const { bridge, user } = openWindow(states.brokenKubeconfig);
    expect(screen.getByText(/line 14, column 12/)).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Open the file' }));
    expect(bridge.commands).toEqual([{ name: 'openPath', payload: { path: '/home/me/.kube/config' } }]);
  });

  test('that names a context, others are asked for', async () => {
    const { user, model } = openWindow({ ...states.calm, contexts: [] });
    await user.click(screen.getByRole('button', { name: 'Kubeconfig files' }));
    expect(model.section).toBe('settings');
  });

  test('in the usual place, others will do', () => {
    openWindow({ ...states.calm, problems: states.noKubeconfig.problems });
    expect(screen.queryByText('There is no kubeconfig')).toBeNull();
    expect(screen.getByText('Every image can be pulled')).toBeTruthy();
  });

  test('among several, the rest works on', () => {
    openWindow(states.oneFileBroken);
    expect(screen.getByText('/home/me/clusters/edge.yaml')).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Fix busybox:1.36' })).toBeTruthy();
  });

  test('that does not take a renewed login is named, and what becomes of the login', () => {
    const path = '/home/me/clusters/shared.yaml';
    openWindow({ ...states.calm, problems: [{ kind: 'login-unsaved', path, detail: 'of user "me" (EROFS)' }] });
    for (const said of ['A renewed login cannot be kept', path, 'of user "me" (EROFS)', /^It is used here until/])
      expect(screen.getByText(said)).toBeTruthy();
  });
});
