import type { ClusterClient } from './clusterClient';
import { inNamespace, paths } from './clusterClient';
import type { Informer } from './informer';
import type { Fields, KubeObject, Pod, PodTemplate } from '../objects';
import { controllerOf, fieldsOf, keyOf, listOf, textOf, timestamp } from '../objects';
import { podFrom } from './ownership';
import { Reconciler } from './reconciler';
import { statusPatch } from '../apiServer/statusPatch';

/**
 * Jobs with one pod at a time: a failed pod is replaced until `backoffLimit` is used up, a deadline ends the
 * Job. A pod that only waits for its image is neither.
 */
export function startJobs(client: ClusterClient, jobs: Informer<KubeObject>, pods: Informer<Pod>): () => void {
  /** The pod that was made for a Job, until the watch shows it. */
  const coming = new Map<string, string>();

  const queue = new Reconciler(client.clock, async (key) => {
    const job = jobs.get(key);
    if (!job || job.metadata.deletionTimestamp) return;
    const { uid = '', namespace = '' } = job.metadata;
    const spec = fieldsOf(job.spec);
    if (isOver(job)) {
      const left = timeLeft(job, client.clock.now());
      if (left === null) return;
      if (left > 0) queue.addAfter(key, left);
      else await client.delete(client.pathOf('jobs', job), { propagationPolicy: 'Background', preconditions: { uid } });
      return;
    }
    const before = fieldsOf(job.status);
    const now = client.clock.now();
    const startTime = typeof before.startTime === 'string' ? before.startTime : timestamp(now);
    const mine = pods.list().filter((pod) => controllerOf(pod)?.uid === uid);
    if (mine.some((pod) => pod.metadata.uid === coming.get(uid))) coming.delete(uid);
    const ended = (phase: string) => mine.filter((pod) => pod.status?.phase === phase);
    const active = mine.filter((pod) => !['Succeeded', 'Failed'].includes(pod.status?.phase ?? ''));
    const succeeded = ended('Succeeded').length;
    const failed = ended('Failed').length;
    const deadline = Number(spec.activeDeadlineSeconds ?? Infinity) * 1000;
    const age = now - Date.parse(startTime);
    let end: [type: string, reason: string, message: string] | null = null;
    if (succeeded >= Number(spec.completions ?? 1))
      end = ['Complete', 'CompletionsReached', 'Reached expected number of succeeded pods'];
    else if (age >= deadline) end = ['Failed', 'DeadlineExceeded', 'Job was active longer than specified deadline'];
    else if (failed > Number(spec.backoffLimit ?? 6)) {
      end = ['Failed', 'BackoffLimitExceeded', 'Job has reached the specified backoff limit'];
    }
    if (end) {
      for (const pod of active) await client.delete(client.pathOf('pods', pod));
    } else {
      if (Number.isFinite(deadline)) queue.addAfter(key, deadline - age);
      if (active.length === 0 && !coming.has(uid) && spec.suspend !== true) {
        const made = await client.create(
          inNamespace(paths.pods, namespace),
          podFrom(spec.template as PodTemplate, job),
          [403],
        );
        if (made?.metadata.uid) coming.set(uid, made.metadata.uid);
      }
    }
    const status: Fields = {
      startTime,
      active: end ? 0 : active.length + (coming.has(uid) ? 1 : 0),
      succeeded,
      failed: end?.[0] === 'Failed' ? failed + active.length : failed,
      ready: 0,
      ...(end?.[0] === 'Complete' && { completionTime: timestamp(now) }),
      ...(end && { conditions: conditions(end, timestamp(now)) }),
    };
    const patch = statusPatch(before, status);
    if (patch) await client.merge(client.pathOf('jobs', job, 'status'), patch);
  });

  const unfollow = [
    jobs.onChange((after, before) => {
      if (after) queue.add(keyOf(after));
      else if (before) coming.delete(before.metadata.uid ?? '');
    }),
    pods.onChange((after, before) => {
      const pod = after ?? before;
      const owner = pod && controllerOf(pod);
      if (pod && owner?.kind === 'Job') queue.add(`${pod.metadata.namespace ?? ''}/${owner.name}`);
    }),
  ];
  return () => {
    for (const stop of unfollow) stop();
    queue.stop();
  };
}

/** Milliseconds until a Job that is over goes by itself; null where it stays. */
function timeLeft(job: KubeObject, now: number): number | null {
  const { ttlSecondsAfterFinished: ttl } = fieldsOf(job.spec);
  if (typeof ttl !== 'number') return null;
  const ended = listOf(fieldsOf(job.status).conditions)
    .map(fieldsOf)
    .find(({ type }) => type === 'Complete' || type === 'Failed');
  return Date.parse(textOf(ended?.lastTransitionTime)) + ttl * 1000 - now;
}

/** The API server wants the interim condition along with the final one. */
function conditions([type, reason, message]: [string, string, string], now: string): Fields[] {
  const interim = type === 'Complete' ? 'SuccessCriteriaMet' : 'FailureTarget';
  const rest = { status: 'True', lastProbeTime: now, lastTransitionTime: now, reason, message };
  return [
    { type: interim, ...rest },
    { type, ...rest },
  ];
}

/** Whether a Job has ended, and how. */
export function isOver(job: KubeObject): 'Complete' | 'Failed' | null {
  for (const condition of listOf(fieldsOf(job.status).conditions).map(fieldsOf)) {
    if (condition.status !== 'True') continue;
    if (condition.type === 'Complete' || condition.type === 'Failed') return condition.type;
  }
  return null;
}
