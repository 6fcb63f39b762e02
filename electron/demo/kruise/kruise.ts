import type { Clock } from '../../engine/ports';
import type { ApiConnection } from '../../kube/apiConnection';
import { ClusterClient, paths } from '../controllers/clusterClient';
import { Reconciler } from '../controllers/reconciler';
import { until } from '../fledged/fledgedInstall';
import type { RegistryWorld } from '../node/registryWorld';
import type { Fields, KubeObject, Node } from '../objects';
import { fieldsOf, keyOf, listOf, sameJson, textOf, timestamp } from '../objects';
import { kruiseDefinitions } from './crd';
import { startDaemon, type DaemonNode } from './daemon';
import { keyOfImage, reportedTag, wantedTag, wantedTags, withTag, type TagSpec } from './nodeImages';

export interface KruiseOptions {
  readonly api: ApiConnection;
  readonly clock: Clock;
  /** The nodes that have OpenKruise's daemon. */
  readonly nodes: readonly DaemonNode[];
  readonly registries: RegistryWorld;
  readonly reportsProgress?: boolean;
}

const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

/**
 * As much of OpenKruise as pulls images: the controller of ImagePullJobs and the daemons of nodes, as their code behaves.
 * Left out are copies of pull secrets with the finalizer that guards them, and jobs that select nodes by labels or pods.
 */
export async function startKruise(options: KruiseOptions): Promise<{ stop(): void; uninstall(): Promise<void> }> {
  const { api, clock } = options;
  const client = new ClusterClient(api, clock);
  for (const definition of kruiseDefinitions) await client.create(definitions, definition, [409]);
  for (const path of [paths.imagepulljobs, paths.nodeimages])
    await until(clock, async () => (await api.request({ method: 'GET', path })).status === 200);

  const jobs = client.informer<KubeObject>('imagepulljobs');
  const nodeImages = client.informer<KubeObject>('nodeimages');
  const nodes = client.informer<Node>('nodes');
  await Promise.all([jobs, nodeImages, nodes].map(({ synced }) => synced));

  const queue = new Reconciler(clock, async (key) => {
    const job = jobs.get(key);
    if (!job || job.metadata.deletionTimestamp) {
      await dropOwner();
      return;
    }
    const status = fieldsOf(job.status);
    const policy = fieldsOf(fieldsOf(job.spec).completionPolicy);
    if (typeof status.completionTime === 'string') {
      const ttl = policy.ttlSecondsAfterFinished;
      if (typeof ttl !== 'number') return;
      const left = Date.parse(textOf(status.completionTime)) + ttl * 1000 - clock.now();
      if (left > 0) queue.addAfter(key, left);
      else await client.delete(client.pathOf('imagepulljobs', job));
      return;
    }
    const { next, notSynced } = statusOf(job, selected(job));
    const deadline = policy.activeDeadlineSeconds;
    if (typeof deadline === 'number') queue.addAfter(key, Date.parse(next.startTime) + deadline * 1000 - clock.now());
    await spread(job, notSynced, next.active);
    if (sameJson(next, status)) return;
    await client.merge(client.pathOf('imagepulljobs', job, 'status'), { status: next });
  });

  function selected(job: KubeObject): readonly KubeObject[] {
    const { selector } = fieldsOf(job.spec);
    if (selector === undefined) return nodeImages.list();
    const names = listOf(fieldsOf(selector).names).map(String);
    return nodeImages.list().filter(({ metadata }) => names.includes(metadata.name));
  }

  function statusOf(job: KubeObject, on: readonly KubeObject[]) {
    const { image, completionPolicy } = fieldsOf(job.spec);
    const before = fieldsOf(job.status);
    const startTime = typeof before.startTime === 'string' ? before.startTime : timestamp(clock.now());
    const key = keyOfImage(textOf(image));
    const found: Record<'notSynced' | 'pulling' | 'succeeded' | 'failed', string[]> = {
      notSynced: [],
      pulling: [],
      succeeded: [],
      failed: [],
    };
    for (const nodeImage of on) {
      const wanted = key && wantedTag(nodeImage, key.name, key.tag);
      const isMine = wanted?.ownerReferences.some(({ uid }) => uid === job.metadata.uid) === true;
      const told = key && isMine ? reportedTag(nodeImage, key.name, key.tag) : undefined;
      const phase = told?.version === wanted?.version ? told?.phase : undefined;
      const kind = !isMine
        ? 'notSynced'
        : phase === 'Succeeded'
          ? 'succeeded'
          : phase === 'Failed'
            ? 'failed'
            : 'pulling';
      found[kind].push(nodeImage.metadata.name);
    }
    const deadline = Number(fieldsOf(completionPolicy).activeDeadlineSeconds ?? Infinity) * 1000;
    const isLate = clock.now() - Date.parse(startTime) >= deadline;
    const failed = isLate ? [...found.failed, ...found.pulling, ...found.notSynced] : found.failed;
    const isOver = on.length === found.succeeded.length + failed.length;
    const next = {
      startTime,
      desired: on.length,
      active: isOver ? 0 : found.pulling.length,
      succeeded: found.succeeded.length,
      failed: failed.length,
      ...(isOver && { completionTime: timestamp(clock.now()) }),
      ...(failed.length > 0 && { failedNodes: [...failed].sort() }),
      message: isLate
        ? 'job exceeds activeDeadlineSeconds'
        : isOver
          ? 'job is completed'
          : `job is running, progress ${String(found.succeeded.length + failed.length)}/${String(on.length)}`,
    };
    return { next, notSynced: isOver ? [] : found.notSynced };
  }

  /** Tells as many more nodes as may pull at one time; one at a time where the job does not say. */
  async function spread(job: KubeObject, notSynced: readonly string[], active: number): Promise<void> {
    const { image, parallelism, pullPolicy } = fieldsOf(job.spec);
    const key = keyOfImage(textOf(image));
    const room = Number(parallelism ?? 1) - active;
    if (!key || room <= 0) return;
    const { namespace = '', name, uid = '' } = job.metadata;
    const owner = { apiVersion: job.apiVersion, kind: job.kind, namespace, name, uid };
    for (const node of notSynced.slice(0, room)) {
      const nodeImage = nodeImages.list().find(({ metadata }) => metadata.name === node);
      if (!nodeImage) continue;
      const known = wantedTag(nodeImage, key.name, key.tag);
      const told = reportedTag(nodeImage, key.name, key.tag);
      const tag: TagSpec = {
        ...(known ?? { tag: key.tag, pullPolicy: fieldsOf(pullPolicy) }),
        // a new version is a new round of pulling
        version: known ? known.version + 1 : (told?.version ?? -1) + 1,
        ownerReferences: [...(known?.ownerReferences ?? []), owner],
      };
      await writeTags(nodeImage, key.name, (tags) => withTag(tags, tag));
    }
  }

  async function writeTags(
    nodeImage: KubeObject,
    name: string,
    change: (tags: readonly TagSpec[]) => readonly TagSpec[],
  ) {
    const images = fieldsOf(fieldsOf(nodeImage.spec).images);
    const tags = change(listOf(fieldsOf(images[name]).tags) as TagSpec[]);
    const { resourceVersion = '' } = nodeImage.metadata;
    await client.merge(client.pathOf('nodeimages', nodeImage), {
      metadata: { resourceVersion },
      spec: { images: { [name]: tags.length === 0 ? null : { tags } } },
    });
  }

  /** A wish without a job is none any more. */
  async function dropOwner(): Promise<void> {
    const live = new Set(jobs.list().map(({ metadata }) => metadata.uid));
    for (const nodeImage of nodeImages.list())
      for (const [name, { tag, ownerReferences }] of wantedTags(nodeImage))
        if (!ownerReferences.some(({ uid }) => live.has(uid)))
          await writeTags(nodeImage, name, (tags) => tags.filter((each) => each.tag !== tag));
  }

  const daemonNames = new Set(options.nodes.map(({ name }) => name));
  const unfollow = [
    nodes.onChange((node) => {
      if (!node || !daemonNames.has(node.metadata.name)) return;
      const body: Fields = {
        apiVersion: 'apps.kruise.io/v1alpha1',
        kind: 'NodeImage',
        metadata: { name: node.metadata.name },
        spec: {},
      };
      void client.create(paths.nodeimages, body, [404, 409]);
    }),
    jobs.onChange((after, before) => {
      const job = after ?? before;
      if (job) queue.add(keyOf(job));
    }),
    nodeImages.onChange(() => {
      for (const job of jobs.list()) queue.add(keyOf(job));
    }),
    ...options.nodes.map((node) =>
      startDaemon(
        { client, registries: options.registries, reportsProgress: options.reportsProgress ?? false },
        node,
        nodeImages,
      ),
    ),
  ];
  await until(clock, () => Promise.resolve(nodeImages.list().length >= options.nodes.length));
  function stop(): void {
    for (const end of unfollow) end();
    queue.stop();
    client.stop();
  }
  return {
    stop,
    async uninstall() {
      stop();
      for (const { metadata } of kruiseDefinitions) await client.delete(`${definitions}/${metadata.name}`);
      await until(clock, async () => (await api.request({ method: 'GET', path: paths.imagepulljobs })).status === 404);
    },
  };
}
