import { CoreV1Api, KubeConfig, makeInformer, type V1Pod, type V1PodList } from '@kubernetes/client-node';
import { podFails } from './failing';
import { answerWith } from './measuring';

/** Of the product; as an argument: the informer's own way is one list. */
const pageSize = process.argv.includes('--paged') ? 500 : null;

/** client-node's informer as its documentation shows it: whole objects are kept. */
answerWith(async ({ kubeconfig }, heard) => {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const core = config.makeApiClient(CoreV1Api);
  let count = -1;
  const informer = makeInformer<V1Pod>(config, '/api/v1/pods', async () => {
    const list = pageSize === null ? await core.listPodForAllNamespaces() : await inPages(core, pageSize);
    count = list.items.length;
    return list;
  });
  return new Promise((resolve, reject) => {
    let known = 0;
    informer.on('add', () => {
      known += 1;
      if (known === count) resolve(known);
    });
    informer.on('update', (pod) => {
      heard.changed();
      const { name = '' } = pod.metadata ?? {};
      if (heard.awaits(name) && podFails(pod)) heard.knows(name);
    });
    informer.on('error', (error: unknown) => {
      reject(error instanceof Error ? error : new Error(String(error)));
    });
    informer.start().then(() => {
      // where there are no pods, none is added
      if (count === 0) resolve(0);
    }, reject);
  });
});

async function inPages(core: CoreV1Api, limit: number): Promise<V1PodList> {
  const items: V1Pod[] = [];
  let page = await core.listPodForAllNamespaces({ limit });
  items.push(...page.items);
  while (page.metadata?._continue) {
    page = await core.listPodForAllNamespaces({ limit, _continue: page.metadata._continue });
    items.push(...page.items);
  }
  return Object.assign(page, { items });
}
