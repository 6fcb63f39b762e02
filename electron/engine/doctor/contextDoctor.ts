import type { Examination } from '../../domain/doctor/examination';
import type { Language } from '../../domain/words/language';
import type { ClusterWrites } from '../clusterWrites';
import type { ContextParts } from '../contextParts';
import { Intents } from '../intents';
import { Doctor } from './doctor';
import type { Cluster } from '../ports';
import { Refused } from '../refused';

export interface ContextDoctorParts extends Pick<
  ContextParts,
  'handle' | 'namespaces' | 'clock' | 'journal' | 'settings' | 'context' | 'mirrors' | 'event'
> {
  readonly cluster: Cluster;
  readonly writes: ClusterWrites;
  /** Whether an object of this name is of something that is under way. */
  readonly inUse: (name: string) => boolean;
}

/** The doctor of a watched context. */
export class ContextDoctor {
  private readonly doctor: Doctor;
  private readonly intents: Intents;

  constructor(private readonly parts: ContextDoctorParts) {
    const { settings, context, mirrors, handle, journal, event } = parts;
    this.intents = new Intents(handle.name, 'doctor', journal, (why) => {
      event({ event: 'error', why });
    });
    this.doctor = new Doctor({
      ...parts,
      question: () => ({
        fledgedNamespace: settings().fledgedNamespace,
        retagNamespace: settings().retagNamespace,
        namespaces: parts.namespaces,
        ownNamespaces: [...(context().namespaces ?? []), handle.namespace],
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
    const id = `doctor ${this.parts.handle.name} ${fix}`;
    const unwritten = this.intents.record(id, { fix });
    if (unwritten !== null) throw new Refused('failed', `Nothing was written: ${unwritten}.`);
    const report = await this.doctor.applyFix(fix, language);
    this.intents.record(id, null);
    if (!report) throw new Refused('not-found', 'The last examination showed no such fix; examine again.');
    return { sentence: report.sentence, examination: await this.doctor.examine(language) };
  }

  /**
   * Says which fixes a killed run left half done. They are not gone on with: what a fix writes was shown for a cluster as it
   * was then, and a new examination shows what is left of it.
   */
  recover(): void {
    const { journal, handle, event } = this.parts;
    for (const { id, context, what, state } of journal.load().entries) {
      if (context !== handle.name || what !== 'doctor') continue;
      const { fix } = state as { readonly fix?: unknown };
      event({
        event: 'error',
        why: `the doctor's fix ${String(fix)} was cut short; another examination shows what is left of it to do`,
      });
      this.intents.record(id, null);
    }
  }
}
