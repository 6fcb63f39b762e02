import { stringify } from 'yaml';
import { findingsOf } from '../../domain/doctor/examine';
import type { DoctorChoices } from '../../domain/doctor/facts';
import type { FixPlan, FixWrite } from '../../domain/doctor/fixPlan';
import { installation, usualNamespace } from '../../domain/doctor/installation';
import type { MirrorChoice } from '../../domain/doctor/fledgedImages';
import type { Examination, Fix, PlannedWrite } from '../../domain/doctor/examination';
import { refOf, titleOf } from '../../domain/kubeObject';
import type { WriteResult } from '../../domain/writeResult';
import { doctorWords, type DoctorWords } from '../../domain/words/doctor';
import type { Language } from '../../domain/words/language';
import type { ClusterWrites } from '../clusterWrites';
import { gatherFacts, type DoctorQuestion } from './doctorFacts';
import type { Clock, Cluster } from '../ports';

export interface DoctorParts {
  readonly cluster: Cluster;
  readonly writes: Pick<ClusterWrites, 'create' | 'change' | 'delete'>;
  readonly clock: Clock;
  readonly question: () => Omit<DoctorQuestion, 'now' | 'choices'>;
  readonly choices: () => DoctorChoices;
}

/** How one write of a fix went. */
export interface WriteReport {
  /** `Kind namespace/name`. */
  readonly object: string;
  readonly went: 'written' | 'already-there' | 'refused' | 'not-tried';
  /** Why it was refused; else empty. */
  readonly detail: string;
}

export interface FixReport {
  readonly sentence: string;
  readonly done: boolean;
  readonly writes: readonly WriteReport[];
}

/** Examines one context, and does the fixes that its last examination showed. */
export class Doctor {
  /** As they were shown; another examination makes others. */
  private plans = new Map<string, FixPlan>();

  constructor(private readonly parts: DoctorParts) {}

  async examine(language: Language): Promise<Examination> {
    const { cluster, clock, question, choices } = this.parts;
    const now = clock.now();
    const chosen = choices();
    const facts = await gatherFacts(cluster, { ...question(), now, choices: chosen });
    const findings = findingsOf(facts, chosen, language);
    this.plans = new Map(findings.flatMap(({ fix }) => (fix ? [[fix.id, fix]] : [])));
    return { at: now, findings: findings.map((each) => ({ ...each, fix: each.fix && shown(each.fix) })) };
  }

  /**
   * Writes exactly what the last examination showed for this fix, in its order, up to the first refusal. Null where it
   * showed no such fix; a plan is done once.
   */
  async applyFix(id: string, language: Language): Promise<FixReport | null> {
    const plan = this.plans.get(id);
    if (!plan) return null;
    this.plans.delete(id);
    const words = doctorWords[language];
    const reports: WriteReport[] = [];
    for (const write of plan.writes) {
      const isStopped = reports.at(-1)?.went === 'refused' || reports.at(-1)?.went === 'not-tried';
      const object = titleOfWrite(write);
      reports.push(isStopped ? { object, went: 'not-tried', detail: '' } : await this.write(write, words));
    }
    return summed(reports, words);
  }

  private async write(write: FixWrite, words: DoctorWords): Promise<WriteReport> {
    const object = titleOfWrite(write);
    const result = await this.send(write);
    if (result.is === 'done') return { object, went: 'written', detail: '' };
    if (write.verb === 'create' && result.is === 'conflict') return { object, went: 'already-there', detail: '' };
    return { object, went: 'refused', detail: whyRefused(result, words) };
  }

  private send(write: FixWrite): Promise<WriteResult> {
    const { writes } = this.parts;
    switch (write.verb) {
      case 'create':
        return writes.create(write.object);
      case 'patch':
        return writes.change(write.target, write.patch);
      case 'delete':
        return writes.delete(write.target, write.uid);
    }
  }
}

/** A plan as people read it. */
function shown({ id, sentence, writes }: FixPlan): Fix {
  return { id, sentence, writes: writes.map(plannedWrite) };
}

function plannedWrite(write: FixWrite): PlannedWrite {
  const body = write.verb === 'create' ? write.object : write.verb === 'patch' ? write.patch : null;
  return { verb: write.verb, object: titleOfWrite(write), body: body === null ? '' : yamlOf(body) };
}

/** One document, as `kubectl apply` takes it. */
function yamlOf(object: object): string {
  // no anchors: what two objects share stands in both
  return stringify(object, { aliasDuplicateObjects: false, lineWidth: 0 });
}

/** All manifests of kube-fledged as one YAML stream. An empty namespace: its usual one. */
export function installationText(namespace: string, choice: MirrorChoice): string {
  return installation(namespace === '' ? usualNamespace : namespace, choice)
    .map(yamlOf)
    .join('---\n');
}

function titleOfWrite(write: FixWrite): string {
  return titleOf(write.verb === 'create' ? refOf(write.object) : write.target);
}

function whyRefused(result: WriteResult, words: DoctorWords): string {
  switch (result.is) {
    case 'denied':
      return words.notAllowed(result.verb, result.resource, result.namespace);
    case 'rejected':
    case 'unavailable':
      return result.detail;
    case 'gone':
      return words.goneMeanwhile;
    default:
      return words.changedMeanwhile;
  }
}

function summed(writes: readonly WriteReport[], words: DoctorWords): FixReport {
  const objects = (went: WriteReport['went']) => writes.flatMap((write) => (write.went === went ? write.object : []));
  const refused = writes.find(({ went }) => went === 'refused');
  const done = !refused;
  const sentence = refused
    ? words.fixStopped(refused.object, refused.detail, objects('written'), objects('not-tried'))
    : words.fixDone(objects('written').length, objects('already-there').length);
  return { sentence, done, writes };
}
