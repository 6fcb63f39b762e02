import type { ContainerSnapshot } from '../podSnapshot';
import { imageReasons } from '../diagnosis/pullFailure';

/**
 * Tells the kubelet's attempts apart: it shows an attempt's own reason until it waits for the next one, and then
 * ImagePullBackOff. `armed`: one of these containers was seen waiting before, so that the next reason of its own is of a
 * new attempt.
 */
export function attemptSeen(
  containers: readonly ContainerSnapshot[],
  armed: boolean,
): { readonly armed: boolean; readonly failedAgain: boolean } {
  const reasons = containers.flatMap(({ state }) =>
    state.is === 'waiting' && imageReasons.has(state.reason) ? state.reason : [],
  );
  const waits = reasons.includes('ImagePullBackOff');
  // pull policy Never: nothing tells one look of the kubelet from the next
  const fails = reasons.some((reason) => reason !== 'ImagePullBackOff' && reason !== 'ErrImageNeverPull');
  if (fails) return { armed: false, failedAgain: armed };
  return { armed: armed || waits, failedAgain: false };
}
