import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../electron/domain/kubeObject';
import type { WriteResult } from '../../electron/domain/writeResult';
import { usualRuntime } from '../../electron/domain/retag/nodeRuntime';
import { plannedRetag } from '../../electron/domain/retag/retagParts';
import { exitCodes } from '../../electron/domain/retag/retagScripts';
import type { RetagPlan, RetagState } from '../../electron/domain/retag/retagState';
import type { ClusterWrites } from '../../electron/engine/clusterWrites';
import { RetagRunner } from '../../electron/engine/retag/retagRunner';
import { HandClock } from '../setup/handClock';
import { container, pod as podOf } from '../setup/pods';

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

/** How a Job's container ends that could not pull through its mirror. */
const couldNotPull = { is: 'terminated', reason: 'Error', exitCode: exitCodes.pull } as const;

const jobOn = (runner: RetagRunner, node: string) => runner.active[0]?.nodes[node]?.job ?? '';

const settled = async () => {
  for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
};

interface Given {
  readonly create?: WriteResult;
  readonly mayAsk?: boolean;
  readonly jobPods?: readonly KubeObject[];
  readonly isOn?: () => boolean;
}

function setUp({ create = { is: 'done' }, mayAsk = true, jobPods = [], isOn = () => true }: Given) {
  const clock = new HandClock();
  const told: string[] = [];
  const written: string[] = [];
  const pulls: string[] = [];
  const journal: (RetagState | null)[] = [];
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
    journal: {
      path: '',
      load: () => ({ entries: [], problem: null }),
      record: ({ state }) => journal.push(state as RetagState | null),
    },
    clock,
    dryRun: false,
    listener: {
      changed: () => undefined,
      report: (_retag, { event }) => told.push(event),
      leaves: ({ incident, asked }) => told.push(`leaves ${incident}${asked ? ', asked' : ''}`),
      failed: (why) => told.push(why),
      pod: () => undefined,
      jobPods: () => [],
      sees: () => true,
      pulling: (host) => pulls.push(host),
      attempt: () => undefined,
      mayAsk: () => mayAsk,
      isOn,
    },
  });
  return { runner, clock, told, written, pulls, journal };
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

describe('the image of a Job itself', () => {
  const nodes = { n1: usualRuntime, n2: usualRuntime, n3: usualRuntime };
  const [candidate] = plan.candidates;
  const [target] = plan.targets;
  if (!candidate || !target) throw new Error('nothing is planned');
  const own = { ...candidate, helper: 'two.example/sh', helperMirror: 'two.example' };
  const wide: RetagPlan = {
    ...plan,
    nodes,
    helpers: { n1: [], n2: [own.helper] },
    candidates: [own, { ...own, mirror: 'three.example', proxied: candidate.proxied.replace('one', 'three') }],
    targets: Object.keys(nodes).map((node) => ({ ...target, podUid: node, node })),
  };

  it('is a pull through its own mirror, but for a node that is known to have it', async () => {
    const { runner, pulls } = setUp({});
    runner.begin(wide);
    await settled();
    expect([...pulls].sort()).toEqual([...['one', 'one', 'one'], ...['two', 'two']].map((host) => `${host}.example`));
    pulls.length = 0;
    // its first Job has run there, so that the next mirror's one finds its image
    const pod = { namespace: plan.namespace, containers: [container({ state: couldNotPull })] };
    runner.pullPodSeen(podOf({ ...pod, pullsFor: { kind: 'retag', name: jobOn(runner, 'n1') } }));
    await settled();
    expect(pulls).toEqual(['three.example']);
    await runner.stop(false);
  });

  it('is no pull through a mirror where it comes from its own registry', async () => {
    const { runner, pulls } = setUp({});
    runner.begin(plan);
    await settled();
    expect(pulls).toEqual(['one.example']);
    await runner.stop(false);
  });
});

describe('retags that are switched off', () => {
  it('make no Job any more, and leave their pods to the usual rescue when the last one has ended', async () => {
    let isOn = true;
    const { runner, told, written } = setUp({ isOn: () => isOn });
    const two = { ...plan, candidates: [...plan.candidates, { mirror: 'two', proxied: 'two/nginx', helper: 'sh' }] };
    runner.begin(two);
    await settled();
    isOn = false;
    const pod = { namespace: plan.namespace, containers: [container({ state: couldNotPull })] };
    runner.pullPodSeen(podOf({ ...pod, pullsFor: { kind: 'retag', name: jobOn(runner, 'n1') } }));
    await settled();
    expect(written.map((each) => each.split(' ')[0])).toEqual(['create', 'delete']);
    expect(told).toEqual(['retag-started', `leaves ${plan.incident}`, 'retag-failed', 'ended']);
  });
});

describe('what a retag has left', () => {
  const nodes = { n1: { ...usualRuntime, recordsPulls: false } };
  const [target] = plan.targets;
  if (!target) throw new Error('nothing is planned');
  const wide = { ...plan, nodes, targets: [target, { ...target, podUid: 'b', swappable: false }] };

  it('is in the journal, and is not taken up again after a restart', async () => {
    const { runner, journal } = setUp({});
    runner.begin(wide);
    await settled();
    const before = journal.length;
    runner.swapNow(plan.incident);
    expect(journal.slice(before)).toMatchObject([{ targets: { a: { phase: 'swap' }, b: { phase: 'waiting' } } }]);
    const kept = journal.at(-1);
    await runner.stop(false);
    if (!kept) throw new Error('the journal has forgotten it');
    const next = setUp({});
    next.runner.resume(kept);
    expect([next.runner.ends.of('a') !== null, next.told]).toEqual([true, [`leaves ${plan.incident}, asked`]]);
    await next.runner.stop(false);
  });

  it('stays left when the settings change; all else may be tried again', async () => {
    const { runner } = setUp({});
    runner.ends.note(['other'], { failures: [], why: { is: 'no-mirror-left' } });
    runner.begin(wide);
    runner.swapNow(plan.incident);
    runner.ends.reconsider(runner.active);
    expect(['a', 'b', 'other'].map((uid) => runner.ends.of(uid) === null)).toEqual([false, true, true]);
    await runner.stop(false);
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
    expect(told).toEqual(['retag-started', `leaves ${plan.incident}, asked`, 'ended']);
    expect(written.map((each) => each.split(' ')[0])).toEqual(['create', 'delete']);
    expect(runner.swapNow(plan.incident)).toBe(false);
  });
});
