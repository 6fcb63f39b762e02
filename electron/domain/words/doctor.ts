import type { ReadFailure } from '../readFailure';
import type { MissingGroup, RightsFeature, RightsMode } from '../rights/rights';
import { doctorChinese } from './doctorChinese';
import { doctorEnglish } from './doctorEnglish';
import type { Language } from './language';

/** What the doctor reads of a cluster. */
export type DoctorSubject =
  | 'version'
  | 'nodes'
  | 'fledged'
  | 'kruise'
  | 'deployments'
  | 'pods'
  | 'webhooks'
  | 'services'
  | 'caches'
  | 'ours'
  | 'rights';

/** The sentences of an examination, one each; what is quoted of a server stands in them as it is. */
export interface DoctorWords {
  readonly unread: (subject: DoctorSubject, failure: ReadFailure) => string;

  readonly server: (version: string) => string;
  readonly kubelets: (versions: readonly string[]) => string;
  readonly kubeletsSkewed: (versions: readonly string[], server: string) => string;
  readonly noNodes: string;
  readonly causesFlip: string;
  readonly namesRemembered: (retag: boolean) => string;

  readonly fledgedAbsent: string;
  readonly definitionServed: (versions: readonly string[]) => string;
  readonly definitionOld: (versions: readonly string[], wanted: string) => string;
  readonly definitionGone: string;
  readonly controllerAbsent: (namespace: string) => string;

  /** `title`: `namespace/name` of a Deployment. */
  readonly programRuns: (title: string) => string;
  readonly programStarts: (title: string) => string;
  readonly programScaledToZero: (title: string) => string;
  readonly programWithoutImage: (title: string, image: string, cause: string) => string;
  readonly programCrashes: (title: string, container: string, exitCode: number, reason: string) => string;
  readonly programWaits: (title: string, container: string, reason: string) => string;
  readonly programUnscheduled: (title: string, message: string) => string;
  readonly programWithoutPods: (title: string, message: string) => string;

  readonly webhookAbsent: string;
  readonly webhookElsewhere: string;
  readonly webhookRuns: (service: string) => string;
  readonly webhookWithoutService: (service: string, fails: boolean) => string;
  readonly webhookDown: (service: string, fails: boolean) => string;
  readonly webhookWithoutCertificate: (fails: boolean) => string;

  readonly helperHangs: (image: string, node: string, cause: string) => string;
  readonly helperPulled: (image: string, node: string) => string;
  readonly helperPresent: (image: string, nodes: number, of: number) => string;
  readonly helperNeighbour: (image: string) => string;
  readonly helperMirrored: (image: string, host: string) => string;
  readonly helperDoubtful: (image: string, host: string) => string;
  readonly helperUnknown: (image: string) => string;

  readonly nothingStuck: string;
  readonly stuck: (objects: readonly string[]) => string;
  readonly stuckUntilController: (objects: readonly string[]) => string;
  readonly noLeftovers: string;
  readonly leftovers: (objects: readonly string[]) => string;

  readonly kruiseServed: (versions: readonly string[]) => string;
  readonly kruiseAbsent: string;

  readonly rightsThere: (feature: RightsMode | RightsFeature) => string;
  readonly rightsMissing: (feature: RightsMode | RightsFeature, groups: readonly MissingGroup[]) => string;

  /** `host`: the mirror that its images come through; empty where there is none. */
  readonly installFix: (namespace: string, host: string) => string;
  readonly rescueFix: string;
  readonly helpersFix: string;
  readonly releaseFix: (count: number) => string;
  readonly cleanFix: (count: number) => string;

  readonly fixDone: (written: number, alreadyThere: number) => string;
  readonly fixStopped: (object: string, why: string, done: readonly string[], left: readonly string[]) => string;
  readonly changedMeanwhile: string;
  readonly goneMeanwhile: string;
  readonly notAllowed: (verb: string, resource: string, namespace: string) => string;
}

export const doctorWords: Readonly<Record<Language, DoctorWords>> = { en: doctorEnglish, zh: doctorChinese };
