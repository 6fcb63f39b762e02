import type { SyncRun } from './run';

/** A run of which only this was measured, for the tests of what is made of runs. */
export const sync = (of: Partial<SyncRun>): SyncRun => ({
  pods: null,
  syncMs: NaN,
  cpuMs: NaN,
  serverCpuMs: NaN,
  wireMb: NaN,
  holdMs: NaN,
  stallMs: NaN,
  peakRssMb: NaN,
  settledRssMb: NaN,
  heapMb: NaN,
  ...of,
});
