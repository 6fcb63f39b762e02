import type { KubeObject } from '../kubeObject';
import { isReadFailure } from '../readFailure';
import type { DoctorWords } from '../words/doctor';
import { causeTitle } from '../words/causes';
import type { Language } from '../words/language';
import { deploymentOf, type Deployment } from './clusterObjects';
import type { DoctorFacts } from './facts';
import { found, type FixPlan, type Found } from './fixPlan';
import { healthOf, type ProgramHealth } from './programHealth';
import type { MirrorRule } from '../settings';

/** A program of kube-fledged: its Deployment as it was read, and how it is doing. */
export interface Program {
  readonly object: KubeObject;
  readonly deployment: Deployment;
  readonly health: ProgramHealth;
}

export type ProgramName = 'kubefledged-controller' | 'kubefledged-webhook-server';

/** A program of this name; null where it is not there, or Deployments could not be read. Helm names it otherwise, so its image tells. */
export function programOf(facts: DoctorFacts, name: ProgramName, mirrors: readonly MirrorRule[]): Program | null {
  if (isReadFailure(facts.deployments)) return null;
  const candidates = facts.deployments.map((object) => ({ object, deployment: deploymentOf(object) }));
  const program =
    candidates.find(({ object }) => object.metadata.name === name) ??
    candidates.find(({ deployment }) => runs(deployment, name));
  return program ? { ...program, health: healthOf(program.deployment, facts.pods, mirrors) } : null;
}

function titleOfProgram({ object }: Program): string {
  return `${object.metadata.namespace ?? ''}/${object.metadata.name}`;
}

/** Whether a program is down because of an image, so that another name for it can help. */
export function isImageTrouble({ health }: Program): boolean {
  return health.is === 'image';
}

/** What is said of a program; `level`: where it does not run. */
export function programFinding(
  id: 'controller' | 'webhook',
  program: Program,
  level: 'warning' | 'broken',
  rescue: FixPlan | null,
  words: DoctorWords,
  language: Language,
): Found {
  const title = titleOfProgram(program);
  const { health } = program;
  switch (health.is) {
    case 'ready':
      return found(id, 'ok', words.programRuns(title));
    case 'starting':
      return found(id, 'warning', words.programStarts(title));
    case 'unread':
      return found(id, 'warning', words.unread('pods', health.failure));
    case 'scaled-to-zero':
      return found(id, level, words.programScaledToZero(title));
    case 'image': {
      const { cause, needsLogin } = health.diagnosis;
      const why = causeTitle(language, cause, needsLogin);
      return found(id, level, words.programWithoutImage(title, health.image, why), rescue);
    }
    case 'crashing':
      return found(id, level, words.programCrashes(title, health.container, health.exitCode, health.reason));
    case 'waiting':
      return found(id, level, words.programWaits(title, health.container, health.reason));
    case 'unscheduled':
      return found(id, level, words.programUnscheduled(title, health.message));
    case 'no-pods':
      return found(id, level, words.programWithoutPods(title, health.message));
  }
}

function runs({ spec }: Deployment, name: ProgramName): boolean {
  return spec.template.spec.containers.some(({ image }) => image.replace(/[:@].*$/, '').endsWith(`/${name}`));
}
