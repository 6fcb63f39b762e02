import { expect, it } from 'vitest';
import { aimsOf, verdictOn } from './aims';
import { clientKinds } from './clients';
import { readArguments } from './options';
import type { WatchResult } from './result';
import type { EventsRun } from './run';
import { sync } from './syncRun';

const events = (of: Partial<EventsRun>): EventsRun => ({
  cpuPerThousandMs: NaN,
  holdMs: NaN,
  stallMs: NaN,
  rssMb: NaN,
  afterArrival: [],
  told: [],
  afterWrite: [],
  ...of,
});

function resultWith(of: Partial<WatchResult>): WatchResult {
  const options = readArguments(['watch']);
  if (!('measure' in options) || options.measure !== 'watch') throw new Error('these are no options');
  return {
    machine: { cores: 2, processor: '', memoryGiB: 8, node: '', platform: '' },
    server: '',
    podBytes: 9500,
    base: 10_000,
    options,
    kinds: clientKinds,
    empty: new Map(),
    bySize: [],
    contexts: [],
    slow: null,
    ...of,
  };
}

function measured(result: WatchResult, what: RegExp): number | undefined {
  return aimsOf(result).find((aim) => what.test(aim.what))?.measured;
}

it('compares medians with those of the floors', () => {
  const result = resultWith({
    bySize: [
      {
        pods: 10_000,
        syncs: new Map([
          [
            'product',
            [sync({ syncMs: 100, cpuMs: 30 }), sync({ syncMs: 120, cpuMs: 30 }), sync({ syncMs: 900, cpuMs: 30 })],
          ],
          ['protobuf', [sync({ syncMs: 100 })]],
          ['json-parsed', [sync({ cpuMs: 120 })]],
        ]),
        events: new Map([
          ['product', [events({ cpuPerThousandMs: 80, afterArrival: [1, 2, 3] })]],
          ['json-parsed', [events({ cpuPerThousandMs: 100 })]],
        ]),
      },
    ],
  });
  expect(measured(result, /protobuf floor/)).toBeCloseTo(1.2);
  expect(measured(result, /CPU to sync, to JSON/)).toBeCloseTo(0.25);
  expect(measured(result, /each change/)).toBeCloseTo(0.8);
  expect(measured(result, /incident, p99/)).toBeCloseTo(2.98);
});

it('tells the heap over an empty engine, and its growth with each pod', () => {
  const size = (pods: number, heapMb: number) => ({
    pods,
    syncs: new Map([['product', [sync({ heapMb })]]]),
    events: new Map(),
  });
  const result = resultWith({
    empty: new Map([['product', [sync({ heapMb: 5 })]]]),
    bySize: [size(1000, 6), size(10_000, 10.5)],
  });
  expect(measured(result, /over an empty/)).toBeCloseTo(5.5);
  expect(measured(result, /further pod/)).toBeCloseTo(0.5);
});

it('does not speak of what was not measured', () => {
  expect(aimsOf(resultWith({}))).toEqual([]);
});

it('says by how much an aim is missed', () => {
  expect(verdictOn({ what: '', atMost: 2, unit: '', measured: 2 })).toBe('met');
  expect(verdictOn({ what: '', atMost: 2, unit: '', measured: 3 })).toBe('missed by 50 %');
});
