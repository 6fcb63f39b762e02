import { refOf, type KubeObject } from '../kubeObject';
import { isReadFailure } from '../readFailure';
import type { DoctorProgram, DoctorWords, ProgramTrouble } from '../words/doctor';
import { causeTitle } from '../words/causes';
import type { Language } from '../words/language';
import { deploymentOf, type Deployment } from './clusterObjects';
import type { DoctorFacts } from './facts';
import { found, patchOf, type FixPlan, type Found } from './fixPlan';
import { healthOf, type ProgramHealth } from './programHealth';
import { shellCommand } from './shellCommand';
import type { MirrorRule } from '../settings';

/** A program of kube-fledged: its Deployment as it was read, and how it is doing. */
export interface Program {
  readonly is: DoctorProgram;
  readonly object: KubeObject;
  readonly deployment: Deployment;
  readonly health: ProgramHealth;
}

const names: Readonly<Record<DoctorProgram, string>> = {
  controller: 'kubefledged-controller',
  webhook: 'kubefledged-webhook-server',
};

/** A program; null where it is not there, or Deployments could not be read. Helm names it otherwise, so its image tells. */
export function programOf(facts: DoctorFacts, is: DoctorProgram, mirrors: readonly MirrorRule[]): Program | null {
  if (isReadFailure(facts.deployments)) return null;
  const name = names[is];
  const candidates = facts.deployments.map((object) => ({ object, deployment: deploymentOf(object) }));
  const program =
    candidates.find(({ object }) => object.metadata.name === name) ??
    candidates.find(({ deployment }) => runs(deployment, name));
  return program ? { is, ...program, health: healthOf(program.deployment, facts.pods, mirrors) } : null;
}

/** Whether it goes by the name that an installation gives it. */
export function hasUsualName({ is, object }: Program): boolean {
  return object.metadata.name === names[is];
}

/** `namespace/name` of its Deployment. */
export function titleOfProgram({ object }: Program): string {
  return `${object.metadata.namespace ?? ''}/${object.metadata.name}`;
}

/** Whether a program is down because of an image, so that another name for it can help. */
export function isImageTrouble({ health }: Program): boolean {
  return health.is === 'image';
}

/** What can be done about a program that does not run; null where nothing can. */
export interface ProgramFixes {
  readonly scale: FixPlan | null;
  readonly rescue: FixPlan | null;
}

/** What is said of a program. `fails`: whether nothing can be written while it is down. */
export function programFinding(
  program: Program,
  fails: boolean,
  fixes: ProgramFixes,
  words: DoctorWords,
  language: Language,
): Found {
  const { is, health } = program;
  const title = titleOfProgram(program);
  if (health.is === 'ready') return found(is, 'ok', words.programRuns(is, title));
  if (health.is === 'starting') return found(is, 'warning', words.programStarts(is, title));
  if (health.is === 'unread') return found(is, 'warning', words.unread('pods', health.failure));
  const trouble = troubleOf(health, language);
  const sentence = words.programDown(is, title, trouble, fails);
  const level = fails ? 'broken' : 'warning';
  const fix = trouble.is === 'scaled-to-zero' ? fixes.scale : trouble.is === 'image' ? fixes.rescue : null;
  return found(is, level, sentence, fix, commandFor(program, trouble));
}

/** One of each that is scaled to 0; the webhook goes first, as the controller's own writes need it. */
export function scalePlan(programs: readonly Program[], words: DoctorWords): FixPlan | null {
  const asleep = programs.filter(({ health }) => health.is === 'scaled-to-zero');
  if (asleep.length === 0) return null;
  const inOrder = [...asleep].sort((one, other) => Number(one.is === 'controller') - Number(other.is === 'controller'));
  return {
    id: 'scale',
    sentence: words.scaleFix(inOrder.map(titleOfProgram)),
    // a second controller would delete the first one's Jobs
    writes: inOrder.map(({ object }) => patchOf(object, refOf(object), { spec: { replicas: 1 } })),
  };
}

function troubleOf(
  health: Exclude<ProgramHealth, { readonly is: 'ready' | 'starting' | 'unread' }>,
  language: Language,
): ProgramTrouble {
  if (health.is !== 'image') return health;
  const { cause, needsLogin } = health.diagnosis;
  return { is: 'image', image: health.image, cause: causeTitle(language, cause, needsLogin) };
}

/** What tells more of a trouble than its finding does. */
function commandFor({ object }: Program, trouble: ProgramTrouble): string {
  const kubectl = ['kubectl', '-n', object.metadata.namespace ?? ''];
  switch (trouble.is) {
    case 'scaled-to-zero':
    case 'image':
      return '';
    case 'crashing':
      return shellCommand(
        ...kubectl,
        'logs',
        `deployment/${object.metadata.name}`,
        '-c',
        trouble.container,
        '--previous',
      );
    case 'waiting':
    case 'unscheduled':
    case 'no-pods':
      return shellCommand(...kubectl, 'get', 'events', '--field-selector', 'type=Warning');
  }
}

function runs({ spec }: Deployment, name: string): boolean {
  return spec.template.spec.containers.some(({ image }) => image.replace(/[:@].*$/, '').endsWith(`/${name}`));
}
