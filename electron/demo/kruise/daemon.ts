import type { ClusterClient } from '../controllers/clusterClient';
import type { Informer } from '../controllers/informer';
import { pause } from '../controllers/pause';
import { parseImageName } from '../node/imageName';
import type { ImageStore } from '../node/imageStore';
import type { RegistryWorld } from '../node/registryWorld';
import type { KubeObject } from '../objects';
import { fieldsOf, listOf, timestamp } from '../objects';
import { reportedTag, wantedTags, withTag, type TagSpec, type TagStatus } from './nodeImages';

/** The node on which a daemon runs. */
export interface DaemonNode {
  readonly name: string;
  readonly images: ImageStore;
}

export interface DaemonOptions {
  readonly client: ClusterClient;
  readonly registries: RegistryWorld;
  /** Whether the runtime tells how far a pull is; containerd and CRI-O through the CRI do not. */
  readonly reportsProgress: boolean;
}

/** First pause between two tries of one pull, in milliseconds; each next one is twice as long. */
const firstPause = 1_000;

/**
 * OpenKruise's daemon of one node: pulls through the node's runtime what the node's NodeImage wants, past the kubelet, and
 * reports there. An image that is there under its very name is not pulled again.
 */
export function startDaemon(
  { client, registries, reportsProgress }: DaemonOptions,
  node: DaemonNode,
  nodeImages: Informer<KubeObject>,
): () => void {
  const { clock } = client;
  const begun = new Set<string>();
  const stopping = new AbortController();
  let writing: Promise<unknown> = Promise.resolve();

  function report(name: string, status: TagStatus): Promise<unknown> {
    writing = writing.then(async () => {
      const path = client.pathOf('nodeimages', { metadata: { name: node.name } } as KubeObject);
      const current = stopping.signal.aborted ? null : await client.get(path);
      if (!current) return;
      const images = fieldsOf(fieldsOf(current.status).imageStatuses);
      const tags = withTag(listOf(fieldsOf(images[name]).tags) as TagStatus[], status);
      await client.merge(`${path}/status`, { status: { imageStatuses: { [name]: { tags } } } });
    });
    return writing;
  }

  async function pull(name: string, spec: TagSpec): Promise<void> {
    const { tag, version, pullPolicy } = spec;
    const startTime = timestamp(clock.now());
    const ended = (phase: TagStatus['phase'], more: object) =>
      report(name, { tag, version, phase, startTime, completionTime: timestamp(clock.now()), ...more });
    await report(name, { tag, version, phase: 'Pulling', startTime });
    const full = `${name}:${tag}`;
    const image = parseImageName(full);
    if (image && node.images.find(image)) {
      await ended('Succeeded', { progress: 100 });
      return;
    }
    let message = `couldn't parse image name "${full}": invalid reference format`;
    for (let tries = 0; tries <= (pullPolicy?.backoffLimit ?? 3); tries += 1) {
      if (image) {
        const result = registries.pull(image, new Map(), clock.now());
        if (result.ok && reportsProgress) {
          await pause(clock, result.ms / 2, stopping.signal);
          await report(name, { tag, version, phase: 'Pulling', startTime, progress: 50 });
          await pause(clock, result.ms / 2, stopping.signal);
        } else await pause(clock, result.ms, stopping.signal);
        if (stopping.signal.aborted) return;
        if (result.ok) {
          node.images.load(image, result.content);
          await ended('Succeeded', { progress: 100, imageID: `${name}@${result.content.id}` });
          return;
        }
        message = `Failed to pull image reference "${full}": ${result.text}`;
      }
      // also after the last try, before it is told
      await pause(clock, Math.min(30_000, firstPause * 2 ** tries), stopping.signal);
    }
    await ended('Failed', { message });
  }

  const unfollow = nodeImages.onChange((nodeImage) => {
    if (nodeImage?.metadata.name !== node.name) return;
    for (const [name, spec] of wantedTags(nodeImage)) {
      const key = `${name}:${spec.tag} ${String(spec.version)}`;
      const told = reportedTag(nodeImage, name, spec.tag);
      if (begun.has(key) || (told?.version === spec.version && told.completionTime !== undefined)) continue;
      begun.add(key);
      void pull(name, spec);
    }
  });
  return () => {
    stopping.abort();
    unfollow();
  };
}
