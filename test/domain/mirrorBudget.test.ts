import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  added,
  mirrorView,
  noLimits,
  noUse,
  recalled,
  requestsPerPull,
  stopOf,
  type MirrorLimits,
  type MirrorUse,
} from '../../electron/domain/mirrors/mirrorBudget';
import { budgetOf, hostsOfRules, knownLimits } from '../../electron/domain/mirrors/mirrorHosts';

const minute = 60_000;
const twoDays = 172_800_000;
const limits: MirrorLimits = { requestsPerMinute: 20, errorsInTwoDays: 100, pulls: 10 };

/** What was asked at these times, in milliseconds. */
const errorsAt = (...times: readonly number[]) => times.reduce<MirrorUse>((use, at) => added(use, 0, 1, at), noUse);
const requestsAt = (...times: readonly number[]) => times.reduce<MirrorUse>((use, at) => added(use, 1, 0, at), noUse);

describe('a mirror is left alone', () => {
  it('at four fifths of the errors that it bans for, until enough of them are two days old', () => {
    const times = Array.from({ length: 82 }, (_, index) => index * 1000);
    expect(stopOf(errorsAt(...times.slice(0, 79)), 0, limits, 82_000)).toBeNull();
    expect(stopOf(errorsAt(...times.slice(0, 80)), 0, limits, 82_000)).toEqual({ by: 'errors', until: twoDays });
    // with 82 of them, three have to be forgotten
    const use = errorsAt(...times);
    expect(stopOf(use, 0, limits, 82_000)).toEqual({ by: 'errors', until: 2000 + twoDays });
    expect(stopOf(use, 0, limits, 2000 + twoDays - 1)).not.toBeNull();
    expect(stopOf(use, 0, limits, 2000 + twoDays)).toBeNull();
  });

  it('at four fifths of the requests that it takes in a minute', () => {
    const use = requestsAt(...Array.from({ length: 16 }, (_, index) => index * 100));
    expect(stopOf(use, 0, limits, 1500)).toEqual({ by: 'requests', until: minute });
    expect(stopOf(use, 0, limits, minute)).toBeNull();
  });

  it('at four fifths of the pulls that it takes at once, without a known end', () => {
    expect(stopOf(noUse, 7, limits, 0)).toBeNull();
    expect(stopOf(noUse, 8, limits, 0)).toEqual({ by: 'pulls', until: null });
  });

  it('where the pulls under way could still bring it to the line of errors', () => {
    const use = errorsAt(...Array.from({ length: 77 }, () => 5));
    expect(stopOf(use, 2, limits, 10)).toBeNull();
    expect(stopOf(use, 3, limits, 10)).toEqual({ by: 'errors', until: null });
  });

  it('for the reason that lasts longest', () => {
    const use = added(noUse, 30, 90, 1000);
    expect(stopOf(use, 9, limits, 1000)).toEqual({ by: 'errors', until: 1000 + twoDays });
  });

  it('never where nothing is known of it', () => {
    expect(stopOf(added(noUse, 1000, 1000, 0), 1000, noLimits, 0)).toBeNull();
  });

  it('by a limit too small for a share of it after one', () => {
    const one = { requestsPerMinute: null, errorsInTwoDays: 1, pulls: null };
    expect([stopOf(noUse, 0, one, 0), stopOf(errorsAt(0), 0, one, 0)?.by]).toEqual([null, 'errors']);
  });
});

it('what is shown is what counts now, with the line beside it', () => {
  const use = added(requestsAt(0, 1000, 50_000), 0, 2, 61_000);
  expect(mirrorView('m.example', use, 3, limits, 61_500)).toEqual({
    host: 'm.example',
    requests: { used: 1, stopsAt: 16 },
    errors: { used: 2, stopsAt: 80 },
    pulls: { used: 3, stopsAt: 8 },
    stopped: null,
  });
  expect(mirrorView('m.example', use, 0, noLimits, 61_500).errors).toEqual({ used: 2, stopsAt: null });
});

it('times that are still to come, as a wrong clock leaves them behind, stop a mirror no longer than now', () => {
  const kept = { requests: [], errors: Array.from({ length: 90 }, (_, index) => 10 ** 15 - index) };
  const use = recalled(kept, 1000);
  expect(stopOf(use, 0, limits, 1000)?.until).toBe(1000 + twoDays);
  expect(stopOf(use, 0, limits, 1000 + twoDays)).toBeNull();
});

describe('whatever rescues begin and however they end', () => {
  const largest = 6;
  type Move = { readonly begin: number } | { readonly fails: boolean } | { readonly pass: number };
  const moves = fc.array(
    fc.oneof(
      fc.record({ begin: fc.integer({ min: 1, max: largest }) }),
      fc.record({ fails: fc.boolean() }),
      fc.record({ pass: fc.integer({ min: 0, max: 90_000 }) }),
      fc.record({ pass: fc.integer({ min: 0, max: twoDays / 4 }) }),
    ),
    { maxLength: 200, size: 'max' },
  );
  const anyLimits = fc.record({
    requestsPerMinute: fc.option(fc.integer({ min: 5, max: 60 })),
    errorsInTwoDays: fc.option(fc.integer({ min: 2, max: 40 })),
    pulls: fc.option(fc.integer({ min: 2, max: 20 })),
  });

  /** Asks only while it may; gives the use, the pulls and the time after each move. */
  function play(schedule: readonly Move[], bans: MirrorLimits) {
    let [use, pulls, now] = [noUse, 0, 0];
    return schedule.map((move) => {
      if ('pass' in move) now += move.pass;
      else if ('begin' in move && stopOf(use, pulls, bans, now) === null) {
        use = added(use, move.begin * requestsPerPull, 0, now);
        pulls += move.begin;
      } else if ('fails' in move && pulls > 0) {
        pulls -= 1;
        if (move.fails) use = added(use, 0, 1, now);
      }
      return { use, pulls, now };
    });
  }
  const line = (limit: number) => Math.max(1, Math.floor(limit * 0.8));

  it('no limit is passed by more than the pulls of one rescue', () => {
    fc.assert(
      fc.property(moves, anyLimits, (schedule, bans) => {
        for (const { use, pulls, now } of play(schedule, bans)) {
          const { requests, errors } = mirrorView('m', use, pulls, bans, now);
          if (bans.requestsPerMinute !== null)
            expect(requests.used).toBeLessThan(line(bans.requestsPerMinute) + largest * requestsPerPull);
          if (bans.errorsInTwoDays !== null)
            expect(errors.used + pulls).toBeLessThan(line(bans.errorsInTwoDays) + largest);
          if (bans.pulls !== null) expect(pulls).toBeLessThan(line(bans.pulls) + largest);
        }
      }),
    );
  });

  it('it is stopped until the moment that is told, and free from then on', () => {
    fc.assert(
      fc.property(moves, anyLimits, (schedule, bans) => {
        for (const { use, now } of play(schedule, bans)) {
          const until = stopOf(use, 0, bans, now)?.until;
          if (until === undefined || until === null) continue;
          expect(until).toBeGreaterThan(now);
          expect(stopOf(use, 0, bans, until - 1)).not.toBeNull();
          expect(stopOf(use, 0, bans, until)).toBeNull();
        }
      }),
    );
  });
});

describe('the hosts of mirrors', () => {
  it('of DaoCloud are counted as one, and have limits; others are not and have none', () => {
    expect(['docker.m.daocloud.io', 'm.daocloud.io', 'Mirror.Example:5000'].map(budgetOf)).toEqual([
      'm.daocloud.io',
      'm.daocloud.io',
      'mirror.example:5000',
    ]);
    expect(knownLimits('quay.m.daocloud.io')).toEqual(limits);
    expect(knownLimits('mirror.example')).toEqual(noLimits);
  });

  it('are those of the rules in their order, and of a rule with a host for each registry those that were seen', () => {
    const rule = (template: string) => ({ name: template, match: '*', template });
    const rules = [
      rule('two.example/{host}/{path}'),
      rule('{host}.one.example/{path}'),
      rule('two.example/x/{host}/{path}'),
    ];
    expect(hostsOfRules(rules, ['quay.io.one.example', 'other.example', '.one.example'])).toEqual([
      'two.example',
      'quay.io.one.example',
    ]);
  });
});
