import { screen, within } from '@testing-library/svelte';
import { describe, expect, test } from 'vitest';
import type { IncidentView } from '../../electron/domain/appState';
import type { RefusalCode } from '../../electron/domain/diagnosis/cause';
import { incidentKey } from '../../renderer/view/failingScreen';
import { incidentRow, isInFixAll } from '../../renderer/view/incidentRow';
import { speechFor } from '../../renderer/words';
import { openWindow } from './fakeBridge';
import * as trouble from './mirrorTrouble';
import { contexts, diagnosis, incident, minutes, now } from './stateParts';
import { states } from './states';

const row = (view: IncidentView, context = contexts.prod, language: 'en' | 'zh' = 'en') =>
  incidentRow(view, context, [], speechFor(language, 'en-GB'), now);
const open = (view: IncidentView) => {
  const opened = openWindow(states.mirrorTrouble);
  opened.model.open(incidentKey(view));
  return opened;
};
const staging = contexts.staging;

describe('an image whose mirror is spared', () => {
  test('waits, and says from when on it can be fixed', () => {
    expect(row(trouble.sparedByHand)).toMatchObject({
      tone: 'wait',
      word: 'Registry unreachable',
      why: 'mirror spared',
      next: { is: 'words', text: 'Fix from 14:32' },
    });
    expect(isInFixAll(trouble.sparedByHand, contexts.edge)).toBe(false);
  });

  test('is tried again by itself where auto-proxy is on', () => {
    expect(row(trouble.sparedQueued, staging).next).toEqual({ is: 'words', word: '', text: 'Retries 14:32' });
  });

  test('promises no time that nobody knows, or that is over', () => {
    for (const until of [undefined, now - minutes]) {
      const refusal = { code: 'budget', about: 'm.daocloud.io', ...(until !== undefined && { until }) } as const;
      expect(row({ ...trouble.sparedByHand, refusal }).next).toMatchObject({ is: 'button', does: 'explain' });
      expect(row({ ...trouble.sparedQueued, refusal }, staging).next).toMatchObject({ text: 'Queued' });
    }
  });

  test('is not promised a fix that no mirror can bring', () => {
    const view = { ...trouble.sparedByHand, diagnosis: diagnosis('tls', 'docker.io') };
    expect(row(view)).toMatchObject({ tone: 'warn', next: { does: 'explain' } });
  });

  test('waits also after its rescue was given up, unless that has a time of its own', () => {
    const gaveUp = (retryAt: number | null): IncidentView => ({
      ...trouble.sparedByHand,
      progress: { is: 'gave-up', at: now, why: { is: 'no-mirror-left' }, earlier: [], retryAt },
    });
    expect(row(gaveUp(null)).next).toMatchObject({ text: 'Fix from 14:32' });
    expect(row(gaveUp(now + 4 * minutes)).next).toMatchObject({ text: 'Retries 14:10' });
  });

  test('says in its details why, what helps, and where', async () => {
    const { model, user } = open(trouble.sparedByHand);
    expect(await screen.findByText(/m.daocloud.io has been asked so much that it might ban/)).toBeTruthy();
    expect(screen.getByText('Wait until 14:32, or add another mirror.')).toBeTruthy();
    expect(screen.getByText('Fix from 14:32')).toBeTruthy();
    expect(screen.queryByRole('button', { name: /^(Fix|Try again|Copy for)/ })).toBeNull();
    await user.click(screen.getByRole('button', { name: 'Mirrors…' }));
    expect(model.section).toBe('settings');
  });
});

test('an image that the mirror does not serve is explained before it costs anything', async () => {
  expect(row(trouble.notListed)).toMatchObject({ tone: 'warn', why: 'not on mirror list', next: { does: 'explain' } });
  open(trouble.notListed);
  expect(await screen.findByText(/m.daocloud.io does not serve this image: it is not on its list/)).toBeTruthy();
  expect(screen.getByText('Add a mirror that serves this image, or ask for it to be listed.')).toBeTruthy();
});

describe('a mirror that wants a login', () => {
  test('is a matter for somebody elsewhere', () => {
    expect(row(trouble.mirrorLogin, staging)).toMatchObject({
      tone: 'warn',
      word: 'Mirror needs a login',
      why: 'harbor.corp.example',
      next: { is: 'button', label: 'Show how', does: 'explain' },
    });
  });

  test('is no such matter where another mirror only failed', () => {
    const { progress } = trouble.mirrorLogin;
    if (progress.is !== 'gave-up') throw new Error('it has not given up');
    const other = { host: 'm.daocloud.io', cause: 'unreachable', message: '' } as const;
    const view = { ...trouble.mirrorLogin, progress: { ...progress, earlier: [...progress.earlier, other] } };
    expect(row(view, staging)).toMatchObject({
      tone: 'fail',
      word: 'No mirror had it',
      next: { label: 'Try again', does: 'fix' },
    });
  });

  test('says beside its failure what it wants, and how to give it that', async () => {
    open(trouble.mirrorLogin);
    expect(await screen.findByText(/^The mirror harbor.corp.example .*postgres:16.4/)).toBeTruthy();
    expect(screen.getByText(/add a pull secret for harbor.corp.example/)).toBeTruthy();
    expect(screen.getByText(/never copies a secret/)).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Try again for 1 pod' })).toBeTruthy();
  });

  test('is named while the next mirror is tried', () => {
    const { progress } = trouble.mirrorLogin;
    if (progress.is !== 'gave-up') throw new Error('it has not given up');
    const rescuing = { is: 'rescuing', since: now, step: 'cache', mirror: 2, mirrors: 2, host: 'b' } as const;
    const view = { ...trouble.mirrorLogin, progress: { ...rescuing, done: 0, total: 1, earlier: progress.earlier } };
    expect(row(view, staging).why).toBe('harbor.corp.example: Mirror needs a login');
  });
});

describe('a denial that may mean two things', () => {
  test('is offered, quietly, in auto mode too', () => {
    const auto = { ...contexts.edge, auto: true };
    for (const context of [contexts.edge, auto])
      expect(row(trouble.ambiguous, context)).toMatchObject({
        tone: 'fail',
        word: 'Not found or private',
        next: { is: 'button', does: 'fix', loud: false },
      });
  });

  test('says which two, and what else can be done', async () => {
    open(trouble.ambiguous);
    expect(await screen.findByText(/a wrong name or a private image.*does not say which/)).toBeTruthy();
    expect(screen.getByText(/add a pull secret for Docker Hub/)).toBeTruthy();
    expect(screen.getByText('The cause is not certain: a mirror may help.')).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Fix 1 pod' })).toBeTruthy();
  });
});

describe('a pull that was cut off once', () => {
  test('is waited for where auto-proxy is on, and can be fixed at once all the same', async () => {
    expect(row(trouble.cutOffOnce, staging)).toMatchObject({
      tone: 'wait',
      next: { is: 'words', text: 'If it fails again' },
    });
    expect(isInFixAll(trouble.cutOffOnce, staging)).toBe(false);
    const { bridge, user } = open(trouble.cutOffOnce);
    expect(await screen.findByText('Auto-proxy steps in if the next attempt fails too.')).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Fix 1 pod' }));
    expect(bridge.commands).toMatchObject([{ name: 'fix', payload: { incident: trouble.cutOffOnce.id } }]);
  });

  test('is offered where it is not', () => {
    expect(row(trouble.cutOffOnce, contexts.edge).next).toMatchObject({ is: 'button', label: 'Fix', loud: false });
    expect(isInFixAll(trouble.cutOffOnce, contexts.edge)).toBe(true);
  });

  test.each([
    ['mirror-error', 'words'],
    ['unknown', 'button'],
    ['unauthorized', 'button'],
  ] as const)('is told from what is never certain: %s', (cause, is) => {
    const once = {
      ...trouble.cutOffOnce,
      diagnosis: { ...diagnosis(cause, 'm.daocloud.io'), healable: 'offer' },
    } as const;
    expect(row(once, staging).next.is).toBe(is);
  });

  test('is healed at once from the second time on', () => {
    const again = { ...trouble.cutOffOnce, diagnosis: diagnosis('interrupted', 'registry.k8s.io') };
    expect(row(again, staging).next).toMatchObject({ text: 'Queued' });
  });
});

describe('no code stands where a person reads:', () => {
  const codes: readonly RefusalCode[] = [
    ...(['no-rule', 'excluded', 'already-proxied', 'local', 'ip-host', 'host-without-dot', 'port', 'invalid'] as const),
    ...(['image-id', 'not-on-allow-list', 'budget', 'static-pod', 'never-policy', 'opted-out-pod'] as const),
    ...(['opted-out-namespace', 'ephemeral-container', 'image-volume', 'sandbox'] as const),
  ];
  test.each(codes)('%s', (code) => {
    for (const language of ['en', 'zh'] as const) {
      const view = incident({ image: 'nginx:1.27', context: 'prod-shanghai', refusal: { code, about: '' } });
      const { word, why, next } = row(view, contexts.prod, language);
      // "invalid" and "excluded" are words too.
      if (code.includes('-')) expect(JSON.stringify([word, why, next])).not.toContain(code);
      expect(word).not.toBe('');
    }
  });

  test('the cause, which a refusal names by its code', async () => {
    const refusal = { code: 'cause', about: 'no-matching-platform' } as const;
    const view = { ...trouble.notListed, refusal, diagnosis: diagnosis('no-matching-platform', 'ghcr.io') };
    const { model } = openWindow({ ...states.mirrorTrouble, incidents: [view] });
    model.open(incidentKey(view));
    const details = await screen.findByRole('region', { name: view.image });
    expect(within(details).getByText(/No build for this node/)).toBeTruthy();
    expect(details.textContent).not.toContain('no-matching-platform');
  });
});

test('pods that fail on the last mirror get their own image back on a click', async () => {
  const { bridge, user } = open(trouble.onLastMirror);
  expect(await screen.findByText('No other mirror is left: the original goes back.')).toBeTruthy();
  expect(screen.queryByText('What Fix will do')).toBeNull();
  await user.click(screen.getByRole('button', { name: 'Put back 1 pod' }));
  expect(bridge.commands).toMatchObject([
    { name: 'fix', payload: { incident: trouble.onLastMirror.id, agree: false } },
  ]);
});
