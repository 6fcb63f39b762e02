import { machineClock } from '../../../electron/engine/machineClock';
import { readKubeconfigs } from '../../../electron/kube/kubeconfig';
import { answerWith } from './measuring';

/** The product's stream of pods, whose events nobody takes: what is left of the product is its engine. */
answerWith(({ kubeconfig }, heard) => {
  const [context] = readKubeconfigs([kubeconfig], machineClock, Math.random).contexts;
  if (!context) throw new Error(`${kubeconfig} names no context`);
  let pods = 0;
  return new Promise((resolve) => {
    context.connect().watchPods({ only: [], named: () => [] }, (event) => {
      if (event.is === 'page') pods += event.pods.length;
      else if (event.is === 'live') resolve(pods);
      else if (event.is === 'changed') heard.changed();
      else if (event.is === 'blind' || event.is === 'denied')
        throw new Error(`the watch fails: ${JSON.stringify(event)}`);
    });
  });
});
