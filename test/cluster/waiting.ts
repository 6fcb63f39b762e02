import { setTimeout as delay } from 'node:timers/promises';

/**
 * The first answer of `check` that is not false, null or undefined. Asks again every `everyMs` (50 when absent).
 * @throws Error naming `what` and the last answer or error, after `limitMs`
 */
export async function waitFor<T>(
  what: string,
  limitMs: number,
  check: () => Promise<T> | T,
  { everyMs = 50 }: { readonly everyMs?: number } = {},
): Promise<Exclude<T, false | null | undefined>> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const answer = await check();
    if (answer !== false && answer !== null && answer !== undefined) {
      return answer as Exclude<T, false | null | undefined>;
    }
    if (performance.now() > deadline) throw new Error(`${what}: not within ${String(limitMs / 1000)} s`);
    await delay(everyMs);
  }
}
