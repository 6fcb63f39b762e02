import { CoreV1Api, KubeConfig, makeInformer } from '@kubernetes/client-node';
import { answerWith } from './measuring';

/** As its documentation shows it: one list, whole objects kept. */
answerWith(async ({ kubeconfig }, changed) => {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const core = config.makeApiClient(CoreV1Api);
  let count = -1;
  const informer = makeInformer(config, '/api/v1/pods', async () => {
    const list = await core.listPodForAllNamespaces();
    count = list.items.length;
    return list;
  });
  return new Promise((resolve, reject) => {
    let known = 0;
    informer.on('add', () => {
      known += 1;
      if (known === count) resolve(known);
    });
    informer.on('update', changed);
    informer.on('error', (error: unknown) => {
      reject(error instanceof Error ? error : new Error(String(error)));
    });
    informer.start().catch(reject);
  });
});
