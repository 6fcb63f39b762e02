import { screen, within } from '@testing-library/svelte';
import { describe, expect, test } from 'vitest';
import type { ActivityEntry } from '../../electron/domain/appState';
import { openWindow } from './fakeBridge';
import { afterFix, healthy, troubled } from './examined';
import { states } from './states';

const agreedContext = 'k3s-edge-03';
const newContext = 'prod-shanghai';

/** The window at the findings of a context. */
async function examine(context: string, found = troubled.en) {
  const opened = openWindow(states.contexts);
  opened.bridge.answers.examine = found;
  opened.bridge.answers.applyFix = afterFix.en;
  opened.model.go('contexts');
  await opened.user.click(await screen.findByRole('button', { name: `Examine ${context}` }));
  await screen.findByText(found.findings[0]?.sentence ?? '');
  return opened;
}
const helperFix = 'Have kube-fledged take its helper images through the mirror.';
const showFix = () => screen.findByRole('button', { name: `Show the fix: ${helperFix}` });
const changes = ({ bridge }: Awaited<ReturnType<typeof examine>>) =>
  bridge.commands.filter(({ name }) => name !== 'examine');

describe('an examination', () => {
  test('is asked for in the language of the window, and sorted worst first', async () => {
    const { bridge } = await examine(newContext);
    expect(bridge.commands).toEqual([{ name: 'examine', payload: { context: newContext, language: 'en' } }]);
    const regions = screen.getAllByRole('region').map((region) => region.getAttribute('aria-label'));
    expect(regions.filter((name) => name !== newContext)).toEqual(['Broken', 'Could be better', 'In order']);
    expect(within(screen.getByRole('region', { name: 'Broken' })).getAllByRole('listitem')).toHaveLength(2);
    expect(screen.getByRole('status').textContent).toContain('2 broken');
  });

  test('shows the command that tells more where there is no fix, to be copied', async () => {
    const { bridge, user } = await examine(newContext);
    const row = screen.getByText(/lacks the right to get nodes/).closest('li') ?? document.body;
    const command = 'pullthrough rbac --mode heal --with fledged --with doctor --user NAME | kubectl apply -f -';
    expect(within(row).getByText(command).tagName).toBe('CODE');
    // and nowhere else
    expect(screen.getAllByRole('button', { name: 'Copy' })).toHaveLength(1);
    await user.click(within(row).getByRole('button', { name: 'Copy' }));
    expect(bridge.commands.at(-1)).toEqual({ name: 'copyText', payload: { text: command } });
  });

  test('is made again on request, and in the other language when that is chosen', async () => {
    const { bridge, user } = await examine(newContext);
    bridge.answers.examine = healthy.en;
    await user.click(screen.getByRole('button', { name: 'Look again' }));
    expect(await screen.findByText('All is in order')).toBeTruthy();
    bridge.become({ ...states.contexts, version: 9, settings: { ...states.contexts.settings, language: 'zh' } });
    await expect.poll(() => bridge.commands.at(-1)?.payload).toEqual({ context: newContext, language: 'zh' });
  });

  test('is not made again because of a snapshot', async () => {
    const { bridge } = await examine(newContext);
    bridge.become({ ...states.contexts, version: 9, settings: structuredClone(states.contexts.settings) });
    await expect.poll(() => screen.getByText('2 broken')).toBeTruthy();
    expect(bridge.commands).toHaveLength(1);
  });

  test('that fails says why, and can be tried again', async () => {
    const { bridge, model, user } = openWindow(states.contexts);
    bridge.refuse('prod-shanghai did not answer.');
    model.openContext(newContext, 'examination');
    expect((await screen.findByRole('alert')).textContent).toContain('prod-shanghai did not answer.');
    bridge.refuse(null);
    bridge.answers.examine = healthy.en;
    await user.click(screen.getByRole('button', { name: 'Look again' }));
    expect(await screen.findByText('All is in order')).toBeTruthy();
  });

  test('keeps the newer of two that overtake each other', async () => {
    const { bridge, model } = openWindow(states.contexts);
    bridge.answers.examine = healthy.en;
    await model.examinations.look(newContext, 'en');
    bridge.answers.examine = { ...troubled.en, at: healthy.en.at - 1 };
    await model.examinations.look(newContext, 'en');
    expect(model.examinations.of(newContext).found).toBe(healthy.en);
  });

  test('is not made of a context that is off, which can be watched from there', async () => {
    const { bridge, model, user } = openWindow(states.contexts);
    model.openContext('minikube', 'examination');
    await user.click(await screen.findByRole('button', { name: 'Watch it' }));
    expect(bridge.commands).toEqual([
      { name: 'setContext', payload: { context: 'minikube', settings: { watch: true } } },
    ]);
  });
});

describe('a fix', () => {
  test('first shows exactly what it writes, and sends nothing', async () => {
    const opened = await examine(agreedContext);
    await opened.user.click(await showFix());
    expect(await screen.findByRole('heading', { level: 1, name: helperFix })).toBe(document.activeElement);
    expect(screen.getByRole('heading', { name: 'Change Deployment' })).toBeTruthy();
    expect(screen.getByText('kube-fledged/kubefledged-controller')).toBeTruthy();
    const yaml = screen.getByRole('region', { name: 'YAML of Deployment kube-fledged/kubefledged-controller' });
    expect(yaml.textContent).toContain('value: m.daocloud.io/docker.io/senthilrch/busybox:1.35.0');
    expect(yaml.tabIndex).toBe(0);
    expect(changes(opened)).toEqual([]);
    const block = yaml.parentElement ?? document.body;
    await opened.user.click(within(block).getByRole('button', { name: 'Copy' }));
    expect(changes(opened)).toEqual([
      { name: 'copyText', payload: { text: expect.stringContaining('kind: Deployment') as string } },
    ]);
  });

  test('of several objects can be copied as one file', async () => {
    const opened = await examine(agreedContext);
    await opened.user.click(screen.getByRole('button', { name: /Show the fix: Install/ }));
    await opened.user.click(await screen.findByRole('button', { name: 'Copy all' }));
    const [copied] = changes(opened);
    const { text } = copied?.payload as { text: string };
    expect(text.split('\n---\n')).toHaveLength(9);
    expect(text.startsWith('apiVersion: apiextensions.k8s.io/v1\n')).toBe(true);
  });

  test('that is not wanted now leads back to its row, by button and by Escape', async () => {
    const opened = await examine(agreedContext);
    const { user, model } = opened;
    await user.click(await showFix());
    await user.click(await screen.findByRole('button', { name: 'Not now' }));
    expect(await showFix()).toBe(document.activeElement);
    await user.keyboard('{Enter}');
    await screen.findByRole('button', { name: 'Do this' });
    await user.keyboard('{Escape}');
    expect(await showFix()).toBe(document.activeElement);
    await user.keyboard('{Escape}');
    expect(model.page).toBeNull();
    expect(await screen.findByRole('button', { name: `Examine ${agreedContext}` })).toBe(document.activeElement);
    expect(changes(opened)).toEqual([]);
  });

  test('is done by its button, and says how it went', async () => {
    const opened = await examine(agreedContext);
    await opened.user.click(await showFix());
    await opened.user.click(await screen.findByRole('button', { name: 'Do this' }));
    expect(changes(opened)).toEqual([
      { name: 'applyFix', payload: { context: agreedContext, fix: 'helpers', language: 'en' } },
    ]);
    expect(await screen.findByText(afterFix.en.sentence)).toBe(document.activeElement);
    expect(screen.getByText(/busybox:1\.35\.0 was pulled on cn-sh-02/)).toBeTruthy();
    expect(screen.queryByRole('button', { name: `Show the fix: ${helperFix}` })).toBeNull();
    await opened.user.click(screen.getByRole('button', { name: 'Dismiss' }));
    expect(screen.queryByText(afterFix.en.sentence)).toBeNull();
  });

  test('asks first where writing was not agreed to', async () => {
    const opened = await examine(newContext);
    await opened.user.click(await showFix());
    await opened.user.click(await screen.findByRole('button', { name: 'Do this' }));
    expect(changes(opened)).toEqual([]);
    const question = screen.getByRole('group', { name: `May the app write to ${newContext}?` });
    expect(question.textContent).toContain('the objects shown above');
    await opened.user.click(within(question).getByRole('button', { name: 'Allow and do this' }));
    await screen.findByText(afterFix.en.sentence);
    expect(changes(opened)).toEqual([
      { name: 'setContext', payload: { context: newContext, settings: { agreed: true } } },
      { name: 'applyFix', payload: { context: newContext, fix: 'helpers', language: 'en' } },
    ]);
  });

  test('is not done where agreeing to it failed', async () => {
    const opened = await examine(newContext);
    await opened.user.click(await showFix());
    await opened.user.click(await screen.findByRole('button', { name: 'Do this' }));
    opened.bridge.refuse('The settings cannot be written.');
    await opened.user.click(screen.getByRole('button', { name: 'Allow and do this' }));
    expect((await screen.findByRole('alert')).textContent).toContain('The settings cannot be written.');
    expect(changes(opened).map(({ name }) => name)).toEqual(['setContext']);
  });

  test('that fails keeps the reason on its page and on its row', async () => {
    const opened = await examine(agreedContext);
    await opened.user.click(await showFix());
    opened.bridge.refuse('Deployments may not be patched.');
    await opened.user.click(await screen.findByRole('button', { name: 'Do this' }));
    expect((await screen.findByRole('alert')).textContent).toContain('Deployments may not be patched.');
    await opened.user.keyboard('{Escape}');
    const row = (await showFix()).closest('li');
    expect(row?.textContent).toContain('Deployments may not be patched.');
  });

  test('shows how far it is while it is being done, also after its page was left', async () => {
    const opened = await examine(agreedContext);
    const { bridge, user, model } = opened;
    await user.click(screen.getByRole('button', { name: /Show the fix: Install/ }));
    const answer = bridge.hold(1);
    await user.click(await screen.findByRole('button', { name: 'Do this' }));
    expect((await screen.findByRole('status')).textContent).toContain('Working: 0 of 9 written');
    const written = (object: string, outcome: ActivityEntry['outcome']): ActivityEntry => ({
      id: object,
      at: 0,
      context: agreedContext,
      kind: 'created',
      object,
      outcome,
      detail: '',
      sent: '{}',
    });
    const activity = [
      written('ServiceAccount kube-fledged/kubefledged-controller', 'refused'),
      written('Namespace kube-fledged', 'done'),
      written('CustomResourceDefinition imagecaches.kubefledged.io', 'done'),
    ];
    bridge.become({ ...states.contexts, version: 8, activity });
    await expect.poll(() => screen.getByRole('status').textContent).toContain('Working: 2 of 9 written');
    expect(screen.getAllByText('done')).toHaveLength(2);
    expect(screen.getAllByText('refused')).toHaveLength(1);

    model.go('failing');
    model.openContext(agreedContext, 'examination');
    await expect.poll(() => screen.queryByRole('status')?.textContent).toContain('Working: 2 of 9 written');
    await user.click(screen.getByRole('button', { name: 'Do this' }));
    answer();
    expect(await screen.findByText(afterFix.en.sentence)).toBeTruthy();
    expect(changes(opened).filter(({ name }) => name === 'applyFix')).toHaveLength(1);
  });
});
