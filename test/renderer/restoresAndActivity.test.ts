import { screen, within } from '@testing-library/svelte';
import { describe, expect, test } from 'vitest';
import type { CacheView } from '../../electron/domain/appState';
import { openWindow } from './fakeBridge';
import { restores } from './restoreParts';
import { activity, caches, now } from './stateParts';
import { restoreRow, restoresScreen } from '../../renderer/view/restoreRow';
import { speechFor, words } from '../../renderer/words';
import { busy, states } from './states';

/** Writing was agreed to everywhere. */
const agreed = { ...busy, contexts: busy.contexts.map((context) => ({ ...context, agreed: true })) };

const open = (section: 'restores' | 'activity' | 'cached', state = busy) => {
  const opened = openWindow(state);
  opened.model.go(section);
  return opened;
};

describe('restores', () => {
  test('say what restarts before it does', async () => {
    const { bridge, user } = open('restores', agreed);
    const button = await screen.findByRole('button', { name: 'Restore redis-master-0 now. Restarts 2 containers.' });
    await user.click(button);
    expect(bridge.commands).toEqual([{ name: 'restore', payload: { context: 'prod-shanghai', restore: 'r2' } }]);
  });

  test('that were not checked yet are, on request', async () => {
    const { bridge, user } = open('restores', agreed);
    await user.click(await screen.findByRole('button', { name: /Check whether .*nginx:1.27/ }));
    expect(bridge.commands).toEqual([{ name: 'checkRestore', payload: { context: 'prod-shanghai', restore: 'r3' } }]);
  });

  test('that are held say why and when, and can be checked earlier', async () => {
    const { bridge, user } = open('restores', agreed);
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

  test('stand by context, with what a person can do first', () => {
    const { bands, summary } = restoresScreen(busy, speechFor('en', 'en-GB'), now);
    expect(bands.map(({ name, rows }) => [name, rows.map(({ restore }) => restore.id)])).toEqual([
      ['prod-shanghai', ['r2', 'r3', 'r4', 'r6', 'r7', 'r8']],
      ['staging-hangzhou', ['r1', 'r5']],
    ]);
    expect(summary).toEqual(['2 ready', '1 not checked', '3 held', '2 back to the original']);
  });

  test.each([
    ['StatefulSet/grafana', 'gone with the next rollout'],
    ['ReplicaSet/web-7f9c5', 'gone with the next rollout'],
    ['DaemonSet/exporter', 'gone with the next rollout'],
    ['Job/migrate', 'gone when its Job ends'],
    [null, ''],
  ])('of %s say what else brings the original back: %j', (owner, otherwise) => {
    const [first] = restores;
    if (!first) throw new Error('There is no restore.');
    expect(restoreRow({ ...first, owner }, speechFor('en', 'en-GB'), now)).toMatchObject({ otherwise });
  });

  test('say since when a pod is swapped, where that is known', async () => {
    open('restores');
    const row = (await screen.findByRole('button', { name: /bitnami/ })).closest('li');
    expect(row?.textContent).toContain('since 11:06');
    const [first] = restores;
    if (!first) throw new Error('There is no restore.');
    expect(restoreRow({ ...first, swappedAt: null }, speechFor('en', 'en-GB'), now).since).toBe('');
  });

  test('that restart nothing go back all at once, and only on the click', async () => {
    const { bridge, user, model } = openWindow(states.restoresFree);
    model.go('restores');
    const button = await screen.findByRole('button', { name: 'Restore all that is free: 2 pods, nothing restarts' });
    expect(bridge.commands).toEqual([]);
    expect(screen.getByRole('status').textContent).toContain('2 free');
    bridge.refuse('The API server did not answer.');
    await user.click(button);
    expect(bridge.commands).toEqual([{ name: 'restoreFree', payload: {} }]);
    expect((await screen.findByRole('alert')).textContent).toContain('The API server did not answer.');
  });

  test('offer nothing at once where everything restarts, or writing was not agreed to', async () => {
    const { bridge, model } = openWindow(busy);
    model.go('restores');
    await screen.findByRole('button', { name: /Restore redis-master-0/ });
    expect(screen.queryByRole('button', { name: /all that is free/ })).toBeNull();
    const contexts = states.restoresFree.contexts.map((context) => ({ ...context, agreed: false }));
    bridge.become({ ...states.restoresFree, version: 9, contexts });
    await screen.findByText('blind since 13:58');
    expect(screen.queryByRole('button', { name: /all that is free/ })).toBeNull();
  });

  test('of a context that cannot be seen wait for it', async () => {
    const { model } = openWindow(states.restoresFree);
    model.go('restores');
    const blind = await screen.findByRole('button', { name: /Restore blackbox-exporter/ });
    expect(blind.hasAttribute('disabled')).toBe(true);
    const live = screen.getByRole('button', { name: /Restore redis-master-0/ });
    expect(live.hasAttribute('disabled')).toBe(false);
  });

  test('that failed keep the reason on their row', async () => {
    const { bridge, user } = open('restores', agreed);
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

describe('a cached image', () => {
  test('says the way it takes, its size where it is known, and percent only where they were measured', async () => {
    open('cached');
    await screen.findByText('through OpenKruise');
    expect(screen.getByText('1.2 GB')).toBeTruthy();
    expect(screen.getByText('pulling, 42%')).toBeTruthy();
    expect(screen.getAllByText('pulling')).toHaveLength(1);
    expect(screen.getAllByText('28 MB')).toHaveLength(1);
    const [metrics] = caches;
    expect(metrics?.bytes).toBe(12_400_000);
    expect(screen.getByText('12 MB')).toBeTruthy();
  });

  test('whose way changed says so', async () => {
    const { bridge } = open('cached');
    await screen.findByText('through OpenKruise');
    const changed = caches.map((cache) => (cache.id === 'c4' ? { ...cache, way: 'pull-pods' as const } : cache));
    bridge.become({ ...busy, version: 9, caches: changed });
    await expect.poll(() => screen.queryByText('through OpenKruise')).toBeNull();
    const row = screen.getByText('pulling, 42%').closest('details');
    expect(row?.textContent).toContain('with own pull pods');
  });
});

describe('a way that was given up for a cached image', () => {
  const [first] = caches;
  const show = async (left: CacheView['left'], language: 'en' | 'zh' = 'en') => {
    const { bridge } = open('cached');
    if (!first) throw new Error('nothing is cached');
    const settings = { ...busy.settings, language };
    bridge.become({ ...busy, settings, version: 9, caches: [{ ...first, way: 'pull-pods', left }] });
    await expect.poll(() => screen.queryByText(words[language].cached.ways['pull-pods'])).toBeTruthy();
  };

  test('stands in the row beside the one that took its place, with the reason', async () => {
    await show([
      { way: 'image-cache', why: { is: 'shows-nothing', detail: 'Succeeded: all is there' } },
      { way: 'image-pull-job', why: { is: 'unseen', seconds: 15 } },
    ]);
    expect(screen.getByText('not through kube-fledged: no pull was seen (Succeeded: all is there)')).toBeTruthy();
    expect(screen.getByText('not through OpenKruise: no pull was seen for 15 s')).toBeTruthy();
  });

  test.each<[CacheView['left'][number]['why'], string]>([
    [{ is: 'windows' }, 'the node runs Windows'],
    [{ is: 'pod-went', detail: '' }, 'its pod went away too early'],
    [{ is: 'refused', detail: 'failed calling webhook' }, 'failed calling webhook'],
    [
      { is: 'denied', verb: 'create', resource: 'imagecaches', namespace: 'kube-fledged' },
      'may not create imagecaches in kube-fledged',
    ],
  ])('is told why: %j', async (why, text) => {
    await show([{ way: 'image-cache', why }]);
    expect(screen.getByText(`not through kube-fledged: ${text}`)).toBeTruthy();
  });

  test('is told in Chinese too', async () => {
    await show([{ way: 'image-cache', why: { is: 'unlabelled' } }], 'zh');
    expect(screen.getByText('未能通过 kube-fledged：不知道节点的 hostname 标签')).toBeTruthy();
  });
});

describe('where writing was not agreed to', () => {
  const restoreR2 = { name: 'restore', payload: { context: 'prod-shanghai', restore: 'r2' } };
  const checkR3 = { name: 'checkRestore', payload: { context: 'prod-shanghai', restore: 'r3' } };
  const agreement = { name: 'setContext', payload: { context: 'prod-shanghai', settings: { agreed: true } } };

  test.each([
    [/Restore redis-master-0 now/, 'Allow and restore', restoreR2],
    [/Check whether .*nginx:1.27/, 'Allow and check', checkR3],
  ])('%s asks first, and goes on when it is allowed', async (button, allow, command) => {
    const { bridge, user } = open('restores');
    await user.click(await screen.findByRole('button', { name: button }));
    const question = screen.getByRole('group', { name: 'May the app write to prod-shanghai?' });
    expect(within(question).getAllByRole('listitem')).toHaveLength(3);
    expect(bridge.commands).toEqual([]);
    await user.click(within(question).getByRole('button', { name: allow }));
    await expect.poll(() => bridge.commands).toEqual([agreement, command]);
    expect(screen.queryByRole('alert')).toBeNull();
  });

  test('nothing is written when it is taken back, or could not be recorded', async () => {
    const { bridge, user } = open('restores');
    const restore = await screen.findByRole('button', { name: /Restore redis-master-0 now/ });
    await user.click(restore);
    await user.click(screen.getByRole('button', { name: 'Cancel' }));
    expect(screen.queryByRole('group', { name: /May the app write/ })).toBeNull();
    expect(bridge.commands).toEqual([]);
    await user.click(restore);
    bridge.refuse('The settings could not be saved.');
    await user.click(screen.getByRole('button', { name: 'Allow and restore' }));
    expect((await screen.findByRole('alert')).textContent).toContain('The settings could not be saved.');
    expect(bridge.commands).toEqual([agreement]);
  });

  test('a held one asks as well, and a context that was agreed to is not asked', async () => {
    const { bridge, user } = open('restores');
    const row = (await screen.findByRole('button', { name: /ingress-nginx/ })).closest('li');
    if (!row) throw new Error('The held restore is in no row.');
    await user.click(within(row).getByRole('button', { name: /ingress-nginx/ }));
    await user.click(within(row).getByRole('button', { name: 'Check now' }));
    expect(within(row).getByRole('button', { name: 'Allow and check' })).toBeTruthy();
    await user.click(screen.getByRole('button', { name: /Restore blackbox-exporter/ }));
    expect(bridge.commands).toEqual([{ name: 'restore', payload: { context: 'staging-hangzhou', restore: 'r1' } }]);
  });

  test('what restarts nothing can be allowed, and goes back with the button for all of that', async () => {
    const contexts = states.restoresFree.contexts.map((context) => ({ ...context, agreed: false }));
    const { bridge, user } = open('restores', { ...states.restoresFree, contexts });
    const [first] = await screen.findAllByRole('button', { name: /Allow the app to put the original of .* back/ });
    if (!first) throw new Error('Nothing can be allowed.');
    await user.click(first);
    await user.click(screen.getByRole('button', { name: 'Allow' }));
    await expect.poll(() => bridge.commands.map(({ name }) => name)).toEqual(['setContext']);
  });

  test('it is asked in Chinese too', async () => {
    const { user } = open('restores', { ...busy, settings: { ...busy.settings, language: 'zh' } });
    await user.click(await screen.findByRole('button', { name: /检查 .*nginx:1.27/ }));
    expect(screen.getByRole('button', { name: '允许并检查' })).toBeTruthy();
  });
});

test('a retag is one step of its own, which changes no pod', async () => {
  const { bridge, model } = openWindow(states.ownSettings);
  bridge.show({ incident: 'quay.io/prometheus/node-exporter:v1.8.2' });
  expect(await screen.findByRole('heading', { name: 'Retag' })).toBeTruthy();
  expect(screen.queryByRole('heading', { name: 'Swap' })).toBeNull();
  bridge.show({ incident: 'busybox:1.36' });
  expect(await screen.findByText('on 1 node; no pod is edited')).toBeTruthy();
  expect(screen.getByRole('heading', { name: 'Where that does not help' })).toBeTruthy();
  model.go('failing');
});
