import { fireEvent, screen } from '@testing-library/svelte';
import { describe, expect, test } from 'vitest';
import { openWindow } from './fakeBridge';
import { states } from './states';

const open = (platform: 'electron' | 'page' = 'electron') => {
  const opened = openWindow(states.settings, platform);
  opened.model.go('settings');
  return opened;
};
const { mirrors } = states.settings.settings;
const changed = (settings: object) => ({ name: 'changeSettings', payload: { settings } });

describe('mirrors', () => {
  test('are added by their host, behind the others', async () => {
    const { bridge, user } = open();
    const field = await screen.findByLabelText('Add a mirror');
    await user.type(field, 'https://mirror.example.com/{Enter}');
    const added = { name: 'mirror.example.com', match: '*', template: 'mirror.example.com/{host}/{path}' };
    expect(bridge.commands).toEqual([changed({ mirrors: [...mirrors, added] })]);
    await expect.poll(() => (field as HTMLInputElement).value).toBe('');
  });

  test('that are no host are refused in place, with the reason', async () => {
    const { bridge, user } = open();
    const field = await screen.findByLabelText('Add a mirror');
    await user.type(field, 'not a host{Enter}');
    expect(bridge.commands).toEqual([]);
    expect(field.getAttribute('aria-invalid')).toBe('true');
    const reason = document.getElementById(field.getAttribute('aria-describedby') ?? '');
    expect(reason?.textContent).toContain('“not a host” is not the host of a mirror');
    await user.type(field, 'x');
    expect(field.getAttribute('aria-invalid')).toBe('false');
  });

  test('are in the list once', async () => {
    const { bridge, user } = open();
    await user.type(await screen.findByLabelText('Add a mirror'), 'm.daocloud.io{Enter}');
    expect(screen.getByText('This mirror is already in the list.')).toBeTruthy();
    expect(bridge.commands).toEqual([]);
  });

  test('change their order', async () => {
    const { bridge, user } = open();
    const [a, b, c] = mirrors;
    await user.click(await screen.findByRole('button', { name: 'Move m.daocloud.io down' }));
    await user.click(screen.getByRole('button', { name: 'Move registry.cn-hangzhou.aliyuncs.com up' }));
    expect(bridge.commands).toEqual([changed({ mirrors: [b, a, c] }), changed({ mirrors: [a, c, b] })]);
    expect(screen.getByRole('button', { name: 'Move m.daocloud.io up' }).hasAttribute('disabled')).toBe(true);
  });

  test('come back where they were when one was removed by mistake', async () => {
    const { bridge, user } = open();
    const [a, b, c] = mirrors;
    await user.click(await screen.findByRole('button', { name: 'Remove harbor.corp.example' }));
    const settings = { ...states.settings.settings, mirrors: [a, c].flatMap((rule) => rule ?? []) };
    bridge.become({ ...states.settings, version: 9, settings });
    await user.click(await screen.findByRole('button', { name: 'Undo' }));
    expect(bridge.commands).toEqual([changed({ mirrors: [a, c] }), changed({ mirrors: [a, b, c] })]);
  });
});

describe('an image that is tried', () => {
  test('is asked about with the present rules, and each answer is shown', async () => {
    const { bridge, user } = openWindow(states.settings);
    bridge.tries = [
      { rule: 'a', proxied: 'm.daocloud.io/docker.io/library/redis:7' },
      { rule: 'b', refused: 'no-rule', about: 'docker.io' },
      { rule: 'c', refused: 'ip-host', about: '10.0.0.1' },
    ];
    await user.keyboard('6');
    const field = screen.getByLabelText('Try an image');
    await user.clear(field);
    await user.type(field, 'redis:7');
    expect(bridge.sent.at(-1)).toEqual({
      name: 'tryRewrite',
      payload: { image: 'redis:7', mirrors, noProxy: ['registry.corp.example', '*.internal'] },
    });
    expect(await screen.findByText('m.daocloud.io/docker.io/library/redis:7')).toBeTruthy();
    expect(screen.getByText('does not match')).toBeTruthy();
    expect(screen.getByText('10.0.0.1 is a bare address, which a mirror cannot look up.')).toBeTruthy();
  });

  test('is not asked about again because of a snapshot that changes nothing', async () => {
    const { bridge, user } = openWindow(states.settings);
    await user.keyboard('6');
    const asked = bridge.sent.length;
    bridge.become({ ...states.settings, version: 9, settings: structuredClone(states.settings.settings) });
    await expect.poll(() => screen.getByLabelText('Try an image')).toBeTruthy();
    expect(bridge.sent).toHaveLength(asked);
  });

  test('keeps the answer to what was typed last, whichever comes first', async () => {
    const { bridge, user } = openWindow(states.settings);
    bridge.tries = [{ rule: 'a', proxied: 'old.example/x' }];
    const release = bridge.hold(1);
    await user.keyboard('6');
    bridge.tries = [{ rule: 'a', proxied: 'new.example/y' }];
    await user.type(screen.getByLabelText('Try an image'), '0');
    expect(await screen.findByText('new.example/y')).toBeTruthy();
    release();
    await expect.poll(() => bridge.answered).toBe(bridge.sent.length);
    expect(screen.queryByText('old.example/x')).toBeNull();
    expect(screen.getByText('new.example/y')).toBeTruthy();
  });
});

describe('lists', () => {
  test('of what is never proxied grow by several at once, and shrink', async () => {
    const { bridge, user } = open();
    const field = await screen.findByLabelText('Registry or image that never goes through a mirror');
    await user.type(field, 'a.example, *.internal  b.example{Enter}');
    await user.click(screen.getByRole('button', { name: 'Remove *.internal' }));
    expect(bridge.commands).toEqual([
      changed({ noProxy: ['registry.corp.example', '*.internal', 'a.example', 'b.example'] }),
      changed({ noProxy: ['registry.corp.example'] }),
    ]);
  });

  test('of namespaces', async () => {
    const { bridge, user } = open();
    await user.type(await screen.findByLabelText('Namespace that is left alone'), 'dev{Enter}');
    expect(bridge.commands).toEqual([changed({ excludedNamespaces: ['kube-system', 'dev'] })]);
  });

  test('do not take back a change that is still on its way', async () => {
    const { bridge, user } = open();
    const field: HTMLInputElement = await screen.findByLabelText('Registry or image that never goes through a mirror');
    const answer = bridge.hold(1);
    await user.type(field, 'a.example{Enter}{Enter}');
    await user.click(screen.getByRole('button', { name: 'Remove *.internal' }));
    expect(bridge.commands).toEqual([changed({ noProxy: ['registry.corp.example', '*.internal', 'a.example'] })]);
    answer();
    await expect.poll(() => field.value).toBe('');
    await user.click(screen.getByRole('button', { name: 'Remove *.internal' }));
    expect(bridge.commands).toHaveLength(2);
  });

  test('keep what is typed while an entry is being added', async () => {
    const { bridge, user } = open();
    const field: HTMLInputElement = await screen.findByLabelText('Namespace that is left alone');
    const answer = bridge.hold(1);
    await user.type(field, 'dev{Enter}-two');
    answer();
    await expect.poll(() => bridge.answered).toBe(2);
    expect(field.value).toBe('dev-two');
  });

  test('of kubeconfig files, of which only added ones can be removed', async () => {
    const { bridge, user } = open();
    await user.click(await screen.findByRole('button', { name: 'Remove /home/me/clusters/edge.yaml' }));
    await user.click(screen.getByRole('button', { name: 'Add a file…' }));
    await user.click(screen.getByRole('button', { name: 'Add a folder…' }));
    expect(bridge.commands).toEqual([
      changed({ kubeconfigs: [] }),
      { name: 'chooseKubeconfig', payload: {} },
      { name: 'chooseKubeconfig', payload: { folder: true } },
    ]);
    expect(screen.queryByRole('button', { name: 'Remove /home/me/.kube/config' })).toBeNull();
  });

  test('keep the reason when they could not be changed', async () => {
    const { bridge, user } = open();
    bridge.refuse('The settings cannot be written.');
    const field = await screen.findByLabelText('Namespace that is left alone');
    await user.type(field, 'dev{Enter}');
    expect(screen.getByRole('alert').textContent).toContain('The settings cannot be written.');
    expect((field as HTMLInputElement).value).toBe('dev');
  });
});

describe('choices', () => {
  test.each([
    ['Opens', { notificationClick: 'open' }],
    ['Dark', { theme: 'dark' }],
    ['简体中文', { language: 'zh' }],
  ])('%s', async (name, settings) => {
    const { bridge, user } = open();
    await user.click(await screen.findByRole('button', { name }));
    expect(bridge.commands).toEqual([changed(settings)]);
  });

  test('that are made already are not made again', async () => {
    const { bridge, user } = open();
    await user.click(await screen.findByRole('button', { name: 'Fixes' }));
    expect(bridge.commands).toEqual([]);
  });

  test('kube-fledged’s namespace is saved when typing ends, and Escape takes it back', async () => {
    const { bridge, user } = open();
    const field = await screen.findByLabelText("kube-fledged's namespace");
    await user.type(field, 'wrong{Escape}');
    await user.tab();
    expect(bridge.commands).toEqual([]);
    await user.type(field, 'fledged{Enter}');
    expect(bridge.commands).toEqual([changed({ fledgedNamespace: 'fledged' })]);
  });

  test.each([
    ["kube-fledged's namespace", 'Kube_Fledged', '“Kube_Fledged” is not the name of a namespace.'],
    ['Namespace of retag’s Job', 'a.b', '“a.b” is not the name of a namespace.'],
    ['Image of retag’s Job', 'busybox:', '“busybox:” is not the name of an image.'],
  ])('%s is refused in place where it cannot be one', async (label, typed, why) => {
    const { bridge, user } = open();
    const field = await screen.findByLabelText(label);
    await user.clear(field);
    await user.type(field, `${typed}{Enter}`);
    expect(screen.getByRole('alert').textContent).toBe(why);
    expect(field.getAttribute('aria-invalid')).toBe('true');
    await user.tab();
    expect(bridge.commands).toEqual([]);
    await user.type(field, '{Escape}');
    expect(screen.queryByRole('alert')).toBeNull();
  });

  test('of retag’s Job are saved, and have their default again when emptied', async () => {
    const { bridge, user } = open();
    const image = await screen.findByLabelText('Image of retag’s Job');
    await user.clear(image);
    await user.type(image, 'harbor.corp.example/tools/busybox:1{Enter}');
    const namespace = screen.getByLabelText('Namespace of retag’s Job');
    await user.clear(namespace);
    await user.type(namespace, 'ops{Enter}');
    expect(bridge.commands).toEqual([
      changed({ retagImage: 'harbor.corp.example/tools/busybox:1' }),
      changed({ retagNamespace: 'ops' }),
    ]);
    const settings = { ...states.settings.settings, retagImage: 'harbor.corp.example/tools/busybox:1' };
    bridge.become({ ...states.settings, version: 20, settings });
    await user.clear(image);
    await user.tab();
    expect(bridge.commands.at(-1)).toEqual(changed({ retagImage: 'docker.io/library/busybox:1.37.0' }));
  });

  test('of a text keep what is typed while they are being saved', async () => {
    const { bridge, user } = open();
    const field: HTMLInputElement = await screen.findByLabelText("kube-fledged's namespace");
    const answer = bridge.hold(1);
    await user.type(field, 'fledged{Enter}-two');
    answer();
    await expect.poll(() => bridge.answered).toBe(2);
    expect(field.value).toBe('fledged-two');
    await user.tab();
    expect(bridge.commands.at(-1)).toEqual(changed({ fledgedNamespace: 'fledged-two' }));
  });

  test.each(['Enter', 'Escape'])('are not made by the %s of an input method', async (key) => {
    const { bridge, user } = open();
    const field: HTMLInputElement = await screen.findByLabelText("kube-fledged's namespace");
    await user.type(field, 'fledged');
    await fireEvent.keyDown(field, { key, isComposing: true });
    expect(bridge.commands).toEqual([]);
    expect(field.value).toBe('fledged');
    expect(document.activeElement).toBe(field);
  });
});
