import { describe, expect, test } from 'vitest';
import type { ContextView, IncidentView } from '../../electron/domain/appState';
import { incidentRow, isInFixAll } from '../../renderer/view/incidentRow';
import { speechFor } from '../../renderer/words';
import { caches, context, diagnosis, incident, now } from './stateParts';
import { incidents } from './states';

const speech = speechFor('en', 'en-US');
const seen = context({ name: 'prod-shanghai' });
const row = (view: IncidentView, of: ContextView | undefined = seen) => incidentRow(view, of, caches, speech, now);
const failing = incident({ image: 'nginx:1.27', context: 'prod-shanghai' });
const gaveUp = (progress: Partial<Extract<IncidentView['progress'], { is: 'gave-up' }>>) =>
  incident({
    image: 'nginx:1.27',
    context: 'prod-shanghai',
    progress: { is: 'gave-up', at: now, why: { is: 'no-mirror-left' }, earlier: [], retryAt: null, ...progress },
  });

describe('who acts', () => {
  test('a person, here: the cause, and a loud button', () => {
    expect(row(failing)).toMatchObject({
      tone: 'fail',
      word: 'Registry unreachable',
      why: 'docker.io',
      meta: '1 pod · 12m',
      next: { is: 'button', label: 'Fix', does: 'fix', loud: true, disabled: false, spoken: 'Fix nginx:1.27' },
    });
  });

  test('a person, elsewhere: a quiet button that explains', () => {
    expect(row(incidents.wrongTag)).toMatchObject({
      tone: 'warn',
      word: 'Image not found',
      next: { is: 'button', label: 'Why?', does: 'explain', loud: false },
    });
  });

  test('a refusal of the pod says so beside the cause', () => {
    const refused = incident({ ...failing, refusal: { code: 'static-pod', about: '' } });
    expect(row(refused)).toMatchObject({ tone: 'warn', word: 'Registry unreachable', why: 'static pod' });
  });

  test('a person, here, where only the original is left to put back', () => {
    const onMirror = incident({ ...failing, candidates: [], diagnosis: diagnosis('mirror-error', 'm.daocloud.io') });
    const next = { is: 'button', label: 'Put back', does: 'fix', loud: false, spoken: 'Put back nginx:1.27' };
    expect(row(onMirror)).toMatchObject({ tone: 'fail', word: 'Mirror failed', why: 'm.daocloud.io', next });
    const auto = context({ name: 'prod-shanghai', auto: true, agreed: true });
    expect(row(onMirror, auto)).toMatchObject({ tone: 'wait', next: { text: 'Queued' } });
  });

  test('a person, elsewhere, where no rule matches', () => {
    const unmatched = incident({ ...failing, candidates: [], refusal: { code: 'no-rule', about: 'docker.io' } });
    expect(row(unmatched)).toMatchObject({ tone: 'warn', why: 'no rule matches', next: { does: 'explain' } });
  });

  test('the app, soon, where it heals by itself: no button', () => {
    const auto = context({ name: 'prod-shanghai', auto: true, agreed: true });
    expect(row(failing, auto).next).toEqual({ is: 'words', word: '', text: 'Queued' });
    const uncertain = incident({ ...failing, diagnosis: diagnosis('unknown', '') });
    expect(row(uncertain, auto).next).toMatchObject({ is: 'button', does: 'fix' });
  });

  test('the app, now: one cell is one node', () => {
    const { tone, spin, word, why, next, track } = row(incidents.metrics);
    expect({ tone, spin, word, why, next }).toEqual({
      tone: 'work',
      spin: true,
      word: 'Fixing',
      why: 'via m.daocloud.io',
      next: { is: 'words', word: '', text: '0:42' },
    });
    expect(track?.map(({ step, cells }) => [step, cells])).toEqual([
      ['cache', ['done', 'done', 'now']],
      ['swap', ['later', 'later', 'later']],
      ['verify', ['later', 'later', 'later']],
    ]);
  });

  test('the app, on another mirror: the failure of the one before', () => {
    expect(row(incidents.modeldb)).toMatchObject({
      word: 'Trying mirror 2 of 2',
      why: 'm.daocloud.io: Image not found',
    });
  });

  test('the app, putting back', () => {
    const { progress } = incidents.metrics;
    if (progress.is !== 'rescuing') throw new Error('The fixture is no longer a rescue.');
    const { word, track } = row(
      incident({ ...incidents.metrics, progress: { ...progress, step: 'put-back', done: 1, total: 2 } }),
    );
    expect(word).toBe('Putting the original back');
    expect(track?.map(({ step }) => step)).toEqual(['cache', 'swap', 'put-back']);
    expect(track?.at(-1)?.cells).toEqual(['done', 'now']);
  });

  test('nobody any more', () => {
    expect(row(incidents.argocd)).toMatchObject({
      tone: 'ok',
      word: '',
      next: { is: 'words', word: 'Healed', text: '8s ago' },
    });
  });
});

describe('a rescue that gave up', () => {
  test('names the only mirror and its failure, and when it is tried again', () => {
    expect(row(incidents.kubewarden)).toMatchObject({
      tone: 'wait',
      word: 'Rate limited',
      why: 'm.daocloud.io',
      next: { is: 'words', text: 'Retries 14:20' },
    });
  });

  test('names all mirrors where several failed', () => {
    const earlier = ['a.example', 'b.example'].map((host) => ({ host, cause: 'not-found', message: '' }) as const);
    expect(row(gaveUp({ earlier }))).toMatchObject({
      tone: 'fail',
      word: 'No mirror had it',
      why: 'a.example, b.example',
    });
  });

  test('asks for a click where it is not tried again', () => {
    expect(row(gaveUp({})).next).toMatchObject({ is: 'button', label: 'Try again', does: 'fix', loud: false });
  });

  test('shows the way where a right is missing', () => {
    expect(row(gaveUp({ why: { is: 'denied', verb: 'patch', resource: 'pods', namespace: 'shop' } }))).toMatchObject({
      tone: 'warn',
      word: 'Fix failed',
      why: 'may not patch pods in shop',
      next: { label: 'Show how', does: 'explain' },
    });
  });

  test('repeats what the cluster said', () => {
    expect(row(gaveUp({ why: { is: 'rejected', detail: 'denied by policy' } }))).toMatchObject({
      tone: 'warn',
      why: 'denied by policy',
    });
    expect(row(gaveUp({ why: { is: 'unreachable', detail: 'i/o timeout' } }))).toMatchObject({
      tone: 'fail',
      why: 'i/o timeout',
    });
  });
});

describe('old knowledge looks old', () => {
  const blind = context({
    name: 'prod-shanghai',
    agreed: true,
    status: { is: 'blind', since: now - 35 * 60_000, why: 'silence', retryAt: now },
  });

  test('and its Fix cannot be pressed', () => {
    expect(row(failing, blind)).toMatchObject({
      tone: 'wait',
      old: true,
      word: 'Last seen',
      why: '13:31 · Registry unreachable',
      next: { is: 'button', disabled: true, loud: false },
    });
  });

  test('also when its context has left the kubeconfig', () => {
    expect(incidentRow(failing, undefined, [], speech, now)).toMatchObject({ old: true, next: { disabled: true } });
  });

  test('while it connects again, it counts as seen', () => {
    const connecting = context({ name: 'prod-shanghai', status: { is: 'connecting' } });
    expect(row(failing, connecting).old).toBe(false);
  });

  test('"Fix all" leaves it out, and what was not agreed to', () => {
    expect(isInFixAll(failing, blind)).toBe(false);
    expect(isInFixAll(failing, seen)).toBe(false);
    expect(isInFixAll(failing, context({ name: 'prod-shanghai', agreed: true }))).toBe(true);
  });
});
