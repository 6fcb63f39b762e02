import { describe, expect, it } from 'vitest';
import { step } from '../../electron/domain/rescue/rescue';
import type { KubeObject } from '../../electron/domain/kubeObject';
import { pullsUnderWay } from '../../electron/domain/rescue/rescuePulls';
import type { RescuePlan, RescueReport, RescueState } from '../../electron/domain/rescue/rescueState';
import type { WriteResult } from '../../electron/domain/writeResult';
import { planned } from '../../electron/domain/rescue/rescueTargets';
import type { ClusterWrites } from '../../electron/engine/clusterWrites';
import { RescueRunner } from '../../electron/engine/rescue/rescueRunner';
import { eventually } from '../setup/eventually';
import { HandClock } from '../setup/handClock';
import { container, pod, waiting } from '../setup/pods';
import { fledgedOnly, noWays } from '../setup/prepull';

const through = (mirror: string) => `${mirror}.example/docker.io/library/nginx:1.25`;
const target = (name: string, node: string) => ({
  podUid: name,
  namespace: 'shop',
  pod: name,
  node,
  containers: [{ name: 'app', image: 'nginx:1.25', original: 'nginx:1.25' }],
});
/** Three pods on two nodes, and three mirrors. */
const plan: RescuePlan = {
  id: 'r1',
  incident: 'docker.io/library/nginx:1.25',
  image: 'nginx:1.25',
  startedAt: 0,
  candidates: ['one', 'two', 'three'].map((name) => ({ mirror: `${name}.example`, proxied: through(name) })),
  targets: [target('a', 'node-1'), target('b', 'node-1'), target('c', 'node-2')],
  ...fledgedOnly,
};

function setUp(
  spent: ReadonlySet<string> = new Set(),
  swapResult: WriteResult = { is: 'done' },
  created: Promise<WriteResult> = Promise.resolve({ is: 'done' }),
) {
  const clock = new HandClock();
  const pulling: [string, number][] = [];
  const caches: string[] = [];
  const reports: RescueReport[] = [];
  const writes = {
    createPuller: ({ spec }: KubeObject) => {
      caches.push((spec as { cacheSpec: [{ images: [string] }] }).cacheSpec[0].images[0]);
      return created;
    },
    deletePuller: () => {
      caches.push('deleted');
      return Promise.resolve<WriteResult>({ is: 'done' });
    },
    swap: () => Promise.resolve({ result: swapResult, pod: null }),
    putBack: () => Promise.resolve({ result: { is: 'done' as const }, pod: null }),
  } satisfies Partial<ClusterWrites>;
  const runner = new RescueRunner(
    'prod',
    writes as Partial<ClusterWrites> as ClusterWrites,
    { path: '', load: () => ({ entries: [], problem: null }), record: () => undefined },
    clock,
    {
      changed: () => undefined,
      report: (_rescue, report) => reports.push(report),
      failed: () => undefined,
      pod: () => undefined,
      pullPods: () => [],
      look: () => {
        caches.push('read');
        return Promise.resolve({ is: 'unanswered' });
      },
      beforeForgotten: () => Promise.resolve(),
      seen: () => undefined,
      pulling: (...pull) => pulling.push(pull),
      mayAsk: (host) => !spent.has(host),
    },
  );
  /** kube-fledged's pod on this node has pulled, or has failed to. */
  const pulled = (mirror: string, node: string, ok: boolean) => {
    const { cache } = runner.active[0] ?? {};
    runner.pullPodSeen(
      pod({
        uid: `puller-${node}`,
        namespace: 'kube-fledged',
        node,
        pullsFor: { kind: 'image-cache', name: cache?.batches.at(-1)?.name ?? '' },
        containers: [
          container({
            name: 'imagepuller',
            image: through(mirror),
            ...(ok
              ? { state: { is: 'terminated', reason: 'Completed', exitCode: 0 }, imageId: 'sha256:1' }
              : { state: waiting('ErrImagePull', `failed to resolve reference "${through(mirror)}": not found`) }),
          }),
        ],
      }),
    );
  };
  return { clock, runner, pulling, caches, reports, pulled };
}
const underWay = (runner: RescueRunner) => runner.active.flatMap(pullsUnderWay);

describe('the pulls of a rescue', () => {
  it('are one for each node that caches, and none for what is cached then', async () => {
    const { runner, pulling, pulled } = setUp();
    runner.begin(plan);
    expect([pulling, underWay(runner)]).toEqual([[['one.example', 2]], ['one.example', 'one.example']]);
    pulled('one', 'node-1', true);
    expect(underWay(runner)).toEqual(['one.example']);
    pulled('one', 'node-2', true);
    await eventually(() => runner.active[0]?.step === 'verify');
    expect([pulling.length, underWay(runner)]).toEqual([1, []]);
  });

  it('are one for each pod where nothing is cached: each asks the mirror', async () => {
    const { runner, pulling } = setUp();
    runner.begin({ ...plan, ...noWays });
    expect([pulling, underWay(runner).length]).toEqual([[['one.example', 3]], 3]);
    await eventually(() => runner.active[0]?.step === 'verify');
    expect(underWay(runner)).toHaveLength(3);
    runner.podGone('a');
    expect(underWay(runner)).toHaveLength(2);
  });

  it('are counted once, however often a write is tried', async () => {
    const { runner, pulling, clock } = setUp(new Set(), { is: 'unavailable', detail: 'no answer' });
    runner.begin({ ...plan, ...noWays });
    await eventually(() => clock.waiting >= 3);
    clock.advance(3_000);
    await eventually(() => clock.waiting >= 3);
    expect(pulling).toEqual([['one.example', 3]]);
  });

  it('are counted again with the next mirror, which is one that may be asked', async () => {
    const { runner, pulling, pulled, caches } = setUp(new Set(['two.example']));
    runner.begin(plan);
    await eventually(() => caches.length === 1);
    pulled('one', 'node-1', false);
    pulled('one', 'node-2', false);
    expect(pulling).toEqual([
      ['one.example', 2],
      ['three.example', 2],
    ]);
    await eventually(() => caches.length === 3);
    expect(caches).toEqual([through('one'), 'deleted', through('three')]);
  });

  it('are not looked for while a slow server still makes what pulls', async () => {
    let answer = (_result: WriteResult) => undefined as unknown;
    const created = new Promise<WriteResult>((resolve) => (answer = resolve));
    const { runner, clock, caches } = setUp(undefined, undefined, created);
    runner.begin(plan);
    clock.advance(3_000);
    await new Promise(setImmediate);
    expect(caches).toEqual([through('one')]);
    answer({ is: 'done' });
    await eventually(() => caches.length === 2);
    expect(caches).toEqual([through('one'), 'read']);
  });

  it('end with the mirrors that may be asked, also where others would be left', () => {
    const { runner, reports, pulled } = setUp(new Set(['two.example', 'three.example']));
    runner.begin(plan);
    pulled('one', 'node-1', false);
    pulled('one', 'node-2', false);
    expect(reports.at(-1)).toMatchObject({ event: 'ended', outcome: { why: { is: 'no-mirror-left' } } });
  });
});

describe('a rescue that a killed run left', () => {
  const [begun] = step(planned(plan), { type: 'begin' });

  it('had its pulls counted by that run', () => {
    const { runner, pulling } = setUp();
    runner.resume(begun);
    expect([pulling, underWay(runner).length]).toEqual([[], 2]);
  });

  it('does not begin again with a mirror that was asked enough meanwhile', async () => {
    const { runner, caches } = setUp(new Set(['one.example']));
    runner.resume(begun);
    await eventually(() => caches.length > 0 && runner.active.length === 0);
    expect(caches).toEqual(['deleted']);
  });

  it('goes on where its pods carry the mirror’s image already', () => {
    const { runner } = setUp(new Set(['one.example']));
    const swapped: RescueState = { ...begun, step: 'verify', cache: null };
    runner.resume(swapped);
    expect(runner.active).toHaveLength(1);
  });
});
