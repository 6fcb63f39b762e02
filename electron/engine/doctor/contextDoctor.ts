import type { Examination } from '../../domain/doctor/examination';
import type { ContextSettings, Settings } from '../../domain/settings';
import type { Language } from '../../domain/words/language';
import type { ClusterWrites } from '../clusterWrites';
import { Doctor } from './doctor';
import type { MirrorAccess } from '../mirrors/mirrorAccess';
import type { Clock, Cluster } from '../ports';
import { Refused } from '../refused';

export interface ContextDoctorParts {
  /** Of the context itself. */
  readonly namespace: string;
  /** To watch; empty = all. */
  readonly namespaces: readonly string[];
  readonly cluster: Cluster;
  readonly writes: ClusterWrites;
  readonly clock: Clock;
  readonly settings: () => Settings;
  readonly context: () => ContextSettings;
  readonly mirrors: Pick<MirrorAccess, 'allowList'>;
  /** Whether an object of this name is of something that is under way. */
  readonly inUse: (name: string) => boolean;
}

/** The doctor of a watched context. */
export class ContextDoctor {
  private readonly doctor: Doctor;

  constructor({ settings, context, mirrors, ...parts }: ContextDoctorParts) {
    this.doctor = new Doctor({
      ...parts,
      question: () => ({
        fledgedNamespace: settings().fledgedNamespace,
        retagNamespace: settings().retagNamespace,
        namespaces: parts.namespaces,
        ownNamespaces: [...(context().namespaces ?? []), parts.namespace],
        prepull: context().prepull !== undefined,
      }),
      choices: () => ({
        mirrors: settings().mirrors,
        noProxy: settings().noProxy,
        allowList: mirrors.allowList,
        retag: context().retag === true,
        inUse: parts.inUse,
      }),
    });
  }

  examine(language: Language): Promise<Examination> {
    return this.doctor.examine(language);
  }

  /** Does a fix of the last examination, and examines anew. Throws Refused where that showed no such fix. */
  async applyFix(fix: string, language: Language): Promise<{ sentence: string; examination: Examination }> {
    const report = await this.doctor.applyFix(fix, language);
    if (!report) throw new Refused('not-found', 'The last examination showed no such fix; examine again.');
    return { sentence: report.sentence, examination: await this.doctor.examine(language) };
  }
}
