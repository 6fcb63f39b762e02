import { expect, it } from 'vitest';
import type { PodSnapshot } from '../../electron/domain/podSnapshot';
import type { FailureEvent } from '../../electron/engine/ports';
import { readFailures } from '../../electron/headless/podReading';
import { container, pod, waiting } from '../setup/pods';

const now = 3_600_000;

/** What is read of a pod with these events, and how often they were asked for. */
async function read(of: PodSnapshot, ...events: readonly FailureEvent[]) {
  let asked = 0;
  const failureEvents = () => {
    asked += 1;
    return Promise.resolve(events);
  };
  return { ...(await readFailures({ failureEvents }, of, now)), asked };
}

const starting = pod({ containers: [container({ state: waiting('ContainerCreating') })] });
const failed = (message: string, at = now - 5_000) => ({
  container: '',
  message: `Failed to create pod sandbox: rpc error: code = Unknown desc = ${message}`,
  at,
});
const pause =
  'failed to get sandbox image "registry.k8s.io/pause:3.9": failed to pull image "registry.k8s.io/pause:3.9"';

it.each([
  ['containerd', pause],
  ['cri-dockerd', 'failed pulling image "registry.k8s.io/pause:3.9": Error response from daemon: Get "https://x/v2/"'],
  [
    'cri-o',
    'error creating pod sandbox with name "k8s_web_shop_1": initializing source docker://registry.k8s.io/pause:3.9: ' +
      'pinging container registry registry.k8s.io: Get "https://registry.k8s.io/v2/": dial tcp: no such host',
  ],
])('a pod whose sandbox image cannot be pulled is told apart, as %s says it', async (_runtime, message) => {
  expect((await read(starting, failed(message))).sandbox).toContain(message);
});

it.each([
  'failed to setup network for sandbox "abc": plugin type="flannel" failed (add): open /run/flannel/subnet.env: no such file',
  'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed',
  'failed to reserve sandbox name "web_shop_1_0": name "web_shop_1_0" is reserved for "abc"',
])('a sandbox that fails otherwise is no matter of images: %s', async (message) => {
  expect((await read(starting, failed(message))).sandbox).toBeNull();
});

it('an old event is of a sandbox that has come up since, and a pod that has begun has one', async () => {
  expect((await read(starting, failed(pause, now - 601_000))).sandbox).toBeNull();
  const begun = pod({ containers: [container({ state: { is: 'running' } }), container({ name: 'two' })] });
  expect((await read(begun, failed(pause))).sandbox).toBeNull();
});

it('events are asked for only where the status does not say it', async () => {
  expect((await read(pod())).asked).toBe(0);
  expect((await read(pod({ phase: 'Running', containers: [container({ state: { is: 'running' } })] }))).asked).toBe(0);
  expect((await read(pod({ node: '', containers: [container({ state: { is: 'unknown' } })] }))).asked).toBe(0);
  expect((await read(starting)).asked).toBe(1);
});
