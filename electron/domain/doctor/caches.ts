import { planCleanup } from './cleanup';
import { refOf, titleOf } from '../kubeObject';
import { labels } from '../podSnapshot';
import { isReadFailure } from '../readFailure';
import type { DoctorWords } from '../words/doctor';
import { imageCacheOf, podOf, timeOf } from './clusterObjects';
import type { DoctorChoices, DoctorFacts } from './facts';
import { found, patchOf, type Found } from './fixPlan';
import { isLiving } from './programHealth';
import type { Program } from './programs';

/** What nobody touches any more is old enough to be a leftover, and not another instance's work; milliseconds. */
const leftoverAge = 900_000;
/** kube-fledged's own where its flag is not given; milliseconds. */
const defaultDeadline = 300_000;
/** For the controller to write what came of it, in milliseconds. */
const grace = 60_000;
const refreshAnnotation = 'kubefledged.io/refresh-imagecache';

/**
 * ImageCaches that stay Processing for ever, as the controller could not write how they ended: their time is over, and
 * no pod of theirs is left. Adding the refresh annotation begins them anew; nothing else of them is changed.
 */
export function stuckFinding(facts: DoctorFacts, controller: Program | null, words: DoctorWords): Found {
  if (isReadFailure(facts.caches)) return found('stuck', 'warning', words.unread('caches', facts.caches));
  if (isReadFailure(facts.pullPods)) return found('stuck', 'warning', words.unread('pods', facts.pullPods));
  const pulling = new Set(
    facts.pullPods
      .map(podOf)
      .filter(isLiving)
      .map(({ metadata }) => `${metadata.namespace ?? ''}/${metadata.labels?.imagecache ?? ''}`),
  );
  const patience = deadlineOf(controller) + grace;
  const stuck = facts.caches.filter((cache) => {
    const { status } = imageCacheOf(cache);
    const since = timeOf(status.startTime);
    if (status.status !== 'Processing' || since === null || facts.now - since < patience) return false;
    return !pulling.has(`${cache.metadata.namespace ?? ''}/${cache.metadata.name}`);
  });
  if (stuck.length === 0)
    return found('stuck', 'ok', words.nothingStuck(facts.limits.filter(({ of }) => of !== 'ours')));
  const names = stuck.map((cache) => titleOf(refOf(cache)));
  // without a controller nobody would take the annotation up; it frees them when it starts
  if (controller?.health.is !== 'ready') return found('stuck', 'warning', words.stuckUntilController(names));
  return found('stuck', 'warning', words.stuck(names), {
    id: 'release',
    sentence: words.releaseFix(stuck.length),
    writes: stuck.map((cache) =>
      patchOf(cache, refOf(cache), { metadata: { annotations: { [refreshAnnotation]: '' } } }),
    ),
  });
}

/** What this product has made and nothing uses any more. */
export function leftoversFinding(facts: DoctorFacts, { inUse }: DoctorChoices, words: DoctorWords): Found {
  const reads = [facts.caches, ...facts.ours];
  const failures = reads.filter(isReadFailure);
  const limits = facts.limits.filter(({ of }) => of !== 'pullPods');
  const objects = reads.flatMap((read) => (isReadFailure(read) ? [] : read));
  const ours = objects.filter(({ metadata }) => metadata.labels?.[labels.managedBy] === labels.managedByValue);
  const { remove } = planCleanup({ now: facts.now, leftoverAge, ours, pods: [], journal: [] });
  const old = remove.flatMap((removal) =>
    removal.is === 'object' && !inUse(removal.object.name) ? { target: removal.object, uid: removal.uid } : [],
  );
  if (old.length === 0)
    return failures.length > 0
      ? found('leftovers', 'warning', words.unread('ours', ...failures))
      : found('leftovers', 'ok', words.noLeftovers(limits));
  return found(
    'leftovers',
    'warning',
    words.leftovers(
      old.map(({ target }) => titleOf(target)),
      limits,
    ),
    {
      id: 'clean',
      sentence: words.cleanFix(old.length),
      writes: old.map((write) => ({ verb: 'delete', ...write })),
    },
  );
}

/** How long the controller gives a pull, from its flag as Go writes durations. */
function deadlineOf(controller: Program | null): number {
  const flags = controller?.deployment.spec.template.spec.containers.flatMap(({ args }) => args) ?? [];
  const text = flags.map((flag) => /^--?image-pull-deadline-duration=(.+)$/.exec(flag)?.[1]).find((value) => value);
  return durationOf(text ?? '') ?? defaultDeadline;
}

const units: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };

function durationOf(text: string): number | null {
  if (!/^(?:\d+(?:\.\d+)?(?:h|ms|m|s))+$/.test(text)) return null;
  return [...text.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s)/g)].reduce(
    (sum, [, count, unit = '']) => sum + Number(count) * (units[unit] ?? 0),
    0,
  );
}
