import pLimit from 'p-limit';

/** A story is mostly waiting: so many are told at one time. */
const width = 8;

/** Begins all of this work, a few at a time; gives how to wait for the result of each. */
export function atOnce<T, R>(items: readonly T[], work: (item: T) => Promise<R>): (item: T) => Promise<R> {
  const limit = pLimit(width);
  const results = new Map(items.map((item) => [item, limit(() => work(item))]));
  // whoever waits for it is told of its error; until then it is no unhandled one
  for (const result of results.values()) result.catch(() => undefined);
  return (item) => results.get(item) ?? Promise.reject(new Error('it has not begun'));
}
