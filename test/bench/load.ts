import { setTimeout as delay } from 'node:timers/promises';
import type { ApiConnection } from '../../electron/kube/apiConnection';
import { send } from '../cluster/objects';
import { benchPod, namespaces } from './benchPods';

/** Requests at the same time. More of them only make the server's queue longer. */
const width = 8;
const mergePatch = 'application/merge-patch+json';
const pathOf = (namespace: string) => `/api/v1/namespaces/${namespace}/pods`;

/** Creates this many pods and gives each its status. Answers with the JSON bytes of a pod, on average. */
export async function createPods(api: ApiConnection, count: number): Promise<number> {
  for (const name of namespaces) {
    const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
    await send(api, { method: 'POST', path: '/api/v1/namespaces', body });
  }
  let bytes = 0;
  await inParallel(count, async (number) => {
    const { namespace, name, manifest, status } = benchPod(number);
    const path = pathOf(namespace);
    await send(api, { method: 'POST', path, body: manifest });
    const pod = await send(api, {
      method: 'PATCH',
      path: `${path}/${name}/status`,
      contentType: mergePatch,
      body: { status },
    });
    bytes += JSON.stringify(pod).length;
  });
  return bytes / count;
}

/**
 * Changes an annotation of one pod after the other, each change one event for every watcher.
 * @param pods how many there are. @param perSecond at most. @param turn differs from call to call, or nothing changes
 */
export async function changePods(
  api: ApiConnection,
  pods: number,
  { changes, perSecond, turn }: { readonly changes: number; readonly perSecond: number; readonly turn: number },
): Promise<void> {
  const began = performance.now();
  await inParallel(changes, async (number) => {
    const wait = began + (number * 1000) / perSecond - performance.now();
    if (wait > 0) await delay(wait);
    const { namespace, name } = benchPod(number % pods);
    await send(api, {
      method: 'PATCH',
      path: `${pathOf(namespace)}/${name}`,
      contentType: mergePatch,
      body: { metadata: { annotations: { 'bench.example.com/change': `${String(turn)}-${String(number)}` } } },
    });
  });
}

async function inParallel(count: number, task: (number: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count) {
      const number = next;
      next += 1;
      await task(number);
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
}
