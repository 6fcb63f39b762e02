import { screen } from '@testing-library/svelte';
import { describe, expect, test } from 'vitest';
import type { AppState } from '../../electron/domain/appState';
import { mirrorUse } from '../../renderer/view/mirrorUse';
import { speechFor } from '../../renderer/words';
import { openWindow } from './fakeBridge';
import { daoCloudInUse, mirrorsSpared } from './mirrorTrouble';
import { minutes, now } from './stateParts';
import { states } from './states';

const open = (state: AppState, platform: 'electron' | 'page' = 'electron') => {
  const opened = openWindow(state, platform);
  opened.model.go('settings');
  return opened;
};
const changed = (settings: object) => ({ name: 'changeSettings', payload: { settings } });
const say = (host: string, known = [daoCloudInUse], language: 'en' | 'zh' = 'en') =>
  mirrorUse(host, known, speechFor(language, 'en-GB'), now);

describe('a mirror', () => {
  test('is asked from this computer only where a person says so', async () => {
    const { bridge, user } = open(states.settings);
    const ask = await screen.findByRole('switch', { name: 'Ask harbor.corp.example from this computer first' });
    expect(screen.getAllByRole('switch').map((one) => one.getAttribute('aria-checked'))).toEqual(
      Array.from({ length: 3 }, () => 'false'),
    );
    ask.focus();
    await user.keyboard(' ');
    expect(bridge.commands).toEqual([changed({ probedMirrors: ['harbor.corp.example'] })]);
  });

  test('is asked no more, and others as before', async () => {
    const settings = { ...states.settings.settings, probedMirrors: ['harbor.corp.example', 'm.daocloud.io'] };
    const { bridge, user } = open({ ...states.settings, settings });
    await user.click(await screen.findByRole('switch', { name: 'Ask m.daocloud.io from this computer first' }));
    expect(bridge.commands).toEqual([changed({ probedMirrors: ['harbor.corp.example'] })]);
  });

  test('says why its switch could not be turned', async () => {
    const { bridge, user } = open(states.settings);
    bridge.refuse('The settings cannot be written.');
    await user.click(await screen.findByRole('switch', { name: 'Ask m.daocloud.io from this computer first' }));
    expect((await screen.findByRole('alert')).textContent).toContain('The settings cannot be written.');
  });

  test('that is spared says so at its rule and at its host', async () => {
    open(states.mirrorTrouble);
    expect(await screen.findAllByText('spared until 14:32')).toHaveLength(2);
    expect(screen.getByText('80 of 80 errors in two days')).toBeTruthy();
  });

  test('whose limits nobody knows says nothing', () => {
    expect(
      say('harbor.corp.example', [
        { ...daoCloudInUse, host: 'harbor.corp.example', errors: { used: 7, stopsAt: null } },
      ]),
    ).toEqual({ spared: '', use: '' });
    expect(say('unknown.example')).toEqual({ spared: '', use: '' });
  });

  test('that was asked nothing wrong says nothing', () => {
    expect(say('m.daocloud.io', [{ ...daoCloudInUse, errors: { used: 0, stopsAt: 80 } }])).toEqual({
      spared: '',
      use: '',
    });
  });

  test('tells how much of its limit is used up, under whatever name it is known', () => {
    expect(say('m.daocloud.io')).toEqual({ spared: '', use: '12 of 80 errors in two days' });
    expect(say('quay.m.daocloud.io', [daoCloudInUse], 'zh').use).toBe('两天内出错 12/80 次');
  });

  test('tells which limit stopped it, and until when where that is known', () => {
    const stopped = (by: 'requests' | 'pulls', until: number | null) => [
      { ...daoCloudInUse, pulls: { used: 8, stopsAt: 8 }, stopped: { by, until } },
    ];
    expect(say('m.daocloud.io', stopped('requests', now + minutes))).toEqual({
      spared: 'spared until 14:07',
      use: '4 of 16 requests in a minute',
    });
    expect(say('m.daocloud.io', stopped('pulls', null))).toEqual({
      spared: 'spared for now',
      use: '8 of 8 pulls at once',
    });
    expect(say('m.daocloud.io', [...mirrorsSpared]).spared).toBe('spared until 14:32');
  });
});

describe('DaoCloud’s list', () => {
  test('is chosen as a file where there is a desktop', async () => {
    const { bridge, user } = open(states.settings);
    await user.click(await screen.findByRole('button', { name: 'Choose a file…' }));
    expect(bridge.commands).toEqual([{ name: 'chooseAllowList', payload: {} }]);
  });

  test('is typed as a path, on a page too', async () => {
    const { bridge, user } = open(states.settings, 'page');
    const path = await screen.findByLabelText('Path of DaoCloud’s list, allows.txt');
    expect(screen.queryByRole('button', { name: 'Choose a file…' })).toBeNull();
    await user.click(path);
    await user.paste('/srv/allows.txt');
    await user.keyboard('{Enter}');
    expect(bridge.commands).toEqual([changed({ allowList: '/srv/allows.txt' })]);
  });

  test('that cannot be used says why at its path', async () => {
    open(states.allowListUnusable);
    expect(await screen.findByText('DaoCloud’s list cannot be used: ENOENT: no such file or directory')).toBeTruthy();
  });

  test('is of no interest where DaoCloud’s mirror is not used', async () => {
    const { settings } = states.settings;
    open({ ...states.settings, settings: { ...settings, mirrors: settings.mirrors.slice(1) } });
    await screen.findByText('Never through a mirror');
    expect(screen.queryByText('What DaoCloud serves')).toBeNull();
  });
});

test('a list that cannot be used is told above the failures, and leads to its setting', async () => {
  const { model, user } = openWindow(states.allowListUnusable);
  const row = screen.getByText('DaoCloud’s list cannot be used').closest('li');
  expect(row?.textContent).toContain('Until it can, images are asked for without it.');
  const [settings] = screen.getAllByRole('button', { name: 'Settings' }).filter((one) => row?.contains(one));
  if (!settings) throw new Error('the row has no button');
  await user.click(settings);
  expect(model.section).toBe('settings');
});
