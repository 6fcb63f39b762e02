import { describe, expect, it } from 'vitest';
import { incidentsOf, type DecisionRules, type Incident } from '../../electron/domain/decision';
import { PodBook } from '../../electron/domain/podBook';
import { planned } from '../../electron/domain/rescue/rescueTargets';
import { plannedRetag } from '../../electron/domain/retag/retagParts';
import type { RetagState } from '../../electron/domain/retag/retagState';
import type { RescueOutcome, RescueState } from '../../electron/domain/rescue/rescueState';
import { IncidentLedger } from '../../electron/engine/rescue/incidentLedger';
import { pod } from '../setup/pods';
import { noWays } from '../setup/prepull';

const id = 'docker.io/library/nginx:1.25';
const rules: DecisionRules = {
  mirrors: [],
  noProxy: [],
  excludedNamespaces: [],
  optedOutNamespaces: new Set(),
  allowList: null,
  stopOf: () => null,
};
const noneLeft = { is: 'gave-up', why: { is: 'no-mirror-left' } } as const;

/** The incident of pods with these pull secrets. */
function incident(...secrets: readonly string[][]): Incident {
  const book = new PodBook();
  secrets.forEach((pullSecrets, index) => {
    book.put(pod({ uid: `uid-${String(index)}`, pullSecrets }), 0);
  });
  const [only] = incidentsOf(book.failures, (uid) => book.pod(uid), rules);
  if (!only) throw new Error('no incident');
  return only;
}

/** A rescue of a pod with these pull secrets, at its end. */
function rescue(pullSecrets: readonly string[], needsLogin = true): RescueState {
  const target = { podUid: 'uid-0', namespace: 'shop', pod: 'web-1', node: 'node-1', pullSecrets, containers: [] };
  const state = planned({
    id: 'r1',
    incident: id,
    image: 'nginx:1.25',
    startedAt: 0,
    candidates: [{ mirror: 'mirror.example', proxied: 'mirror.example/nginx:1.25' }],
    targets: [target],
    ...noWays,
  });
  return { ...state, failures: [{ host: 'mirror.example', cause: 'mirror-error', message: '', needsLogin }] };
}

const retag = plannedRetag({
  ...{ id: 'r2', incident: id, image: 'nginx:1.25', startedAt: 0, asked: false, namespace: 'kube-system' },
  ...{ candidates: [], nodes: {}, targets: [] },
});
const outcome = { is: 'healed', via: 'mirror.example' } as const;

describe('an end that healed', () => {
  const shown = (healing: RescueState | RetagState) => {
    const ledger = new IncidentLedger('dev', false);
    ledger.resumed(healing);
    ledger.ended(healing, outcome, 1_000, true);
    return ledger.views([], [], 1_000).map(({ progress }) => progress);
  };

  it('tells whether pods were changed for it', () => {
    expect(shown(rescue([]))).toEqual([{ ...outcome, at: 1_000 }]);
    expect(shown(retag)).toEqual([{ ...outcome, at: 1_000, retagged: true }]);
  });
});

describe('a rescue beside a retag', () => {
  const last = rescue([], false);
  /** What is shown once both have ended, in this order; and how long the next one has to wait. */
  const after = (...ends: readonly (readonly [RescueState | RetagState, RescueOutcome])[]) => {
    const ledger = new IncidentLedger('dev', false);
    ledger.began(incident([]), false);
    ledger.began(incident([]), true);
    ends.forEach(([healing, end], index) => {
      ledger.ended(healing, end, 1_000 + index, true);
    });
    const [view] = ledger.views([], [], 2_000);
    return { progress: view?.progress, wait: ledger.notBefore(incident([])) };
  };

  it.each([
    ['the rescue', [last, outcome], [retag, noneLeft]],
    ['the retag', [retag, outcome], [last, noneLeft]],
  ] as const)('pauses where one of them gave up, whichever ended first: %s healed', (_name, healed, gaveUp) => {
    for (const ends of [
      [healed, gaveUp],
      [gaveUp, healed],
    ])
      expect(after(...ends)).toMatchObject({
        progress: { is: 'gave-up' },
        wait: ends[0] === gaveUp ? 601_000 : 601_001,
      });
  });

  it('has healed where the other one found nothing left to heal', () => {
    expect(after([retag, outcome], [last, { is: 'closed' }]).progress).toEqual({
      ...outcome,
      at: 1_000,
      retagged: true,
    });
    expect(after([last, { is: 'closed' }], [retag, outcome]).progress).toMatchObject({ is: 'healed' });
  });

  it('has changed pods, whichever ended first and whatever else begins beside the retag', () => {
    expect(after([last, outcome], [retag, outcome]).progress).toEqual({ ...outcome, at: 1_001 });
    expect(after([retag, outcome], [last, outcome]).progress).toEqual({ ...outcome, at: 1_001 });
    const ledger = new IncidentLedger('dev', false);
    ledger.began(incident([]), false);
    ledger.ended(last, outcome, 1_000, true);
    ledger.began(incident([]), true);
    ledger.ended(retag, outcome, 1_001, true);
    expect(ledger.views([], [], 2_000)).toMatchObject([{ progress: { at: 1_001 } }]);
    expect(ledger.views([], [], 2_000)[0]?.progress).not.toHaveProperty('retagged');
  });

  it('shows the pods of both, also after a restart and where an image was taken away from one of them', () => {
    const of = (podUid: string) => ({ podUid, namespace: 'shop', pod: podUid, node: 'n', containers: [own] });
    const own = { name: 'app', image: 'nginx:1.25', original: 'nginx:1.25', hasImage: false, before: null };
    const mine: RescueState = { ...last, targets: { a: { ...of('a'), phase: 'waiting', unanswered: 0 } } };
    const ledger = new IncidentLedger('dev', false);
    const pods = () => ledger.views([], [mine], 2_000).flatMap((view) => view.pods.map(({ uid }) => uid));
    const b = { ...of('b'), swappable: true, phase: 'waiting', armed: false, refused: 0 } as const;
    ledger.resumed({ ...retag, targets: { b } });
    ledger.resumed(mine);
    expect(pods().sort()).toEqual(['a', 'b']);
    const { verdicts, ...rest } = incident([]);
    const takenBackAt = 1_000;
    const taken = verdicts.map((verdict) => ({ ...verdict, failure: { ...verdict.failure, takenBackAt } }));
    ledger.takenBack({ ...rest, verdicts: taken }, true, 2_000, true);
    expect(pods().sort()).toEqual(['a', 'b', 'uid-0']);
  });
});

describe('a mirror image that somebody took away again', () => {
  const takenBack = (takenBackAt: number | null): Incident => {
    const { verdicts, ...rest } = incident([]);
    return {
      ...rest,
      verdicts: verdicts.map((verdict) => ({ ...verdict, failure: { ...verdict.failure, takenBackAt } })),
    };
  };
  const after = (at: number | null, now: number, begin: (ledger: IncidentLedger) => void = () => undefined) => {
    const ledger = new IncidentLedger('dev', false);
    begin(ledger);
    ledger.takenBack(takenBack(at), false, now, true);
    return { ledger, wait: ledger.notBefore(incident([])) - now };
  };

  it('is the end of a rescue, as if it had been ours', () => {
    const { ledger, wait } = after(1_000, 2_000);
    expect(wait).toBe(600_000);
    expect(ledger.views([takenBack(1_000)], [], 2_000)).toMatchObject([
      { progress: { is: 'gave-up', why: { is: 'no-mirror-left' }, retryAt: 602_000 } },
    ]);
    ledger.takenBack(takenBack(1_000), false, 3_000, true);
    expect(ledger.notBefore(incident([]))).toBe(602_000);
  });

  it('counts once where it was ours, and not at all where it was nobody or long ago', () => {
    const ours = (ledger: IncidentLedger) => {
      ledger.resumed(rescue([], false));
      ledger.ended(rescue([], false), noneLeft, 1_500, true);
    };
    expect(after(1_000, 2_000, ours).wait).toBe(599_500);
    expect(after(null, 2_000).wait).toBeLessThan(0);
    expect(after(1_000, 700_000).wait).toBeLessThan(0);
    // the answer to a write is taken a moment after what it has ended
    expect(after(1_505, 2_000, ours).wait).toBe(599_500);
  });

  it('of a pod that is not to be healed by itself keeps no other pod waiting', () => {
    const { verdicts, ...rest } = takenBack(1_000);
    const ledger = new IncidentLedger('dev', false);
    for (const code of ['opted-out-pod', 'opted-out-namespace'] as const) {
      const left = verdicts.map((verdict) => ({ ...verdict, refusal: { code, about: 'shop' } }));
      ledger.takenBack({ ...rest, verdicts: [...left, ...incident([]).verdicts] }, false, 2_000, true);
    }
    expect(ledger.notBefore(incident([]))).toBe(0);
  });

  it('counts where it closed a rescue that was begun before it, and not where one was begun since', () => {
    const closed = (startedAt: number) => (ledger: IncidentLedger) => {
      ledger.ended({ ...rescue([], false), startedAt }, { is: 'closed' }, 1_200, true);
    };
    expect(after(1_000, 2_000, closed(900)).wait).toBe(600_000);
    expect(after(1_000, 2_000, closed(1_100)).wait).toBe(9_200);
  });

  it('counts once, whatever was begun since and came to nothing', () => {
    const { ledger } = after(1_000, 2_000);
    ledger.began(takenBack(1_000), false);
    ledger.takenBack(takenBack(1_000), false, 5_000, true);
    expect(ledger.notBefore(incident([]))).toBe(602_000);
    ledger.began(takenBack(1_000), false);
    ledger.ended(rescue([], false), { is: 'closed' }, 10_000, true);
    ledger.takenBack(takenBack(1_000), false, 11_000, true);
    expect(ledger.notBefore(incident([]))).toBe(602_000);
  });
});

describe('the pause after a mirror wanted a login', () => {
  it('is not for pods that bring a secret which was not tried, once for each secret', () => {
    const ledger = new IncidentLedger('dev', false);
    ledger.ended(rescue(['old']), noneLeft, 1_000, true);
    const paused = ledger.notBefore(incident([]));
    expect(paused).toBeGreaterThan(300_000);
    expect(ledger.notBefore(incident(['old'], []))).toBe(paused);
    expect(ledger.notBefore(incident(['old'], ['mirror-login']))).toBe(0);
    ledger.began(incident(['old'], ['mirror-login']), false);
    expect(ledger.notBefore(incident(['mirror-login']))).toBe(paused);
    expect(ledger.notBefore(incident(['another']))).toBe(0);
  });

  it('holds as ever where it was not a login that was missing', () => {
    const ledger = new IncidentLedger('dev', false);
    ledger.ended(rescue([], false), noneLeft, 1_000, true);
    expect(ledger.notBefore(incident(['mirror-login']))).toBeGreaterThan(300_000);
  });

  it('grows with each failure, starts anew after success, and is forgotten a day after the last', () => {
    const ledger = new IncidentLedger('dev', false);
    const failed = (now: number) => {
      ledger.ended(rescue([], false), noneLeft, now, true);
      return ledger.notBefore(incident([])) - now;
    };
    expect([failed(0), failed(0), failed(0)]).toEqual([600_000, 2_400_000, Infinity]);
    ledger.views([incident([])], [], 90_000_000);
    expect(ledger.notBefore(incident([]))).toBe(Infinity);
    ledger.views([], [], 90_000_000);
    expect(failed(90_000_000)).toBe(600_000);
    ledger.ended(rescue([], false), { is: 'healed', via: 'mirror.example' }, 90_000_000, true);
    expect(failed(90_000_000)).toBe(600_000);
  });

  it('starts anew when the mirror has healed, and when the settings changed', () => {
    const ledger = new IncidentLedger('dev', false);
    for (const forget of [
      () => {
        ledger.ended(rescue([]), { is: 'healed', via: 'mirror.example' }, 2_000, true);
      },
      () => {
        ledger.forgetPauses();
      },
    ]) {
      ledger.ended(rescue([]), noneLeft, 1_000, true);
      forget();
      ledger.ended(rescue([], false), noneLeft, 3_000, true);
      expect(ledger.notBefore(incident(['mirror-login']))).toBeGreaterThan(300_000);
    }
  });
});
