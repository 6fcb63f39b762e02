import { answerRules } from './answerRules';
import type { Cause, Healable } from './cause';
import { networkRules } from './networkRules';
import { nodeRules } from './nodeRules';

/** What a text means. What is not said follows from the cause. */
export interface Verdict {
  readonly cause: Cause;
  readonly healable?: Healable;
  readonly ambiguous?: boolean;
}

/** One line of the tables. */
export interface DiagnosisRule extends Verdict {
  /** What its words look like where they come from. */
  readonly shapes: readonly Shape[];
  /** Read against the words of an attempt, see `wordsOf`. */
  readonly words: RegExp;
  /** What it means instead where the answer is a mirror's. */
  readonly fromMirror?: Verdict;
  /** What it means instead where the image is not on Docker Hub. */
  readonly elsewhere?: Verdict;
  /** It holds also where the kubelet only looks whether the image is on the node, and asks no registry. */
  readonly onTheNode?: true;
}

export interface Shape {
  readonly text: string;
  /** Where it was seen: `project#number` on GitHub, or the program and the version whose source has it. */
  readonly from: string;
}

/**
 * The first rule whose words occur decides, so what is specific stands before what is general: an error of
 * the network, the disk or the platform often ends in words that alone would mean "not found", and gRPC codes
 * mean nothing for as long as there are words.
 */
export const diagnosisRules: readonly DiagnosisRule[] = [...nodeRules, ...networkRules, ...answerRules];

/** A registry wants a login, and it got none that is valid. A plain refusal (403) may have any other reason. */
export const wantsLogin =
  /<http 401>|\bunauthorized\b|authentication (?:is )?required|no basic auth|insufficient[_ ]scope|authorization failed|bad credentials|(?:incorrect|invalid|wrong) user ?name|token (?:has |is )?expired|invalid_token|login (?:attempt )?failed/i;
