import type { Diagnosis } from '../diagnosis/cause';
import { diagnose } from '../diagnosis/diagnosis';
import { imageReasons } from '../diagnosis/pullFailure';
import { isReadFailure, type ReadFailure } from '../readFailure';
import type { MirrorRule } from '../settings';
import { isSelected, podOf, type ContainerStatus, type Deployment, type Pod } from './clusterObjects';
import type { DoctorFacts } from './facts';

/** How a program of kube-fledged is doing. */
export type ProgramHealth =
  | { readonly is: 'ready' }
  | { readonly is: 'scaled-to-zero' }
  | { readonly is: 'image'; readonly image: string; readonly diagnosis: Diagnosis }
  | { readonly is: 'crashing'; readonly container: string; readonly exitCode: number; readonly reason: string }
  /** Waits for something else than its image, as the kubelet calls it. */
  | { readonly is: 'waiting'; readonly container: string; readonly reason: string }
  | { readonly is: 'unscheduled'; readonly message: string }
  | { readonly is: 'no-pods'; readonly message: string }
  | { readonly is: 'starting' }
  | { readonly is: 'unread'; readonly failure: ReadFailure };

/** Judges a Deployment by its own status, and by its pods where it is not ready. */
export function healthOf(
  deployment: Deployment,
  podsRead: DoctorFacts['pods'],
  mirrors: readonly MirrorRule[],
): ProgramHealth {
  const { spec, status } = deployment;
  if (spec.replicas === 0) return { is: 'scaled-to-zero' };
  if (status.readyReplicas > 0) return { is: 'ready' };
  if (isReadFailure(podsRead)) return { is: 'unread', failure: podsRead };
  const pods = podsRead.map(podOf).filter((pod) => isSelected(pod, spec.selector.matchLabels) && isLiving(pod));
  if (pods.length === 0) return withoutPods(deployment);
  return worstOf(pods, mirrors);
}

/** How the pods are doing that are to follow those that run, as in a rollout; null where there are none. */
export function followers(
  { spec }: Deployment,
  podsRead: DoctorFacts['pods'],
  mirrors: readonly MirrorRule[],
): ProgramHealth | null {
  if (isReadFailure(podsRead)) return null;
  const pods = podsRead
    .map(podOf)
    .filter((pod) => isSelected(pod, spec.selector.matchLabels) && isLiving(pod) && !isReady(pod));
  return pods.length === 0 ? null : worstOf(pods, mirrors);
}

function worstOf(pods: readonly Pod[], mirrors: readonly MirrorRule[]): ProgramHealth {
  // of several the one that tells most
  const told = pods.map((pod) => podTrouble(pod, mirrors));
  return told.find(({ is }) => is === 'image') ?? told.find(({ is }) => is !== 'starting') ?? { is: 'starting' };
}

/** Why a pod of this image waits, where it waits for the image; null where it does not. */
export function imageTrouble(
  pod: Pod,
  mirrors: readonly MirrorRule[],
): { readonly image: string; readonly diagnosis: Diagnosis } | null {
  const { initContainers, containers } = pod.spec;
  for (const { name, state } of statusesOf(pod)) {
    if (!state.waiting || !imageReasons.has(state.waiting.reason)) continue;
    const image = [...initContainers, ...containers].find((each) => each.name === name)?.image ?? '';
    const { reason, message } = state.waiting;
    return { image, diagnosis: diagnose({ reason, message, image, mirrors }) };
  }
  return null;
}

export function statusesOf({ status }: Pod): readonly ContainerStatus[] {
  return [...status.initContainerStatuses, ...status.containerStatuses];
}

/** Whether a pod will still do something. */
export function isLiving({ status, metadata }: Pod): boolean {
  return metadata.deletionTimestamp === undefined && status.phase !== 'Succeeded' && status.phase !== 'Failed';
}

export function isReady({ status }: Pod): boolean {
  return status.conditions.some((condition) => condition.type === 'Ready' && condition.status === 'True');
}

function withoutPods({ status }: Deployment): ProgramHealth {
  const refused = status.conditions.find(({ type, status: is }) => type === 'ReplicaFailure' && is === 'True');
  return refused ? { is: 'no-pods', message: refused.message } : { is: 'starting' };
}

function podTrouble(pod: Pod, mirrors: readonly MirrorRule[]): ProgramHealth {
  const image = imageTrouble(pod, mirrors);
  if (image) return { is: 'image', ...image };
  for (const { name, state, lastState } of statusesOf(pod)) {
    if (state.waiting?.reason === 'CrashLoopBackOff') {
      const last = lastState.terminated;
      return { is: 'crashing', container: name, exitCode: last?.exitCode ?? 0, reason: last?.reason ?? '' };
    }
    if (state.terminated && state.terminated.exitCode !== 0)
      return { is: 'crashing', container: name, exitCode: state.terminated.exitCode, reason: state.terminated.reason };
    if (state.waiting && !quiet.has(state.waiting.reason))
      return { is: 'waiting', container: name, reason: state.waiting.reason };
  }
  const unscheduled = pod.status.conditions.find(
    ({ type, status, reason }) => type === 'PodScheduled' && status === 'False' && reason === 'Unschedulable',
  );
  return unscheduled ? { is: 'unscheduled', message: unscheduled.message } : { is: 'starting' };
}

/** What every container waits for at first. */
const quiet: ReadonlySet<string> = new Set(['', 'ContainerCreating', 'PodInitializing']);
