import { screen, within } from '@testing-library/svelte';
import { describe, expect, test } from 'vitest';
import { commandSchemas } from '../../electron/ipc/contract';
import { incidentKey } from '../../renderer/view/failingScreen';
import { openWindow } from './fakeBridge';
import { contexts } from './stateParts';
import { appState, busy, incidents, states } from './states';

const rowOf = (image: string): HTMLElement => {
  const row = screen.getByRole('button', { name: image }).closest('li');
  if (!row) throw new Error(`${image} is in no row`);
  return row;
};

describe('Fix', () => {
  test('heals at once where writing was agreed to', async () => {
    const { bridge, user } = openWindow(busy);
    await user.click(screen.getByRole('button', { name: 'Fix busybox:1.36' }));
    expect(bridge.commands).toEqual([
      { name: 'fix', payload: { context: 'k3s-edge-03', incident: 'busybox:1.36', agree: false } },
    ]);
  });

  test('shows what it will do where nothing was agreed to yet, and agrees with the second click', async () => {
    const { bridge, user } = openWindow(busy);
    await user.click(screen.getByRole('button', { name: `Fix ${incidents.mysql.image}` }));
    expect(bridge.commands).toEqual([]);
    expect(screen.getByRole('heading', { name: 'What Fix will do' })).toBeTruthy();
    expect(screen.getAllByText('m.daocloud.io/docker.io/apecloud/mysql_audit_log:5.7.44')).toHaveLength(1);
    expect(screen.getByText('changes the image of 3 pods; their owner stays as it is')).toBeTruthy();
    expect(screen.getByText('From this click on, the app may write to prod-shanghai.')).toBeTruthy();

    await user.click(screen.getByRole('button', { name: 'Fix 3 pods' }));
    expect(bridge.commands).toEqual([
      { name: 'fix', payload: { context: 'prod-shanghai', incident: incidents.mysql.id, agree: true } },
    ]);
  });

  test('all those that were agreed to, and says how many', async () => {
    const { bridge, user } = openWindow(busy);
    await user.click(screen.getByRole('button', { name: 'Fix all 2' }));
    expect(bridge.commands).toEqual([{ name: 'fixAll', payload: {} }]);
  });

  test('is not pressed twice while its answer is on the way', async () => {
    const { bridge, user } = openWindow(busy);
    const release = bridge.hold();
    const fix = screen.getByRole('button', { name: 'Fix busybox:1.36' });
    await user.click(fix);
    await user.click(fix);
    expect(fix.getAttribute('aria-busy')).toBe('true');
    expect(bridge.commands).toHaveLength(1);
    release();
    await expect.poll(() => fix.getAttribute('aria-busy')).toBe('false');
  });

  test('that failed keeps its reason on its own row, until it is tried again', async () => {
    const { bridge, user } = openWindow(busy);
    bridge.refuse('The API server did not answer.');
    await user.click(screen.getByRole('button', { name: 'Fix busybox:1.36' }));
    expect(within(rowOf('busybox:1.36')).getByRole('alert').textContent).toContain('The API server did not answer.');
    expect(within(rowOf('bitnami/redis:7.2')).queryByRole('alert')).toBeNull();

    bridge.become({ ...busy, version: 9 });
    expect(within(rowOf('busybox:1.36')).getByRole('alert').textContent).toContain('The API server did not answer.');

    bridge.refuse(null);
    await user.click(screen.getByRole('button', { name: 'Fix busybox:1.36' }));
    expect(within(rowOf('busybox:1.36')).queryByRole('alert')).toBeNull();
  });

  test('whose reason was read can be put away', async () => {
    const { bridge, user } = openWindow(busy);
    bridge.refuse('No.');
    await user.click(screen.getByRole('button', { name: 'Fix busybox:1.36' }));
    await user.click(within(rowOf('busybox:1.36')).getByRole('button', { name: 'Dismiss' }));
    expect(screen.queryByText('No.')).toBeNull();
  });

  test('cannot be pressed where sight was lost', () => {
    openWindow(states.blind);
    const fix = screen.getByRole('button', { name: `Fix ${incidents.mysql.image}` });
    expect(fix.hasAttribute('disabled')).toBe(true);
  });
});

describe('a cause that no mirror heals', () => {
  test('is explained, with what would help, and without a Fix', async () => {
    const { bridge, user } = openWindow(busy);
    await user.click(screen.getByRole('button', { name: `Why? ${incidents.wrongTag.image}` }));
    expect(screen.getByRole('heading', { name: 'What would help' })).toBeTruthy();
    expect(screen.getByText(/A mirror does not help/)).toBeTruthy();
    expect(screen.queryByRole('button', { name: /^Fix/ })).toBeNull();

    await user.click(screen.getByRole('button', { name: 'Copy for the owner' }));
    const [{ name, payload } = { name: '', payload: {} }] = bridge.commands;
    expect(name).toBe('copyText');
    expect(payload).toMatchObject({ text: expect.stringContaining('web/shop-front-7c5d8b6f9-mm4tr (web)') as string });
    expect(screen.getByRole('button', { name: 'Copied' })).toBeTruthy();
  });

  test('is told to the owner of thousands of pods in a text that can be copied', async () => {
    const [pod] = incidents.wrongTag.pods;
    if (!pod) throw new Error('it has no pod');
    const pods = Array.from({ length: 3000 }, (_, n) => ({
      ...pod,
      uid: `uid-${String(n)}`,
      name: `web-${String(n)}`,
    }));
    const { bridge, user, model } = openWindow({ ...busy, incidents: [{ ...incidents.wrongTag, pods }] });
    model.open(incidentKey(incidents.wrongTag));
    await user.click(await screen.findByRole('button', { name: 'Copy for the owner' }));
    const { payload } = bridge.commands[0] ?? {};
    expect(commandSchemas.copyText.safeParse(payload).success).toBe(true);
    expect(payload).toMatchObject({ text: expect.stringContaining('and 2,950 more') as string });
  });
});

test('a copy that failed says so, until it is tried again', async () => {
  const { bridge, user, model } = openWindow(busy);
  model.open(incidentKey(incidents.wrongTag));
  bridge.refuse('The clipboard is not there.');
  const button = await screen.findByRole('button', { name: 'Copy for the owner' });
  await user.click(button);
  expect(screen.getByRole('alert').textContent).toBe('Not done: The clipboard is not there.');
  expect(button.title).toBe('Not done: The clipboard is not there.');
  bridge.refuse(null);
  await user.click(button);
  expect(screen.queryByRole('alert')).toBeNull();
  expect(screen.getByRole('button', { name: 'Copied' })).toBeTruthy();
});

test('a blind context is tried again on request', async () => {
  const { bridge, user } = openWindow(states.blind);
  await user.click(screen.getAllByRole('button', { name: 'Retry now' })[0] ?? document.body);
  expect(bridge.commands).toEqual([{ name: 'retryContext', payload: { context: 'prod-shanghai' } }]);
});

test('a right that is missing comes with commands that grant it', async () => {
  const { user } = openWindow(states.blind);
  await user.click(screen.getByRole('button', { name: 'Show how busybox:1.36' }));
  expect(screen.getByText(/kubectl --context k3s-edge-03 -n shop create role /)).toBeTruthy();
});

test('details say so when their failure is over meanwhile', async () => {
  const { bridge, user } = openWindow(busy);
  await user.click(screen.getByRole('button', { name: 'busybox:1.36' }));
  bridge.become(appState({ version: 9 }));
  expect(await screen.findByText('This failure is over.')).toBeTruthy();
});

describe('pods that wait for a retag', () => {
  const { retagged } = incidents;
  const show = (incident = retagged, state = states.ownSettings) => {
    const window = openWindow({ ...state, incidents: [incident] });
    window.model.open(incidentKey(incident));
    return window;
  };
  const swapButtons = () => screen.queryAllByRole('button', { name: /^Swap/ });

  test('can be swapped at once, as many as may be', async () => {
    const { bridge, user } = show();
    expect(await screen.findByText('A node may take five minutes to try again.')).toBeTruthy();
    const swap = screen.getByRole('button', { name: 'Swap 2 pods now' });
    const release = bridge.hold();
    await user.click(swap);
    await user.click(swap);
    expect(bridge.commands).toEqual([{ name: 'swapNow', payload: { context: 'k3s-edge-03', incident: retagged.id } }]);
    expect(commandSchemas.swapNow.safeParse(bridge.commands[0]?.payload).success).toBe(true);
    release();
    await expect.poll(() => swap.getAttribute('aria-busy')).toBe('false');
  });

  test('say beside the button why they were not', async () => {
    const { bridge, user } = show();
    bridge.refuse('None of its pods is waiting any more.');
    await user.click(await screen.findByRole('button', { name: 'Swap 2 pods now' }));
    expect(screen.getByRole('alert').textContent).toContain('None of its pods is waiting any more.');
  });

  test('are offered no swap that nobody may make, nor where nothing can be seen', async () => {
    const { progress } = retagged;
    if (progress.is !== 'rescuing') throw new Error('it is not being retagged');
    const { maySwap, ...none } = progress;
    const { bridge } = show({ ...retagged, progress: none });
    expect(await screen.findByText('No pod has been changed so far.')).toBeTruthy();
    expect(swapButtons()).toEqual([]);
    bridge.become({ ...states.ownSettings, version: 9, incidents: [retagged] });
    await expect.poll(() => swapButtons().length).toBe(1);
    const [{ status } = contexts.edge] = states.blind.contexts;
    const unseen = states.ownSettings.contexts.map((each) => ({ ...each, status }));
    bridge.become({ ...states.ownSettings, version: 10, contexts: unseen, incidents: [retagged] });
    await expect.poll(() => swapButtons()[0]?.hasAttribute('disabled')).toBe(true);
  });
});

test.each([
  ['that swapped pods says that the original goes back', false, 'The original goes back when that is safe.'],
  ['of the nodes alone says that nothing has to go back', true, 'No pod was changed: nothing has to go back.'],
])('an end %s', async (_, retagged, hint) => {
  const healed = {
    ...incidents.argocd,
    progress: { is: 'healed', at: busy.at, via: 'm.daocloud.io', retagged } as const,
  };
  const { model } = openWindow({ ...busy, incidents: [healed] });
  model.open(incidentKey(healed));
  expect(await screen.findByText(hint)).toBeTruthy();
  const details = screen.getByText(hint).parentElement ?? document.body;
  expect(within(details).queryAllByRole('button', { name: 'Restores' })).toHaveLength(retagged ? 0 : 1);
});

test('the sentence on top is read aloud when it changes', () => {
  openWindow(busy);
  expect(screen.getByRole('status').textContent).toBe('5 need you·, 3 in progress·, 1 healed');
});

test('while nothing is known yet, nothing is claimed', async () => {
  const { bridge } = openWindow(null);
  expect(screen.getByRole('status').textContent).toBe('Starting…');
  bridge.become(states.calm);
  expect(await screen.findByText('Every image can be pulled')).toBeTruthy();
});
