import { describe, expect, it } from 'vitest';
import type { PodSnapshot } from '../../electron/domain/podSnapshot';
import type { RescuePlan, RescueReport, RescueState } from '../../electron/domain/rescue/rescueState';
import type { ClusterWrites } from '../../electron/engine/clusterWrites';
import type { Journal } from '../../electron/engine/ports';
import { RescueRunner } from '../../electron/engine/rescue/rescueRunner';
import { eventually } from '../setup/eventually';
import { HandClock } from '../setup/handClock';
import { container, pod } from '../setup/pods';
import { noWays } from '../setup/prepull';

const plan: RescuePlan = {
  id: 'r1',
  incident: 'docker.io/library/nginx:1.25',
  image: 'nginx:1.25',
  startedAt: 0,
  candidates: [{ mirror: 'one.example', proxied: 'one.example/docker.io/library/nginx:1.25' }],
  targets: [
    {
      podUid: 'uid-1',
      namespace: 'shop',
      pod: 'web-1',
      node: 'node-1',
      containers: [{ name: 'app', image: 'nginx:1.25', original: 'nginx:1.25' }],
    },
  ],
  ...noWays,
};

/** A cluster without anything that pulls but pods of our own. */
const pullPodsOnly: Pick<RescuePlan, 'ways' | 'hostnames' | 'pullers'> = {
  ways: [{ is: 'pull-pods' }],
  hostnames: {},
  pullers: { 'node-1': { namespace: 'shop', serviceAccount: 'default', pullSecrets: [] } },
};

/** A runner whose writes only say that they were asked for, in one order with the journal's entries. */
function setUp(record: Journal['record'] = () => undefined) {
  const order: string[] = [];
  const reports: RescueReport[] = [];
  const clock = new HandClock();
  const healed = pod({
    originalImages: { app: 'nginx:1.25' },
    containers: [
      container({ image: plan.candidates[0]?.proxied ?? '', state: { is: 'running' }, imageId: 'sha256:1' }),
    ],
  });
  const journal: Journal = {
    path: '/journal',
    load: () => ({ entries: [], problem: null }),
    record: (entry) => {
      record(entry);
      order.push(entry.state === null ? 'journal: ended' : `journal: ${(entry.state as RescueState).step}`);
    },
  };
  const writes = {
    swap: () => {
      order.push('swap');
      return Promise.resolve({ result: { is: 'done' as const }, pod: healed });
    },
    putBack: () => Promise.resolve({ result: { is: 'done' as const }, pod: healed }),
    createPuller: () => {
      order.push('make');
      return Promise.resolve({ is: 'done' as const });
    },
    deletePuller: () => {
      order.push('take away');
      return Promise.resolve({ is: 'done' as const });
    },
  } satisfies Pick<ClusterWrites, 'swap' | 'putBack' | 'createPuller' | 'deletePuller'>;
  const failures: string[] = [];
  const runner: RescueRunner = new RescueRunner(
    'prod',
    writes as Partial<ClusterWrites> as ClusterWrites,
    journal,
    clock,
    {
      changed: () => undefined,
      report: (_rescue, report) => reports.push(report),
      failed: (why) => failures.push(why),
      pod: () => undefined,
      pullPods: () => [],
      look: () => Promise.resolve({ is: 'unanswered' }),
      beforeForgotten: () => Promise.resolve(),
      seen: (seen: PodSnapshot) => {
        runner.podSeen(seen);
      },
      pulling: () => undefined,
      mayAsk: () => true,
    },
  );
  return { runner, order, reports, clock, failures };
}

describe('the runner', () => {
  it('puts the intent on the disk before the write, and its end after it', async () => {
    const { runner, order, reports } = setUp();
    runner.begin(plan);
    await eventually(() => order.includes('journal: ended'));
    expect(order).toEqual(['journal: swap', 'swap', 'journal: ended']);
    expect(reports.map(({ event }) => event)).toEqual(['not-cached', 'swapped', 'healed', 'ended']);
    expect(runner.active).toEqual([]);
  });

  it('writes nothing to the cluster while the disk takes no entry, and goes on when it does', async () => {
    let full = true;
    const { runner, order, clock, failures } = setUp(() => {
      if (full) throw new Error('ENOSPC: no space left on device');
    });
    runner.begin(plan);
    await eventually(() => clock.waiting > 0);
    expect(order).toEqual([]);
    expect(failures[0]).toContain('ENOSPC');
    full = false;
    clock.advance(3_000);
    await eventually(() => order.includes('journal: ended'));
    expect(order).toEqual(['journal: swap', 'swap', 'journal: ended']);
  });

  it('says of nothing that the disk kept from being made that it has started', async () => {
    const { runner, order, reports, clock } = setUp(() => {
      throw new Error('ENOSPC: no space left on device');
    });
    runner.begin({ ...plan, ...pullPodsOnly });
    await eventually(() => clock.waiting > 0 && reports.length > 1);
    expect(order).toEqual([]);
    expect(reports.map(({ event }) => event)).toEqual(['way-left', 'not-cached']);
  });

  it('leaves a stopped rescue in the journal', async () => {
    const { runner, order } = setUp();
    runner.begin(plan);
    await runner.stop(true);
    expect(order).not.toContain('journal: ended');
  });

  it.each([
    ['goes with an app that leaves', true, ['journal: cache', 'make', 'take away']],
    ['stays for the next engine of the same app', false, ['journal: cache', 'make']],
  ] as const)('what only pulls %s; the journal keeps the rescue', async (_what, leaving, expected) => {
    const { runner, order } = setUp();
    runner.begin({ ...plan, ...pullPodsOnly });
    await eventually(() => order.includes('make'));
    await runner.stop(leaving);
    expect(order).toEqual(expected);
  });
});
