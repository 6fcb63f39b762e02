import { describe, expect, it } from 'vitest';
import type { ContainerState, PodSnapshot } from '../../electron/domain/podSnapshot';
import type { KubeObject, ObjectRef } from '../../electron/domain/kubeObject';
import { exitCodes } from '../../electron/domain/retag/retagScripts';
import { container, pod, unreachable, waiting } from '../setup/pods';
import { FakeCluster } from '../setup/fakeCluster';
import { nginx, running, start, through } from '../setup/playedCluster';

const home = 'kube-system';
const onNode = (node: string, fields: Partial<PodSnapshot> = {}, image = nginx) =>
  pod({
    uid: `uid-${node}`,
    name: `web-${node}`,
    node,
    containers: [container({ image, state: waiting('ErrImagePull', unreachable(image)) })],
    ...fields,
  });

/** A context that retags; `jobs`: those that are there, by their node, as they are created and deleted. */
async function retagging(pods: readonly PodSnapshot[], { auto = true, mirrors = ['one'] } = {}) {
  const jobs = new Map<string, string>();
  const cluster = Object.assign(new FakeCluster(pods), {
    createObject: ({ metadata, spec }: KubeObject & { spec?: { template: { spec: { nodeName: string } } } }) => {
      jobs.set(spec?.template.spec.nodeName ?? '', metadata.name);
      return Promise.resolve({ is: 'done' } as const);
    },
    deleteObject: ({ name }: ObjectRef) => {
      for (const [node, job] of jobs) if (job === name) jobs.delete(node);
      return Promise.resolve({ is: 'done' } as const);
    },
    readObject: ({ kind, name }: ObjectRef) => {
      const nodeInfo = { containerRuntimeVersion: 'containerd://2.1.5', kubeletVersion: 'v1.35.4' };
      const node = { apiVersion: 'v1', kind: 'Node', metadata: { name }, status: { nodeInfo, images: [] } };
      return Promise.resolve(kind === 'Node' && name !== 'gone' ? node : null);
    },
    // Jobs may be made, and nothing that pulls ahead of a swap
    mayI: (verb: string, group: string) => Promise.resolve(verb === 'patch' || group === 'batch'),
  });
  const settings = { contexts: { prod: { watch: true, auto, agreed: true, retag: true } } };
  const played = await start(pods, { cluster, settings, mirrors });
  await played.pass(5_000);
  /** How far the Job of this node is. */
  const job = async (node: string, state: ContainerState) => {
    const pullsFor = { kind: 'retag', name: jobs.get(node) ?? '' } as const;
    const containers = [container({ state })];
    cluster.tell({
      is: 'changed',
      namespace: '',
      pod: pod({ uid: `job-${node}`, name: `job-${node}`, namespace: home, node, pullsFor, containers }),
    });
    await played.pass(1_000);
  };
  return { ...played, cluster, jobs, job };
}

const ended = (exitCode: number): ContainerState => ({ is: 'terminated', reason: 'Error', exitCode });
const done = ended(0);
const noClient = ended(exitCodes.client);

describe('pods that a retag could not help', () => {
  it('are swapped at once, while it goes on with those of other nodes', async () => {
    const { cluster, jobs, job, pass, events, incident, application } = await retagging([onNode('n1'), onNode('n2')]);
    expect([...jobs.keys()]).toEqual(['n1', 'n2']);
    await job('n1', noClient);
    expect(cluster.written).toEqual([`web-n1: ${through('one')}`]);
    expect([...jobs.keys()]).toEqual(['n2']);
    expect(incident()).toMatchObject({ progress: { is: 'rescuing', step: 'verify', total: 1 } });
    expect(incident()?.pods).toHaveLength(2);
    cluster.report('web-n1', running);
    await pass(1_000);
    expect(incident()).toMatchObject({ progress: { is: 'rescuing', step: 'retag', maySwap: 1, done: 0, total: 1 } });
    await job('n2', done);
    cluster.report('web-n2', running);
    await pass(1_000);
    expect(cluster.written).toHaveLength(1);
    expect([jobs.size, application.state().restores.length]).toEqual([0, 1]);
    // one of its pods was changed
    expect(incident()).toMatchObject({ progress: { is: 'healed' } });
    expect(incident()?.progress).not.toHaveProperty('retagged');
    expect(events.filter(({ event }) => event === 'healed').map((event) => event.pod)).toEqual(['web-n1', 'web-n2']);
  });

  it('are swapped at once where it could not even begin, and after it where their policy is Always', async () => {
    const always = { containers: [container({ pullPolicy: 'Always' })] };
    const pods = [onNode('n1'), onNode('gone'), onNode('n2', always)];
    const { cluster, jobs, job, pass, incident, application } = await retagging(pods, { auto: false });
    await application.command('fix', { context: 'prod', incident: incident()?.id ?? '', agree: false });
    await pass(1_000);
    expect([[...jobs.keys()], cluster.written]).toEqual([['n1'], [`web-gone: ${through('one')}`]]);
    cluster.report('web-gone', running);
    await job('n1', done);
    expect(cluster.written).toHaveLength(1);
    cluster.report('web-n1', running);
    await pass(1_000);
    expect(cluster.written).toEqual(['web-gone', 'web-n2'].map((name) => `${name}: ${through('one')}`));
  });

  it('wait where a swap would take from another pod of their node what only the retag can give it', async () => {
    const fixed = onNode('n1', { uid: 'static', name: 'static', isStatic: true });
    const { cluster, job, pass } = await retagging([onNode('n1'), fixed]);
    await job('n1', done);
    for (let attempt = 0; attempt < 2; attempt += 1) {
      cluster.report('web-n1', waiting('ImagePullBackOff', 'Back-off'));
      await pass(1_000);
      cluster.report('web-n1', waiting('ErrImagePull', unreachable(nginx)));
      await pass(1_000);
    }
    expect(cluster.written).toEqual([]);
    cluster.report('static', running);
    await pass(1_000);
    expect(cluster.written).toEqual([`web-n1: ${through('one')}`]);
  });

  it('of a person are not given up twice: what nothing can heal stays so until its pause is over', async () => {
    const fixed = onNode('n1', { isStatic: true });
    const { job, pass, events, application, incident } = await retagging([fixed], { auto: false });
    await application.command('fix', { context: 'prod', incident: incident()?.id ?? '', agree: false });
    await pass(1_000);
    await job('n1', noClient);
    await pass(60_000);
    expect(events.filter(({ event }) => event === 'gave-up')).toHaveLength(1);
  });

  it('have their turn however many other images are being healed', async () => {
    const images = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => `${name}:1`);
    const pods = images.flatMap((image) =>
      ['n1', 'n2'].map((node) => onNode(node, { uid: `${image}-${node}`, name: `${image}-${node}` }, image)),
    );
    const { cluster, jobs, job, events } = await retagging(pods);
    const started = () => new Set(events.flatMap(({ event, image }) => (event === 'retag-started' ? [image] : [])));
    expect(started().size).toBe(5);
    // the last Job that was made on the node
    expect(jobs.size).toBe(2);
    await job('n1', noClient);
    expect(cluster.written).toEqual([`e:1-n1: ${through('one', 'e:1')}`]);
    expect(started().size).toBe(5);
  });
});

describe('swapNow', () => {
  const uid = 'uid-n1';
  const send = async (played: Awaited<ReturnType<typeof retagging>>, context = 'prod') => {
    const answer = await played.application.command('swapNow', { context, incident: played.incident()?.id ?? '' });
    return answer.ok ? 'done' : answer.error.code;
  };

  it.each([
    ['before its Job has ended', () => Promise.resolve()],
    ['when it waits for its kubelet', (played: Awaited<ReturnType<typeof retagging>>) => played.job('n1', done)],
  ])('swaps a pod %s, once, and leaves nothing behind', async (_when, before) => {
    const played = await retagging([onNode('n1', { uid })], { auto: false });
    const { cluster, jobs, pass, incident, application } = played;
    await application.command('fix', { context: 'prod', incident: incident()?.id ?? '', agree: false });
    await pass(1_000);
    await before(played);
    expect(incident()).toMatchObject({ progress: { is: 'rescuing', step: 'retag', maySwap: 1 } });
    expect(await send(played)).toBe('done');
    await pass(1_000);
    expect([cluster.written, jobs.size]).toEqual([[`web-n1: ${through('one')}`], 0]);
    expect(await send(played)).toBe('not-found');
    cluster.report('web-n1', running);
    await pass(1_000);
    expect(incident()).toMatchObject({ progress: { is: 'healed', via: 'one.example' } });
    expect(application.state().restores).toHaveLength(1);
  });

  it('is refused where nothing waits, where nobody agreed, and in a context that is not there', async () => {
    const played = await retagging([onNode('n1', { uid })], { auto: false });
    expect(await send(played)).toBe('not-found');
    expect(await send(played, 'elsewhere')).toBe('not-found');
    await played.application.command('setContext', { context: 'prod', settings: { agreed: false, retag: false } });
    expect(await send(played)).toBe('not-agreed');
    expect(played.cluster.written).toEqual([]);
  });
});

describe('a retag that is switched off while it runs', () => {
  it('lets what is under way end, makes no other Job, and swaps what that does not heal', async () => {
    const two = { mirrors: ['one', 'two'] };
    const { cluster, jobs, job, pass, application } = await retagging([onNode('n1'), onNode('n2')], two);
    await application.command('setContext', { context: 'prod', settings: { retag: false } });
    await pass(1_000);
    expect([...jobs.keys(), ...cluster.written]).toEqual(['n1', 'n2']);
    await job('n1', done);
    cluster.report('web-n1', running);
    await job('n2', ended(exitCodes.pull));
    expect([jobs.size, cluster.written]).toEqual([0, [`web-n2: ${through('one')}`]]);
  });
});
