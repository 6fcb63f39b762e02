import { describe, expect, it } from 'vitest';
import { decide, incidentsOf, isAutomatic, isSwappable, type DecisionRules } from '../../electron/domain/decision';
import { PodBook } from '../../electron/domain/podBook';
import type { ContainerSnapshot, PodSnapshot } from '../../electron/domain/podSnapshot';
import { container, pod, unreachable, waiting } from '../setup/pods';

const rules: DecisionRules = {
  mirrors: [
    { name: 'one', match: '*', template: 'one.example/{host}/{path}' },
    { name: 'two', match: '*', template: 'two.example/{host}/{path}' },
  ],
  noProxy: ['redis'],
  excludedNamespaces: ['kube-system'],
  optedOutNamespaces: new Set(['quiet']),
  allowList: null,
  stopOf: () => null,
};

function verdictOf(fields: Partial<PodSnapshot>, spec: Partial<ContainerSnapshot> = {}, by = rules) {
  const failing = pod({ ...fields, containers: [container(spec)] });
  const book = new PodBook();
  book.put(failing, 0);
  const [failure] = book.failures;
  if (!failure) throw new Error('the pod does not fail');
  return decide(failure, failing, by);
}

describe('what is left alone, and why', () => {
  it.each<[string, Partial<PodSnapshot>, Partial<ContainerSnapshot>, string]>([
    ['a static pod', { isStatic: true }, {}, 'static-pod'],
    ['a pod that opted out', { optedOut: true }, {}, 'opted-out-pod'],
    ['a namespace that opted out', { namespace: 'quiet' }, {}, 'opted-out-namespace'],
    ['an excluded namespace', { namespace: 'kube-system' }, {}, 'opted-out-namespace'],
    ['an ephemeral container', {}, { kind: 'ephemeral' }, 'ephemeral-container'],
    ['pull policy Never', {}, { pullPolicy: 'Never', state: waiting('ErrImageNeverPull') }, 'never-policy'],
    ['a wrong tag', {}, { state: waiting('ErrImagePull', 'docker.io/library/nginx:1.25: not found') }, 'cause'],
    [
      'a mirror image of the owner',
      {},
      { image: 'one.example/docker.io/library/nginx:1.25', state: waiting('ErrImagePull', 'dial tcp: i/o timeout') },
      'already-proxied',
    ],
    ['an image volume', {}, { state: waiting('ErrImagePull', unreachable('data:1')) }, 'image-volume'],
  ])('%s', (_what, podFields, spec, code) => {
    expect(verdictOf(podFields, spec).refusal?.code).toBe(code);
  });

  it('with retag on neither a static pod nor pull policy Never, which are not for swapping', () => {
    const retag = { ...rules, retag: true };
    const own = verdictOf({ isStatic: true }, {}, retag);
    const never = verdictOf({}, { pullPolicy: 'Never', state: waiting('ErrImageNeverPull') }, retag);
    expect([own, never].map((verdict) => [verdict.refusal, isAutomatic(verdict), isSwappable(verdict)])).toEqual([
      [null, true, false],
      [null, true, false],
    ]);
    expect(isSwappable(verdictOf({}))).toBe(true);
    // the node asks the registry of the name all the same
    expect(verdictOf({ isStatic: true }, { pullPolicy: 'Always' }, retag).refusal?.code).toBe('static-pod');
    expect(verdictOf({ isStatic: true }, { state: waiting('InvalidImageName') }, retag).refusal?.code).toBe('cause');
  });

  it('nothing else: an unreachable registry is healed through the mirrors in their order', () => {
    const { refusal, candidates, diagnosis } = verdictOf({});
    expect([refusal, diagnosis.cause, diagnosis.healable]).toEqual([null, 'unreachable', 'yes']);
    expect(candidates.map(({ proxied }) => proxied)).toEqual([
      'one.example/docker.io/library/nginx:1.25',
      'two.example/docker.io/library/nginx:1.25',
    ]);
  });

  it('a swapped container is healed from its original, and not by the mirror that it fails on', () => {
    const image = 'one.example/docker.io/library/nginx:1.25';
    const { refusal, candidates } = verdictOf(
      { originalImages: { app: 'nginx:1.25' } },
      { image, state: waiting('ErrImagePull', `failed to pull and unpack image "${image}": not found`) },
    );
    expect([refusal, candidates.map(({ mirror }) => mirror)]).toEqual([null, ['two.example']]);
  });

  it('nor by one that somebody has tried on it before: what is left then is to put it back', () => {
    const image = (mirror: string) => `${mirror}.example/docker.io/library/nginx:1.25`;
    const book = new PodBook();
    const failingOn = (mirror: string, reason = 'ErrImagePull') => {
      const state = waiting(reason, `failed to pull and unpack image "${image(mirror)}": not found`);
      return pod({ originalImages: { app: 'nginx:1.25' }, containers: [container({ image: image(mirror), state })] });
    };
    // what is shown while an image changes is about the one before
    for (const each of [failingOn('one'), failingOn('two'), failingOn('two', 'ImagePullBackOff')]) book.put(each, 0);
    const [failure] = book.failures;
    if (!failure) throw new Error('the pod does not fail');
    expect(decide(failure, failingOn('two'), rules)).toMatchObject({ refusal: null, candidates: [] });
  });
});

describe('a mirror that was asked enough', () => {
  const stopped = (...hosts: readonly [string, number | null][]): DecisionRules => ({
    ...rules,
    stopOf: (host) => {
      const stop = hosts.find(([each]) => each === host);
      return stop ? { by: 'errors', until: stop[1] } : null;
    },
  });

  it('is left out while there are others', () => {
    const { refusal, candidates } = verdictOf({}, {}, stopped(['one.example', 500]));
    expect([refusal, candidates.map(({ mirror }) => mirror)]).toEqual([null, ['two.example']]);
  });

  it('is waited for where there is none, the one that is free first', () => {
    const both = verdictOf({}, {}, stopped(['one.example', 900], ['two.example', 500]));
    expect([both.refusal, both.candidates]).toEqual([{ code: 'budget', about: 'two.example', until: 500 }, []]);
    const unknown = verdictOf({}, {}, stopped(['one.example', null], ['two.example', null]));
    expect(unknown.refusal).toEqual({ code: 'budget', about: 'one.example' });
  });

  it('is not waited for by what fails for a reason that no mirror heals, or opted out', () => {
    const all = stopped(['one.example', 900], ['two.example', 500]);
    const wrong = { state: waiting('ErrImagePull', 'docker.io/library/nginx:1.25: not found') };
    expect(verdictOf({}, wrong, all).refusal?.code).toBe('cause');
    expect(verdictOf({ optedOut: true }, {}, all).refusal?.code).toBe('opted-out-pod');
  });

  it('is never waited for with its image in place: a swapped container can be put back', () => {
    const image = 'one.example/docker.io/library/nginx:1.25';
    const all = stopped(['one.example', 900], ['two.example', 500]);
    const state = waiting('ErrImagePull', `failed to pull and unpack image "${image}": not found`);
    const { refusal, candidates } = verdictOf({ originalImages: { app: 'nginx:1.25' } }, { image, state }, all);
    expect([refusal, candidates]).toEqual([null, []]);
  });
});

it('an image that is not on the list of DaoCloud’s mirror is refused before it costs an error there', () => {
  const mirrors = [{ name: 'dao', match: '*', template: 'm.daocloud.io/{host}/{path}' }];
  const listed = { ...rules, mirrors, allowList: { allows: () => true } };
  const unlisted = { ...rules, mirrors, allowList: { allows: () => false } };
  expect(verdictOf({}, {}, listed).refusal).toBeNull();
  expect(verdictOf({}, {}, unlisted).refusal).toEqual({ code: 'not-on-allow-list', about: 'm.daocloud.io' });
});

describe('what is healed unasked', () => {
  const proxied = 'one.example/docker.io/library/nginx:1.25';
  /** After so many failed attempts that end with this text. */
  function after(attempts: number, why: string, image = 'nginx:1.25') {
    const book = new PodBook();
    const originalImages = image === 'nginx:1.25' ? {} : { app: 'nginx:1.25' };
    const put = (state: ContainerSnapshot['state']) => {
      const failing = pod({ originalImages, containers: [container({ image, state })] });
      book.put(failing, 0);
      return failing;
    };
    let failing = put(waiting('ErrImagePull', `failed to pull and unpack image "${image}": ${why}`));
    for (let attempt = 1; attempt < attempts; attempt += 1) {
      put(waiting('ImagePullBackOff', `Back-off pulling image "${image}"`));
      failing = put(waiting('ErrImagePull', `failed to pull and unpack image "${image}": ${why}`));
    }
    const [failure] = book.failures;
    if (!failure) throw new Error('the pod does not fail');
    const verdict = decide(failure, failing, rules);
    return [isAutomatic(verdict), verdict.diagnosis.healable];
  }

  it.each([
    ['what is out of reach, at once', 1, 'dial tcp 1.2.3.4:443: i/o timeout', true, 'yes'],
    ['what was cut off, not the first time', 1, 'context canceled', false, 'offer'],
    ['what was cut off, from the second time on', 2, 'context canceled', true, 'yes'],
    ['what nobody understands, never', 5, 'something new', false, 'offer'],
    ['what is denied or is not there, never', 5, 'pull access denied, repository does not exist', false, 'offer'],
    ['what is not there, never', 5, 'docker.io/library/nginx:1.25: not found', false, 'no'],
  ])('%s', (_what, attempts, why, automatic, healable) => {
    expect(after(attempts, why)).toEqual([automatic, healable]);
  });

  it.each([
    ['once, by a click', 1, false, 'offer'],
    ['twice, by itself', 2, true, 'yes'],
  ])('what fails on its mirror %s, whatever the mirror says', (_what, attempts, automatic, healable) => {
    expect(after(attempts, `${proxied}: not found`, proxied)).toEqual([automatic, healable]);
    expect(after(attempts, 'something new', proxied)).toEqual([automatic, healable]);
  });
});

describe('incidents', () => {
  it('hold all failures of one image, however its name is written', () => {
    const book = new PodBook();
    book.put(pod({ uid: 'a' }), 5);
    book.put(pod({ uid: 'b', containers: [container({ image: 'docker.io/library/nginx:1.25' })] }), 3);
    book.put(
      pod({
        uid: 'c',
        containers: [container({ image: 'redis:7', state: waiting('ErrImagePull', unreachable('redis:7')) })],
      }),
      4,
    );
    const incidents = incidentsOf(book.failures, (uid) => book.pod(uid), rules);
    expect(
      incidents.map(({ id, firstSeen, verdicts, refusal }) => [id, firstSeen, verdicts.length, refusal?.code]),
    ).toEqual([
      ['docker.io/library/nginx:1.25', 3, 2, undefined],
      ['docker.io/library/redis:7', 4, 1, 'excluded'],
    ]);
  });

  it('can be healed when one of their pods may be', () => {
    const book = new PodBook();
    book.put(pod({ uid: 'a', optedOut: true }), 1);
    book.put(pod({ uid: 'b' }), 2);
    const [incident] = incidentsOf(book.failures, (uid) => book.pod(uid), rules);
    expect(incident?.refusal).toBeNull();
    expect(incident?.verdicts.map(({ refusal }) => refusal?.code)).toEqual(['opted-out-pod', undefined]);
  });

  it('speak for the pod that is healed unasked, then for one that may be, then for one that has to wait', () => {
    const book = new PodBook();
    const image = 'two.example/docker.io/library/nginx:1.25';
    const gone = waiting('ErrImagePull', `failed to pull and unpack image "${image}": not found`);
    const offered = pod({
      uid: 'b',
      originalImages: { app: 'nginx:1.25' },
      containers: [container({ image, state: gone })],
    });
    const spent: DecisionRules = { ...rules, stopOf: () => ({ by: 'pulls', until: null }) };
    const only = () => incidentsOf(book.failures, (uid) => book.pod(uid), spent)[0];
    book.put(pod({ uid: 'a', optedOut: true }), 1);
    expect(only()?.refusal?.code).toBe('opted-out-pod');
    book.put(pod({ uid: 'c' }), 3);
    expect(only()?.refusal?.code).toBe('budget');
    book.put(offered, 4);
    expect([only()?.refusal, only()?.diagnosis.healable]).toEqual([null, 'offer']);
    book.remove('c');
    book.put(pod({ uid: 'd' }), 5);
    expect(incidentsOf(book.failures, (uid) => book.pod(uid), rules)[0]?.diagnosis.healable).toBe('yes');
  });

  it('are decided once for as long as the pod and the rules are the same', () => {
    const book = new PodBook();
    let asked = 0;
    const counted: DecisionRules = {
      ...rules,
      stopOf: () => {
        asked += 1;
        return null;
      },
    };
    const decideAll = (by = counted) => incidentsOf(book.failures, (uid) => book.pod(uid), by);
    book.put(pod({ uid: 'a' }), 1);
    decideAll();
    const once = asked;
    expect(once).toBeGreaterThan(0);
    decideAll();
    expect(asked).toBe(once);
    // a pod that has opted out since fails just as before
    book.put(pod({ uid: 'a', resourceVersion: '2', optedOut: true }), 2);
    expect(decideAll()[0]?.refusal?.code).toBe('opted-out-pod');
    book.put(pod({ uid: 'a', resourceVersion: '3' }), 3);
    expect(decideAll()[0]?.refusal).toBeNull();
    expect(decideAll({ ...counted, noProxy: ['nginx'] })[0]?.refusal?.code).toBe('excluded');
  });
});
