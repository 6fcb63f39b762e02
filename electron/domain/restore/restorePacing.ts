import { nextCheck, nextFree } from './restore';
import type { Restore, RestoreLimits } from './restoreState';

/** What is done without a click, and for which namespaces' pods what is known of them is of now. */
export interface ByItself {
  readonly checks: boolean;
  readonly frees: boolean;
  readonly restores: boolean;
  readonly sees: (namespace: string) => boolean;
}

/** Pods to act on now, by uid, and when the next is due, in milliseconds since the epoch. */
export interface DueRestores {
  readonly checks: readonly string[];
  readonly frees: readonly string[];
  readonly restores: readonly string[];
  readonly next: number | null;
}

/** Pull pods at one time; more would only queue on the nodes, and show a registry a crowd. */
const mostChecks = 5;
/** Restarts at one time, in a whole context. */
const mostRestores = 5;
/** How long a check waits for its turn at least, in milliseconds. */
const turn = 5_000;

/**
 * What is due of the pods that are seen, as far as it is to be done without a click: a try that comes to nothing for want
 * of a connection would only make the pauses longer.
 */
export function dueRestores(
  all: readonly Restore[],
  { checks, frees, restores, sees }: ByItself,
  now: number,
  limits: RestoreLimits,
): DueRestores {
  const seen = all.filter(({ namespace }) => sees(namespace));
  const times: number[] = [];
  const due = { checks: [] as string[], frees: [] as string[] };
  let checking = all.filter(({ state }) => state.is === 'checking').length;
  for (const restore of seen) {
    const check = checks ? nextCheck(restore, limits) : null;
    if (check !== null && check <= now && checking < mostChecks) {
      checking += 1;
      due.checks.push(restore.podUid);
    } else if (check !== null) times.push(Math.max(check, now + turn));
    const free = frees ? nextFree(restore) : null;
    if (free !== null && free <= now) due.frees.push(restore.podUid);
    else if (free !== null) times.push(free);
  }
  // what was proven long ago is proven anew first, and then goes back by itself only if that is still wished
  const proven: string[] = [];
  for (const restore of restores ? restoredByThemselves(all, sees) : [])
    if (!isProvenLongAgo(restore, now, limits)) proven.push(restore.podUid);
    else if (checking < mostChecks) {
      checking += 1;
      due.checks.push(restore.podUid);
    } else times.push(now + turn);
  const next = times.length === 0 ? null : times.reduce((first, time) => Math.min(first, time));
  return { ...due, restores: proven, next };
}

/**
 * What is proven, one pod of an owner at a time, the next one when the former is ready again. Where one did not start,
 * its owner's others are left to a person: they would not start either.
 */
function restoredByThemselves(all: readonly Restore[], sees: ByItself['sees']): readonly Restore[] {
  const busy = new Set(all.filter(holdsUp).map(workloadOf));
  let left = mostRestores - all.filter(isUnderWay).length;
  return all.flatMap((restore) => {
    const workload = workloadOf(restore);
    if (restore.state.is !== 'ready' || left <= 0 || busy.has(workload) || !sees(restore.namespace)) return [];
    busy.add(workload);
    left -= 1;
    return [restore];
  });
}

function isProvenLongAgo({ state }: Restore, now: number, { proofHolds }: RestoreLimits): boolean {
  return state.is === 'ready' && now - state.at > proofHolds;
}

function holdsUp(restore: Restore): boolean {
  const { state, burnt, inService } = restore;
  if (state.is === 'free') return state.how === 'restored' && !inService;
  return burnt || isUnderWay(restore);
}

function isUnderWay({ state }: Restore): boolean {
  return state.is === 'restoring' || (state.is === 'checking' && state.then === 'restore');
}

function workloadOf({ podUid, namespace, owner }: Restore): string {
  return owner === null ? podUid : `${namespace} ${owner}`;
}
