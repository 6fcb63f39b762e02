import { PodBook } from '../../../electron/domain/podBook';
import { machineClock } from '../../../electron/engine/machineClock';
import { readKubeconfigs } from '../../../electron/kube/kubeconfig';
import { answerWith } from './measuring';

/** As the engine does: every event goes into the book, which keeps the pods that matter. */
answerWith(({ kubeconfig }, changed) => {
  const book = new PodBook();
  const { contexts } = readKubeconfigs([kubeconfig], machineClock, Math.random);
  const [context] = contexts;
  if (!context) throw new Error(`${kubeconfig} names no context`);
  return new Promise((resolve) => {
    context.connect().watchPods({ only: [], named: () => [] }, (event) => {
      switch (event.is) {
        case 'page':
          for (const pod of event.pods) book.put(pod, machineClock.now());
          break;
        case 'synced':
          resolve(book.count);
          break;
        case 'changed':
          book.put(event.pod, machineClock.now());
          changed();
          break;
        case 'deleted':
          book.remove(event.pod.uid);
          break;
        case 'blind':
        case 'denied':
          throw new Error(`the watch fails: ${JSON.stringify(event)}`);
        default:
          break;
      }
    });
  });
});
