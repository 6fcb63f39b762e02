import { bareHttp } from './bareHttp';
import { podFails, type JsonPod } from './failing';
import { Lines } from './lines';
import { answerWith } from './measuring';

/** How long one of its looks takes, in seconds, whatever has arrived by then. */
const lookFor = '3';
/** After so many looks in a row that show no pod that was not seen before, there is nothing to wait for. */
const patience = 2;

interface WatchEvent {
  readonly type: string;
  readonly object: JsonPod & { readonly metadata: { readonly uid: string; readonly name: string } };
}

/**
 * The loop of k8s-auto-docker-proxy: for three seconds a watch without a version, which brings all pods from the first
 * one on, then the same again. It handles those that have arrived until then, one after the other, and never looks at
 * a change. In Node, which reads JSON some fifteen times faster than its Python does.
 */
answerWith(
  async (access, heard) => {
    const ask = bareHttp(access, { accept: 'application/json', compressed: false });
    const seen = new Set<string>();
    let enough: (pods: number) => void = () => undefined;
    const lines = new Lines((line) => {
      const { type, object } = JSON.parse(line) as WatchEvent;
      if (type !== 'ADDED') return;
      seen.add(object.metadata.uid);
      if (podFails(object)) heard.knows(object.metadata.name);
      if (seen.size === access.pods) enough(seen.size);
    });
    const lookForEver = async () => {
      for (let vain = 0; ;) {
        const before = seen.size;
        const body = await ask({ watch: 'true', timeoutSeconds: lookFor });
        for await (const chunk of body as AsyncIterable<Buffer>) lines.write(chunk);
        vain = seen.size > before ? 0 : vain + 1;
        if (vain >= patience) enough(seen.size);
      }
    };
    return new Promise((resolve, reject) => {
      enough = resolve;
      lookForEver().catch(reject);
    });
  },
  { seesArrivals: false },
);
