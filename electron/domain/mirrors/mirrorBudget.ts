import type { MirrorView, UseOfLimit } from '../appState';

/** What was asked of one mirror's host, as times in milliseconds since the epoch, oldest first. */
export interface MirrorUse {
  readonly requests: readonly number[];
  readonly errors: readonly number[];
}

/** What a mirror is known to ban or to refuse for; null where nothing is known. */
export interface MirrorLimits {
  readonly requestsPerMinute: number | null;
  /** Answers 403, 404, 429 and 5xx. */
  readonly errorsInTwoDays: number | null;
  readonly pulls: number | null;
}

/** Why nothing new is asked of a mirror, and until when where a time is known. */
export type MirrorStop = NonNullable<MirrorView['stopped']>;

export const noUse: MirrorUse = { requests: [], errors: [] };
export const noLimits: MirrorLimits = { requestsPerMinute: null, errorsInTwoDays: null, pulls: null };

/** In milliseconds. */
const requestWindow = 60_000;
const errorWindow = 2 * 24 * 3_600_000;
/** What a mirror bans for is kept away from: others behind the same address ask it too. */
const share = 0.8;
/** Of a mirror without limits no more is remembered than anybody wants to know. */
const remembered = 10_000;

/**
 * The requests that one pull counts for. The runtime begins with a HEAD of the tag, and gets the index, the manifest of
 * its platform and the configuration. The layers come after these a few at a time, as slowly as the mirror lets them,
 * so that a minute sees few of them; and the token is another host's.
 */
export const requestsPerPull = 4;

/** What an availability probe asks of the mirror's own host: the API's root, the tag, its digest. */
export const requestsPerProbe = 3;

/** And where it is to tell the image's size: the manifest of one platform besides. */
export const requestsPerSizeProbe = 4;

/** What was asked with so many requests and errors of this moment added, and without what counts no more. */
export function added(use: MirrorUse, requests: number, errors: number, now: number): MirrorUse {
  return {
    requests: appended(since(use.requests, now - requestWindow), requests, now),
    errors: appended(since(use.errors, now - errorWindow), errors, now),
  };
}

/**
 * What was noted before, put in order: a clock that was wrong for a while has left times behind that are still to come,
 * and would stop a mirror for years.
 */
export function recalled({ requests, errors }: MirrorUse, now: number): MirrorUse {
  const ordered = (times: readonly number[]) => times.map((time) => Math.min(time, now)).sort((a, b) => a - b);
  return added({ requests: ordered(requests), errors: ordered(errors) }, 0, 0, now);
}

/**
 * Whether a mirror has been asked enough. Each pull under way may yet become an error, so it counts as one until it has
 * ended; that alone has no known end. Of several reasons the one that lasts longest is told.
 */
export function stopOf(use: MirrorUse, pulls: number, limits: MirrorLimits, now: number): MirrorStop | null {
  const stops = [
    stopBy('errors', since(use.errors, now - errorWindow), pulls, limits.errorsInTwoDays, errorWindow),
    stopBy('requests', since(use.requests, now - requestWindow), 0, limits.requestsPerMinute, requestWindow),
    stopBy('pulls', [], pulls, limits.pulls, 0),
  ].filter((stop) => stop !== null);
  const [longest] = stops.sort((a, b) => (b.until ?? 0) - (a.until ?? 0));
  return longest ?? null;
}

export function mirrorView(host: string, use: MirrorUse, pulls: number, limits: MirrorLimits, now: number): MirrorView {
  const shown = (used: number, limit: number | null): UseOfLimit => ({ used, stopsAt: lineOf(limit) });
  return {
    host,
    requests: shown(since(use.requests, now - requestWindow).length, limits.requestsPerMinute),
    errors: shown(since(use.errors, now - errorWindow).length, limits.errorsInTwoDays),
    pulls: shown(pulls, limits.pulls),
    stopped: stopOf(use, pulls, limits, now),
  };
}

/** Until when: the moment at which so many have dropped out of the window that it is below the line again. */
function stopBy(
  by: MirrorStop['by'],
  times: readonly number[],
  pending: number,
  limit: number | null,
  window: number,
): MirrorStop | null {
  const line = lineOf(limit);
  if (line === null || times.length + pending < line) return null;
  const last = times[times.length - line];
  return { by, until: last === undefined ? null : last + window };
}

/** Where it stops; a limit that is too small for a share of it allows one. */
function lineOf(limit: number | null): number | null {
  return limit === null ? null : Math.max(1, Math.floor(limit * share));
}

/** Times after `start`; the times are in order. */
function since(times: readonly number[], start: number): readonly number[] {
  const first = times.findIndex((time) => time > start);
  return first < 0 ? [] : times.slice(first);
}

function appended(times: readonly number[], count: number, now: number): readonly number[] {
  const all = count > 0 ? [...times, ...Array.from({ length: count }, () => now)] : times;
  return all.slice(-remembered);
}
