import { say } from '../../electron/bootstrap/say.mjs';

/** Of one client in one round. */
const tries = 3;

/**
 * A server on a busy machine ends the watch of a client that it takes for slow, and most clients here take no care of
 * that: then once more. Null after some tries: the others' figures are worth having all the same.
 */
export async function stubbornly<T>(name: string, play: () => Promise<T>): Promise<T | null> {
  for (let left = tries; left > 0; left -= 1) {
    try {
      return await play();
    } catch (error) {
      say(`${name} failed${left > 1 ? ', once more' : ' AND IS MISSING IN THIS ROUND'}: ${String(error)}`);
    }
  }
  process.exitCode = 1;
  return null;
}
