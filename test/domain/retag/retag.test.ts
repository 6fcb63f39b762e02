import { describe, expect, it } from 'vitest';
import type { PodSnapshot } from '../../../electron/domain/podSnapshot';
import { usualRuntime } from '../../../electron/domain/retag/nodeRuntime';
import { stepRetag } from '../../../electron/domain/retag/retag';
import { isLeftToRescue, plannedRetag } from '../../../electron/domain/retag/retagParts';
import { isRetagRecord } from '../../../electron/domain/retag/retagRecord';
import { retagging } from '../../../electron/domain/retag/retagView';
import type { WriteResult } from '../../../electron/domain/writeResult';
import type {
  RetagEffect,
  RetagEvent,
  RetagPlan,
  RetagReport,
  RetagState,
} from '../../../electron/domain/retag/retagState';
import { container, pod, waiting } from '../../setup/pods';

const nginx = 'nginx:1.25';
const through = (host: string) => `${host}.example/docker.io/library/nginx:1.25`;
const candidate = (host: string) => ({
  mirror: `${host}.example`,
  proxied: through(host),
  helper: `${host}.example/sh`,
});
const target = (podUid: string, node = 'n1', swappable = true) => ({
  podUid,
  namespace: 'shop',
  pod: podUid,
  node,
  swappable,
  containers: [{ name: 'app', image: nginx, original: nginx }],
});
const plan: RetagPlan = {
  id: 'r',
  incident: 'docker.io/library/nginx:1.25',
  image: nginx,
  startedAt: 0,
  asked: false,
  candidates: [candidate('one'), candidate('two')],
  namespace: 'kube-system',
  nodes: { n1: usualRuntime },
  targets: [target('a')],
};

/** One retag, driven by events. */
class Drive {
  state: RetagState;
  effects: readonly RetagEffect[] = [];
  readonly reports: RetagReport[] = [];

  constructor(changes: Partial<RetagPlan> = {}) {
    this.state = plannedRetag({ ...plan, ...changes });
    this.tell({ type: 'begin' });
  }

  tell(event: RetagEvent): this {
    const [state, effects] = stepRetag(this.state, event);
    // what the journal keeps is what the machine goes on with
    expect(isRetagRecord(JSON.parse(JSON.stringify(state)))).toBe(true);
    this.state = state;
    this.effects = effects;
    for (const effect of effects) if (effect.do === 'report') this.reports.push(effect.report);
    return this;
  }

  job(node = 'n1'): string {
    return this.state.nodes[node]?.job ?? '';
  }

  progress(progress: Extract<RetagEvent, { type: 'progress' }>['progress'], node = 'n1'): this {
    return this.tell({ type: 'progress', node, job: this.job(node), progress });
  }

  sees(reason: string | null, uid = 'a'): this {
    const state = reason === null ? ({ is: 'running' } as const) : waiting(reason, 'connection refused');
    const seen: PodSnapshot = pod({
      uid,
      containers: [container({ image: nginx, state, imageId: reason === null ? 'x' : '' })],
    });
    return this.tell({ type: 'pod-seen', pod: seen });
  }

  timer(what: string, node = 'n1'): this {
    return this.tell({ type: 'timer', name: `${String(this.state.nodes[node]?.mirror)}/${what}/${node}` });
  }

  does(what: RetagEffect['do']): readonly RetagEffect[] {
    return this.effects.filter((effect) => effect.do === what);
  }

  get failures(): readonly string[] {
    return this.reports.flatMap((report) => (report.event === 'retag-failed' ? report.failure : []));
  }
}

describe('a retag', () => {
  it('makes a Job, deletes it when it has done its work, and ends when the pod has its image', () => {
    const drive = new Drive();
    const [created] = drive.does('create-job');
    expect(created).toMatchObject({ job: { metadata: { namespace: 'kube-system', name: drive.job() } } });
    drive.tell({ type: 'job-write', node: 'n1', job: drive.job(), result: { is: 'done' } }).progress({ is: 'working' });
    drive.progress({ is: 'done' });
    expect(drive.does('delete-job')).toEqual([{ do: 'delete-job', namespace: 'kube-system', name: drive.job() }]);
    expect(drive.sees(null).state).toMatchObject({ step: 'ended', outcome: { is: 'healed', via: 'one.example' } });
    expect(drive.reports.map(({ event }) => event)).toEqual(['retag-started', 'retagged', 'healed', 'ended']);
  });

  it('asks for both names of an image that is written in two ways on one node, in one Job', () => {
    const other = {
      ...target('b'),
      containers: [{ name: 'app', image: 'x', original: 'registry-1.docker.io/library/nginx:1.25' }],
    };
    const [created] = new Drive({ targets: [target('a'), other] }).does('create-job');
    expect(JSON.stringify(created)).toContain(
      '["docker.io/library/nginx:1.25","registry-1.docker.io/library/nginx:1.25"]',
    );
  });

  it('goes on to the next mirror, and to the usual rescue with what none had', () => {
    const drive = new Drive();
    const first = drive.job();
    drive.progress({ is: 'failed', whose: 'pull', message: `ctr: ${through('one')}: not found` });
    expect(drive.does('delete-job')).toMatchObject([{ name: first }]);
    expect(drive.does('create-job')).toHaveLength(1);
    expect(drive.job()).not.toBe(first);
    // the first mirror's Job has nothing to say any more
    expect(drive.tell({ type: 'progress', node: 'n1', job: first, progress: { is: 'done' } }).effects).toEqual([]);
    drive.progress({ is: 'failed', whose: 'helper', message: 'no busybox' });
    expect(drive.state).toMatchObject({ step: 'ended', outcome: { is: 'swap' }, targets: { a: { phase: 'swap' } } });
    expect(drive.failures).toEqual(['pull', 'helper']);
    expect(drive.state.failures).toMatchObject([{ host: 'one.example', cause: 'not-found' }]);
  });

  it('leaves to the usual rescue what a person does not want to wait any longer, before its Job and after it', () => {
    const nodes = { n1: usualRuntime, n2: { ...usualRuntime, recordsPulls: false } };
    const drive = new Drive({ nodes, targets: [target('a'), target('b', 'n2'), target('c', 'n2', false)] });
    drive.progress({ is: 'done' });
    expect(retagging(drive.state)).toMatchObject({ maySwap: 2, done: 0, total: 3 });
    drive.tell({ type: 'swap-now' });
    expect(retagging(drive.state)).toMatchObject({ done: 0, total: 1 });
    expect(drive.state).toMatchObject({
      step: 'retag',
      asked: true,
      targets: { a: { phase: 'swap' }, b: { phase: 'swap' }, c: { phase: 'waiting' } },
    });
    expect(drive.does('delete-job')).toEqual([]);
    drive.progress({ is: 'done' }, 'n2').sees(null, 'c');
    expect(drive.state).toMatchObject({ step: 'ended', outcome: { is: 'swap' } });

    const alone = new Drive().tell({ type: 'swap-now' });
    expect(alone.state.outcome).toEqual({ is: 'swap' });
    expect(alone.does('delete-job')).toMatchObject([{ name: alone.job() }]);
  });

  it('does not let a swap take from a pod, on its node, what only the retag can give it', () => {
    const drive = new Drive({ targets: [target('a'), target('static', 'n1', false)] }).tell({ type: 'swap-now' });
    expect([drive.state.targets.a?.phase, retagging(drive.state)]).toMatchObject(['waiting', { total: 2 }]);
    expect(retagging(drive.state)).not.toHaveProperty('maySwap');
    // the kubelet refuses the one, and may not have looked at the other
    drive.progress({ is: 'done' }).timer('calm').sees('ImagePullBackOff').sees('ErrImagePull');
    expect([drive.state.targets.a?.phase, isLeftToRescue(drive.state, 'a')]).toEqual(['swap', false]);
    expect(isLeftToRescue(drive.sees(null, 'static').state, 'a')).toBe(true);
  });

  it('that is switched off lets its Job end, and makes no other', () => {
    const drive = new Drive({ targets: [target('a'), target('static', 'n1', false)] });
    drive.state = { ...drive.state, isOff: true };
    drive.progress({ is: 'failed', whose: 'pull', message: 'connection refused' });
    expect([drive.does('create-job').length, drive.does('delete-job').length]).toEqual([0, 1]);
    expect(drive.state).toMatchObject({ outcome: { is: 'swap' }, targets: { static: { phase: 'left' } } });

    const done = new Drive();
    done.state = { ...done.state, isOff: true };
    expect(done.progress({ is: 'done' }).sees(null).state.outcome).toEqual({ is: 'healed', via: 'one.example' });

    const unanswered = new Drive();
    unanswered.tell({
      type: 'job-write',
      node: 'n1',
      job: unanswered.job(),
      result: { is: 'unavailable', detail: '' },
    });
    unanswered.state = { ...unanswered.state, isOff: true };
    unanswered.timer('create');
    // it may have been made all the same
    expect([unanswered.does('create-job'), unanswered.does('delete-job')]).toMatchObject([
      [],
      [{ name: unanswered.job() }],
    ]);
  });

  it('gives up what may not be swapped', () => {
    const drive = new Drive({ candidates: [candidate('one')], targets: [target('a', 'n1', false)] });
    drive.progress({ is: 'failed', whose: 'pull', message: 'connection refused' });
    expect(drive.state.outcome).toEqual({ is: 'gave-up', why: { is: 'no-mirror-left' } });
  });

  it('leaves a node on which it cannot be done, and goes on with the other', () => {
    const drive = new Drive({
      nodes: { n1: usualRuntime, n2: usualRuntime },
      targets: [target('a'), target('b', 'n2')],
    });
    drive.progress({ is: 'failed', whose: 'node', message: 'the node has no program ctr' });
    expect(drive.state).toMatchObject({ step: 'retag', targets: { a: { phase: 'swap' }, b: { phase: 'waiting' } } });
    drive.progress({ is: 'done' }, 'n2').sees(null, 'b');
    expect(drive.state.outcome).toEqual({ is: 'swap' });
  });

  it('says which right is missing, and deletes nothing that was not made', () => {
    const drive = new Drive({ targets: [target('a', 'n1', false)] });
    const denied = { is: 'denied', verb: 'create', resource: 'jobs', namespace: 'kube-system' } as const;
    drive.tell({ type: 'job-write', node: 'n1', job: drive.job(), result: denied });
    expect(drive.state.outcome).toEqual({ is: 'gave-up', why: denied });
    expect(drive.does('delete-job')).toEqual([]);
  });

  it('tries a write again that got no answer, and tells of it once', () => {
    const drive = new Drive();
    const written = (result: WriteResult) => drive.tell({ type: 'job-write', node: 'n1', job: drive.job(), result });
    written({ is: 'unavailable', detail: 'EOF' });
    expect(drive.timer('create').does('create-job')).toHaveLength(1);
    expect(drive.reports).toEqual([]);
    written({ is: 'conflict' }).tell({ type: 'resume' });
    written({ is: 'conflict' }).progress({ is: 'working' });
    expect(drive.reports.map(({ event }) => event)).toEqual(['retag-started']);
    drive.progress({ is: 'failed', whose: 'pull', message: 'connection refused' });
    written({ is: 'done' });
    expect(drive.reports.map(({ event }) => event)).toEqual(['retag-started', 'retag-failed', 'retag-started']);
  });

  it('does not wait for a pod that nothing lets in', () => {
    const drive = new Drive();
    drive.tell({ type: 'job-write', node: 'n1', job: drive.job(), result: { is: 'done' } }).timer('no-pod');
    expect([drive.failures, drive.state.outcome]).toEqual([['no-pod'], { is: 'swap' }]);
  });

  it('deletes its Job when the pod goes, or is healed by somebody else', () => {
    const drive = new Drive().tell({ type: 'pod-gone', podUid: 'a' });
    expect([drive.does('delete-job').length, drive.state.outcome]).toEqual([1, { is: 'closed' }]);
  });
});

describe('a kubelet that fails all the same', () => {
  const retagged = () => new Drive().progress({ is: 'done' });

  it('does so when a second attempt has failed: the first may have begun before', () => {
    const drive = retagged().sees('ErrImagePull').sees('ImagePullBackOff').sees('ErrImagePull');
    expect(drive.state.targets.a?.phase).toBe('starting');
    drive.sees('ErrImagePull').sees('ImagePullBackOff').sees('ErrImagePull');
    expect([drive.failures, drive.state.outcome]).toEqual([['kubelet-pulled'], { is: 'swap' }]);
  });

  it('does so at its first new attempt, once none can be under way from before', () => {
    const drive = retagged().timer('calm').sees('ImagePullBackOff').sees('ErrImagePull');
    expect(drive.state.outcome).toEqual({ is: 'swap' });
  });

  it('is no matter of records before 1.35', () => {
    const drive = new Drive({ nodes: { n1: { ...usualRuntime, recordsPulls: false } } }).progress({ is: 'done' });
    expect(drive.timer('calm').sees('ImagePullBackOff').sees('ErrImagePull').failures).toEqual(['not-taken']);
  });

  it('is not waited for longer than its longest pause', () => {
    expect(retagged().sees('ErrImageNeverPull').sees('ErrImageNeverPull').timer('start').failures).toEqual([
      'not-tried',
    ]);
  });
});

describe('after a restart', () => {
  it('asks for its Job again, and takes one away that has done its work', () => {
    const drive = new Drive();
    expect(drive.tell({ type: 'resume' }).does('create-job')).toHaveLength(1);
    drive.progress({ is: 'done' }).tell({ type: 'resume' });
    expect([drive.does('create-job').length, drive.does('delete-job').length]).toEqual([0, 1]);
    expect(drive.does('timer')).toHaveLength(2);
  });
});
