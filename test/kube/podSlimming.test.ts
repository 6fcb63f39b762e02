import { describe, expect, it } from 'vitest';
import { pullFailuresOf } from '../../electron/domain/diagnosis/pullFailure';
import { putBackPatch, swapPatch } from '../../electron/domain/swap';
import { slimPod } from '../../electron/kube/podSlimming';

const originals = 'pullthrough.dev/original-images';
const made = (image: string, annotation: unknown, name = 'app') =>
  slimPod({
    metadata: { uid: 'u', name: 'web', namespace: 'shop', annotations: { [originals]: JSON.stringify(annotation) } },
    spec: { containers: [{ name, image }] },
    status: {
      containerStatuses: [
        {
          name,
          imageID: '',
          restartCount: 0,
          state: { waiting: { reason: 'ErrImagePull', message: 'connection refused' } },
        },
      ],
    },
  });

it('takes the annotation for what the pod had, as long as its image can come from it', () => {
  const pod = made('m.example/docker.io/library/nginx:1.25', { app: 'nginx:1.25', gone: 'redis:7', odd: 1 });
  expect(pod.originalImages).toEqual({ app: 'nginx:1.25' });
});

it('heals the image that somebody has put in place since, and not the older one', () => {
  const pod = made('nginx:1.26', { app: 'nginx:1.25' });
  expect(pullFailuresOf(pod)).toMatchObject([{ image: 'nginx:1.26', original: 'nginx:1.26' }]);
  const to = 'm.example/docker.io/library/nginx:1.26';
  expect(swapPatch(pod, [{ container: 'app', from: 'nginx:1.26', to }], 0)).toContainEqual(
    expect.objectContaining({ op: 'replace', value: '{"app":"nginx:1.26"}' }),
  );
});

it('takes no container’s name for something else, whatever a language has under it', () => {
  const to = 'm.example/docker.io/library/nginx:1.25';
  for (const note of [{}, 'no map']) {
    const pod = made('nginx:1.25', note, 'constructor');
    expect(pullFailuresOf(pod)).toMatchObject([{ image: 'nginx:1.25', original: 'nginx:1.25' }]);
    expect(swapPatch(pod, [{ container: 'constructor', from: 'nginx:1.25', to }], 0)).toContainEqual(
      expect.objectContaining({ op: 'replace', value: '{"constructor":"nginx:1.25"}' }),
    );
  }
  const swapped = made(to, { constructor: 'nginx:1.25' }, 'constructor');
  expect(swapped.originalImages.constructor).toBe('nginx:1.25');
  expect(putBackPatch(swapped, [{ name: 'constructor', original: 'nginx:1.25' }])).toContainEqual(
    expect.objectContaining({ op: 'remove' }),
  );
});

describe('what a pod tells of its restores', () => {
  const of = (annotations: Record<string, string>, image = 'nginx:1.25') =>
    slimPod({
      metadata: { uid: 'u', name: 'web', namespace: 'shop', annotations },
      spec: { containers: [{ name: 'app', image }], restartPolicy: 'OnFailure' },
      status: { containerStatuses: [{ name: 'app', ready: true, state: { running: {} } }] },
    });
  const from = 'm.example/docker.io/library/nginx:1.25';
  const note = (containers: unknown) => ({ 'pullthrough.dev/restoring': JSON.stringify({ at: '', containers }) });

  it('is since when it is swapped, that one failed, and what undoes one', () => {
    expect(
      of({
        'pullthrough.dev/swapped-at': '2026-03-01T12:00:00Z',
        'pullthrough.dev/restore-failed': '2026-03-01T13:00:00Z',
        ...note({ app: { from, start: 2 } }),
      }),
    ).toMatchObject({
      swappedAt: Date.parse('2026-03-01T12:00:00Z'),
      restoreFailed: true,
      restoring: { app: { proxied: from, nextStart: 2 } },
      containers: [{ restartPolicy: 'OnFailure', ready: true }],
    });
    expect(of({})).toMatchObject({ swappedAt: null, restoreFailed: false, restoring: null });
    expect(of({ 'pullthrough.dev/swapped-at': 'yesterday' }).swappedAt).toBeNull();
  });

  it.each<[string, unknown]>([
    ['another image', { app: { from: 'm.example/docker.io/library/redis:7', start: 1 } }],
    ['another tag', { app: { from: 'm.example/docker.io/library/nginx:1.26', start: 1 } }],
    ['a container that it has not', { other: { from, start: 1 } }],
    ['no number of starts', { app: { from } }],
    ['no map', 'app'],
  ])('swaps nothing to what a note of %s asks for', (_what, containers) => {
    expect(of(note(containers)).restoring).toEqual({});
  });

  it('survives a note that is no JSON', () => {
    expect(of({ 'pullthrough.dev/restoring': '{' }).restoring).toEqual({});
  });
});
