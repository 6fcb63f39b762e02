import type { ContainerSnapshot, PodSnapshot } from '../podSnapshot';

/**
 * Whether a container has ended for good, so that its own image text can be put back for nothing. The kubelet
 * (computePodActions and computeInitContainerActions of its kuberuntime) looks at a changed text of
 *
 * - a container that runs: it is killed, and started anew from the new text; never free;
 * - a container that waits, for its image or for the end of a crash's pause: it is started from the new text. Where the
 *   original cannot be had that would be a failure that was not there, and where its image fails it is a rescue's
 *   business; not free;
 * - a container that has ended and is started anew: the same; not free;
 * - an ordinary init container that has succeeded: not looked at, also while those after it still wait; free;
 * - a container that has ended and is not to be restarted (policy Never, or OnFailure after a success; a Job's pod): not
 *   looked at; free;
 * - any container of a pod that has finished: free.
 *
 * A new sandbox, after a restart of its node, runs a pod's init containers again; from the original then, as it would
 * be for a new pod.
 */
export function hasEnded(pod: Pick<PodSnapshot, 'phase'>, container: ContainerSnapshot): boolean {
  if (pod.phase === 'Succeeded' || pod.phase === 'Failed') return true;
  const { state, kind, restartPolicy } = container;
  if (state.is !== 'terminated') return false;
  if (restartPolicy === 'Never') return true;
  return state.exitCode === 0 && (restartPolicy === 'OnFailure' || kind === 'init');
}

/**
 * The restart count of the container's next start, since the status goes on telling of the old one for a moment after a
 * change; null when it has ended.
 */
export function nextStartOf(pod: Pick<PodSnapshot, 'phase'>, container: ContainerSnapshot): number | null {
  if (hasEnded(pod, container)) return null;
  const { state, restartCount, imageId } = container;
  const neverRan = state.is !== 'running' && restartCount === 0 && imageId === '';
  return neverRan ? 0 : restartCount + 1;
}
