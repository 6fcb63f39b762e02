/**
 * Waits until `check` gives a value that is not null, undefined or false, and gives it back. An error of `check`
 * counts as "not yet". Fails after `limitMs` with the last thing that was seen.
 */
export async function eventually<T>(
  check: () => T | Promise<T>,
  limitMs = 30_000,
): Promise<NonNullable<Exclude<T, false>>> {
  const end = Date.now() + limitMs;
  let seen: unknown;
  for (;;) {
    try {
      const value = await check();
      if (value !== null && value !== undefined && value !== false) return value as NonNullable<Exclude<T, false>>;
      seen = value;
    } catch (error) {
      seen = error;
    }
    if (Date.now() > end) {
      throw new Error(`not so within ${String(limitMs)} ms; last seen: ${String(seen)}`, { cause: seen });
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
