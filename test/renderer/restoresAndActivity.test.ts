import { screen, within } from '@testing-library/svelte';
import { describe, expect, test } from 'vitest';
import { openWindow } from './fakeBridge';
import { activity } from './stateParts';
import { busy } from './states';

const open = (section: 'restores' | 'activity' | 'cached') => {
  const opened = openWindow(busy);
  opened.model.go(section);
  return opened;
};

describe('restores', () => {
  test('say what restarts before it does', async () => {
    const { bridge, user } = open('restores');
    const button = await screen.findByRole('button', { name: 'Restore redis-master-0 now. Restarts 2 containers.' });
    await user.click(button);
    expect(bridge.commands).toEqual([{ name: 'restore', payload: { context: 'prod-shanghai', restore: 'r2' } }]);
  });

  test('that were not checked yet are, on request', async () => {
    const { bridge, user } = open('restores');
    await user.click(await screen.findByRole('button', { name: /Check whether .*nginx:1.27/ }));
    expect(bridge.commands).toEqual([{ name: 'checkRestore', payload: { context: 'prod-shanghai', restore: 'r3' } }]);
  });

  test('that are held say why and when, and can be checked earlier', async () => {
    const { bridge, user } = open('restores');
    const row = (await screen.findByRole('button', { name: /ingress-nginx/ })).closest('li');
    if (!row) throw new Error('The held restore is in no row.');
    expect(row.textContent).toContain('Registry unreachable');
    expect(row.textContent).toContain('Tries 16:40');
    expect(within(row).queryByRole('button', { name: 'Check now' })).toBeNull();
    await user.click(within(row).getByRole('button', { name: /ingress-nginx/ }));
    await user.click(within(row).getByRole('button', { name: 'Check now' }));
    expect(bridge.commands).toEqual([{ name: 'checkRestore', payload: { context: 'prod-shanghai', restore: 'r4' } }]);
  });

  test('with the pull policy Always wait for the pod to be replaced', async () => {
    const { user } = open('restores');
    const row = (await screen.findByRole('button', { name: /dexidp/ })).closest('li');
    if (!row) throw new Error('The held restore is in no row.');
    expect(row.textContent).toContain('When replaced');
    await user.click(within(row).getByRole('button', { name: /dexidp/ }));
    expect(within(row).queryByRole('button', { name: 'Check now' })).toBeNull();
  });

  test('that failed keep the reason on their row', async () => {
    const { bridge, user } = open('restores');
    bridge.refuse('The pod changed meanwhile.');
    await user.click(await screen.findByRole('button', { name: /Restore redis-master-0/ }));
    const row = screen.getByRole('button', { name: /Restore redis-master-0/ }).closest('li');
    expect(row?.textContent).toContain('The pod changed meanwhile.');
  });
});

describe('activity', () => {
  test('unfolds to the exact patch, which can be copied', async () => {
    const { bridge, user } = open('activity');
    expect(screen.queryByText('/metadata/uid')).toBeNull();
    await user.click((await screen.findAllByText('Swapped image'))[0] ?? document.body);
    expect(await screen.findByText('0b6f2c1e-5d1c-4a7e-9a53-1f0d6f1f7a2e')).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Copy JSON' }));
    expect(bridge.commands).toEqual([{ name: 'copyText', payload: { text: activity[0]?.sent } }]);
  });

  test('says why a write was refused', async () => {
    open('activity');
    expect(await screen.findByText('409: the pod changed meanwhile')).toBeTruthy();
    expect(screen.getByRole('status').textContent).toContain('1 refused');
  });
});

test('cached images name their nodes and how each fares', async () => {
  open('cached');
  const full = (await screen.findByText('no space left on device')).closest('li');
  expect(full?.textContent).toContain('cn-sh-02');
  expect(screen.getByText('Node disk full')).toBeTruthy();
  expect(screen.getByRole('status').textContent).toContain('2 pulling');
});
