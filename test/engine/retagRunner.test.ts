import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../electron/domain/kubeObject';
import type { WriteResult } from '../../electron/domain/writeResult';
import { usualRuntime } from '../../electron/domain/retag/nodeRuntime';
import { plannedRetag } from '../../electron/domain/retag/retagParts';
import type { RetagPlan } from '../../electron/domain/retag/retagState';
import type { ClusterWrites } from '../../electron/engine/clusterWrites';
import { RetagRunner } from '../../electron/engine/retag/retagRunner';
import { HandClock } from '../setup/handClock';

const nginx = 'nginx:1.25';
const plan: RetagPlan = {
  id: 'r',
  incident: 'docker.io/library/nginx:1.25',
  image: nginx,
  startedAt: 0,
  asked: false,
  candidates: [
    { mirror: 'one.example', proxied: 'one.example/docker.io/library/nginx:1.25', helper: 'one.example/sh' },
  ],
  namespace: 'kube-system',
  nodes: { n1: usualRuntime },
  targets: [
    {
      podUid: 'a',
      namespace: 'shop',
      pod: 'a',
      node: 'n1',
      swappable: true,
      containers: [{ name: 'app', image: nginx, original: nginx }],
    },
  ],
};

const settled = async () => {
  for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
};

interface Given {
  readonly create?: WriteResult;
  readonly mayAsk?: boolean;
  readonly jobPods?: readonly KubeObject[];
}

function setUp({ create = { is: 'done' }, mayAsk = true, jobPods = [] }: Given) {
  const clock = new HandClock();
  const told: string[] = [];
  const written: string[] = [];
  const pulls: string[] = [];
  const writes = {
    create: ({ metadata }) => {
      written.push(`create ${metadata.name}`);
      return Promise.resolve(create);
    },
    delete: ({ name }) => {
      written.push(`delete ${name}`);
      return Promise.resolve({ is: 'done' as const });
    },
  } satisfies Partial<ClusterWrites>;
  const runner = new RetagRunner({
    context: 'prod',
    cluster: { listObjects: () => Promise.resolve(jobPods) },
    writes: writes as Partial<ClusterWrites> as ClusterWrites,
    journal: { path: '', load: () => ({ entries: [], problem: null }), record: () => undefined },
    clock,
    dryRun: false,
    listener: {
      changed: () => undefined,
      report: (_retag, { event }) => told.push(event),
      unhelped: ({ incident, asked }) => told.push(`unhelped ${incident}${asked ? ', asked' : ''}`),
      failed: (why) => told.push(why),
      pod: () => undefined,
      jobPods: () => [],
      sees: () => true,
      pulling: (host) => pulls.push(host),
      attempt: () => undefined,
      mayAsk: () => mayAsk,
    },
  });
  return { runner, clock, told, written, pulls };
}

describe('a Job that is there already', () => {
  it('is asked how it ended: no stream tells of pods that have', async () => {
    const status = { phase: 'Succeeded', containerStatuses: [{ state: { terminated: { exitCode: 0 } } }] };
    const ended: KubeObject = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'job' },
      spec: { nodeName: 'n1' },
      status,
    };
    const { runner, told } = setUp({ create: { is: 'conflict' }, jobPods: [ended] });
    runner.begin(plan);
    await settled();
    expect(told).toEqual(['retag-started', 'retagged']);
    await runner.stop(false);
  });
});

describe('the pulls of a retag', () => {
  it('are counted once, however often a Job is written for want of an answer', async () => {
    const { runner, clock, written, pulls } = setUp({ create: { is: 'unavailable', detail: '503' } });
    runner.begin(plan);
    for (let write = 0; write < 3; write += 1) {
      await settled();
      clock.advance(3_000);
    }
    await settled();
    expect(written.filter((each) => each.startsWith('create'))).toHaveLength(4);
    expect(pulls).toEqual(['one.example']);
    await runner.stop(false);
  });

  it('do not go on after a restart at a mirror that was asked enough; its Job goes', async () => {
    const { runner, written, pulls } = setUp({ mayAsk: false });
    const known = plannedRetag(plan);
    const [node] = Object.values(known.nodes);
    if (!node) throw new Error('no node');
    runner.resume({ ...known, nodes: { n1: { ...node, phase: 'working', job: 'pullthrough-retag-1' } } });
    await settled();
    expect([written, pulls, runner.active]).toEqual([['delete pullthrough-retag-1'], [], []]);
  });
});

describe('pods that a person does not want to wait', () => {
  it('are left to the usual rescue at once, and no retag is begun for them again', async () => {
    const { runner, told, written } = setUp({});
    runner.begin(plan);
    await settled();
    expect(runner.swapNow('another')).toBe(false);
    expect(runner.swapNow(plan.incident)).toBe(true);
    const uids = plan.targets.map(({ podUid }) => podUid);
    expect([uids.map((uid) => runner.isRetagging(uid)), uids.map((uid) => runner.ends.of(uid) === null)]).toEqual([
      [false],
      [false],
    ]);
    await settled();
    expect(told).toEqual(['retag-started', `unhelped ${plan.incident}, asked`, 'ended']);
    expect(written.map((each) => each.split(' ')[0])).toEqual(['create', 'delete']);
    expect(runner.swapNow(plan.incident)).toBe(false);
  });
});
