import { describe, expect, it } from 'vitest';
import { isSwapped, PodBook } from '../../electron/domain/podBook';
import { container, pod, unreachable, waiting } from '../setup/pods';

const cause = unreachable('nginx:1.25');
const failing = (state = waiting('ErrImagePull', cause), image = 'nginx:1.25') =>
  pod({ containers: [container({ image, state })] });
const healthy = (uid: string) =>
  pod({ uid, containers: [container({ state: { is: 'running' }, imageId: 'sha256:1' })] });

describe('the book of pods', () => {
  it('counts every pod and keeps only those that matter', () => {
    const book = new PodBook();
    book.replace('', [failing(), healthy('uid-2'), healthy('uid-3')], 0);
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
    expect(book.replace('other', [], 1)).toEqual([]);
    expect(book.replace('shop', [], 1).map(({ uid }) => uid)).toEqual(['uid-1']);
    expect(book.count).toBe(1);
  });

  it('knows what is older than the answer to a write, and takes a full list as it is', () => {
    const book = new PodBook();
    const version = (resourceVersion: string) => ({ ...failing(), resourceVersion });
    book.put(version('10'), 0);
    expect(['9', '10', '11', 'x'].map((each) => book.isOutdated(version(each)))).toEqual([true, false, false, false]);
    book.replace('', [version('3')], 1);
    expect(book.isOutdated(version('4'))).toBe(false);
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
