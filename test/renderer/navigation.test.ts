import { cleanup, screen } from '@testing-library/svelte';
import { describe, expect, test } from 'vitest';
import { openWindow } from './fakeBridge';
import { busy, incidents, states } from './states';

const current = () => screen.getAllByRole('button').find((button) => button.getAttribute('aria-current') === 'page');

describe('keys', () => {
  test('1 to 6 go to the sections', async () => {
    const { user } = openWindow(busy);
    const seen: (string | undefined)[] = [];
    for (const key of ['2', '3', '4', '5', '6', '1']) {
      await user.keyboard(key);
      seen.push(screen.getByRole('main').querySelector('section')?.getAttribute('aria-label') ?? undefined);
    }
    expect(seen).toEqual(['Cached', 'Restores', 'Activity', 'Contexts', 'Settings', 'Failing']);
    expect(current()?.textContent).toContain('Failing');
  });

  test('are letters while something is typed', async () => {
    const { user, model } = openWindow(states.settings);
    await user.keyboard('6');
    const field = screen.getByLabelText('Add a mirror');
    await user.type(field, '1');
    expect(model.section).toBe('settings');
    await user.keyboard('{Escape}');
    expect(document.activeElement).not.toBe(field);
    await user.keyboard('1');
    expect(model.section).toBe('failing');
  });

  test('up and down go from row to row', async () => {
    const { user } = openWindow(busy);
    screen.getByRole('button', { name: 'Fix busybox:1.36' }).focus();
    await user.keyboard('{ArrowDown}');
    expect(document.activeElement).toBe(screen.getByRole('button', { name: 'bitnami/redis:7.2' }));
    await user.keyboard('{ArrowUp}{ArrowUp}');
    expect(document.activeElement).toBe(screen.getByRole('button', { name: incidents.argocd.image }));
  });

  test('are left to the system with a modifier', async () => {
    const { user, model } = openWindow(busy);
    await user.keyboard('{Control>}2{/Control}');
    expect(model.section).toBe('failing');
  });

  test('Escape leaves the details first, and then the window', async () => {
    const { user, bridge, model } = openWindow(busy);
    await user.click(screen.getByRole('button', { name: 'busybox:1.36' }));
    expect(screen.getByRole('heading', { level: 1, name: 'busybox:1.36' })).toBe(document.activeElement);
    await user.keyboard('{Escape}');
    expect(model.page).toBeNull();
    expect(document.activeElement).toBe(screen.getByRole('button', { name: 'busybox:1.36' }));
    expect(bridge.commands).toEqual([]);
    await user.keyboard('{Escape}');
    expect(bridge.commands).toEqual([{ name: 'hideWindow', payload: {} }]);
  });

  test('Escape hides no page of a browser', async () => {
    const { user, bridge } = openWindow(busy, 'page');
    await user.keyboard('{Escape}');
    expect(bridge.commands).toEqual([]);
  });
});

describe('the shell', () => {
  test('shows a section', async () => {
    const { bridge } = openWindow(busy);
    bridge.show({ section: 'restores' });
    expect(await screen.findByRole('button', { name: /Restore blackbox-exporter/ })).toBeTruthy();
  });

  test('shows an incident, also one of another context with the same name', () => {
    const twin = { ...incidents.busybox, context: 'prod-shanghai' };
    const { bridge, model } = openWindow({ ...busy, incidents: [twin, incidents.busybox] });
    bridge.show({ incident: 'busybox:1.36', context: 'k3s-edge-03' });
    expect(model.openIncident?.context).toBe('k3s-edge-03');
    bridge.show({ incident: 'busybox:1.36' });
    expect(model.openIncident?.context).toBe('prod-shanghai');
    bridge.show({ incident: 'gone' });
    expect(model.page).toBeNull();
  });

  test('may ask before the first snapshot is there', () => {
    const { bridge, model } = openWindow(null);
    bridge.show({ incident: 'busybox:1.36' });
    bridge.become(busy);
    expect(model.openIncident?.image).toBe('busybox:1.36');
  });
});

describe('snapshots', () => {
  test('that arrive late are dropped', () => {
    const { bridge, model } = openWindow({ ...busy, version: 5 });
    bridge.become({ ...states.calm, version: 4 });
    expect(model.state?.version).toBe(5);
  });

  test('of a process that was started anew count from the start', async () => {
    const { bridge, model } = openWindow({ ...busy, version: 5 }, 'page');
    bridge.connection(false);
    expect((await screen.findByText(/does not answer/)).textContent).toContain('14:06:00');
    bridge.connection(true);
    bridge.become({ ...states.calm, version: 1 });
    expect(model.state?.version).toBe(1);
    await expect.poll(() => screen.queryByText(/does not answer/)).toBeNull();
  });
});

describe('the look', () => {
  test('follows the settings', async () => {
    const { bridge } = openWindow(busy);
    expect(document.documentElement.dataset['theme']).toBe('light');
    bridge.become({ ...busy, version: 9, settings: { ...busy.settings, theme: 'dark', language: 'zh' } });
    expect(await screen.findByRole('button', { name: '修复 busybox:1.36' })).toBeTruthy();
    expect(document.documentElement.dataset['theme']).toBe('dark');
    expect(document.documentElement.lang).toBe('zh-CN');
  });

  test('says that a demo is one', () => {
    openWindow(states.demo);
    expect(screen.getByText(/Demo/)).toBeTruthy();
  });
});

describe('nothing is ever drawn as undefined', () => {
  test.each(Object.entries(states))('in the state %s', async (_name, state) => {
    for (const language of ['en', 'zh'] as const) {
      const { user, model } = openWindow({ ...state, settings: { ...state.settings, language } });
      const read = () => expect(document.body.textContent).not.toMatch(/undefined|NaN|\[object|Invalid/);
      for (const key of ['1', '2', '3', '4', '5', '6']) {
        await user.keyboard(key);
        document.querySelectorAll('details').forEach((details) => (details.open = true));
        read();
      }
      for (const { context, id } of state.incidents) {
        model.open(`${context}\n${id}`);
        await expect.poll(() => document.querySelector('main h1, main h2')).toBeTruthy();
        read();
      }
      cleanup();
    }
  });
});
