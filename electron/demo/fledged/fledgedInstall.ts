import type { ApiConnection } from '../../kube/apiConnection';
import type { Clock } from '../../engine/ports';
import { pause } from '../controllers/pause';
import { ClusterClient, inNamespace, paths } from '../controllers/clusterClient';
import { imageCacheDefinition } from './crd';
import { jobLabels } from './fledgedJob';
import { parseImageName } from '../node/imageName';
import type { Kubelet } from '../node/kubelet';
import { fieldsOf, listOf } from '../objects';
import { imageContent } from '../node/registryWorld';

/** Where kube-fledged lives, and the images that it needs. */
export const fledgedNamespace = 'kube-fledged';
export const fledgedImages = {
  controller: 'docker.io/senthilrch/kubefledged-controller:v0.10.0',
  helper: 'docker.io/senthilrch/busybox:1.35.0',
} as const;

const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const definition = `${definitions}/${imageCacheDefinition.metadata.name}`;

/** Puts kube-fledged's own images on a node as if they had always been there: it could not start without a registry. */
export function preloadFledged(kubelet: Kubelet): void {
  for (const reference of Object.values(fledgedImages)) {
    const name = parseImageName(reference);
    if (name) kubelet.images.load(name, imageContent(reference));
  }
}

/** Installs what kube-fledged consists of to a cluster, and waits until ImageCaches are served. */
export async function installFledged(api: ApiConnection, clock: Clock): Promise<void> {
  const client = new ClusterClient(api, clock);
  await client.create(definitions, imageCacheDefinition, [409]);
  await client.create('/api/v1/namespaces', { metadata: { name: fledgedNamespace } }, [409]);
  const labels = { app: 'kubefledged', kubefledged: 'kubefledged-controller' };
  await client.create(
    inNamespace(paths.deployments, fledgedNamespace),
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'kubefledged-controller', labels },
      spec: {
        replicas: 1,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            containers: [
              {
                name: 'controller',
                image: fledgedImages.controller,
                env: [{ name: 'BUSYBOX_IMAGE', value: fledgedImages.helper }],
              },
            ],
          },
        },
      },
    },
    [409],
  );
  await until(clock, async () => (await api.request({ method: 'GET', path: paths.imagecaches })).status === 200);
}

/**
 * Stops serving ImageCaches, which takes all of them away, and waits for the end of their Jobs. The controller still
 * has to run for that.
 */
export async function uninstallFledged(api: ApiConnection, clock: Clock): Promise<void> {
  const client = new ClusterClient(api, clock);
  await client.delete(definition);
  await until(clock, async () => (await api.request({ method: 'GET', path: paths.imagecaches })).status === 404);
  const query = { labelSelector: `kubefledged=${jobLabels.kubefledged}` };
  await until(clock, async () => {
    const { body } = await api.request({ method: 'GET', path: paths.jobs, query });
    return listOf(fieldsOf(body).items).length === 0;
  });
}

/** Asks every 50 ms until it is so. */
export async function until(clock: Clock, isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await pause(clock, 50);
}
