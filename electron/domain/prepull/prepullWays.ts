import type { PrepullWay } from '../appState';
import { imageCacheManifest, imageCacheName } from './imageCache';
import { canPullByJob, imagePullJobManifest, imagePullJobName } from './imagePullJob';
import type { KubeObject } from '../kubeObject';
import type { PrepullBatch, PrepullPlan } from './prepull';
import { canaryPodManifest, canaryPodName } from './pullPod';

/**
 * Whether a way can bring this image onto this node at all. kube-fledged's helper and OpenKruise's daemon are programs
 * for Linux; a pull pod of our own needs nothing but the image, and its settings for Linux mean nothing on Windows.
 */
export function canServe(
  { hostnames, pullers, barred }: PrepullPlan,
  { is }: PrepullWay,
  image: string,
  node: string,
): boolean {
  const bar = barred?.[node];
  if (bar === 'not-ready' || (bar === 'windows' && is !== 'pull-pods')) return false;
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
