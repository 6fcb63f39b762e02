import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { step } from '../../electron/domain/rescue/rescue';
import { planned } from '../../electron/domain/rescue/rescueTargets';
import type { RescueEffect, RescueEvent, RescuePlan, RescueState } from '../../electron/domain/rescue/rescueState';
import type { PodSnapshot } from '../../electron/domain/podSnapshot';
import { container, pod, unreachable, waiting } from '../setup/pods';
import { aboutNode, fledgedOnly, noWays, pullOn } from '../setup/prepull';

const first = 'one.example/docker.io/library/nginx:1.25';
const second = 'two.example/docker.io/library/nginx:1.25';

function plan(fields: Partial<RescuePlan> = {}): RescuePlan {
  return {
    id: 'r1',
    incident: 'docker.io/library/nginx:1.25',
    image: 'nginx:1.25',
    startedAt: 0,
    candidates: [
      { mirror: 'one.example', proxied: first },
      { mirror: 'two.example', proxied: second },
    ],
    targets: [target('uid-1', 'node-1')],
    ...fledgedOnly,
    ...fields,
  };
}

function target(podUid: string, node: string) {
  const containers = [{ name: 'app', image: 'nginx:1.25', original: 'nginx:1.25' }];
  return { podUid, namespace: 'shop', pod: `pod-${podUid}`, node, containers };
}

/** Runs events through the machine and keeps what it asked for. */
type Played = RescueEvent | ((state: RescueState) => RescueEvent);

function play(start: RescueState, events: readonly Played[]) {
  let state = start;
  const effects: RescueEffect[] = [];
  for (const event of events) {
    const [next, more] = step(state, typeof event === 'function' ? event(state) : event);
    state = next;
    effects.push(...more);
  }
  const asked = effects.filter((effect) => effect.do !== 'timer' && effect.do !== 'report').map((effect) => effect.do);
  const reports = effects.flatMap((effect) => (effect.do === 'report' ? effect.report.event : []));
  return { state, effects, asked, reports };
}

const begin: RescueEvent = { type: 'begin' };
const done = { is: 'done' } as const;
const pulled = (node: string) => pullOn(node, { is: 'pulled', at: 1 });
const refused = (node: string) => pullOn(node, { is: 'failed', at: 1, cause: 'not-found', message: 'not found' });
const swapped = (podUid = 'uid-1'): RescueEvent => ({ type: 'swap-write', podUid, result: done });
const seen = (image: string, state: PodSnapshot['containers'][number]['state'], uid = 'uid-1'): RescueEvent => ({
  type: 'pod-seen',
  pod: pod({
    uid,
    originalImages: { app: 'nginx:1.25' },
    containers: [container({ image, state, imageId: state.is === 'running' ? 'sha256:1' : '' })],
  }),
});
const runs = (image: string, uid?: string) => seen(image, { is: 'running' }, uid);
const fails = (image: string) =>
  seen(image, waiting('ErrImagePull', `failed to pull and unpack image "${image}": not found`));

describe('a rescue', () => {
  it('caches, swaps, verifies and is healed', () => {
    const { state, asked, reports } = play(planned(plan()), [begin, pulled('node-1'), swapped(), runs(first)]);
    expect(asked).toEqual(['create-puller', 'delete-puller', 'swap']);
    expect(reports).toEqual(['cache-started', 'cached', 'swapped', 'healed', 'ended']);
    expect(state.outcome).toEqual({ is: 'healed', via: 'one.example' });
  });

  it('does not touch the pod while the canary has not shown that the mirror works', () => {
    const { asked } = play(planned(plan()), [begin, pullOn('node-1', { is: 'pulling', since: 1 })]);
    expect(asked).toEqual(['create-puller']);
  });

  it('goes to the next mirror when the canary fails, and the pod never saw the first', () => {
    const { state, effects } = play(planned(plan()), [
      begin,
      refused('node-1'),
      pulled('node-1'),
      swapped(),
      runs(second),
    ]);
    const images = effects.flatMap((effect) => (effect.do === 'swap' ? effect.changes.map(({ to }) => to) : []));
    expect(images).toEqual([second]);
    expect(state.outcome).toEqual({ is: 'healed', via: 'two.example' });
    expect(state.failures).toEqual([{ host: 'one.example', cause: 'not-found', message: 'not found' }]);
  });

  it('touches nothing when no mirror has it', () => {
    const { state, asked } = play(planned(plan()), [begin, refused('node-1'), refused('node-1')]);
    expect(asked).toEqual(['create-puller', 'delete-puller', 'create-puller', 'delete-puller']);
    expect(state.outcome).toEqual({ is: 'gave-up', why: { is: 'no-mirror-left' } });
  });

  it('swaps only the pods whose node could pull', () => {
    const two = plan({ targets: [target('uid-1', 'node-1'), target('uid-2', 'node-2')] });
    const { state, effects } = play(planned(two), [begin, pulled('node-1'), refused('node-2')]);
    expect(effects.flatMap((effect) => (effect.do === 'swap' ? effect.target.podUid : []))).toEqual(['uid-1']);
    expect(state.targets['uid-2']?.phase).toBe('failed');
    // its turn comes with the next mirror, once the other pod is settled
    const { effects: later } = play(state, [swapped(), runs(first)]);
    expect(later).toContainEqual(expect.objectContaining({ do: 'create-puller', nodes: ['node-2'] }));
  });

  it.each([
    ['kube-fledged makes no pod', aboutNode('node-1', (name) => ({ type: 'timer', what: 'none', name }))],
    ['the pull is only slow', { type: 'timer', name: '0/prepull/slow' } as const],
    [
      'the ImageCache may not be made',
      aboutNode('node-1', (name) => ({
        type: 'made',
        name,
        result: { is: 'denied', verb: 'create', resource: 'imagecaches', namespace: 'kube-fledged' },
      })),
    ],
  ])('goes on to the swap when %s', (_why, event) => {
    expect(play(planned(plan()), [begin, event]).asked).toContain('swap');
  });

  it('takes an ImageCache away whose making got no answer', () => {
    const result = { is: 'unavailable', detail: 'no byte for 15 s' } as const;
    const silent = aboutNode('node-1', (name) => ({ type: 'made', name, result }));
    expect(play(planned(plan()), [begin, silent]).asked).toEqual(['create-puller', 'delete-puller', 'swap']);
  });

  it('sees a mirror fail on a pod that carried its image before the rescue', () => {
    const carrier = {
      ...target('uid-1', 'node-1'),
      containers: [{ name: 'app', image: first, original: 'nginx:1.25' }],
    };
    const { state, asked } = play(planned(plan({ targets: [carrier], ...noWays })), [begin, swapped(), fails(first)]);
    expect(state.mirror).toBe(1);
    expect(asked).toEqual(['swap', 'swap']);
  });

  it('without kube-fledged swaps at once, and puts the original back when no mirror has it', () => {
    const { state, asked } = play(planned(plan(noWays)), [
      begin,
      swapped(),
      fails(first),
      swapped(),
      fails(second),
      { type: 'put-back-write', podUid: 'uid-1', result: done },
    ]);
    expect(asked).toEqual(['swap', 'swap', 'put-back']);
    expect(state.outcome).toEqual({ is: 'gave-up', why: { is: 'no-mirror-left' } });
  });

  it('does not take the status of before the patch for a failure of the mirror', () => {
    const old = waiting('ErrImagePull', unreachable('nginx:1.25'));
    for (const image of ['nginx:1.25', first]) {
      const { state } = play(planned(plan(noWays)), [begin, swapped(), seen(image, old)]);
      expect(state.targets['uid-1']?.phase).toBe('swapped');
    }
  });

  it('leaves a pod that was deleted or changed by somebody else before the swap, and closes', () => {
    for (const event of [
      { type: 'pod-gone', podUid: 'uid-1' },
      { type: 'pod-seen', pod: pod({ containers: [container({ image: 'nginx:1.26' })] }) },
    ] as const) {
      const { state, asked } = play(planned(plan()), [begin, event]);
      expect(asked).toEqual(['create-puller', 'delete-puller']);
      expect(state.outcome).toEqual({ is: 'closed' });
    }
  });

  it('names the missing right and does not try again', () => {
    const denied = { is: 'denied', verb: 'patch', resource: 'pods', namespace: 'shop' } as const;
    const { state, asked } = play(planned(plan(noWays)), [
      begin,
      { type: 'swap-write', podUid: 'uid-1', result: denied },
    ]);
    expect(asked).toEqual(['swap']);
    expect(state.outcome).toEqual({ is: 'gave-up', why: denied });
  });

  it('repeats a write that got no answer, a limited number of times', () => {
    const unavailable: RescueEvent = {
      type: 'swap-write',
      podUid: 'uid-1',
      result: { is: 'unavailable', detail: 'refused' },
    };
    const retry: RescueEvent = { type: 'timer', name: '0/swap/uid-1' };
    const { state, asked } = play(planned(plan(noWays)), [
      begin,
      ...Array.from({ length: 20 }, () => [unavailable, retry]).flat(),
    ]);
    expect(asked).toHaveLength(10);
    expect(state.outcome).toEqual({ is: 'gave-up', why: { is: 'unreachable', detail: 'refused' } });
  });

  it.each(['cache', 'swap', 'verify', 'put-back'] as const)(
    'asks again for what its step needs after a restart in %s',
    (at) => {
      const until: Record<typeof at, readonly Played[]> = {
        cache: [begin],
        swap: [begin, pulled('node-1')],
        verify: [begin, pulled('node-1'), swapped()],
        'put-back': [
          begin,
          pulled('node-1'),
          swapped(),
          fails(first),
          aboutNode('node-1', (name) => ({ type: 'timer', what: 'none', name })),
          swapped(),
          fails(second),
        ],
      };
      const killed = play(planned(plan()), until[at]).state;
      expect(killed.step).toBe(at);
      const again = play(JSON.parse(JSON.stringify(killed)) as RescueState, [{ type: 'resume' }]);
      expect(again.effects.map((effect) => effect.do)).toContain(
        { cache: 'create-puller', swap: 'swap', verify: 'timer', 'put-back': 'put-back' }[at],
      );
    },
  );

  it('always ends, and never leaves a proxied image on a pod that it did not heal', () => {
    const results = fc.constantFrom('done', 'gone', 'conflict', 'denied', 'rejected', 'unavailable');
    const anything = fc.record({
      write: results,
      pull: fc.constantFrom('pulled', 'failed', 'silent'),
      starts: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.infiniteStream(anything), fc.boolean(), (choices, cached) => {
        const world = simulate(planned(plan(cached ? {} : noWays)), choices);
        expect(world.state.step).toBe('ended');
        if (world.state.targets['uid-1']?.phase !== 'healed' && !world.lost) expect(world.image).toBe('nginx:1.25');
      }),
    );
  });
});

type Choice = { readonly write: string; readonly pull: string; readonly starts: boolean };

/** Answers every effect by chance, as a cluster could, and keeps the pod's image. */
function simulate(start: RescueState, choices: Iterator<Choice>) {
  const choose = () => (choices.next() as { value: Choice }).value;
  const queue: Played[] = [begin];
  const timers: Played[] = [];
  let state = start;
  let image = 'nginx:1.25';
  let lost = false;
  for (let turn = 0; turn < 500 && state.step !== 'ended'; turn += 1) {
    const event = queue.shift() ?? timers.shift();
    if (!event) break;
    const [next, effects] = step(state, typeof event === 'function' ? event(state) : event);
    state = next;
    for (const effect of effects) {
      if (effect.do === 'timer') timers.push({ type: 'timer', name: effect.name });
      if (effect.do === 'create-puller') {
        const { pull } = choose();
        if (pull !== 'silent') queue.push(pull === 'pulled' ? pulled('node-1') : refused('node-1'));
      }
      if (effect.do === 'swap' || effect.do === 'put-back') {
        const { write, starts } = choose();
        const to = effect.do === 'swap' ? effect.changes[0]?.to : 'nginx:1.25';
        if (write === 'done' && to !== undefined) image = to;
        if (effect.do === 'put-back' && write !== 'done') lost = true;
        if (write === 'gone' || write === 'conflict') lost = true;
        const result = { is: write, detail: '', verb: '', resource: '', namespace: '' } as never;
        queue.push({ type: effect.do === 'swap' ? 'swap-write' : 'put-back-write', podUid: 'uid-1', result });
        if (effect.do === 'swap' && write === 'done') queue.push(starts ? runs(image) : fails(image));
      }
    }
  }
  return { state, image, lost };
}

describe('a mirror that wants a login', () => {
  const message = 'no basic auth credentials';
  const wantsLogin = (node: string) =>
    pullOn(node, { is: 'failed', at: 1, cause: 'mirror-error', message, needsLogin: true });
  const withSecrets = (podUid: string, node: string) => ({ ...target(podUid, node), pullSecrets: ['mirror-login'] });
  const swaps = (effects: readonly RescueEffect[]) =>
    effects.flatMap((effect) =>
      effect.do === 'swap' ? effect.changes.map(({ to }) => `${effect.target.podUid} ${to}`) : [],
    );

  it('is passed over for a pod that brings none, and gives up with that as the reason', () => {
    const one = plan({ candidates: [{ mirror: 'one.example', proxied: first }] });
    const { state, effects } = play(planned(one), [begin, wantsLogin('node-1')]);
    expect(swaps(effects)).toEqual([]);
    expect(state.outcome).toEqual({ is: 'gave-up', why: { is: 'no-mirror-left' } });
    expect(state.failures).toEqual([{ host: 'one.example', cause: 'mirror-error', message, needsLogin: true }]);
  });

  it('is not condemned by a canary without pull secrets where the pod has some', () => {
    const { state, asked, effects } = play(planned(plan({ targets: [withSecrets('uid-1', 'node-1')] })), [
      begin,
      wantsLogin('node-1'),
      swapped(),
      runs(first),
    ]);
    expect(asked).toEqual(['create-puller', 'delete-puller', 'swap']);
    expect(swaps(effects)).toEqual([`uid-1 ${first}`]);
    expect(state.outcome).toEqual({ is: 'healed', via: 'one.example' });
    expect(state.failures).toEqual([]);
  });

  it('heals the pods that bring secrets; the others of their node and of nodes without a canary wait for the next', () => {
    const targets = [withSecrets('in', 'node-1'), target('out', 'node-1'), target('far', 'node-9')];
    const { state, effects } = play(planned(plan({ targets })), [begin, wantsLogin('node-1')]);
    expect(swaps(effects)).toEqual([`in ${first}`]);
    expect(Object.values(state.targets).map(({ phase }) => phase)).toEqual(['swapping', 'failed', 'failed']);
    expect(state.failures).toMatchObject([{ host: 'one.example', needsLogin: true }]);
    const { state: later, effects: next } = play(state, [swapped('in'), runs(first, 'in'), pulled('node-1')]);
    expect(later.targets.in?.phase).toBe('healed');
    expect(swaps(next)).toEqual([`out ${second}`, `far ${second}`]);
  });

  const byPods = (namespace: string, pullSecrets: readonly string[]) => ({
    ways: [{ is: 'pull-pods' as const }],
    hostnames: {},
    pullers: { 'node-1': { namespace, serviceAccount: 'default', pullSecrets } },
  });

  it.each([['node-1'], ['node-9']])(
    'that refused the very secrets of the pod (on %s) is not tried by a swap',
    (node) => {
      const targets = [target('out', 'node-1'), withSecrets('uid-1', node)];
      const ways = byPods('shop', ['other', 'mirror-login']);
      const { state, effects } = play(planned(plan({ targets, ...ways })), [begin, wantsLogin('node-1')]);
      expect(swaps(effects)).toEqual([]);
      expect(state.failures).toMatchObject([{ host: 'one.example', needsLogin: true }]);
      expect(state.mirror).toBe(1);
    },
  );

  it.each([
    ['other secrets', 'shop', ['other']],
    ['secrets of this name in another namespace', 'office', ['mirror-login']],
    ['no secrets', 'shop', []],
  ] as const)('that refused %s is tried with those of the pod', (_what, namespace, pullSecrets) => {
    const ways = byPods(namespace, pullSecrets);
    const targets = [withSecrets('uid-1', 'node-1')];
    const { effects } = play(planned(plan({ targets, ...ways })), [begin, wantsLogin('node-1')]);
    expect(swaps(effects)).toEqual([`uid-1 ${first}`]);
  });

  it('that takes none of the secrets of the pod is left for the next one', () => {
    const { state, effects } = play(planned(plan({ targets: [withSecrets('uid-1', 'node-1')] })), [
      begin,
      wantsLogin('node-1'),
      swapped(),
      fails(first),
      pulled('node-1'),
      swapped(),
      runs(second),
    ]);
    expect(swaps(effects)).toEqual([`uid-1 ${first}`, `uid-1 ${second}`]);
    expect(state.outcome).toEqual({ is: 'healed', via: 'two.example' });
    expect(state.failures).toMatchObject([{ host: 'one.example' }]);
  });

  it('is one thing, and one that lacks the image another: no secret helps there', () => {
    const { effects, asked } = play(planned(plan({ targets: [withSecrets('uid-1', 'node-1')] })), [
      begin,
      refused('node-1'),
    ]);
    expect(swaps(effects)).toEqual([]);
    expect(asked).toEqual(['create-puller', 'delete-puller', 'create-puller']);
  });
});
