import { randomBytes } from 'node:crypto';
import type { Login } from './testCluster';

/** A login that nothing has yet. */
export function makeLogin(): Login {
  return { username: 'puller', password: randomBytes(12).toString('hex') };
}
