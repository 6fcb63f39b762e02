import { describe, expect, test } from 'vitest';
import type { AppState } from '../../electron/domain/appState';
import { calmFacts, failingScreen } from '../../renderer/view/failingScreen';
import { speechFor } from '../../renderer/words';
import { context, incident, now } from './stateParts';
import { appState, busy, states } from './states';

const speech = speechFor('en', 'en-US');
const screen = (state: AppState) => failingScreen(state, speech, now);

describe('the sentence on top', () => {
  test('counts what needs a person first', () => {
    expect(screen(busy).summary).toEqual(['5 need you', '3 in progress', '1 healed']);
    expect(screen(busy)).toMatchObject({ needYou: 5, open: 8, fixAll: 2 });
  });

  test('says blindness before anything else, and that old things are old', () => {
    expect(screen(states.blind).summary).toEqual(['Blind in 2 of 3 contexts', '1 needs you']);
    const onlyOld = { ...states.blind, incidents: states.blind.incidents.slice(0, 1) };
    expect(screen(onlyOld).summary).toEqual(['Blind in 2 of 3 contexts', 'what is shown there may be old']);
  });

  test('does not call a context healthy that is still being read', () => {
    expect(screen({ ...states.loading, incidents: [] }).summary).toEqual([
      'Reading 2 of 3 contexts',
      'none failing so far',
    ]);
    expect(screen(states.loading).summary).toEqual(['1 needs you', 'reading 2 of 3 contexts']);
  });
});

describe('bands', () => {
  test('come in the order of the contexts, quiet ones last', () => {
    const state = appState({
      incidents: [
        incident({ image: 'a', context: 'k3s-edge-03' }),
        incident({ image: 'b', context: 'staging-hangzhou' }),
      ],
    });
    expect(screen(state).bands.map(({ name }) => name)).toEqual(['staging-hangzhou', 'k3s-edge-03', 'prod-shanghai']);
  });

  test('leave out what is switched off', () => {
    const state = appState({
      contexts: [context({ name: 'off', watch: false, status: { is: 'off' } })],
      incidents: [incident({ image: 'a', context: 'off' })],
    });
    expect(screen(state).bands).toEqual([]);
  });

  test('keep the newest first and the healed last', () => {
    const at = (image: string, minutes: number, healed = false) =>
      incident({
        image,
        context: 'prod-shanghai',
        firstSeen: now - minutes * 60_000,
        ...(healed && { progress: { is: 'healed', at: now, via: 'm' } as const }),
      });
    const state = appState({ incidents: [at('old', 9), at('healed', 1, true), at('new', 2)] });
    expect(screen(state).bands[0]?.rows.map(({ incident: { image } }) => image)).toEqual(['new', 'old', 'healed']);
  });
});

describe('calm', () => {
  test('tells since when nothing was missed', () => {
    expect(calmFacts(states.calm, speech, now)).toBe('539 pods in 3 contexts, watched without a gap since 09:06.');
  });

  test('is not claimed for what cannot be seen', () => {
    expect(calmFacts(states.blind, speech, now)).toBeNull();
    expect(calmFacts(states.loading, speech, now)).toBeNull();
    expect(calmFacts(states.allOff, speech, now)).toBeNull();
  });
});
