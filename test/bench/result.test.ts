import { expect, it } from 'vitest';
import { readArguments } from './options';
import { resultJson, type WatchResult } from './result';
import { sync } from './syncRun';

const options = readArguments(['watch', '--json']);
if (!('measure' in options) || options.measure !== 'watch') throw new Error('these are no options');
const runs = [sync({ syncMs: 100, pods: 10 }), sync({ syncMs: 300, pods: 10 }), sync({ syncMs: 500, pods: 10 })];
/** As it comes from a client's process. */
const answered = { ...sync({ heapMb: 5 }), is: 'synced' };
const changes = { cpuPerThousandMs: 80, holdMs: NaN, stallMs: 2, rssMb: 90, told: [], afterWrite: [] };
const result: WatchResult = {
  machine: { cores: 2, processor: '', memoryGiB: 8, node: '', platform: '' },
  server: 'a server',
  podBytes: NaN,
  base: 10,
  options,
  kinds: [],
  empty: new Map([['product', [answered]]]),
  bySize: [
    {
      pods: 10,
      syncs: new Map([
        ['product', runs],
        ['protobuf', [sync({ syncMs: 200 })]],
      ]),
      events: new Map([
        [
          'product',
          [
            { ...changes, afterArrival: [1, 2] },
            { ...changes, afterArrival: [3] },
          ],
        ],
      ]),
    },
  ],
  contexts: [{ contexts: 1, runs: [{ ...sync({ syncMs: 7 }), idlePercent: 0.2 }] }],
  slow: null,
};

it('holds every run, what the tables show of them, and the aims; null is what was not measured', () => {
  const text = resultJson(result);
  const spread = (median: number, min: number, max: number, of: number) => ({ median, min, max, runs: of });
  expect(JSON.parse(text)).not.toHaveProperty('figures.empty.product.is');
  expect(JSON.parse(text)).toMatchObject({
    server: 'a server',
    podBytes: null,
    bySize: [{ pods: 10, syncs: { product: [{ syncMs: 100, cpuMs: null }, { syncMs: 300 }, { syncMs: 500 }] } }],
    slow: null,
    figures: {
      empty: { product: { heapMb: spread(5, 5, 5, 1), syncMs: null } },
      bySize: [
        {
          pods: 10,
          syncs: {
            product: { syncMs: spread(300, 100, 500, 3), cpuMs: null, pods: spread(10, 10, 10, 3) },
            protobuf: { syncMs: spread(200, 200, 200, 1), pods: null },
          },
          events: {
            product: {
              cpuPerThousandMs: spread(80, 80, 80, 2),
              holdMs: null,
              afterArrival: { median: 2, p99: 2.98 },
              told: { median: null, p99: null },
            },
          },
        },
      ],
      contexts: [{ contexts: 1, idlePercent: spread(0.2, 0.2, 0.2, 1), cpuMs: null }],
      slow: null,
    },
    aims: [
      { what: 'sync, to the protobuf floor', measured: 1.5, atMost: 1.2, unit: 'x', met: false },
      { what: 'failure -> incident, p99', measured: 2.98, atMost: 5, unit: 'ms', met: true },
      { what: 'CPU of an idle context, of a core', measured: 0.2, atMost: 0.1, unit: '%', met: false },
    ],
  });
});
