import { describe, expect, it } from 'vitest';
import type { MirrorLimits, MirrorUse } from '../../electron/domain/mirrors/mirrorBudget';
import { requestsPerPull } from '../../electron/domain/mirrors/mirrorBudget';
import type { EngineEvent } from '../../electron/engine/engineEvent';
import { MirrorMeter } from '../../electron/engine/mirrors/mirrorMeter';
import { HandClock } from '../setup/handClock';

const limits: MirrorLimits = { requestsPerMinute: 20, errorsInTwoDays: 10, pulls: 5 };
const day = 86_400_000;

function setUp(kept: Readonly<Record<string, MirrorUse>> = {}, write: () => void = () => undefined) {
  const clock = new HandClock();
  const events: Omit<EngineEvent, 'time' | 'context'>[] = [];
  const written: Readonly<Record<string, MirrorUse>>[] = [];
  const pulls: string[] = [];
  let freed = 0;
  const meter = new MirrorMeter({
    clock,
    store: {
      read: () => kept,
      write: (uses) => {
        write();
        written.push(structuredClone(uses));
      },
    },
    limitsOf: () => limits,
    pulls: () => pulls,
    event: (event) => events.push(event),
    freed: () => {
      freed += 1;
    },
  });
  const error = (key: string) => {
    meter.failed({ host: 'm.example', requests: 1, errors: 1, key });
  };
  return { clock, events, written, pulls, meter, error, freed: () => freed };
}

describe('the meter', () => {
  it('tells when a mirror is stopped and when it is free again, and wakes those who wait', () => {
    const { clock, events, meter, freed } = setUp();
    meter.pulling('m.example', 4);
    expect(events).toEqual([
      {
        event: 'mirror-stopped',
        host: 'm.example',
        why: `${String(4 * requestsPerPull)} requests in the last minute, where 16 are enough`,
        until: '1970-01-01T00:01:00.000Z',
      },
    ]);
    clock.advance(59_999);
    expect([events.length, freed(), meter.stopOf('m.example')?.by]).toEqual([1, 0, 'requests']);
    clock.advance(1);
    expect([events.at(-1), freed(), meter.stopOf('m.example')]).toEqual([
      { event: 'mirror-free', host: 'm.example' },
      1,
      null,
    ]);
  });

  it('counts an attempt once, however many contexts see it', () => {
    const { error, meter } = setUp();
    for (const key of ['pod-1/app/7', 'pod-1/app/7', 'pod-1/app/9', 'pod-2/app/7']) error(key);
    expect(meter.views([{ name: 'm', match: '*', template: 'm.example/{host}/{path}' }])).toMatchObject([
      { host: 'm.example', errors: { used: 3, stopsAt: 8 } },
    ]);
  });

  it('counts the hosts of one mirror together, and shows each', () => {
    const { meter } = setUp();
    meter.count('docker.m.daocloud.io', 0, 5);
    meter.count('m.daocloud.io', 0, 3);
    const rules = ['quay.m.daocloud.io/{path}', 'm.daocloud.io/{host}/{path}', '{host}.example/{path}'].map(
      (template) => ({ name: template, match: 'quay.io', template }),
    );
    meter.count('quay.io.example', 1, 0);
    expect(meter.views(rules).map(({ host, errors, stopped }) => [host, errors.used, stopped?.by])).toEqual([
      ['quay.m.daocloud.io', 8, 'errors'],
      ['m.daocloud.io', 8, 'errors'],
      ['quay.io.example', 0, undefined],
    ]);
  });

  it('is stopped by pulls until enough of them have ended', () => {
    const { pulls, meter, events, freed } = setUp();
    pulls.push('m.example', 'm.example', 'm.example', 'm.example');
    meter.look();
    expect(events).toMatchObject([{ event: 'mirror-stopped', why: '4 pulls under way, where 4 are enough' }]);
    expect(events[0]).not.toHaveProperty('until');
    pulls.pop();
    meter.look();
    expect([events.length, events[1]?.event, freed()]).toEqual([2, 'mirror-free', 1]);
  });

  it('says that pulls under way may bring it to the line of errors', () => {
    const { pulls, error, events } = setUp();
    pulls.push('m.example', 'm.example', 'm.example');
    for (const key of ['1', '2', '3', '4', '5']) error(key);
    expect(events).toMatchObject([{ why: '5 errors in the last two days and 3 pulls under way, where 8 are enough' }]);
  });

  it('is written once in some seconds, and at the end', () => {
    const { clock, written, error, meter } = setUp();
    error('1');
    error('2');
    expect(written).toEqual([]);
    clock.advance(5_000);
    expect(written).toHaveLength(1);
    clock.advance(60_000);
    expect(written).toHaveLength(1);
    error('3');
    meter.stop();
    expect(written.map((uses) => uses['m.example']?.errors.length)).toEqual([2, 3]);
  });

  it('goes on from what was kept, and keeps nothing that counts no more', () => {
    const kept = {
      'm.example': { requests: [], errors: [-day, -day, -3 * day] },
      'old.example': { requests: [-day], errors: [] },
    };
    const { clock, written, error } = setUp(kept);
    error('1');
    clock.advance(5_000);
    expect(written).toEqual([{ 'm.example': { requests: [0], errors: [-day, -day, 0] } }]);
  });

  it('says once that it cannot be kept, and keeps it when it can', () => {
    let full = true;
    const { clock, written, events, error } = setUp({}, () => {
      if (full) throw new Error('ENOSPC: no space left on device');
    });
    for (const key of ['1', '2']) {
      error(key);
      clock.advance(5_000);
    }
    expect(events).toEqual([{ event: 'error', why: expect.stringContaining('ENOSPC') as string }]);
    full = false;
    error('3');
    clock.advance(5_000);
    expect(written.map((uses) => uses['m.example']?.errors.length)).toEqual([3]);
  });
});
