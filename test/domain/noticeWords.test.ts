import { describe, expect, it } from 'vitest';
import type { AppState } from '../../electron/domain/appState';
import { nextNotices, noNoticesYet, type Notice } from '../../electron/domain/views/notices';
import { defaultSettings } from '../../electron/domain/settings';
import { noticeText } from '../../electron/domain/words/notices';
import { gaveUp, healed, sampleContext, sampleIncident, sampleRestore, sampleState } from '../setup/sampleState';

/** The first notice about a state, in both languages. */
function saidAbout(state: AppState, before = sampleState({ contexts: state.contexts })) {
  const seen = nextNotices(noNoticesYet, before, 0);
  const [notice] = nextNotices(seen.memory, state, 1).notices;
  if (!notice) throw new Error('there is no notice');
  return inBoth(notice, state);
}
function inBoth(notice: Notice, state: AppState) {
  const texts = (['en', 'zh'] as const).map((language) => noticeText(notice, state, language));
  return texts.map((text) => (text ? [text.title, text.body] : null));
}
const failing = (...incidents: AppState['incidents']) => sampleState({ incidents });

describe('the words of a notice', () => {
  it('about a failure that a click fixes', () => {
    expect(saidAbout(failing(sampleIncident()))).toEqual([
      ['nginx:1.25 cannot be pulled', 'Registry unreachable – 1 pod in staging. Click to fix.'],
      ['无法拉取 nginx:1.25', expect.stringMatching(/：staging 中 1 个容器组。点击修复。$/)],
    ]);
  });

  it('about one that a click opens, by choice', () => {
    const settings = { ...defaultSettings, notificationClick: 'open' as const };
    const [en, zh] = saidAbout(sampleState({ settings, incidents: [sampleIncident()] }));
    expect(en?.[1]).toMatch(/Click to open\.$/);
    expect(zh?.[1]).toMatch(/点击打开。$/);
  });

  it('about one that needs more than a click', () => {
    const contexts = [sampleContext({ agreed: false })];
    const [en, zh] = saidAbout(sampleState({ contexts, incidents: [sampleIncident()] }));
    expect(en?.[1]).toMatch(/Click to see why\.$/);
    expect(zh?.[1]).toMatch(/点击查看原因。$/);
  });

  it('about several', () => {
    const incidents = ['a:1', 'b:2', 'c:3', 'd:4', 'e:5'].map((image) => sampleIncident({ id: image, image }));
    expect(saidAbout(failing(...incidents))).toEqual([
      ['5 images cannot be pulled', 'a:1, b:2, c:3 and 2 more. Click to open.'],
      ['5 个镜像无法拉取', 'a:1、b:2、c:3 等，另有 2 个。点击打开。'],
    ]);
  });

  it('about what was broken before', () => {
    const incidents = ['a:1', 'b:2'].map((image) => sampleIncident({ id: image, image }));
    const connecting = sampleState({ contexts: [sampleContext({ status: { is: 'connecting' } })] });
    const [en] = saidAbout(failing(...incidents), connecting);
    expect(en?.[1]).toBe('a:1, b:2. They failed before Pullthrough was watching. Click to open.');
  });

  it('about a rescue that ended', () => {
    const before = failing(sampleIncident());
    expect(saidAbout(failing(sampleIncident({ progress: healed() })), before)[0]).toEqual([
      'nginx:1.25 is healed',
      '1 pod in staging, through m.daocloud.io.',
    ]);
    expect(saidAbout(failing(sampleIncident({ progress: gaveUp() })), before)).toEqual([
      ['nginx:1.25 could not be fixed', 'No mirror could deliver it. (staging) Click to see why.'],
      ['无法修复 nginx:1.25', '没有加速地址能提供它。（staging）点击查看原因。'],
    ]);
  });

  it('about a restore', () => {
    const restores = [sampleRestore({ state: { is: 'ready', at: 1 } })];
    expect(saidAbout(sampleState({ restores }))[0]).toEqual([
      'web-7f9 can have its original image back',
      'Restoring restarts 1 container in staging. Click to open.',
    ]);
  });

  it('keep the end of a long image, which tells it apart', () => {
    const image = `registry.example.com/${'deep/'.repeat(20)}kube-state-metrics:v2.13.0`;
    const [en] = saidAbout(failing(sampleIncident({ image })));
    expect(en?.[0]).toMatch(/^….{59} cannot be pulled$/);
    expect(en?.[0]).toContain('kube-state-metrics:v2.13.0');
  });

  it('are none about what is gone', () => {
    const about = { context: 'staging', incident: 'gone', id: 'x' };
    const gone: Notice[] = [
      { kind: 'failure', fixable: true, ...about },
      { kind: 'healed', ...about },
      { kind: 'gave-up', ...about },
      { kind: 'several-failures', id: 'x', alreadyBroken: false, incidents: [about] },
      { kind: 'restore-ready', id: 'x', context: 'staging', restores: ['gone'] },
    ];
    for (const notice of gone) expect(inBoth(notice, sampleState())).toEqual([null, null]);
  });
});
