import { expect, describe, it } from 'vitest';
import type { ContainerSnapshot, PodSnapshot } from '../../electron/domain/podSnapshot';
import { MirrorAttempts, type MirrorAttempt } from '../../electron/engine/mirrors/mirrorAttempts';
import { container, pod, unreachable, waiting } from '../setup/pods';

const rules = [{ name: 'one', match: '*', template: 'one.example/{host}/{path}' }];
const proxied = 'one.example/docker.io/library/nginx:1.25';
const pulling = (why: string) =>
  `failed to pull and unpack image "${proxied}": failed to resolve reference "${proxied}": ${why}`;
const missing = waiting('ErrImagePull', pulling(`${proxied}: not found`));
const backOff = waiting('ImagePullBackOff', `Back-off pulling image "${proxied}"`);

function setUp() {
  const told: MirrorAttempt[] = [];
  const attempts = new MirrorAttempts(
    () => rules,
    (attempt) => told.push(attempt),
  );
  return { told, attempts };
}
let version = 100;
const swapped = (state: ContainerSnapshot['state'], fields: Partial<PodSnapshot> = {}) =>
  pod({
    resourceVersion: String((version += 1)),
    originalImages: { app: 'nginx:1.25' },
    containers: [container({ image: proxied, state })],
    ...fields,
  });

describe('the attempts of kubelets on mirrors', () => {
  it('are counted one by one, whatever is repeated in between', () => {
    const { told, attempts } = setUp();
    const first = swapped(missing);
    for (const each of [first, first, swapped(missing), swapped(backOff), swapped(backOff), swapped(missing)])
      attempts.podSeen(each, false);
    expect(told).toMatchObject([
      // the requests of the first were counted when its rescue began
      { host: 'one.example', requests: 0, errors: 1 },
      { host: 'one.example', requests: 1, errors: 1 },
    ]);
    expect(new Set(told.map(({ key }) => key)).size).toBe(2);
  });

  it('of before the context was watched are not, and those that follow are', () => {
    const { told, attempts } = setUp();
    attempts.podSeen(swapped(missing), true);
    attempts.podSeen(swapped(backOff), false);
    expect(told).toEqual([]);
    attempts.podSeen(swapped(missing), false);
    expect(told).toHaveLength(1);
  });

  it.each<[string, string, number, number]>([
    ['not found', `${proxied}: not found`, 1, 1],
    ['refused', 'unexpected status from HEAD request to https://one.example/v2/x: 403 Forbidden', 1, 1],
    ['limited', 'unexpected status code https://one.example/v2/x: 429 Too Many Requests', 1, 1],
    ['broken', 'unexpected status from HEAD request to https://one.example/v2/x: 502 Bad Gateway', 1, 1],
    ['cut off', 'context canceled', 1, 0],
    ['out of reach', 'failed to do request: Head "https://one.example/v2/x": dial tcp 1.2.3.4:443: i/o timeout', 0, 0],
    ['not trusted', 'failed to do request: Head "https://one.example/v2/x": tls: x509: certificate expired', 0, 0],
    ['held back by the kubelet itself', 'pull QPS exceeded', 0, 0],
  ])('count by whether the mirror answered: %s', (_what, why, requests, errors) => {
    const { told, attempts } = setUp();
    attempts.podSeen(swapped(backOff), true);
    attempts.podSeen(swapped(waiting('ErrImagePull', pulling(why))), false);
    expect(told).toMatchObject([{ requests, errors }]);
  });

  it('are those of every pod: its own, kube-fledged’s for us and for others, and ours', () => {
    const { told, attempts } = setUp();
    const puller = (uid: string, pullsFor: PodSnapshot['pullsFor']) =>
      pod({ uid, pullsFor, containers: [container({ name: 'imagepuller', image: proxied, state: missing })] });
    attempts.podSeen(puller('a', null), false);
    attempts.podSeen(puller('b', { kind: 'image-cache', name: 'pullthrough-nginx-1' }), false);
    attempts.podSeen(puller('c', { kind: 'image-cache', name: 'theirs' }), false);
    attempts.podSeen(puller('d', { kind: 'pull-pod', name: 'pullthrough-pull-1' }), false);
    expect(told.map(({ requests, errors }) => [requests, errors])).toEqual([
      [1, 1],
      [0, 1],
      [1, 1],
      [1, 1],
    ]);
  });

  it('on other registries, and of before a swap, are nobody’s here', () => {
    const { told, attempts } = setUp();
    attempts.podSeen(pod(), false);
    attempts.podSeen(swapped(waiting('ErrImagePull', unreachable('nginx:1.25'))), false);
    expect(told).toEqual([]);
    attempts.podSeen(swapped(missing), false);
    expect(told).toHaveLength(1);
  });

  it('of a mirror whose rule was taken away count as long as a pod carries its image', () => {
    const { told, attempts } = setUp();
    const image = 'gone.example/library/nginx:1.25';
    const state = waiting('ErrImagePull', `failed to pull and unpack image "${image}": ${image}: not found`);
    attempts.podSeen(swapped(state, { containers: [container({ image, state })] }), false);
    expect(told).toMatchObject([{ host: 'gone.example', errors: 1 }]);
  });

  it('are seen anew in another pod of the same name, and after the pod has run', () => {
    const { told, attempts } = setUp();
    attempts.podSeen(swapped(missing), false);
    attempts.podSeen(swapped({ is: 'running' }), false);
    attempts.podSeen(swapped(missing), false);
    attempts.podGone('uid-1');
    attempts.podSeen(swapped(missing), false);
    expect(told).toHaveLength(3);
  });
});
