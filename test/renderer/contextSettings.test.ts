import { screen, within } from '@testing-library/svelte';
import { describe, expect, test } from 'vitest';
import { selectorFault } from '../../electron/domain/labelSelector';
import { retagDescribed } from './examined';
import { openWindow } from './fakeBridge';
import { states } from './states';

/** The window at the settings of a context: the first has nobody's agreement yet, the second has. */
async function open(context: 'prod-shanghai' | 'k3s-edge-03', state = states.contexts) {
  const opened = openWindow(state);
  opened.bridge.answers.describeRetag = retagDescribed.en;
  opened.model.go('contexts');
  await opened.user.click(await screen.findByRole('button', { name: `Settings of ${context}` }));
  await screen.findByRole('switch', { name: /Restore by itself/ });
  return opened;
}
const set = (context: string, settings: object) => ({ name: 'setContext', payload: { context, settings } });
const toggle = (name: RegExp) => screen.getByRole('switch', { name });

test('the page of a context is left to the row that it was opened from', async () => {
  const { user, model } = await open('k3s-edge-03');
  await user.keyboard('{Escape}');
  expect(model.page).toBeNull();
  expect(await screen.findByRole('button', { name: 'Settings of k3s-edge-03' })).toBe(document.activeElement);
});

test('a context that leaves the kubeconfig takes its page along', async () => {
  const { bridge } = await open('k3s-edge-03');
  bridge.become({ ...states.contexts, version: 9, contexts: states.contexts.contexts.slice(0, 1) });
  expect(await screen.findByText('This context has left the kubeconfig')).toBeTruthy();
});

describe('restoring by itself', () => {
  test('says that it restarts containers, and is switched on and off', async () => {
    const { bridge, user } = await open('k3s-edge-03');
    expect(screen.getByText(/This restarts running containers/)).toBeTruthy();
    await user.click(toggle(/Restore by itself/));
    expect(bridge.commands).toEqual([set('k3s-edge-03', { restore: true })]);
    bridge.become({ ...states.ownSettings, version: 9 });
    await expect.poll(() => toggle(/Restore by itself/).getAttribute('aria-checked')).toBe('true');
    await user.click(toggle(/Restore by itself/));
    expect(bridge.commands.at(-1)).toEqual(set('k3s-edge-03', { restore: false }));
  });

  test('asks first where writing was not agreed to', async () => {
    const { bridge, user } = await open('prod-shanghai');
    await user.click(toggle(/Restore by itself/));
    expect(bridge.commands).toEqual([]);
    await user.click(screen.getByRole('button', { name: 'Allow and turn on' }));
    expect(bridge.commands).toEqual([set('prod-shanghai', { restore: true, agreed: true })]);
  });

  test('keeps the reason where it could not be switched', async () => {
    const { bridge, user } = await open('k3s-edge-03');
    bridge.refuse('The settings cannot be written.');
    await user.click(toggle(/Restore by itself/));
    expect((await screen.findByRole('alert')).textContent).toContain('The settings cannot be written.');
    expect(toggle(/Restore by itself/).getAttribute('aria-checked')).toBe('false');
  });
});

describe('retag', () => {
  const described = { name: 'describeRetag', payload: { context: 'k3s-edge-03', language: 'en' } };

  test('shows what it would mean before it is switched on', async () => {
    const { bridge, user } = await open('k3s-edge-03');
    await user.click(toggle(/Retag/));
    const question = await screen.findByRole('group', { name: 'Turn retag on for k3s-edge-03?' });
    expect(question.textContent).toContain('m.daocloud.io/docker.io/library/busybox:1.37.0');
    expect(question.textContent).toContain('2.2 MB');
    expect(question.textContent).toContain('kube-system');
    for (const sentence of retagDescribed.en.sentences) expect(question.textContent).toContain(sentence);
    expect(within(question).getByRole('region').textContent).toContain('hostPath: { path: / }');
    expect(bridge.commands).toEqual([described]);
    await user.click(within(question).getByRole('button', { name: 'Turn on' }));
    expect(bridge.commands).toEqual([described, set('k3s-edge-03', { retag: true })]);
  });

  test('is not switched on by a question that is taken back', async () => {
    const { bridge, user } = await open('k3s-edge-03');
    await user.click(toggle(/Retag/));
    await screen.findByRole('group', { name: /Turn retag on/ });
    await user.keyboard('{Escape}');
    expect(screen.queryByRole('group', { name: /Turn retag on/ })).toBeNull();
    expect(bridge.commands).toEqual([described]);
  });

  test('does not ask after all when it was taken back before the answer came', async () => {
    const { bridge, user } = await open('k3s-edge-03');
    const answer = bridge.hold(1);
    await user.click(toggle(/Retag/));
    await screen.findByText('Asking what this would mean here…');
    await user.keyboard('{Escape}');
    answer();
    await expect.poll(() => bridge.answered).toBe(1);
    expect(screen.queryByRole('group', { name: /Turn retag on/ })).toBeNull();
  });

  test('asks for both, one after the other, where writing was not agreed to', async () => {
    const { bridge, user } = await open('prod-shanghai');
    await user.click(toggle(/Retag/));
    await user.click(await screen.findByRole('button', { name: 'Turn on' }));
    expect(bridge.commands.map(({ name }) => name)).toEqual(['describeRetag']);
    const question = await screen.findByRole('group', { name: /May the app write/ });
    expect(question.textContent).toContain('Jobs that run as root on a node');
    await user.click(within(question).getByRole('button', { name: 'Allow and turn on' }));
    expect(bridge.commands.at(-1)).toEqual(set('prod-shanghai', { retag: true, agreed: true }));
  });

  test('that cannot be described stays off, with the reason', async () => {
    const { bridge, user } = await open('k3s-edge-03');
    bridge.refuse('k3s-edge-03 did not answer.');
    await user.click(toggle(/Retag/));
    expect((await screen.findByRole('alert')).textContent).toContain('k3s-edge-03 did not answer.');
    expect(bridge.commands).toEqual([described]);
  });

  test('is switched off at once', async () => {
    const { bridge, user } = await open('k3s-edge-03', states.ownSettings);
    await user.click(toggle(/Retag/));
    expect(bridge.commands).toEqual([set('k3s-edge-03', { retag: false })]);
  });
});

describe('healed images ahead of need', () => {
  const choose = (name: string) => screen.getByRole('button', { name });

  test('go to all nodes, or no longer to others', async () => {
    const { bridge, user } = await open('k3s-edge-03', states.ownSettings);
    await user.click(choose('All nodes'));
    await user.click(choose('No other node'));
    expect(bridge.commands).toEqual([set('k3s-edge-03', { prepull: '' }), set('k3s-edge-03', { prepull: null })]);
  });

  test('go to nodes by label once a selector was saved', async () => {
    const { bridge, user } = await open('k3s-edge-03');
    await user.click(choose('By label'));
    expect(bridge.commands).toEqual([]);
    const field = screen.getByLabelText('Label selector of the nodes');
    await user.type(field, 'zone in a{Enter}');
    expect(screen.getByRole('alert').textContent).toContain('“zone in a” is not a label selector');
    expect(bridge.commands).toEqual([]);
    await user.clear(field);
    await user.type(field, ' disk=ssd ');
    expect(screen.queryByRole('alert')).toBeNull();
    await user.click(choose('Save'));
    expect(bridge.commands).toEqual([set('k3s-edge-03', { prepull: 'disk=ssd' })]);
  });

  test('wait for the agreement', async () => {
    const { bridge, user } = await open('prod-shanghai');
    await user.click(choose('All nodes'));
    expect(bridge.commands).toEqual([]);
    await user.click(choose('Allow and save'));
    expect(bridge.commands).toEqual([set('prod-shanghai', { prepull: '', agreed: true })]);
  });

  test.each([
    ['', null],
    ['disk=ssd', null],
    ['a==b, c!=d ,e', null],
    ['zone in (a, b),node-role.kubernetes.io/worker', null],
    ['zone notin (a), !spot', null],
    ['disk=', null],
    ['zone in a', 'zone in a'],
    ['disk=ssd,', ''],
    ['disk=ssd, a b', 'a b'],
    ['-x=1', '-x=1'],
    ['a=b=c', 'a=b=c'],
  ])('the selector %j', (selector, fault) => {
    expect(selectorFault(selector)).toBe(fault);
  });
});

test('namespaces to watch are named and taken away', async () => {
  const { bridge, user } = await open('k3s-edge-03', states.ownSettings);
  await user.type(screen.getByLabelText('Namespace to watch'), 'pay, web{Enter}');
  await user.click(screen.getByRole('button', { name: 'Remove shop' }));
  expect(bridge.commands).toEqual([
    set('k3s-edge-03', { namespaces: ['shop', 'jobs', 'web', 'pay'] }),
    set('k3s-edge-03', { namespaces: ['jobs', 'web'] }),
  ]);
});
