import { describe, expect, it } from 'vitest';
import type { KubeObject, ObjectRef } from '../../electron/domain/kubeObject';
import type { PrepullPlan, PrepullReport } from '../../electron/domain/prepull/prepull';
import { isPrepullRun, type PrepullRun } from '../../electron/domain/prepull/prepullRun';
import type { WriteResult } from '../../electron/domain/writeResult';
import type { ClusterWrites } from '../../electron/engine/clusterWrites';
import type { JournalEntry } from '../../electron/engine/ports';
import { PrepullRunner } from '../../electron/engine/prepull/prepullRunner';
import { eventually } from '../setup/eventually';
import { HandClock } from '../setup/handClock';
import { container, pod, waiting } from '../setup/pods';

const image = 'one.example/docker.io/library/nginx:1.25';
const nodes = ['n1', 'n2', 'n3', 'n4', 'n5', 'n6', 'n7'];
const puller = { namespace: 'shop', serviceAccount: '', pullSecrets: [] };
const plan: PrepullPlan = {
  ways: [{ is: 'pull-pods' }],
  hostnames: {},
  pullers: Object.fromEntries(nodes.map((node) => [node, puller])),
};
const order = { id: 'ahead-1', original: 'nginx:1.25', image, mirror: 'one.example', plan, nodes };

function setUp(
  spent: () => boolean = () => false,
  record: (entry: JournalEntry) => void = () => undefined,
  created: Promise<WriteResult> = Promise.resolve({ is: 'done' }),
) {
  const clock = new HandClock();
  const there = new Map<string, KubeObject>();
  const live = new Map<string, unknown>();
  const reports: PrepullReport[] = [];
  const pulling: number[] = [];
  const order: string[] = [];
  let ended: PrepullRun | null = null;
  const writes = {
    createPuller: (manifest: KubeObject) => {
      order.push('create');
      there.set(manifest.metadata.name, manifest);
      return created;
    },
    deletePuller: ({ name }: ObjectRef) => {
      there.delete(name);
      return Promise.resolve<WriteResult>({ is: 'done' });
    },
  } satisfies Partial<ClusterWrites>;
  const runner = new PrepullRunner(
    'prod',
    writes as Partial<ClusterWrites> as ClusterWrites,
    {
      path: '/journal',
      load: () => ({ entries: [], problem: null }),
      record: (entry) => {
        record(entry);
        order.push(entry.state === null ? 'ended' : 'journal');
        if (entry.state === null) live.delete(entry.id);
        else live.set(entry.id, JSON.parse(JSON.stringify(entry.state)));
      },
    },
    clock,
    {
      changed: (run, isOver) => {
        if (isOver) ended = run;
      },
      report: (_run, report) => reports.push(report),
      failed: () => undefined,
      pullPods: () => [],
      look: () => {
        order.push('read');
        return Promise.resolve({ is: 'unanswered' });
      },
      pulling: (_host, pulls) => pulling.push(pulls),
      mayAsk: () => !spent(),
    },
  );
  /** Each pull pod that is there has pulled, or cannot. */
  const answer = async (ok = true) => {
    const open = [...there.values()];
    for (const { metadata, spec } of open) {
      const node = (spec as { nodeName: string }).nodeName;
      const state = ok
        ? ({ is: 'terminated', reason: 'StartError', exitCode: 128 } as const)
        : waiting('ErrImagePull', `failed to resolve reference "${image}": ${image}: not found`);
      runner.pullPodSeen(
        pod({
          uid: metadata.name,
          name: metadata.name,
          namespace: 'shop',
          node,
          pullsFor: { kind: 'pull-pod', name: metadata.name },
          containers: [container({ name: 'pull-0', image, state, imageId: ok ? 'sha256:1' : '' })],
        }),
      );
    }
    await eventually(() => open.every(({ metadata }) => !there.has(metadata.name)));
  };
  return { runner, clock, there, live, reports, pulling, answer, order, ended: () => ended };
}

describe('what is brought onto further nodes', () => {
  it('goes to some of them at a time, is counted for the mirror, and leaves nothing', async () => {
    const { runner, there, live, pulling, answer, order: written, reports, ended } = setUp();
    runner.begin(order);
    expect(written[0]).toBe('journal');
    await eventually(() => there.size === 5);
    expect([pulling, runner.pulls().length, isPrepullRun(live.get('ahead-1'))]).toEqual([[5], 5, true]);
    expect(runner.uses([...there.keys()][0] ?? '')).toBe(true);
    await answer();
    await eventually(() => there.size === 2);
    expect(pulling).toEqual([5, 2]);
    await answer();
    await eventually(() => live.size === 0);
    expect([there.size, runner.active, runner.pulls()]).toEqual([0, [], []]);
    expect(reports.filter(({ event }) => event === 'cached')).toHaveLength(7);
    expect(ended()?.prepull.nodes.n7).toMatchObject({ is: 'pulled' });
  });

  it('stops where the mirror was asked enough, and where it takes too long', async () => {
    let spent = false;
    const budget = setUp(() => spent);
    budget.runner.begin(order);
    await eventually(() => budget.there.size === 5);
    spent = true;
    await budget.answer();
    await eventually(() => budget.live.size === 0);
    expect([budget.pulling, budget.runner.active]).toEqual([[5], []]);

    const slow = setUp();
    slow.runner.begin(order);
    await eventually(() => slow.there.size === 5);
    slow.clock.advance(300_000);
    await eventually(() => slow.live.size === 0);
    expect([slow.there.size, slow.runner.active]).toEqual([0, []]);
  });

  it('leaves nothing that pulls behind where nobody will look after it, and is gone on with later', async () => {
    const left = setUp();
    left.runner.begin(order);
    await eventually(() => left.there.size === 5);
    await left.runner.stop(true);
    expect(left.there.size).toBe(0);
    expect(isPrepullRun(left.live.get('ahead-1'))).toBe(true);
  });

  it('that a killed run began is gone on with in its time, and taken away after it', async () => {
    const killed = setUp();
    killed.runner.begin(order);
    await eventually(() => killed.there.size === 5);
    await killed.runner.stop(false);
    const state = killed.live.get('ahead-1');
    if (!isPrepullRun(state)) throw new Error('the journal has no such run');

    const next = setUp();
    for (const [name, manifest] of killed.there) next.there.set(name, manifest);
    next.runner.resume(state);
    await eventually(() => next.order.includes('create'));
    await next.answer();
    await eventually(() => next.there.size === 2);
    await next.answer();
    await eventually(() => next.there.size === 0 && next.runner.active.length === 0);

    const late = setUp();
    for (const [name, manifest] of killed.there) late.there.set(name, manifest);
    late.clock.advance(400_000);
    late.runner.resume(state);
    await eventually(() => late.there.size === 0);
    expect(late.order).toEqual(['ended']);
  });

  it('is not written to a cluster while the disk takes no entry, and not said to have started', async () => {
    const { runner, there, live, reports } = setUp(
      () => false,
      ({ state }) => {
        if (state !== null) throw new Error('ENOSPC');
      },
    );
    runner.begin(order);
    await eventually(() => runner.active.length === 0);
    expect([there.size, live.size]).toEqual([0, 0]);
    expect([...new Set(reports.map(({ event }) => event))].sort()).toEqual(['not-cached', 'way-left']);
  });

  it('is not looked for while a slow server still makes what pulls', async () => {
    let answer = (_result: WriteResult) => undefined as unknown;
    const created = new Promise<WriteResult>((resolve) => (answer = resolve));
    const { runner, clock, order: done } = setUp(undefined, undefined, created);
    const ways = [{ is: 'image-cache', namespace: 'kube-fledged' } as const];
    runner.begin({ ...order, nodes: ['n1'], plan: { ...plan, ways, hostnames: { n1: 'host-1' } } });
    clock.advance(3_000);
    await new Promise(setImmediate);
    expect(done).toEqual(['journal', 'create']);
    answer({ is: 'done' });
    await eventually(() => done.includes('read'));
  });

  it('fails on a node as a rescue does, and disturbs nobody', async () => {
    const { runner, there, live, answer, reports } = setUp();
    runner.begin({ ...order, nodes: ['n1'] });
    await eventually(() => there.size === 1);
    await answer(false);
    await eventually(() => live.size === 0);
    expect(reports.at(-1)).toMatchObject({ event: 'cache-failed', cause: 'not-found', node: 'n1' });
  });
});
