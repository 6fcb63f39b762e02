import { screen, within } from '@testing-library/svelte';
import { describe, expect, test } from 'vitest';
import type { MirrorRule } from '../../electron/domain/settings';
import { openWindow } from './fakeBridge';
import { severalMirrors as mirrors } from './mirrorTrouble';
import { states } from './states';

const open = (language: 'en' | 'zh' = 'en') => {
  const state = { ...states.settings, settings: { ...states.settings.settings, language } };
  const opened = openWindow(state);
  opened.model.go('settings');
  return { ...opened, state };
};
type Opened = ReturnType<typeof open>;
const changed = (settings: object) => ({ name: 'changeSettings', payload: { settings } });
/** The engine's answer to a change of the list. */
const becomes = ({ bridge, state }: Opened, rules: readonly MirrorRule[]) =>
  bridge.become({ ...state, version: 9, settings: { ...state.settings, mirrors: [...rules] } });
const harbor = 'Change harbor.corp.example/hub/{path}';
const field = (label: string): HTMLInputElement => screen.getByLabelText(label);
const button = (name: string): HTMLButtonElement => screen.getByRole('button', { name });

async function retype({ user }: Opened, label: string, text: string): Promise<void> {
  await user.clear(field(label));
  await user.paste(text);
}

describe('a rule', () => {
  test('is opened, changed and saved by keyboard alone', async () => {
    const opened = open();
    const { bridge, user } = opened;
    const row = await screen.findByRole('button', { name: harbor });
    expect(row.getAttribute('aria-expanded')).toBe('false');
    row.focus();
    await user.keyboard('{Enter}');
    expect(row.getAttribute('aria-expanded')).toBe('true');
    expect(document.activeElement).toBe(field('Registries'));
    await retype(opened, 'Registries', 'quay.io');
    await user.tab();
    expect(document.activeElement).toBe(field('Becomes'));
    await retype(opened, 'Becomes', 'harbor.corp.example/quay/{path}');
    await retype(opened, 'Except', 'quay.io/acme/*, quay.io/secret');
    await retype(opened, 'Name', 'quay');
    await user.keyboard('{Enter}');
    const saved = {
      name: 'quay',
      match: 'quay.io',
      except: ['quay.io/acme/*', 'quay.io/secret'],
      template: 'harbor.corp.example/quay/{path}',
    };
    expect(bridge.commands).toEqual([changed({ mirrors: [mirrors[0], saved, mirrors[2]] })]);
    expect(await screen.findByText('quay was changed.')).toBeTruthy();
    expect(screen.queryByLabelText('Becomes')).toBeNull();
    expect(document.activeElement?.classList.contains('open')).toBe(true);
  });

  test('shows what it makes of an image while it is typed', async () => {
    const opened = open();
    await opened.user.click(await screen.findByRole('button', { name: harbor }));
    expect(screen.getByText('harbor.corp.example/')).toBeTruthy();
    await retype(opened, 'Becomes', 'nexus.corp.example/proxy/{path}');
    expect(screen.getByText('nexus.corp.example/')).toBeTruthy();
    await retype(opened, 'Registries', 'ghcr.io/acme/*');
    expect(screen.getByText('proxy/acme/app')).toBeTruthy();
  });

  test.each([
    ['Becomes', 'harbor.corp.example/hub', 'A template has to contain {path} or {name}'],
    ['Becomes', 'https://harbor.corp.example/{path}', 'not with https://'],
    ['Becomes', '', 'A template begins with the mirror’s host'],
    ['Registries', 'docker io', '“docker io” matches no registry'],
    ['Except', 'docker.io, a b?', 'matches no registry'],
  ])('that is wrong says so at its field, and cannot be saved: %s %s', async (label, text, reason) => {
    const opened = open();
    const { bridge, user } = opened;
    await user.click(await screen.findByRole('button', { name: harbor }));
    await user.clear(field(label));
    if (text !== '') await retype(opened, label, text);
    expect(field(label).getAttribute('aria-invalid')).toBe('true');
    const told = document.getElementById(field(label).getAttribute('aria-describedby') ?? '');
    expect(told?.textContent).toContain(reason);
    expect(told?.closest('[aria-live]')?.getAttribute('aria-live')).toBe('polite');
    expect(button('Save').disabled).toBe(true);
    await user.type(field(label), '{Enter}');
    expect(bridge.commands).toEqual([]);
  });

  test('speaks Chinese where the window does', async () => {
    const opened = open('zh');
    await opened.user.click(await screen.findByRole('button', { name: '修改 harbor.corp.example/hub/{path}' }));
    await retype(opened, '改写为', 'harbor.corp.example');
    expect(screen.getByText('模板必须包含 {path} 或 {name}，否则所有镜像都会变成同一个。')).toBeTruthy();
  });

  test('cannot be saved as it was', async () => {
    const { user } = open();
    await user.click(await screen.findByRole('button', { name: harbor }));
    expect(button('Save').disabled).toBe(true);
  });

  test('without a name is called after its mirror', async () => {
    const { bridge, user } = open();
    await user.click(await screen.findByRole('button', { name: harbor }));
    await user.clear(field('Name'));
    expect(field('Name').placeholder).toBe('harbor.corp.example');
    await user.type(field('Except'), 'docker.io/acme/*{Enter}');
    expect(bridge.commands[0]?.payload).toMatchObject({
      settings: { mirrors: { 1: { name: 'harbor.corp.example', except: ['docker.io/acme/*'] } } },
    });
  });

  test.each([
    ['Escape', (opened: Opened) => opened.user.keyboard('{Escape}')],
    ['Cancel', (opened: Opened) => opened.user.click(button('Cancel'))],
    ['its row', (opened: Opened) => opened.user.click(button(harbor))],
  ])('stays as it was after %s, and the keyboard goes on at its row', async (_by, leave) => {
    const opened = open();
    await opened.user.click(await screen.findByRole('button', { name: harbor }));
    await retype(opened, 'Becomes', 'other.example/{path}');
    await leave(opened);
    expect(screen.queryByLabelText('Becomes')).toBeNull();
    expect(opened.bridge.commands).toEqual([]);
    expect(document.activeElement).toBe(button(harbor));
  });

  test('keeps what was typed and why it could not be saved', async () => {
    const opened = open();
    await opened.user.click(await screen.findByRole('button', { name: harbor }));
    await retype(opened, 'Becomes', 'other.example/{path}');
    opened.bridge.refuse('The settings cannot be written.');
    await opened.user.click(button('Save'));
    expect((await screen.findByRole('alert')).textContent).toContain('The settings cannot be written.');
    expect(field('Becomes').value).toBe('other.example/{path}');
  });

  test('that was changed can be changed back', async () => {
    const opened = open();
    const { bridge, user } = opened;
    await user.click(await screen.findByRole('button', { name: harbor }));
    await retype(opened, 'Becomes', 'other.example/{path}');
    await user.click(button('Save'));
    await user.click(await screen.findByRole('button', { name: 'Undo' }));
    expect(bridge.commands.at(-1)).toEqual(changed({ mirrors }));
    expect(screen.queryByRole('button', { name: 'Undo' })).toBeNull();
  });

  test('keeps its form open while others move, and arrows in it move no row', async () => {
    const opened = open();
    const { user } = opened;
    await user.click(await screen.findByRole('button', { name: harbor }));
    await retype(opened, 'Becomes', 'other.example/{path}');
    becomes(
      opened,
      [1, 0, 2].flatMap((at) => mirrors[at] ?? []),
    );
    expect(field('Becomes').value).toBe('other.example/{path}');
    await user.keyboard('{ArrowDown}');
    expect(document.activeElement).toBe(field('Becomes'));
  });

  test('is reached with the arrow keys from the row above', async () => {
    const { user } = open();
    (await screen.findByRole('button', { name: 'Change m.daocloud.io/{host}/{path}' })).focus();
    await user.keyboard('{ArrowDown}');
    expect(document.activeElement).toBe(button(harbor));
  });

  test('says what it leaves out, and its own name where it has one', async () => {
    const opened = open();
    const rule = { name: 'team', match: 'quay.io', except: ['quay.io/a/*'], template: 'h.example/q/{path}' };
    becomes(opened, [rule]);
    const row = (await screen.findByRole('button', { name: 'Change h.example/q/{path}' })).closest('li');
    if (!row) throw new Error('the rule is in no row');
    expect(within(row).getByText('quay.io, not quay.io/a/*')).toBeTruthy();
    expect(within(row).getByText('team')).toBeTruthy();
  });
});

describe('another kind of mirror', () => {
  const add = (): HTMLButtonElement =>
    within(screen.getByRole('form', { name: 'Add a mirror' })).getByRole('button', { name: 'Add' });
  const choose = async (kind: string) => {
    const opened = open();
    await opened.user.click(await screen.findByRole('button', { name: 'Another kind…' }));
    await opened.user.selectOptions(screen.getByLabelText('Kind of mirror'), kind);
    return opened;
  };

  test('is chosen out of all that there are', async () => {
    const { user } = open();
    await user.click(await screen.findByRole('button', { name: 'Another kind…' }));
    const select = screen.getByLabelText('Kind of mirror');
    expect(document.activeElement).toBe(select);
    expect(within(select).getAllByRole('option')).toHaveLength(10);
  });

  test('asks for its fields with examples, shows its rule, and adds it', async () => {
    const { bridge, user } = await choose('Harbor proxy project');
    expect(field('Host').placeholder).toBe('harbor.example.com');
    expect(add().disabled).toBe(true);
    await user.type(field('Host'), 'https://hub.corp.example/');
    expect(screen.queryByText(/has to be filled in/)).toBeNull();
    await user.type(field('Project'), 'quay');
    await user.type(field('Cached registry'), 'quay.io');
    expect(screen.getByText('1 rule will be added')).toBeTruthy();
    expect(screen.getByText('quay/argoproj/argocd')).toBeTruthy();
    await user.keyboard('{Enter}');
    const added = { name: 'hub.corp.example/quay', match: 'quay.io', template: 'hub.corp.example/quay/{path}' };
    expect(bridge.commands).toEqual([changed({ mirrors: [...mirrors, added] })]);
    expect(await screen.findByText('1 rule added.')).toBeTruthy();
    expect(document.activeElement).toBe(button('Another kind…'));
  });

  test('says what is wrong at the field where it is', async () => {
    const { bridge, user } = await choose('registry:3 as a pull-through cache');
    await user.type(field('Host'), 'not a host{Enter}');
    expect(field('Host').getAttribute('aria-invalid')).toBe('true');
    const told = document.getElementById(field('Host').getAttribute('aria-describedby') ?? '');
    expect(told?.textContent).toContain('“not a host” is not the host of a mirror');
    expect(bridge.commands).toEqual([]);
  });

  test('may bring many rules, of which some are shown and all are added', async () => {
    const { bridge, user } = await choose('DaoCloud’s host table');
    expect(screen.getByText('11 rules will be added')).toBeTruthy();
    expect(screen.getByText('and 7 more')).toBeTruthy();
    await user.click(add());
    const [{ payload } = { payload: null }] = bridge.commands;
    expect(payload).toMatchObject({ settings: { mirrors: { length: mirrors.length + 11 } } });
  });

  test('brings no rule that is there already', async () => {
    const { user } = await choose('Harbor proxy project');
    await user.type(field('Host'), 'harbor.corp.example');
    await user.type(field('Project'), 'hub');
    expect(screen.getByText('This mirror is already in the list.')).toBeTruthy();
    expect(add().disabled).toBe(true);
  });

  test('may be a rule of one’s own, which is told nothing before something is typed', async () => {
    const opened = await choose('A rule of your own');
    const { bridge, user } = opened;
    expect(document.querySelector('.fault')).toBeNull();
    await retype(opened, 'Becomes', 'own.example/{path}');
    expect(screen.getByText(/has to contain {host}/)).toBeTruthy();
    await retype(opened, 'Registries', 'docker.io');
    await user.click(add());
    const added = { name: 'own.example', match: 'docker.io', template: 'own.example/{path}' };
    expect(bridge.commands).toEqual([changed({ mirrors: [...mirrors, added] })]);
  });

  test('is not chosen after all', async () => {
    const { bridge, user } = await choose('Sonatype Nexus');
    await user.type(field('Host'), 'nexus.example{Escape}');
    expect(screen.queryByLabelText('Kind of mirror')).toBeNull();
    expect(document.activeElement).toBe(button('Another kind…'));
    expect(bridge.commands).toEqual([]);
  });

  test('is chosen with the keys of the list, which go to no other section', async () => {
    const { model, user } = await choose('Sonatype Nexus');
    screen.getByLabelText('Kind of mirror').focus();
    await user.keyboard('1');
    expect(model.section).toBe('settings');
  });
});
