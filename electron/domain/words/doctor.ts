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

/** The two programs of kube-fledged. */
export type DoctorProgram = 'controller' | 'webhook';

/** Why a program of kube-fledged does not run. */
export type ProgramTrouble =
  | { readonly is: 'scaled-to-zero' }
  | { readonly is: 'image'; readonly image: string; readonly cause: string }
  | { readonly is: 'crashing'; readonly container: string; readonly exitCode: number; readonly reason: string }
  /** Waits for something else than its image, as the kubelet calls it. */
  | { readonly is: 'waiting'; readonly container: string; readonly reason: string }
  | { readonly is: 'unscheduled'; readonly message: string }
  | { readonly is: 'no-pods'; readonly message: string };

/** How images get onto nodes ahead where kube-fledged does not bring them. */
export type WayInstead = 'kruise' | 'pull-pods' | 'none';

/** A kind that could only be listed in some namespaces. */
export interface Limit {
  /** As rights call it: `jobs`. */
  readonly resource: string;
  readonly namespaces: readonly string[];
}

/** The sentences of an examination, one each; what is quoted of a server stands in them as it is. */
export interface DoctorWords {
  readonly unread: (subject: DoctorSubject, ...failures: readonly ReadFailure[]) => string;
  readonly serverSilent: (why: string) => string;

  readonly server: (version: string) => string;
  readonly kubelets: (versions: readonly string[]) => string;
  readonly kubeletsSkewed: (versions: readonly string[], server: string) => string;
  readonly noNodes: string;
  readonly causesFlip: string;
  readonly namesRemembered: (retag: boolean) => string;

  readonly fledgedAbsent: (instead: WayInstead) => string;
  readonly definitionServed: (versions: readonly string[]) => string;
  /** `served`: `group/version`, each. */
  readonly definitionOld: (served: readonly string[], instead: WayInstead) => string;
  readonly definitionGone: string;
  readonly controllerAbsent: (namespace: string) => string;

  /** `title`: `namespace/name` of a Deployment. */
  readonly programRuns: (program: DoctorProgram, title: string) => string;
  readonly programStarts: (program: DoctorProgram, title: string) => string;
  /** `fails`: whether without the webhook nothing can be written. */
  readonly programDown: (program: DoctorProgram, title: string, trouble: ProgramTrouble, fails: boolean) => string;

  readonly webhookAbsent: string;
  readonly webhookElsewhere: string;
  readonly webhookRuns: (service: string) => string;
  readonly webhookWithoutService: (service: string, fails: boolean) => string;
  readonly webhookDown: (service: string, fails: boolean) => string;
  readonly webhookWithoutCertificate: (configuration: string, fails: boolean) => string;
  /** `expired`: the day, as ISO 8601. */
  readonly webhookCertificateExpired: (configuration: string, expired: string, fails: boolean) => string;
  /** What stands behind either where starting the server anew would not mend it. */
  readonly certificateByHand: string;

  readonly helperHangs: (image: string, node: string, cause: string) => string;
  readonly helperPulled: (image: string, node: string) => string;
  readonly helperPresent: (image: string, nodes: number, of: number) => string;
  readonly helperNeighbour: (image: string) => string;
  readonly helperMirrored: (image: string, host: string) => string;
  readonly helperDoubtful: (image: string, host: string) => string;
  readonly helperUnknown: (image: string) => string;

  readonly nothingStuck: (limits: readonly Limit[]) => string;
  readonly stuck: (objects: readonly string[]) => string;
  readonly stuckUntilController: (objects: readonly string[]) => string;
  readonly noLeftovers: (limits: readonly Limit[]) => string;
  readonly leftovers: (objects: readonly string[], limits: readonly Limit[]) => string;

  readonly kruiseServed: (versions: readonly string[]) => string;
  readonly kruiseAbsent: string;

  readonly rightsThere: (feature: RightsMode | RightsFeature) => string;
  readonly rightsMissing: (feature: RightsMode | RightsFeature, groups: readonly MissingGroup[]) => string;

  /** `host`: the mirror that its images come through; empty where there is none. */
  readonly installFix: (namespace: string, host: string) => string;
  /** `objects`: of an installation that is there in part, what is missing. */
  readonly completeFix: (objects: readonly string[]) => string;
  readonly scaleFix: (titles: readonly string[]) => string;
  readonly restartFix: (title: string) => string;
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
