import fastJsonPatch, { type Operation } from 'fast-json-patch';
import { describe, expect, it } from 'vitest';
import type { ContainerState } from '../../electron/domain/podSnapshot';
import { putBackPatch, restoredPatch, swapPatch, type JsonPatch } from '../../electron/domain/swap';
import { container, pod } from '../setup/pods';

const proxied = 'mirror.example/docker.io/library/nginx:1.25';
const key = 'pullthrough.dev/original-images';
const since = 'pullthrough.dev/swapped-at';
const note = 'pullthrough.dev/restoring';
const failed = 'pullthrough.dev/restore-failed';
const now = Date.parse('2026-03-01T12:00:00Z');
const at = '2026-03-01T12:00:00.000Z';

/** As the API server would hold it. */
function object(annotations?: Record<string, string>, image = 'nginx:1.25') {
  return {
    metadata: { uid: 'uid-1', resourceVersion: '7', ...(annotations && { annotations }) },
    spec: { containers: [{ name: 'app', image }] },
  };
}

function apply(patch: unknown, to: object) {
  return fastJsonPatch.applyPatch(structuredClone(to), patch as Operation[], true).newDocument;
}

describe('the swap of a waiting container', () => {
  const patch = swapPatch(pod(), [{ container: 'app', from: 'nginx:1.25', to: proxied }], now);

  it('keeps the text verbatim in an annotation, and since when it is swapped, in the same patch', () => {
    expect(apply(patch, object())).toEqual({
      metadata: { uid: 'uid-1', resourceVersion: '7', annotations: { [key]: '{"app":"nginx:1.25"}', [since]: at } },
      spec: { containers: [{ name: 'app', image: proxied }] },
    });
  });

  it.each([
    ['another pod of the same name', { ...object(), metadata: { uid: 'uid-2', resourceVersion: '7' } }],
    ['an image that somebody else has changed', object(undefined, 'nginx:1.26')],
    ['a pod that has changed since', { ...object(), metadata: { uid: 'uid-1', resourceVersion: '8' } }],
  ])('does not apply to %s', (_what, other) => {
    expect(() => apply(patch, other)).toThrow();
  });

  it('leaves the annotations of others alone', () => {
    const annotated = swapPatch(
      pod({ hasAnnotations: true }),
      [{ container: 'app', from: 'nginx:1.25', to: proxied }],
      now,
    );
    expect(apply(annotated, object({ 'cni.example/ip': '10.1.2.3' }))).toMatchObject({
      metadata: { annotations: { 'cni.example/ip': '10.1.2.3', [key]: '{"app":"nginx:1.25"}' } },
    });
  });

  it('keeps the first original when it goes from one mirror to the next', () => {
    const second = swapPatch(
      pod({ originalImages: { app: 'nginx:1.25' }, containers: [container({ image: proxied })] }),
      [{ container: 'app', from: proxied, to: 'second.example/docker.io/library/nginx:1.25' }],
      now,
    );
    const result = apply(second, object({ [key]: '{"app":"nginx:1.25"}' }, proxied));
    expect(result).toMatchObject({ metadata: { annotations: { [key]: '{"app":"nginx:1.25"}' } } });
  });

  it('names the right list and place of an init container', () => {
    const init = pod({ containers: [container({ name: 'setup', kind: 'init', index: 2 })] });
    const paths = (swapPatch(init, [{ container: 'setup', from: 'nginx:1.25', to: proxied }], now) as JsonPatch).map(
      ({ path }) => path,
    );
    expect(paths).toContain('/spec/initContainers/2/image');
  });

  it('is no patch at all when the pod no longer has the image that was decided on', () => {
    expect(swapPatch(pod(), [{ container: 'app', from: 'nginx:1.24', to: proxied }], now)).toHaveProperty('changed');
  });
});

describe('putting back', () => {
  const app = { name: 'app', original: 'nginx:1.25' };
  const swapped = (originals: Record<string, string>) =>
    pod({
      originalImages: originals,
      containers: [container({ image: proxied }), container({ name: 'side', index: 1, image: proxied })],
    });

  it('takes the annotation away with the last original, and leaves the map of others', () => {
    const patch = putBackPatch(swapped({ app: 'nginx:1.25' }), [app]);
    const result = apply(patch, object({ [key]: '{"app":"nginx:1.25"}', other: 'x' }, proxied));
    expect(result).toMatchObject({
      metadata: { annotations: { other: 'x' } },
      spec: { containers: [{ image: 'nginx:1.25' }] },
    });
    expect(result).not.toHaveProperty(['metadata', 'annotations', key]);
  });

  it('does not apply to a pod that has changed since: the mirror may have brought the image after all', () => {
    const patch = putBackPatch(swapped({ app: 'nginx:1.25' }), [app]);
    const changed = object({ [key]: '{"app":"nginx:1.25"}' }, proxied);
    expect(() => apply(patch, { ...changed, metadata: { ...changed.metadata, resourceVersion: '8' } })).toThrow();
  });

  it('keeps the original of a container that stays swapped', () => {
    const both = { app: 'nginx:1.25', side: 'redis:7' };
    const patch = putBackPatch(swapped(both), [app]) as JsonPatch;
    expect(patch).toContainEqual({
      op: 'replace',
      path: `/metadata/annotations/${key.replace('/', '~1')}`,
      value: '{"side":"redis:7"}',
    });
  });

  it('does nothing to a container whose original is not known, or another one by now', () => {
    expect(putBackPatch(swapped({ side: 'redis:7' }), [app])).toHaveProperty('changed');
    expect(putBackPatch(swapped({ app: 'nginx:1.26' }), [app])).toHaveProperty('changed');
  });
});

describe('a restore that starts containers anew', () => {
  const restart = { name: 'app', original: 'nginx:1.25', proxied, nextStart: 1 };
  const running = container({ image: proxied, state: { is: 'running' }, restartCount: 0 });
  const before = { [key]: '{"app":"nginx:1.25"}', [since]: at, other: 'x' };
  const swapped = pod({ originalImages: { app: 'nginx:1.25' }, swappedAt: now, containers: [running] });
  const put = apply(putBackPatch(swapped, [restart], now), object(before, proxied)) as ReturnType<typeof object>;

  it('notes in the same patch what undoes it, and forgets since when the pod was swapped', () => {
    expect(put).toEqual({
      metadata: {
        uid: 'uid-1',
        resourceVersion: '7',
        annotations: { other: 'x', [note]: `{"at":"${at}","containers":{"app":{"from":"${proxied}","start":1}}}` },
      },
      spec: { containers: [{ name: 'app', image: 'nginx:1.25' }] },
    });
  });

  it('is no longer noted when they run again', () => {
    const restored = pod({ hasAnnotations: true, restoring: { app: restart }, containers: [container()] });
    expect(apply(restoredPatch(restored), put)).toMatchObject({ metadata: { annotations: { other: 'x' } } });
    expect(apply(restoredPatch(restored), put)).not.toHaveProperty(['metadata', 'annotations', note]);
    expect(restoredPatch(pod())).toEqual([]);
  });

  it('is undone in one patch, which keeps that it has failed; the next one that goes well forgets that', () => {
    const down = pod({ hasAnnotations: true, restoring: { app: restart }, containers: [container()] });
    const undo = swapPatch(down, [{ container: 'app', from: 'nginx:1.25', to: proxied }], now, true);
    const undone = apply(undo, put) as ReturnType<typeof object>;
    expect(undone).toMatchObject({
      metadata: { annotations: { other: 'x', [key]: before[key], [since]: at, [failed]: at } },
      spec: { containers: [{ image: proxied }] },
    });
    expect(undone).not.toHaveProperty(['metadata', 'annotations', note]);
    const again = putBackPatch({ ...swapped, restoreFailed: true }, [restart]);
    expect(apply(again, undone)).toMatchObject({ metadata: { annotations: { other: 'x' } } });
    expect(apply(again, undone)).not.toHaveProperty(['metadata', 'annotations', failed]);
  });

  it('is still swapped since its first swap when it goes from one mirror to the next', () => {
    const change = { container: 'app', from: proxied, to: 'second.example/docker.io/library/nginx:1.25' };
    const waits = pod({
      originalImages: { app: 'nginx:1.25' },
      swappedAt: now,
      containers: [container({ image: proxied })],
    });
    expect(apply(swapPatch(waits, [change], now + 5000), object(before, proxied))).toMatchObject({
      metadata: { annotations: { [since]: at } },
    });
  });
});

it('undoes a restore for the containers that did not start, and leaves those alone that did', () => {
  const two = (state: ContainerState) =>
    pod({
      hasAnnotations: true,
      containers: [
        container({ state: { is: 'running' } }),
        container({ name: 'side', index: 1, image: 'redis:7', state }),
      ],
    });
  const changes = [
    { container: 'app', from: 'nginx:1.25', to: proxied },
    { container: 'side', from: 'redis:7', to: 'mirror.example/redis:7' },
  ];
  const patch = swapPatch(two({ is: 'waiting', reason: 'ErrImagePull', message: '' }), changes, now, true);
  expect('changed' in patch ? patch : patch.filter(({ op }) => op === 'replace')).toEqual([
    { op: 'replace', path: '/spec/containers/1/image', value: 'mirror.example/redis:7' },
  ]);
  expect(JSON.stringify(patch)).toContain(JSON.stringify(JSON.stringify({ side: 'redis:7' })));
  expect(swapPatch(two({ is: 'running' }), changes, now, true)).toEqual({ changed: 'container app runs already' });
});
