import { screen } from '@testing-library/svelte';
import { describe, expect, test } from 'vitest';
import { openWindow } from './fakeBridge';
import { rulesOfAColleague as rules, severalMirrors as mirrors } from './mirrorTrouble';
import { states } from './states';

const [nexus, , quay] = rules;
const open = (platform: 'electron' | 'page' = 'electron') => {
  const opened = openWindow(states.settings, platform);
  opened.model.go('settings');
  return opened;
};
const changed = (settings: object) => ({ name: 'changeSettings', payload: { settings } });
const asked = { name: 'importRules', payload: { language: 'en', file: null } };
const button = (name: string) => screen.findByRole('button', { name });

describe.each(['electron', 'page'] as const)('a file of rules, in the window of %s,', (platform) => {
  const imported = async () => {
    const opened = open(platform);
    opened.bridge.answers.importRules = { file: 'team.json', rules };
    await opened.user.click(await button('Import…'));
    return opened;
  };

  test('is shown before anything is done with it', async () => {
    const { bridge } = await imported();
    expect(await screen.findByText('3 rules in team.json')).toBeTruthy();
    expect(document.activeElement?.textContent).toContain('nexus.corp.example/docker-proxy/{path}');
    expect(bridge.commands).toEqual([asked]);
  });

  test('takes the place of the list, and gives it back', async () => {
    const { bridge, user } = await imported();
    await user.click(await button('Replace mine'));
    expect(bridge.commands.at(-1)).toEqual(changed({ mirrors: rules }));
    expect(await screen.findByText('3 rules are now the whole list.')).toBeTruthy();
    expect(document.activeElement).toBe(await button('Import…'));
    await user.click(await button('Undo'));
    expect(bridge.commands.at(-1)).toEqual(changed({ mirrors }));
  });

  test('joins the list with what is new in it', async () => {
    const { bridge, user } = await imported();
    await user.click(await button('Add to mine'));
    expect(bridge.commands.at(-1)).toEqual(changed({ mirrors: [...mirrors, nexus, quay] }));
    expect(await screen.findByText('2 rules added.')).toBeTruthy();
  });
});

test('a file that brings nothing new changes nothing', async () => {
  const { bridge, user } = open();
  bridge.answers.importRules = { file: 'team.json', rules: mirrors };
  await user.click(await button('Import…'));
  await user.click(await button('Add to mine'));
  expect(await screen.findByText('Your list has all of them already.')).toBeTruthy();
  expect(bridge.commands).toEqual([asked]);
});

test('a file that was not chosen after all leaves no question behind', async () => {
  const { bridge, user } = open();
  await user.click(await button('Import…'));
  await expect.poll(() => bridge.answered).toBe(bridge.sent.length);
  expect(screen.queryByRole('button', { name: 'Replace mine' })).toBeNull();
});

test('the question about a file is taken back with Escape', async () => {
  const { bridge, user } = open();
  bridge.answers.importRules = { file: 'team.json', rules };
  await user.click(await button('Import…'));
  await button('Replace mine');
  await user.keyboard('{Escape}');
  expect(screen.queryByRole('button', { name: 'Replace mine' })).toBeNull();
  expect(document.activeElement).toBe(await button('Import…'));
  expect(bridge.commands).toEqual([asked]);
});

test('a wrong file says where it is wrong, beside the button, until another one is chosen', async () => {
  const { bridge, user } = open();
  bridge.refuse('team.json, rules.2.template: This template does not make a valid image name.');
  await user.click(await button('Import…'));
  expect((await screen.findByRole('alert')).textContent).toContain('team.json, rules.2.template: This template');
  bridge.refuse(null);
  bridge.answers.importRules = { file: 'team.json', rules };
  await user.click(await button('Import…'));
  expect(await screen.findByText('3 rules in team.json')).toBeTruthy();
  expect(screen.queryByRole('alert')).toBeNull();
});

test('the file stays in question while the list cannot be changed', async () => {
  const { bridge, user } = open();
  bridge.answers.importRules = { file: 'team.json', rules };
  await user.click(await button('Import…'));
  const replace = await button('Replace mine');
  bridge.refuse('The settings cannot be written.');
  await user.click(replace);
  expect((await screen.findByRole('alert')).textContent).toContain('The settings cannot be written.');
  expect(await button('Replace mine')).toBeTruthy();
});

describe('rules that are exported', () => {
  test('say where they are', async () => {
    const { bridge, user } = open();
    bridge.answers.exportRules = { saved: '/home/me/pullthrough-mirrors.json' };
    await user.click(await button('Export…'));
    expect(bridge.commands).toEqual([{ name: 'exportRules', payload: { language: 'en' } }]);
    expect((await screen.findByRole('status')).textContent).toBe('Saved as /home/me/pullthrough-mirrors.json.');
  });

  test('claim nothing when no file was named', async () => {
    const { bridge, user } = open();
    await user.click(await button('Export…'));
    await expect.poll(() => bridge.answered).toBe(bridge.sent.length);
    expect(screen.queryByRole('status')).toBeNull();
  });
});
