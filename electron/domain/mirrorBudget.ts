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
