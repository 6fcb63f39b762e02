import { describe, expect, it } from 'vitest';
import type { AppState, ContextView } from '../../electron/domain/appState';
import { trayMenu, type TrayMenuItem } from '../../electron/domain/views/trayMenu';
import { trayStatus } from '../../electron/domain/views/trayStatus';
import { trayWords } from '../../electron/domain/words/tray';
import {
  gaveUp,
  healed,
  rescuing,
  sampleContext,
  sampleIncident,
  sampleRestore,
  sampleState,
} from '../setup/sampleState';

const blind: ContextView['status'] = { is: 'blind', since: 0, why: 'no answer', retryAt: 9 };
const denied: ContextView['status'] = { is: 'denied', verb: 'list', resource: 'pods', namespace: '', retryAt: 9 };
const connecting: ContextView['status'] = { is: 'syncing', pods: 4 };
const working = sampleIncident({ id: 'w', progress: rescuing() });
const other = (status: ContextView['status']) => sampleContext({ name: 'prod', status });

const table: readonly [name: string, state: AppState, icon: string, tooltip: string, zh: string][] = [
  ['all well', sampleState(), 'idle', 'all images arrive (1 context)', '所有镜像正常（1 个上下文）'],
  [
    'a failure',
    sampleState({ incidents: [sampleIncident()] }),
    'failing',
    '1 image cannot be pulled',
    '1 个镜像无法拉取',
  ],
  [
    'a rescue that gave up',
    sampleState({ incidents: [sampleIncident({ progress: gaveUp() })] }),
    'failing',
    '1 image cannot be pulled',
    '1 个镜像无法拉取',
  ],
  ['a rescue', sampleState({ incidents: [working] }), 'working', 'healing 1', '正在修复 1 个'],
  [
    'a failure beside a rescue',
    sampleState({ incidents: [working, sampleIncident()] }),
    'failing',
    '1 image cannot be pulled, healing 1',
    '1 个镜像无法拉取，正在修复 1 个',
  ],
  [
    'healed',
    sampleState({ incidents: [sampleIncident({ progress: healed() })] }),
    'idle',
    'all images arrive (1 context)',
    '所有镜像正常（1 个上下文）',
  ],
  [
    'one of two contexts out of sight',
    sampleState({ contexts: [sampleContext(), other(blind)] }),
    'blind',
    'prod cannot be seen',
    '无法看到 prod',
  ],
  [
    'two contexts out of sight',
    sampleState({ contexts: [sampleContext({ status: denied }), other(blind)] }),
    'blind',
    '2 contexts cannot be seen',
    '无法看到 2 个上下文',
  ],
  [
    'a failure that was seen before sight was lost',
    sampleState({ contexts: [sampleContext({ status: blind })], incidents: [sampleIncident()] }),
    'blind',
    'staging cannot be seen',
    '无法看到 staging',
  ],
  [
    'a failure, and another context out of sight',
    sampleState({ contexts: [sampleContext(), other(blind)], incidents: [sampleIncident()] }),
    'failing',
    '1 image cannot be pulled, prod cannot be seen',
    '1 个镜像无法拉取，无法看到 prod',
  ],
  [
    'connecting again while something fails',
    sampleState({ contexts: [sampleContext({ status: connecting })], incidents: [sampleIncident()] }),
    'failing',
    '1 image cannot be pulled',
    '1 个镜像无法拉取',
  ],
  ['connecting', sampleState({ contexts: [sampleContext({ status: connecting })] }), 'idle', 'connecting', '正在连接'],
  [
    'all well, and another context that has not been read',
    sampleState({ contexts: [sampleContext(), other(connecting)] }),
    'idle',
    'all images arrive (1 of 2 contexts)',
    '所有镜像正常（1/2 个上下文）',
  ],
  [
    'nothing watched, with old incidents',
    sampleState({
      contexts: [sampleContext({ watch: false, status: { is: 'off' } })],
      incidents: [sampleIncident(), working],
    }),
    'paused',
    'nothing is watched',
    '没有监视任何上下文',
  ],
  ['no context at all', sampleState({ contexts: [] }), 'paused', 'nothing is watched', '没有监视任何上下文'],
  [
    'a restore to offer',
    sampleState({ restores: [sampleRestore({ state: { is: 'ready', at: 1 } })] }),
    'idle',
    '1 can be restored',
    '1 个可以还原',
  ],
];

describe('tray status', () => {
  it.each(table)('%s', (_name, state, icon, tooltip, zh) => {
    const status = trayStatus(state);
    expect(status.icon).toBe(icon);
    expect(trayWords.en.tooltip(status)).toBe(`Pullthrough: ${tooltip}`);
    expect(trayWords.zh.tooltip(status)).toBe(`Pullthrough: ${zh}`);
  });
});

describe('tray menu', () => {
  const labels = (items: readonly TrayMenuItem[]) =>
    items.map((item) => (item.kind === 'separator' ? '-' : item.label));

  it('has both switches for each context, and what can be fixed', () => {
    const contexts = [sampleContext({ auto: true }), sampleContext({ name: 'prod', watch: false, agreed: false })];
    const menu = trayMenu(sampleState({ contexts, incidents: [sampleIncident()] }), trayWords.en);
    expect(labels(menu)).toEqual(['staging – live', 'prod', '-', 'Fix all (1)', 'Open Pullthrough', '-', 'Quit']);
    expect(menu[0]).toMatchObject({
      items: [
        { label: 'Watch', on: true, does: { do: 'set-watch', context: 'staging', to: false } },
        { label: 'Auto-proxy', on: true, does: { do: 'set-auto', context: 'staging', to: false } },
      ],
    });
    expect(menu[1]).toMatchObject({
      items: [
        { on: false, does: { to: true } },
        { on: false, does: { do: 'show-contexts' } },
      ],
    });
    expect(menu[3]).toMatchObject({ enabled: true, does: { do: 'fix-all' } });
  });

  it('offers no fix where nothing can be fixed', () => {
    const menu = trayMenu(
      sampleState({ contexts: [sampleContext({ agreed: false })], incidents: [sampleIncident()] }),
      trayWords.en,
    );
    expect(menu.find((item) => item.kind === 'action' && item.does.do === 'fix-all')).toMatchObject({ enabled: false });
  });

  it('stays short with many contexts, those that are watched first', () => {
    const contexts = Array.from({ length: 30 }, (_, i) => sampleContext({ name: `c${String(i)}`, watch: i === 29 }));
    const menu = trayMenu(sampleState({ contexts }), trayWords.zh);
    expect(menu[0]).toMatchObject({ kind: 'context', label: 'c29 – 实时' });
    expect(labels(menu)).toContain('还有 18 个…');
    expect(menu.filter((item) => item.kind === 'context')).toHaveLength(12);
  });

  it('is the same data for the same menu, whatever else changes', () => {
    const one = trayMenu(sampleState({ version: 1, at: 5 }), trayWords.en);
    const two = trayMenu(sampleState({ version: 2, at: 9, contexts: [sampleContext({ pods: 99 })] }), trayWords.en);
    expect(two).toEqual(one);
  });

  it('says so when there is no context', () => {
    expect(trayMenu(sampleState({ contexts: [] }), trayWords.en)[0]).toEqual({
      kind: 'text',
      label: 'No contexts found',
    });
  });
});
