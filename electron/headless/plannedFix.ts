import type { Candidate } from '../domain/appState';
import type { Incident } from '../domain/decision';
import type { PodSnapshot } from '../domain/podSnapshot';
import { refOf } from '../domain/kubeObject';
import { step } from '../domain/rescue/rescue';
import type { RescueEffect, RescuePlan } from '../domain/rescue/rescueState';
import { planned } from '../domain/rescue/rescueTargets';
import { putBackPatch, swapPatch } from '../domain/swap';
import type { ClusterFacts } from '../engine/clusterFacts';
import { planRescue } from '../engine/rescue/rescuePlanning';
import type { Fix } from './explanation';
import type { MissingRights } from './missingRights';

/** What a click on Fix would begin with for this pod, planned by the rescue itself; null where nothing would be done. */
export async function planFix(
  incident: Incident,
  pod: PodSnapshot,
  facts: ClusterFacts,
  missing: MissingRights,
  now: number,
): Promise<Fix | null> {
  if (incident.refusal) return null;
  // nothing is asked of a mirror here, so they stand as they are given
  const order = (candidates: readonly Candidate[]) => Promise.resolve(candidates);
  const rescue = await planRescue(incident, 'all', { facts, order }, now);
  if ('denied' in rescue) return null;
  const { plan } = rescue;
  const [target] = plan.targets;
  if (!target) return null;
  const [, effects] = step(planned(plan), { type: 'begin' });
  const cache = cacheOf(plan, effects);
  const [first] = plan.candidates;
  const patch = first
    ? swapPatch(
        pod,
        target.containers.map(({ name, image }) => ({ container: name, from: image, to: first.proxied })),
        now,
      )
    : putBackPatch(pod, target.containers);
  // the plan and the patch are of one reading of the pod, so nothing can have changed in between
  if ('changed' in patch) return null;
  if (first) await nameWhatKeepsFromCaching(facts, missing, cache);
  return {
    does: first ? 'swap' : 'put-back',
    mirrors: plan.candidates,
    ...(cache && { cache }),
    containers: target.containers.map(({ name }) => name),
    patch,
  };
}

/** What is made first of all, so that the image is pulled before the pod is changed. */
function cacheOf({ hostnames }: RescuePlan, effects: readonly RescueEffect[]): Fix['cache'] {
  const first = effects.find((effect) => effect.do === 'create-puller');
  if (!first) return undefined;
  const { kind, namespace, name } = refOf(first.manifest);
  const way = kind === 'ImageCache' ? 'image-cache' : kind === 'ImagePullJob' ? 'image-pull-job' : 'pull-pods';
  const { nodes } = first;
  const labelled = nodes.flatMap((node) => hostnames[node] ?? []);
  return { way, namespace, name, nodes, ...(way === 'image-cache' && { hostnames: labelled }) };
}

async function nameWhatKeepsFromCaching(
  facts: ClusterFacts,
  missing: MissingRights,
  cache: Fix['cache'],
): Promise<void> {
  if (cache?.way === 'image-cache') return;
  if (cache?.way === 'pull-pods') await missing.ask('create', 'pods', cache.namespace);
  const { status, namespace } = await facts.fledged();
  if (status === 'present') await missing.ask('get', 'nodes', '');
  if (status === 'denied') missing.add('create', 'imagecaches', namespace);
  if (status === 'unknown') missing.add('create', 'imagecaches', namespace, 'no answer');
}
