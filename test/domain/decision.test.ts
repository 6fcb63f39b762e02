import { describe, expect, it } from 'vitest';
import { decide, incidentsOf, type DecisionRules } from '../../electron/domain/decision';
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

function verdictOf(fields: Partial<PodSnapshot>, spec: Partial<ContainerSnapshot> = {}) {
  const failing = pod({ ...fields, containers: [container(spec)] });
  const book = new PodBook();
  book.put(failing, 0);
  const [failure] = book.failures;
  if (!failure) throw new Error('the pod does not fail');
  return decide(failure, failing, rules);
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
});
