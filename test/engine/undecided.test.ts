import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rescueLimits } from '../../electron/domain/rescue/rescueState';
import { restoreLimits } from '../../electron/domain/restore/restoreState';
import { retagLimits } from '../../electron/domain/retag/retagState';
import { defaultSettings } from '../../electron/domain/settings';
import { ContextEngine } from '../../electron/engine/contextEngine';
import type { EngineEvent } from '../../electron/engine/engineEvent';
import type { Cluster, FailureEvent, PodEvent, Unanswered } from '../../electron/engine/ports';
import { HandClock } from '../setup/handClock';
import { unlimitedMirrors } from '../setup/mirrors';
import { container, pod, waiting } from '../setup/pods';

const silent = (uid: string) =>
  pod({
    uid,
    name: uid,
    containers: [container({ state: waiting('ImagePullBackOff', 'Back-off pulling image "nginx:1.25"') })],
  });
const told: FailureEvent = {
  container: 'app',
  message: 'Failed to pull image "nginx:1.25": dial tcp 203.0.113.1:443: i/o timeout',
  at: 0,
};
const id = 'docker.io/library/nginx:1.25';

let clock: HandClock;
let engine: ContextEngine;
let events: Omit<EngineEvent, 'time' | 'context'>[];
let answers: ((answer: readonly FailureEvent[] | Unanswered) => void)[];
let stream: (event: PodEvent) => void;
beforeEach(() => {
  clock = new HandClock();
  events = [];
  answers = [];
  const cluster = {
    watchPods: (_namespaces, listener) => {
      stream = listener;
      return { stop: () => undefined, resume: () => undefined };
    },
    failureEvents: () => new Promise((answer) => answers.push(answer)),
    findFledged: () => Promise.resolve({ status: 'absent', namespace: '' }),
    servedVersions: () => Promise.resolve([]),
    namespaceOptedOut: () => Promise.resolve(false),
    mayI: () => Promise.resolve(true),
    close: () => undefined,
  } satisfies Partial<Cluster>;
  engine = new ContextEngine({
    handle: {
      name: 'prod',
      server: '',
      namespace: 'default',
      fingerprint: '',
      connect: () => cluster as Partial<Cluster> as Cluster,
    },
    clock,
    journal: { path: '/journal', load: () => ({ entries: [], problem: null }), record: () => undefined },
    settings: () => defaultSettings,
    context: () => ({ watch: true, auto: false, agreed: true }),
    namespaces: [],
    dryRun: false,
    mirrors: unlimitedMirrors,
    limits: { rescue: rescueLimits, restore: restoreLimits, retag: retagLimits },
    changed: () => undefined,
    event: (event) => events.push(event),
    activity: () => undefined,
  });
  engine.start();
});
afterEach(() => engine.stop(false));

/** Lets settle what has happened, then `ms` pass, and what follows from it settle. */
async function pass(ms: number): Promise<void> {
  await settled();
  clock.advance(ms);
  await settled();
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

async function list(...uids: readonly string[]): Promise<void> {
  stream({ is: 'page', namespace: '', first: true, pods: uids.map(silent) });
  stream({ is: 'synced', namespace: '' });
  await pass(100);
}

const shown = () => engine.incidents().map(({ diagnosis, pods }) => [diagnosis.cause, pods.map(({ name }) => name)]);
const diagnosed = () => events.flatMap(({ event, pod: name, cause }) => (event === 'diagnosed' ? [[name, cause]] : []));

describe('while the events of a pod that does not say why have not answered', () => {
  it('it is no incident: not shown, not told, not to be fixed; then it is one with its cause', async () => {
    await list('web-1');
    await pass(19_000);
    expect(shown()).toEqual([]);
    expect(events.map(({ event }) => event)).not.toContain('failure');
    expect(engine.fix(id)).toBe('not-found');
    answers.forEach((answer) => {
      answer([told]);
    });
    await pass(100);
    expect(shown()).toEqual([['unreachable', ['web-1']]]);
    expect(diagnosed()).toEqual([['web-1', 'unreachable']]);
  });

  it('others that are known are shown, and it joins them', async () => {
    await list('web-1', 'web-2');
    answers[0]?.([told]);
    await pass(100);
    expect(shown()).toEqual([['unreachable', ['web-1']]]);
    answers[1]?.([told]);
    await pass(100);
    expect(shown()).toEqual([['unreachable', ['web-1', 'web-2']]]);
    expect(diagnosed()).toEqual([
      ['web-1', 'unreachable'],
      ['web-2', 'unreachable'],
    ]);
  });

  it('nobody waits for ever: after twenty seconds it is shown, of unknown cause', async () => {
    await list('web-1');
    await pass(20_000);
    expect(shown()).toEqual([['unknown', ['web-1']]]);
    expect(diagnosed()).toEqual([['web-1', 'unknown']]);
  });
});

describe('an image that is pulled for the sandbox', () => {
  const pause = 'registry.k8s.io/pause:3.9';
  const text = `failed to get sandbox image "${pause}": failed to pull image "${pause}": dial tcp 203.0.113.1:443: i/o timeout`;

  it('is not the image of the pod that only waits: nothing is known, nothing is asked', async () => {
    const creating = container({ state: waiting('ContainerCreating', '') });
    stream({ is: 'page', namespace: '', first: true, pods: [pod({ containers: [creating] })] });
    stream({ is: 'synced', namespace: '' });
    await pass(60_000);
    expect(engine.incidents()).toEqual([]);
    expect(answers).toEqual([]);
  });

  it('is not the cause of a pod that was asked about', async () => {
    await list('web-1');
    answers[0]?.([{ container: '', message: `Failed to create pod sandbox: ${text}`, at: 9 }]);
    await pass(100);
    expect(shown()).toEqual([['unknown', ['web-1']]]);
    expect(engine.incidents()).toMatchObject([{ message: 'Back-off pulling image "nginx:1.25"' }]);
  });

  it('is a matter of the node where the status itself talks of it: never healed', async () => {
    const failing = container({ state: waiting('ErrImagePull', text) });
    stream({ is: 'page', namespace: '', first: true, pods: [pod({ containers: [failing] })] });
    stream({ is: 'synced', namespace: '' });
    await pass(100);
    expect(engine.incidents()).toMatchObject([
      { diagnosis: { sandbox: true, healable: 'no' }, refusal: { code: 'sandbox' } },
    ]);
    expect(engine.fix(id)).toBe('not-possible');
  });
});
