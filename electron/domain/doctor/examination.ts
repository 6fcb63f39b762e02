/** What the doctor found in one context, in the language that was asked for. Plain data for windows and `--json`. */
export interface Examination {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly findings: readonly Finding[];
}

/** `broken`: a feature cannot work; `warning`: it works worse than it could, or will stop. */
export type FindingLevel = 'ok' | 'warning' | 'broken';

export interface Finding {
  /** Stable, for scripts: `controller`, `webhook`, `helper-image docker.io/senthilrch/busybox:1.35.0`. */
  readonly id: string;
  readonly level: FindingLevel;
  readonly sentence: string;
  readonly fix: Fix | null;
  /** For a terminal, where there is no fix: what tells more, or what somebody with more rights can do. Empty: there is none. */
  readonly command: string;
}

/** One thing that can be done about a finding. */
export interface Fix {
  /** What `--fix` names. */
  readonly id: string;
  readonly sentence: string;
  /** Everything that would be written, in this order. */
  readonly writes: readonly PlannedWrite[];
}

export interface PlannedWrite {
  readonly verb: 'create' | 'patch' | 'delete';
  /** `Kind namespace/name`. */
  readonly object: string;
  /** The exact object or patch as YAML, as `kubectl apply` would take it; empty for a deletion. */
  readonly body: string;
}
