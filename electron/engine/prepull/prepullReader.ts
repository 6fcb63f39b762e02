import type { PrepullWay } from '../../domain/appState';
import { readImageCache } from '../../domain/prepull/imageCache';
import { readImagePullJob } from '../../domain/prepull/imagePullJob';
import { resources, type KubeObject, type ObjectRef } from '../../domain/kubeObject';
import type { PodSnapshot } from '../../domain/podSnapshot';
import type { PrepullBatch, PrepullLook } from '../../domain/prepull/prepull';
import { pullProgress } from '../../domain/prepull/imageCache';
import { isReadFailure, type Clock, type Cluster } from '../ports';

/** What was made for a pull, and through which mirror the image comes. */
export interface LookedAt {
  readonly object: ObjectRef;
  readonly way: PrepullWay;
  readonly batch: PrepullBatch;
  readonly image: string;
  readonly mirror: string;
}

/** Reads how far a prepull is, where the stream of pods does not tell or may be wrong. */
export class PrepullReader {
  constructor(
    private readonly cluster: Pick<Cluster, 'readObject' | 'readPod' | 'listPods'>,
    private readonly clock: Clock,
    /** Whether the stream shows the pods of this namespace now. */
    private readonly sees: (namespace: string) => boolean,
  ) {}

  look(about: LookedAt): Promise<PrepullLook> {
    switch (about.way.is) {
      case 'image-cache':
        return this.imageCache(about);
      case 'image-pull-job':
        return this.imagePullJob(about);
      case 'pull-pods':
        return this.pullPod(about);
    }
  }

  private async imageCache({ object, mirror }: LookedAt): Promise<PrepullLook> {
    const { namespace, name } = object;
    const pods = this.sees(namespace)
      ? null
      : await this.cluster.listPods(namespace, `app=kubefledged,imagecache=${name}`);
    const cache = await this.cluster.readObject(object);
    const listed = isReadFailure(pods) ? null : pods;
    // whoever may make one and not read it goes by its pods alone
    if (isReadFailure(cache)) return 'unanswered' in cache ? { is: 'unanswered' } : this.podsOnly(listed, mirror);
    return readImageCache(cache, listed, this.clock.now(), mirror);
  }

  private podsOnly(pods: readonly PodSnapshot[] | null, mirror: string): PrepullLook {
    const working = { apiVersion: '', kind: '', metadata: { name: '' } };
    return readImageCache(working, pods, this.clock.now(), mirror);
  }

  private async imagePullJob({ object, batch: { nodes }, image, mirror }: LookedAt): Promise<PrepullLook> {
    const job = await this.cluster.readObject(object);
    if (isReadFailure(job)) return { is: 'unanswered' };
    const { apiVersion } = resources.NodeImage;
    const nodeImages = new Map<string, KubeObject>();
    const read = await Promise.all(
      nodes.map((node) => this.cluster.readObject({ apiVersion, kind: 'NodeImage', namespace: '', name: node })),
    );
    for (const [index, found] of read.entries()) {
      const node = nodes[index];
      if (isReadFailure(found) && 'unanswered' in found) return { is: 'unanswered' };
      if (node !== undefined && found && !isReadFailure(found)) nodeImages.set(node, found);
    }
    return readImagePullJob(job, nodeImages, nodes, image, this.clock.now(), mirror);
  }

  private async pullPod({ object, batch, mirror }: LookedAt): Promise<PrepullLook> {
    const pod = await this.cluster.readPod(object.namespace, object.name);
    const [node] = batch.nodes;
    if (pod && 'unanswered' in pod) return { is: 'unanswered' };
    if (!pod || pod.deleting || node === undefined) return { is: 'read', object: 'missing', detail: '', pulls: {} };
    const pulls = { [node]: pullProgress(pod, this.clock.now(), mirror) };
    return { is: 'read', object: 'working', detail: '', pulls };
  }
}
