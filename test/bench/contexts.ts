import { setTimeout as delay } from 'node:timers/promises';
import { clientKinds } from './clients';
import { startClient, type Bench, type SyncRun } from './run';

export interface ContextsRun extends SyncRun {
  /** Of one core, in percent, over a time in which nothing happens; of all contexts together. */
  readonly idlePercent: number;
}

/** The product with so many contexts of one kubeconfig, and then left alone for so many seconds. */
export async function runContexts(bench: Bench, contexts: number, quietSeconds: number): Promise<ContextsRun> {
  const [product] = clientKinds;
  if (!product) throw new Error('there is no client');
  const { client, sync } = await startClient(bench, product, { contexts });
  try {
    const before = await client.cpuMs();
    await delay(quietSeconds * 1000);
    const idleMs = (await client.cpuMs()) - before;
    return { ...sync, idlePercent: (idleMs / (quietSeconds * 1000)) * 100 };
  } finally {
    client.stop();
  }
}
