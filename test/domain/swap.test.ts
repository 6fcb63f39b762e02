import fastJsonPatch, { type Operation } from 'fast-json-patch';
import { describe, expect, it } from 'vitest';
import { putBackPatch, swapPatch, type JsonPatch } from '../../electron/domain/swap';
import { container, pod } from '../setup/pods';

const proxied = 'mirror.example/docker.io/library/nginx:1.25';
const key = 'pullthrough.dev/original-images';

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
  const patch = swapPatch(pod(), [{ container: 'app', from: 'nginx:1.25', to: proxied }]);

  it('keeps the text verbatim in an annotation, in the same patch', () => {
    expect(apply(patch, object())).toEqual({
      metadata: { uid: 'uid-1', resourceVersion: '7', annotations: { [key]: '{"app":"nginx:1.25"}' } },
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
    const annotated = swapPatch(pod({ hasAnnotations: true }), [{ container: 'app', from: 'nginx:1.25', to: proxied }]);
    expect(apply(annotated, object({ 'cni.example/ip': '10.1.2.3' }))).toMatchObject({
      metadata: { annotations: { 'cni.example/ip': '10.1.2.3', [key]: '{"app":"nginx:1.25"}' } },
    });
  });

  it('keeps the first original when it goes from one mirror to the next', () => {
    const second = swapPatch(
      pod({ originalImages: { app: 'nginx:1.25' }, containers: [container({ image: proxied })] }),
      [{ container: 'app', from: proxied, to: 'second.example/docker.io/library/nginx:1.25' }],
    );
    const result = apply(second, object({ [key]: '{"app":"nginx:1.25"}' }, proxied));
    expect(result).toMatchObject({ metadata: { annotations: { [key]: '{"app":"nginx:1.25"}' } } });
  });

  it('names the right list and place of an init container', () => {
    const init = pod({ containers: [container({ name: 'setup', kind: 'init', index: 2 })] });
    const paths = (swapPatch(init, [{ container: 'setup', from: 'nginx:1.25', to: proxied }]) as JsonPatch).map(
      ({ path }) => path,
    );
    expect(paths).toContain('/spec/initContainers/2/image');
  });

  it('is no patch at all when the pod no longer has the image that was decided on', () => {
    expect(swapPatch(pod(), [{ container: 'app', from: 'nginx:1.24', to: proxied }])).toHaveProperty('changed');
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
