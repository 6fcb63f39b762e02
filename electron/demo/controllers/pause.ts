import type { Clock } from '../../engine/ports';

/** Resolves after `ms`, or as soon as the signal is aborted. */
export function pause(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) {
      resolve();
      return;
    }
    const cancel = clock.after(ms, done);
    function done() {
      signal?.removeEventListener('abort', abandon);
      resolve();
    }
    function abandon() {
      cancel();
      resolve();
    }
    signal?.addEventListener('abort', abandon, { once: true });
  });
}
