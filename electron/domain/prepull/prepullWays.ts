import type { PrepullWay } from '../appState';
import { imageCacheManifest, imageCacheName } from './imageCache';
import { canPullByJob, imagePullJobManifest, imagePullJobName } from './imagePullJob';
import type { KubeObject } from '../kubeObject';
import type { PrepullBatch, PrepullPlan } from './prepull';
import { canaryPodManifest, canaryPodName } from './pullPod';
import type { WriteResult } from '../writeResult';

/** Whether a way can bring this image onto this node at all. */
export function canServe(
  { hostnames, pullers }: Pick<PrepullPlan, 'hostnames' | 'pullers'>,
  { is }: PrepullWay,
  image: string,
  node: string,
): boolean {
  if (is === 'image-cache') return hostnames[node] !== undefined;
  return is === 'image-pull-job' ? canPullByJob(image) : pullers[node] !== undefined;
}

/** What is to be made for an image on nodes that a way can serve: one object for all of them, or a pod for each. */
export function makePullers(
  plan: PrepullPlan,
  way: number,
  image: string,
  nodes: readonly string[],
): readonly { readonly batch: PrepullBatch; readonly manifest: KubeObject }[] {
  const chosen = plan.ways[way];
  const maker = (namespace: string, name: string, on: readonly string[], manifest: KubeObject) => ({
    batch: { way, namespace, name, nodes: on, seen: [], gone: {}, isOver: false },
    manifest,
  });
  switch (chosen?.is) {
    case 'image-cache': {
      const { namespace } = chosen;
      const hostnames = nodes.flatMap((node) => plan.hostnames[node] ?? []).sort();
      const name = imageCacheName(image, hostnames);
      return [maker(namespace, name, nodes, imageCacheManifest(namespace, name, image, hostnames))];
    }
    case 'image-pull-job': {
      const { namespace } = chosen;
      const secrets = nodes.flatMap((node) => {
        const puller = plan.pullers[node];
        return puller?.namespace === namespace ? puller.pullSecrets : [];
      });
      const manifest = imagePullJobManifest(namespace, image, nodes, [...new Set(secrets)]);
      return [maker(namespace, imagePullJobName(image, nodes), nodes, manifest)];
    }
    case 'pull-pods':
      return nodes.flatMap((node) => {
        const puller = plan.pullers[node];
        if (!puller) return [];
        return maker(puller.namespace, canaryPodName(image, node), [node], canaryPodManifest(puller, image, node));
      });
    default:
      return [];
  }
}

/** In a sentence of the log. */
export function titleOfWay(way: PrepullWay['is']): string {
  return { 'image-cache': 'kube-fledged', 'image-pull-job': 'OpenKruise', 'pull-pods': 'a pull pod' }[way];
}

/** Why nothing was made, for people. */
export function whyNot(result: WriteResult): string {
  switch (result.is) {
    case 'denied':
      return `may not ${result.verb} ${result.resource} in namespace ${result.namespace}`;
    case 'rejected':
    case 'unavailable':
      return result.detail;
    default:
      return 'its namespace is gone';
  }
}
