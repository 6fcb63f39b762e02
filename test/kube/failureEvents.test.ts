import type { CoreV1Event } from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';
import { failureEventsIn } from '../../electron/kube/failureEvents';

/** As JSON brings it: times are texts. */
function event(reason: string, message: string, more: { fieldPath?: string; seconds?: number } = {}): CoreV1Event {
  const { fieldPath = 'spec.containers{app}', seconds = 0 } = more;
  const parsed: unknown = JSON.parse(
    JSON.stringify({
      metadata: { name: 'web-1.18f', namespace: 'shop', creationTimestamp: '2026-03-01T08:00:00Z' },
      involvedObject: { kind: 'Pod', name: 'web-1', ...(fieldPath !== '' && { fieldPath }) },
      reason,
      message,
      type: 'Warning',
      lastTimestamp: `2026-03-01T08:00:${String(seconds).padStart(2, '0')}Z`,
    }),
  );
  return parsed as CoreV1Event;
}

const refused = 'Failed to pull image "nginx:1.25": dial tcp 203.0.113.1:443: connect: connection refused';
const missing = 'Failed to pull image "nginx:1.25": docker.io/library/nginx:1.25: not found';

describe('what events tell of failed pulls', () => {
  it('is the cause, not the bare name of the error that is sent with it', () => {
    const items = [event('Failed', refused, { seconds: 1 }), event('Failed', 'Error: ErrImagePull', { seconds: 2 })];
    expect(failureEventsIn({ items })).toEqual([
      { container: 'app', message: refused, at: Date.parse('2026-03-01T08:00:01Z') },
    ]);
  });

  it('is the newest of each container, and of two at the same second the one written last', () => {
    const items = [
      event('Failed', missing, { seconds: 30 }),
      event('Failed', refused, { seconds: 10 }),
      event('Failed', refused, { seconds: 5, fieldPath: 'spec.initContainers{setup}' }),
      event('Failed', missing, { seconds: 5, fieldPath: 'spec.initContainers{setup}' }),
    ];
    expect(failureEventsIn({ items }).map(({ container, message }) => [container, message])).toEqual([
      ['app', missing],
      ['setup', missing],
    ]);
  });

  it('is told of each image that the container has had, the newest first', () => {
    const onMirror = refused.replace('nginx:1.25', 'mirror.example/docker.io/library/nginx:1.25');
    const items = [event('Failed', refused, { seconds: 1 }), event('Failed', onMirror, { seconds: 2 })];
    expect(failureEventsIn({ items }).map(({ message }) => message)).toEqual([onMirror, refused]);
  });

  it('is found in an event that stands for many', () => {
    const items = [
      event('Failed', `(combined from similar events): ${refused}`, { seconds: 1 }),
      event('Failed', '(combined from similar events): Error: ImagePullBackOff', { seconds: 2 }),
    ];
    expect(failureEventsIn({ items })).toMatchObject([{ container: 'app', message: refused }]);
  });

  it('is found where the text begins with the place of the container', () => {
    const items = [
      event('Failed', `spec.containers{app}: ${refused}`),
      event('Failed', `(combined from similar events): spec.initContainers{setup}: ${missing}`, {
        fieldPath: 'spec.initContainers{setup}',
      }),
    ];
    expect(failureEventsIn({ items }).map(({ container, message }) => [container, message])).toEqual([
      ['app', refused],
      ['setup', missing],
    ]);
  });

  it('is of no container where the sandbox failed', () => {
    const text = 'Failed to create pod sandbox: failed to get sandbox image "registry.k8s.io/pause:3.9"';
    const items = [event('FailedCreatePodSandBox', text, { fieldPath: '' })];
    expect(failureEventsIn({ items })).toMatchObject([{ container: '', message: text }]);
  });

  it('is nothing where a container with its image could not be started, and where there are no events', () => {
    const items = [
      event('Failed', 'Error: failed to create containerd task'),
      event('Failed', 'Internal PreCreateContainer hook failed: no memory'),
      event('BackOff', 'Back-off pulling image "nginx:1.25"'),
      event('FailedMount', 'MountVolume.SetUp failed'),
    ];
    expect(failureEventsIn({ items })).toEqual([]);
    expect(failureEventsIn({})).toEqual([]);
  });
});
