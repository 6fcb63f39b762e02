import { describe, expect, it } from 'vitest';
import { isSilent, isSwapped, PodBook } from '../../electron/domain/podBook';
import type { ContainerState, PodSnapshot } from '../../electron/domain/podSnapshot';
import { container, pod, unreachable, waiting } from '../setup/pods';

const cause = unreachable('nginx:1.25');
const failing = (state = waiting('ErrImagePull', cause), image = 'nginx:1.25') =>
  pod({ containers: [container({ image, state })] });
/** As before Kubernetes 1.32. */
const backOff = waiting('ImagePullBackOff', 'Back-off pulling image "nginx:1.25"');
const event = 'Failed to pull image "nginx:1.25": dial tcp 203.0.113.1:443: i/o timeout';
const healthy = (uid: string) =>
  pod({ uid, containers: [container({ state: { is: 'running' }, imageId: 'sha256:1' })] });

/** As when a list has been read. */
function listed(book: PodBook, namespace: string, pods: readonly PodSnapshot[], now: number) {
  for (const each of pods) book.put(each, now);
  return book.keepOnly(namespace, new Set(pods.map(({ uid }) => uid)));
}

describe('the book of pods', () => {
  it('counts every pod and keeps only those that matter', () => {
    const book = new PodBook();
    listed(book, '', [failing(), healthy('uid-2'), healthy('uid-3')], 0);
    expect(book.count).toBe(3);
    expect([...book.relevant].map(({ uid }) => uid)).toEqual(['uid-1']);
  });

  it('keeps the cause when the reason flips to one that does not name it, as before Kubernetes 1.32', () => {
    const book = new PodBook();
    book.put(failing(), 0);
    book.put(failing(waiting('ImagePullBackOff', 'Back-off pulling image "nginx:1.25"')), 10);
    expect(book.failures).toMatchObject([{ message: cause, firstSeen: 0, attempts: 1, reason: 'ImagePullBackOff' }]);
    book.put(failing(), 20);
    expect(book.failures).toMatchObject([{ firstSeen: 0, attempts: 2 }]);
  });

  it('keeps it however often the kubelet says that it waits, and when everything is read again', () => {
    const book = new PodBook();
    book.put(failing(), 0);
    for (const now of [10, 20]) book.put(failing(backOff), now);
    listed(book, '', [failing(backOff)], 30);
    expect(book.failures).toMatchObject([{ message: cause, firstSeen: 0 }]);
    expect(book.failures.some(isSilent)).toBe(false);
  });

  it('knows no cause of a pod that it first saw waiting, until an event tells it', () => {
    const book = new PodBook();
    book.put(failing(backOff), 0);
    expect(book.failures.map(isSilent)).toEqual([true]);
    expect(book.learned('uid-1', 'app', event)).toBe(true);
    expect(book.failures).toMatchObject([{ message: event, reason: 'ImagePullBackOff', firstSeen: 0 }]);
    expect(book.failures.some(isSilent)).toBe(false);
  });

  it('says whether a pod that matters has changed in anything but its version, and keeps its failures as they were', () => {
    const book = new PodBook();
    const first = { ...failing(), resourceVersion: '1' };
    expect(book.put(first, 0)).toBe(true);
    const [known] = book.failures;
    expect(book.put({ ...first, resourceVersion: '2' }, 10)).toBe(false);
    expect(book.failures[0]).toBe(known);
    expect(book.pod('uid-1')?.resourceVersion).toBe('2');
    expect(book.put({ ...failing(backOff), resourceVersion: '3' }, 20)).toBe(true);
    expect(book.failures[0]).not.toBe(known);
    expect([book.put(healthy('uid-1'), 30), book.put(healthy('uid-1'), 40)]).toEqual([true, false]);
  });

  it('counts an attempt by whatever reason it ends with', () => {
    const book = new PodBook();
    const attempt = failing(waiting('RegistryUnavailable', 'received unexpected HTTP status: 503'));
    for (const pod of [attempt, failing(backOff), attempt, attempt, failing(backOff), failing()]) book.put(pod, 0);
    expect(book.failures).toMatchObject([{ attempts: 3 }]);
  });

  it('keeps what an event told over every flip of the reason, and gives it up for a newer word of the status', () => {
    const book = new PodBook();
    book.put(failing(backOff), 0);
    book.learned('uid-1', 'app', event);
    book.put(failing(backOff), 10);
    listed(book, '', [failing(backOff)], 20);
    expect(book.failures).toMatchObject([{ message: event }]);
    expect(book.learned('uid-1', 'app', event.replace('timeout', 'later'))).toBe(false);
    book.put(failing(), 30);
    book.put(failing(backOff), 40);
    expect(book.failures).toMatchObject([{ message: cause, attempts: 2 }]);
  });

  it('learns nothing from events about other images, other containers, and pods that do not fail', () => {
    const book = new PodBook();
    book.put(failing(backOff), 0);
    book.put(healthy('uid-2'), 0);
    const pause = 'Failed to pull image "registry.k8s.io/pause:3.9": not found';
    const learned = [
      book.learned('uid-1', 'app', event.replace('nginx:1.25', 'mirror.example/nginx:1.25')),
      book.learned('uid-1', 'app', pause),
      book.learned('uid-1', '', event),
      book.learned('uid-2', 'app', event),
      book.learned('uid-3', 'app', event),
    ];
    expect(learned).toEqual([false, false, false, false, false]);
    expect(book.failures.map(isSilent)).toEqual([true]);
  });

  it('forgets what it learned when the image changes', () => {
    const book = new PodBook();
    book.put(failing(backOff), 0);
    book.learned('uid-1', 'app', event);
    const other = 'mirror.example/nginx:1.25';
    book.put(failing(waiting('ImagePullBackOff', `Back-off pulling image "${other}"`), other), 10);
    expect(book.failures.every(isSilent)).toBe(true);
  });

  it('takes the newer cause from a text that names one', () => {
    const book = new PodBook();
    book.put(failing(), 0);
    const newer = 'Back-off pulling image "nginx:1.25": ErrImagePull: not found';
    book.put(failing(waiting('ImagePullBackOff', newer)), 10);
    expect(book.failures).toMatchObject([{ message: newer }]);
  });

  it('does not take the status of before an image change for a failure of the new image', () => {
    const book = new PodBook();
    book.put(failing(), 0);
    const changed = (state = waiting('ErrImagePull', cause)) => failing(state, 'mirror.example/nginx:1.25');
    book.put(changed(), 1);
    expect(book.failures).toEqual([]);
    book.put(changed(waiting('ErrImagePull', 'the mirror says: not found')), 2);
    expect(book.failures).toMatchObject([{ firstSeen: 2, message: 'the mirror says: not found' }]);
  });

  it('tells which relevant pods a new list of a namespace no longer names', () => {
    const book = new PodBook();
    book.put(failing(), 0);
    book.put(healthy('uid-2'), 0);
    expect(listed(book, 'other', [], 1)).toEqual([]);
    expect(listed(book, 'shop', [], 1).map(({ uid }) => uid)).toEqual(['uid-1']);
    expect(book.count).toBe(1);
  });

  it('knows what is older than the answer to a write, until the stream has got there', () => {
    const book = new PodBook();
    const version = (resourceVersion: string) => ({ ...failing(), resourceVersion });
    book.putAnswer(version('10'), 0);
    expect(['9', '10', '11', 'x'].map((each) => book.isOutdated(version(each)))).toEqual([true, false, false, false]);
    book.put(version('10'), 0);
    expect(book.isOutdated(version('9'))).toBe(false);
  });

  it('takes no answer for news that the stream has overtaken', () => {
    const book = new PodBook();
    const version = (resourceVersion: string) => ({ ...failing(), resourceVersion });
    book.put(version('12'), 0);
    expect(book.putAnswer(version('11'), 0).resourceVersion).toBe('12');
    expect(book.pod('uid-1')?.resourceVersion).toBe('12');
    expect(book.isOutdated(version('10'))).toBe(false);
  });

  it('knows no failure of a pod that is on its way out', () => {
    const book = new PodBook();
    book.put({ ...failing(), deleting: true }, 0);
    expect(book.failures).toEqual([]);
  });
});

it('a pod is swapped while one of its images is not its own', () => {
  expect(
    isSwapped(pod({ originalImages: { app: 'nginx:1.25' }, containers: [container({ image: 'mirror.example/x' })] })),
  ).toBe(true);
  expect(isSwapped(pod({ originalImages: { app: 'nginx:1.25' } }))).toBe(false);
});

describe('what was done to the image of a container', () => {
  const through = (mirror: string) => `${mirror}.example/docker.io/library/nginx:1.25`;
  const starting: ContainerState = { is: 'waiting', reason: 'ContainerCreating', message: '' };
  const original = (state: ContainerState = backOff) => failing(state);
  const swapped = (
    mirror: string,
    state = waiting('ImagePullBackOff', `Back-off pulling image "${through(mirror)}"`),
  ) => pod({ originalImages: { app: 'nginx:1.25' }, containers: [container({ image: through(mirror), state })] });
  /** The pod at one time after the other, 10 ms apart. */
  const after = (...pods: readonly PodSnapshot[]) => {
    const book = new PodBook();
    pods.forEach((each, index) => book.put(each, index * 10));
    return book.failures.map(({ tried, takenBackAt }) => ({ tried, takenBackAt }));
  };
  const swap = (mirror: string) => [swapped(mirror, starting), swapped(mirror)];

  it('is remembered, whoever did it: which mirrors it had before the one that it has', () => {
    expect(after(original(), ...swap('one'))).toEqual([{ tried: [], takenBackAt: null }]);
    expect(after(original(), ...swap('one'), ...swap('two'), ...swap('three'))).toEqual([
      { tried: [through('one'), through('two')], takenBackAt: null },
    ]);
  });

  it('and when the last one was taken away again, of which no kubelet tells before its next attempt', () => {
    expect(after(...swap('one'), ...swap('two'), original(starting), original())).toEqual([
      { tried: [], takenBackAt: 40 },
    ]);
  });

  it('is forgotten when the container runs, and begins anew with the next swap', () => {
    expect(after(...swap('one'), ...swap('two'), swapped('two', { is: 'running' }), ...swap('two'))).toEqual([
      { tried: [], takenBackAt: null },
    ]);
    expect(after(...swap('one'), original(starting), ...swap('two'))).toEqual([{ tried: [], takenBackAt: null }]);
  });
});
