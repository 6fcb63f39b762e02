import { Informer } from '../../electron/demo/controllers/informer';
import type { KubeObject } from '../../electron/demo/objects';
import type { Clock } from '../../electron/engine/ports';
import { NoAnswer, type ApiConnection } from '../../electron/kube/apiConnection';
import { send } from './objects';

/** Gives every namespace its service account `default`, which a controller does elsewhere. */
export async function startServiceAccounts(api: ApiConnection, clock: Clock): Promise<{ stop(): void }> {
  const namespaces = new Informer<KubeObject>({ api, clock, path: '/api/v1/namespaces', kind: 'Namespace' });
  const making: Promise<void>[] = [];
  namespaces.onChange((namespace) => {
    if (!namespace || namespace.metadata.deletionTimestamp) return;
    const path = `/api/v1/namespaces/${namespace.metadata.name}/serviceaccounts`;
    making.push(make(api, path));
  });
  await namespaces.synced;
  await Promise.all(making);
  return namespaces;
}

async function make(api: ApiConnection, path: string): Promise<void> {
  try {
    // refused where it exists already, and where the namespace has just gone or is on its way out
    await send(api, { method: 'POST', path, body: { metadata: { name: 'default' } } }, [403, 404, 409]);
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error; // the cluster ends
  }
}
