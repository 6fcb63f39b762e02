/** What a person is shown before retag is switched on, in the language that was asked for. */
export interface RetagDescription {
  /** The image of the Job as it would be pulled, through a mirror where a rule says so. */
  readonly image: string;
  /** Its compressed bytes, where its registry told; else null. */
  readonly bytes: number | null;
  readonly namespace: string;
  /** What the Job may do on a node, and what the user may not do although it is needed; one sentence each. */
  readonly sentences: readonly string[];
  /** An example of the exact Job, as YAML. */
  readonly job: string;
}
