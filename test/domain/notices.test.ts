import { describe, expect, it } from 'vitest';
import type { AppState, ContextView, IncidentView, RestoreView } from '../../electron/domain/appState';
import { cooldown, isFixable, nextNotices, noNoticesYet, type Notice } from '../../electron/domain/views/notices';
import {
  gaveUp,
  healed,
  rescuing,
  sampleContext,
  sampleIncident,
  sampleRestore,
  sampleState,
} from '../setup/sampleState';

/** Feeds snapshots one after the other, and gives the notices of each. */
function play(...snapshots: readonly (readonly [at: number, state: AppState])[]): readonly (readonly Notice[])[] {
  let memory = noNoticesYet;
  return snapshots.map(([at, state]) => {
    const next = nextNotices(memory, state, at);
    memory = next.memory;
    return next.notices;
  });
}
const kinds = (notices: readonly (readonly Notice[])[]) => notices.map((some) => some.map((notice) => notice.kind));
const quiet = sampleState();
const withIncidents = (...incidents: readonly IncidentView[]) => sampleState({ incidents });
const connecting = { is: 'connecting' } as const;
const blind = { is: 'blind', since: 0, why: 'no answer', retryAt: 9 } as const;
const images = (n: number) => Array.from({ length: n }, (_, i) => sampleIncident({ id: `image-${String(i)}` }));

describe('a failure', () => {
  it('is announced once, however often the snapshot comes', () => {
    const failing = withIncidents(sampleIncident());
    const notices = play([0, quiet], [1, failing], [2, failing], [cooldown * 3, failing]);
    expect(kinds(notices)).toEqual([[], ['failure'], [], []]);
    expect(notices[1]?.[0]).toMatchObject({ context: 'staging', incident: 'nginx:1.25', fixable: true });
  });

  it('of each of a few images is a notice of its own', () => {
    expect(kinds(play([0, quiet], [1, withIncidents(...images(3))]))).toEqual([[], ['failure', 'failure', 'failure']]);
  });

  it('of many images at once is one notice', () => {
    const [, notices] = play([0, quiet], [1, withIncidents(...images(4))]);
    expect(notices).toMatchObject([{ kind: 'several-failures', alreadyBroken: false }]);
  });

  it('that comes back soon is kept quiet until the cooldown is over', () => {
    const failing = withIncidents(sampleIncident());
    const notices = play(
      [0, quiet],
      [1, failing],
      [2, quiet],
      [3, failing],
      [cooldown, failing],
      [cooldown + 1, failing],
      [cooldown + 2, failing],
    );
    expect(kinds(notices)).toEqual([[], ['failure'], [], [], [], ['failure'], []]);
  });

  it('of a context that is off, or not watched, is not announced', () => {
    for (const context of [sampleContext({ watch: false }), sampleContext({ status: { is: 'off' } })])
      expect(
        kinds(
          play(
            [0, sampleState({ contexts: [context] })],
            [1, sampleState({ contexts: [context], incidents: [sampleIncident()] })],
          ),
        ),
      ).toEqual([[], []]);
  });

  it('that waits a moment for a mirror is not announced where the app heals it then, and one that waits long is', () => {
    const waiting = (until?: number) => {
      const refusal = { code: 'budget', about: 'm.example', ...(until !== undefined && { until }) } as const;
      return sampleState({ contexts: [sampleContext({ auto: true })], incidents: [sampleIncident({ refusal })] });
    };
    const start: readonly [number, AppState] = [0, sampleState({ contexts: [sampleContext({ auto: true })] })];
    expect(kinds(play(start, [1, waiting(60_000)], [2, waiting()]))).toEqual([[], [], []]);
    expect(kinds(play(start, [1, waiting(60_000)], [2, waiting(86_400_000)]))).toEqual([[], [], ['failure']]);
  });

  it('that the app heals by itself is not announced, only how that ended', () => {
    const auto = (progress: IncidentView['progress']) =>
      sampleState({ contexts: [sampleContext({ auto: true })], incidents: [sampleIncident({ progress })] });
    const start: readonly [number, AppState] = [0, sampleState({ contexts: [sampleContext({ auto: true })] })];
    expect(kinds(play(start, [1, auto({ is: 'failing' })], [2, auto(rescuing(2))], [3, auto(healed(3))]))).toEqual([
      [],
      [],
      [],
      ['healed'],
    ]);
    expect(kinds(play(start, [1, auto({ is: 'failing' })], [2, auto(rescuing(2))], [3, auto(gaveUp(3))]))).toEqual([
      [],
      [],
      [],
      ['gave-up'],
    ]);
  });

  it('that no mirror heals is announced in auto mode as well', () => {
    const contexts = [sampleContext({ auto: true })];
    const incident = sampleIncident({
      diagnosis: { cause: 'not-found', healable: 'no', ambiguous: false, host: '', sandbox: false, needsLogin: false },
    });
    const [, notices] = play([0, sampleState({ contexts })], [1, sampleState({ contexts, incidents: [incident] })]);
    expect(notices).toMatchObject([{ kind: 'failure', fixable: false }]);
  });

  it('that is being healed when it is first seen is not announced', () => {
    expect(kinds(play([0, quiet], [1, withIncidents(sampleIncident({ progress: rescuing() }))]))).toEqual([[], []]);
  });
});

describe('what was already broken', () => {
  const reading = sampleState({ contexts: [sampleContext({ status: connecting })] });

  it('is one notice for several images', () => {
    const notices = play([0, reading], [1, withIncidents(...images(2))], [2, withIncidents(...images(2))]);
    expect(kinds(notices)).toEqual([[], ['several-failures'], []]);
    expect(notices[1]).toMatchObject([
      {
        alreadyBroken: true,
        incidents: [
          { context: 'staging', incident: 'image-0' },
          { context: 'staging', incident: 'image-1' },
        ],
      },
    ]);
  });

  it('is a plain notice for a single one', () => {
    expect(kinds(play([0, reading], [1, withIncidents(sampleIncident())]))).toEqual([[], ['failure']]);
  });

  it('waits until the first list has been read', () => {
    const half = sampleState({ contexts: [sampleContext({ status: connecting })], incidents: images(2) });
    expect(kinds(play([0, half], [1, withIncidents(...images(3))]))).toEqual([[], ['several-failures']]);
  });

  it('is told for all contexts together when they become live one after the other', () => {
    const both = (second: ContextView['status']) =>
      sampleState({
        contexts: [sampleContext(), sampleContext({ name: 'prod', status: second })],
        incidents: [
          sampleIncident(),
          ...(second.is === 'live' ? [sampleIncident({ id: 'redis:7', context: 'prod' })] : []),
        ],
      });
    expect(kinds(play([0, both(connecting)], [900, both({ is: 'live', since: 900 })]))).toEqual([
      [],
      ['several-failures'],
    ]);
    // but no context that is slow, or out of reach, keeps the others quiet
    expect(kinds(play([0, both(connecting)], [9_999, both(connecting)], [10_000, both(connecting)]))).toEqual([
      [],
      [],
      ['failure'],
    ]);
    expect(kinds(play([0, both(blind)]))).toEqual([['failure']]);
  });

  it('is told again for a context that was off in between, unless it was told just before', () => {
    const off = sampleState({ contexts: [sampleContext({ watch: false, status: { is: 'off' } })] });
    const failing = withIncidents(...images(2));
    expect(kinds(play([0, failing], [1, off], [2, failing]))).toEqual([['several-failures'], [], []]);
    expect(kinds(play([0, failing], [1, off], [cooldown + 1, failing]))).toEqual([
      ['several-failures'],
      [],
      ['several-failures'],
    ]);
  });

  it('does not come again when a context that was seen connects anew', () => {
    const again = sampleState({ contexts: [sampleContext({ status: connecting })], incidents: images(2) });
    expect(kinds(play([0, withIncidents(...images(2))], [1, again], [2, withIncidents(...images(2))]))).toEqual([
      ['several-failures'],
      [],
      [],
    ]);
  });
});

describe('the outcome of a rescue', () => {
  const at = (progress: IncidentView['progress']) => withIncidents(sampleIncident({ progress }));

  it('is announced when it happens', () => {
    expect(
      kinds(play([0, at({ is: 'failing' })], [1, at(rescuing(1))], [2, at(healed(2))], [3, at(healed(2))])),
    ).toEqual([['failure'], [], ['healed'], []]);
  });

  it('is no news when it is met as old knowledge', () => {
    expect(kinds(play([0, at(healed())]))).toEqual([[]]);
    expect(kinds(play([0, at(gaveUp())]))).toEqual([[]]);
  });

  it('that repeats by the app itself is said once, and after a person asked each time', () => {
    const byItself = play(
      [0, at(rescuing())],
      [1, at(gaveUp(1, 100))],
      [100, at(rescuing(100))],
      [101, at(gaveUp(101, 300))],
    );
    expect(kinds(byItself)).toEqual([[], ['gave-up'], [], []]);
    const byPerson = play(
      [0, at(rescuing())],
      [1, at(gaveUp(1, 100))],
      [50, at(rescuing(50))],
      [51, at(gaveUp(51, 300))],
      [52, at(rescuing(52))],
      [53, at(gaveUp(53, null))],
      [54, at(rescuing(54))],
      [55, at(gaveUp(55, null))],
    );
    expect(kinds(byPerson)).toEqual([[], ['gave-up'], [], ['gave-up'], [], ['gave-up'], [], ['gave-up']]);
  });

  it('with another reason than before is said', () => {
    const denied: IncidentView['progress'] = {
      is: 'gave-up',
      at: 3,
      why: { is: 'denied', verb: 'patch', resource: 'pods', namespace: 'shop' },
      earlier: [],
      retryAt: 200,
    };
    const notices = play([0, at(rescuing())], [1, at(gaveUp(1, 2))], [2, at(rescuing(2))], [3, at(denied)]);
    expect(kinds(notices)).toEqual([[], ['gave-up'], [], ['gave-up']]);
  });

  it('after a failure that was healed and comes back much later, the failure is announced again', () => {
    const notices = play(
      [0, at({ is: 'failing' })],
      [1, at(rescuing(1))],
      [2, at(healed(2))],
      [cooldown, at({ is: 'failing' })],
    );
    expect(kinds(notices)).toEqual([['failure'], [], ['healed'], ['failure']]);
  });
});

describe('restores', () => {
  it('that became ready are one notice per context', () => {
    const restores = [
      sampleRestore({ id: 'a' }),
      sampleRestore({ id: 'b' }),
      sampleRestore({ id: 'c', context: 'off' }),
    ];
    const ready = restores.map((restore) => ({ ...restore, state: { is: 'ready', at: 1 } as const }));
    const [, notices, later] = play(
      [0, sampleState({ restores })],
      [1, sampleState({ restores: ready })],
      [2, sampleState({ restores: ready })],
    );
    expect(notices).toMatchObject([{ kind: 'restore-ready', context: 'staging', restores: ['a', 'b'] }]);
    expect(later).toEqual([]);
  });

  const at = (state: RestoreView['state'], id = 'a', parts: Partial<RestoreView> = {}) =>
    sampleRestore({ id, state, ...parts });
  const restoring = { is: 'restoring', since: 1, step: 'start' } as const;
  const restored = { is: 'free', at: 2, how: 'restored' } as const;
  const failed = { is: 'held', why: { is: 'failed-and-swapped-back' }, retryAt: null, tries: 1 } as const;
  const of = (...restores: RestoreView[]) => sampleState({ restores });

  it('that are done one after the other are told in one notice at the end', () => {
    const notices = play(
      [0, of(at(restoring), at({ is: 'ready', at: 0 }, 'b'))],
      [1, of(at(restored), at(restoring, 'b'))],
      [2, of(at(restored), at(restored, 'b'))],
      [3, of(at(restored), at(restored, 'b'))],
    );
    expect(notices.slice(1)).toMatchObject([[], [{ kind: 'restored', context: 'staging', restores: ['a', 'b'] }], []]);
  });

  it('that are done are told after a minute, though others are still under way', () => {
    const both = of(at(restored), at(restoring, 'b'));
    expect(kinds(play([0, of(at(restoring), at(restoring, 'b'))], [1, both], [60_000, both], [60_001, both]))).toEqual([
      [],
      [],
      [],
      ['restored'],
    ]);
  });

  it('that failed are told when it happens, not when they are met as old knowledge', () => {
    expect(kinds(play([0, of(at(restoring))], [1, of(at(failed))], [2, of(at(failed))]))).toEqual([
      [],
      ['swapped-back'],
      [],
    ]);
    expect(kinds(play([0, of(at(failed))], [1, of(at(failed))]))).toEqual([[], []]);
  });

  it('that cost nothing, or that the app goes on with by itself, are no news', () => {
    expect(
      kinds(play([0, of(at({ is: 'unchecked', since: 0 }))], [1, of(at(restored, 'a', { restarts: 0 }))])),
    ).toEqual([[], []]);
    const ready = { ...of(at({ is: 'ready', at: 1 })), contexts: [sampleContext({ agreed: true })] };
    const settings = {
      ...ready.settings,
      contexts: { staging: { watch: true, auto: true, agreed: true, restore: true } },
    };
    expect(kinds(play([0, { ...ready, settings }]))).toEqual([[]]);
    expect(kinds(play([0, ready]))).toEqual([['restore-ready']]);
  });
});

describe('fixable', () => {
  const cases: readonly [string, Partial<IncidentView>, Partial<ContextView>, boolean][] = [
    ['unreachable, agreed', {}, {}, true],
    ['after it gave up', { progress: gaveUp() }, {}, true],
    ['not agreed', {}, { agreed: false }, false],
    ['no candidate', { candidates: [] }, {}, false],
    ['refused', { refusal: { code: 'excluded', about: 'docker.io' } }, {}, false],
    ['being healed', { progress: rescuing() }, {}, false],
    ['healed', { progress: healed() }, {}, false],
    [
      'no mirror heals it',
      {
        diagnosis: {
          cause: 'unauthorized',
          healable: 'no',
          ambiguous: false,
          host: '',
          sandbox: false,
          needsLogin: false,
        },
      },
      {},
      false,
    ],
    [
      'offered only',
      {
        diagnosis: {
          cause: 'unknown',
          healable: 'offer',
          ambiguous: false,
          host: '',
          sandbox: false,
          needsLogin: false,
        },
      },
      {},
      true,
    ],
  ];
  it.each(cases)('%s', (_name, incident, context, fixable) => {
    expect(isFixable(sampleIncident(incident), sampleContext(context))).toBe(fixable);
  });
});
