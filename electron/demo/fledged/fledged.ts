import type { Clock } from '../../engine/ports';
import type { ApiConnection } from '../../kube/apiConnection';
import { ClusterClient, inNamespace, paths } from '../controllers/clusterClient';
import { jobLabels, looksPresent, pullJob, pullsAlways, verdictOf } from './fledgedJob';
import { startGarbageCollector } from '../controllers/garbageCollector';
import type { Fields, KubeObject, Node, Pod } from '../objects';
import { fieldsOf, keyOf, listOf, sameJson, timestamp } from '../objects';
import { Reconciler } from '../controllers/reconciler';

export interface FledgedOptions {
  readonly api: ApiConnection;
  /** Image of the init container of every pull. */
  readonly helperImage: string;
  readonly clock: Clock;
  /** Milliseconds. The defaults are kube-fledged's: 5 minutes and 15 minutes. */
  readonly timings?: { readonly pullDeadlineMs?: number; readonly refreshMs?: number };
}

interface Pull {
  readonly image: string;
  readonly node: string;
  readonly jobUid: string;
}

/** One object that is being worked on. */
interface Run {
  readonly uid: string;
  readonly startTime: string;
  readonly pulls: readonly Pull[];
  readonly deadline: number;
}

interface Failure {
  readonly image: string;
  readonly node: string;
  readonly reason: string;
  readonly message: string;
}

const refreshAnnotation = 'kubefledged.io/refresh-imagecache';

/**
 * kube-fledged 0.10's controller as its code behaves, flaws included. Left out is what takes images away from
 * nodes: the purge annotation, and images that are removed from a list.
 */
export async function startFledged(options: FledgedOptions): Promise<{ stop(): void }> {
  const { clock } = options;
  const pullDeadline = options.timings?.pullDeadlineMs ?? 5 * 60_000;
  const refreshEvery = options.timings?.refreshMs ?? 15 * 60_000;
  const client = new ClusterClient(options.api, clock);
  const caches = client.informer<KubeObject>('imagecaches');
  const jobs = client.informer<KubeObject>('jobs');
  const nodes = client.informer<Node>('nodes');
  const pods = client.informer<Pod>('pods');
  await Promise.all([caches, jobs, nodes, pods].map(({ synced }) => synced));

  const runs = new Map<string, Run>();
  /** By the object's name alone: objects of one name in two namespaces see each other's results. */
  const failures = new Map<string, Failure[]>();
  /** Objects that are to be worked on although they have a status. */
  const asked = new Map<string, 'ImageCacheUpdate' | 'ImageCacheRefresh'>();

  function ask(cache: KubeObject, why: 'ImageCacheUpdate' | 'ImageCacheRefresh'): void {
    asked.set(keyOf(cache), why);
    queue.add(keyOf(cache));
  }

  const queue = new Reconciler(clock, async (key) => {
    const cache = caches.get(key);
    const run = runs.get(key);
    if (!cache || cache.metadata.deletionTimestamp) {
      runs.delete(key);
      return;
    }
    if (run && run.uid === cache.metadata.uid) {
      await check(key, cache, run);
      return;
    }
    runs.delete(key);
    const why = asked.get(key);
    asked.delete(key);
    if (statusOf(cache) === '') await begin(key, cache, 'ImageCacheCreate');
    else if (why) await begin(key, cache, why);
    else if (cache.metadata.annotations?.[refreshAnnotation] !== undefined) {
      await client.merge(client.pathOf('imagecaches', cache), {
        metadata: { annotations: { [refreshAnnotation]: null } },
      });
      await begin(key, cache, 'ImageCacheRefresh');
    }
  });

  async function begin(key: string, cache: KubeObject, reason: string): Promise<void> {
    const { namespace = '', name, uid = '' } = cache.metadata;
    const spec = fieldsOf(cache.spec);
    const now = clock.now();
    const startTime = timestamp(now);
    const processing = {
      status: 'Processing',
      reason,
      message: 'Images are being pulled on to the nodes. Please view the status after some time',
      startTime,
    };
    const written = await writeStatus(cache, processing);
    if (!written) return;
    failures.set(name, []);
    const pulls: Pull[] = [];
    let wanted = 0;
    for (const list of listOf(spec.cacheSpec).map(fieldsOf)) {
      for (const node of nodes.list().filter((candidate) => matches(candidate, fieldsOf(list.nodeSelector)))) {
        for (const image of listOf(list.images).map(String)) {
          if (!pullsAlways(image) && looksPresent(image, node)) {
            wanted += 1;
            continue;
          }
          const manifest = pullJob(cache, image, node, options.helperImage, spec.imagePullSecrets);
          // quota, pod security, a name too long for a label: a Job that could not be made counts for nothing
          const job = await client.create(inNamespace(paths.jobs, namespace), manifest, [400, 403, 404, 422]);
          if (!job) continue;
          wanted += 1;
          pulls.push({ image, node: node.metadata.name, jobUid: job.metadata.uid ?? '' });
        }
      }
    }
    if (wanted === 0) {
      await finish(key, cache, startTime, {
        status: 'NoImagesPulledOrDeleted',
        reason: 'NoImagesPulledOrDeleted',
        message: 'No images were pulled/deleted to/from nodes: nodeSelector specified did not match any nodes',
      });
      return;
    }
    const run = { uid, startTime, pulls, deadline: clock.now() + pullDeadline };
    runs.set(key, run);
    await check(key, cache, run);
  }

  /** Ends the work on an object when all of its Jobs have ended, or its time is up. */
  async function check(key: string, cache: KubeObject, run: Run): Promise<void> {
    const { name } = cache.metadata;
    const known = new Map(jobs.list().map((job) => [job.metadata.uid, job]));
    const left = run.deadline - clock.now();
    const verdicts = run.pulls.map((pull) => {
      const job = known.get(pull.jobUid);
      return { pull, job, verdict: job ? verdictOf(job, pods.list()) : null };
    });
    if (left > 0 && verdicts.some(({ verdict }) => !verdict || verdict.ok === null)) {
      queue.addAfter(key, left);
      return;
    }
    const mine = failures.get(name) ?? [];
    failures.set(name, mine);
    for (const { pull, verdict } of verdicts) {
      if (verdict?.ok === true) continue;
      const { image, node } = pull;
      mine.push({
        image,
        node,
        reason: verdict?.reason ?? 'Pending',
        message: verdict?.message ?? 'Check if node is ready',
      });
    }
    for (const { job } of verdicts) {
      if (job) await client.delete(client.pathOf('jobs', job), { propagationPolicy: 'Background' });
    }
    const byImage: Record<string, Fields[]> = {};
    for (const { image, ...failure } of mine) (byImage[image] ??= []).push(failure);
    await finish(key, cache, run.startTime, {
      ...(mine.length === 0
        ? {
            status: 'Succeeded',
            reason: 'ImagesPulledSuccessfully',
            message: 'All requested images pulled succesfully to respective nodes',
          }
        : {
            status: 'Failed',
            reason: 'ImagePullFailedForSomeImages',
            message: 'Image pull failed for some images. Please see "failures" section',
            failures: byImage,
          }),
    });
  }

  /** A final status that could not be written is never tried again: the object stays Processing. */
  async function finish(key: string, cache: KubeObject, startTime: string, status: Fields): Promise<void> {
    runs.delete(key);
    await writeStatus(cache, { ...status, startTime, completionTime: timestamp(clock.now()) });
  }

  /** Reads the object and writes all of it back, as the status is no subresource. */
  async function writeStatus(cache: KubeObject, status: Fields): Promise<boolean> {
    const path = client.pathOf('imagecaches', cache);
    const current = await client.get(path);
    if (!current || current.metadata.uid !== cache.metadata.uid) return false;
    const { status: code } = await client.api.request({ method: 'PUT', path, body: { ...current, status } });
    return code < 300;
  }

  function refreshAll(): void {
    for (const cache of caches.list()) {
      if (statusOf(cache) !== 'Processing' && statusOf(cache) !== '') ask(cache, 'ImageCacheRefresh');
    }
  }

  // what an earlier controller left behind: its Jobs go, what it was working on is begun anew
  for (const job of jobs.list()) {
    if (job.metadata.labels?.kubefledged === jobLabels.kubefledged) {
      await client.delete(client.pathOf('jobs', job), { propagationPolicy: 'Background' });
    }
  }
  for (const cache of caches.list().filter((known) => statusOf(known) === 'Processing')) {
    const message = 'Image cache processing aborted. Image cache will get refreshed during next refresh cycle';
    await writeStatus(cache, { ...fieldsOf(cache.status), status: 'Aborted', reason: 'ImageCacheAborted', message });
    ask(cache, 'ImageCacheRefresh');
  }

  const unfollow = [
    caches.onChange((after, before) => {
      const cache = after ?? before;
      if (!cache) return;
      const changed = after && before && !sameJson(after.spec, before.spec);
      // a changed spec is ignored while the object is being worked on
      if (changed && statusOf(after) !== 'Processing') ask(after, 'ImageCacheUpdate');
      else queue.add(keyOf(cache));
    }),
    jobs.onChange((after) => {
      const name = after?.metadata.labels?.imagecache;
      if (after && name !== undefined) queue.add(`${after.metadata.namespace ?? ''}/${name}`);
    }),
    startGarbageCollector(
      client,
      new Map([
        ['imagecaches', caches],
        ['jobs', jobs],
      ]),
      false,
    ),
  ];
  let cancelRefresh = clock.after(refreshEvery, function refresh() {
    refreshAll();
    cancelRefresh = clock.after(refreshEvery, refresh);
  });
  return {
    stop() {
      cancelRefresh();
      for (const stop of unfollow) stop();
      queue.stop();
      client.stop();
    },
  };
}

function statusOf(cache: KubeObject): string {
  const { status } = fieldsOf(cache.status);
  return typeof status === 'string' ? status : '';
}

function matches(node: Node, selector: Fields): boolean {
  const labels = node.metadata.labels ?? {};
  return Object.entries(selector).every(([label, value]) => labels[label] === value);
}
