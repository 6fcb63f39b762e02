import { refOf } from '../kubeObject';
import type { DoctorWords } from '../words/doctor';
import type { ContainerSpec } from './clusterObjects';
import { helperVariables, throughMirror, type MirrorChoice } from './fledgedImages';
import { patchOf, type FixPlan, type FixWrite } from './fixPlan';
import { isImageTrouble, type Program } from './programs';

type HelperVariable = keyof typeof helperVariables;

/** The helper images that a controller has its pull pods use. */
export function helperImagesOf({ deployment }: Program): Readonly<Record<HelperVariable, string>> {
  const environment = deployment.spec.template.spec.containers.flatMap(({ env }) => env);
  const of = (variable: HelperVariable) =>
    environment.find(({ name, value }) => name === variable && value !== undefined && value !== '')?.value ??
    helperVariables[variable];
  return {
    BUSYBOX_IMAGE: of('BUSYBOX_IMAGE'),
    KUBEFLEDGED_CRI_CLIENT_IMAGE: of('KUBEFLEDGED_CRI_CLIENT_IMAGE'),
  };
}

/**
 * Points kube-fledged's programs that cannot pull their images, with their helper images, at a mirror; null where no rule
 * has another name for the image that is missing. It is the one change of a template that the product makes.
 */
export function rescuePlan(programs: readonly Program[], choice: MirrorChoice, words: DoctorWords): FixPlan | null {
  const writes = programs.filter(isImageTrouble).flatMap((program) => {
    const { health, deployment } = program;
    if (health.is !== 'image' || throughMirror(health.image, choice) === null) return [];
    const { template } = deployment.spec;
    const renamed = (containers: readonly ContainerSpec[]) =>
      containers.map((container) => ({
        ...asRead(container),
        image: throughMirror(container.image, choice) ?? container.image,
        ...helpersOf(container, program, choice),
      }));
    return templatePatch(program, {
      ...(template.spec.initContainers.length > 0 && { initContainers: renamed(template.spec.initContainers) }),
      containers: renamed(template.spec.containers),
    });
  });
  return writes.length > 0 ? { id: 'rescue', sentence: words.rescueFix, writes } : null;
}

/** Has the controller use other names for these helper images; null where no rule has one. */
export function helpersPlan(
  controller: Program,
  variables: readonly HelperVariable[],
  choice: MirrorChoice,
  words: DoctorWords,
): FixPlan | null {
  const images = helperImagesOf(controller);
  const switched = variables.flatMap((name) => {
    const value = throughMirror(images[name], choice);
    return value === null ? [] : { name, value };
  });
  if (switched.length === 0) return null;
  const containers = controller.deployment.spec.template.spec.containers.map((container, index) => ({
    ...asRead(container),
    ...(isController(container, index) && { env: withVariables(container, switched) }),
  }));
  return { id: 'helpers', sentence: words.helpersFix, writes: [templatePatch(controller, { containers })] };
}

function helpersOf(container: ContainerSpec, program: Program, choice: MirrorChoice): { env?: readonly object[] } {
  // only the controller knows these variables, and only it is asked about them
  if (!container.env.some(({ name }) => Object.hasOwn(helperVariables, name))) return {};
  const images = helperImagesOf(program);
  const variables = Object.keys(helperVariables) as HelperVariable[];
  const switched = variables.flatMap((name) => {
    const value = throughMirror(images[name], choice);
    return value === null ? [] : { name, value };
  });
  return { env: withVariables(container, switched) };
}

/** The one that has the variables; where none has, the first. */
function isController({ env }: ContainerSpec, index: number): boolean {
  return env.some(({ name }) => Object.hasOwn(helperVariables, name)) || index === 0;
}

function withVariables(
  { env }: ContainerSpec,
  switched: readonly { readonly name: string; readonly value: string }[],
): readonly object[] {
  const kept = env.map((variable) => {
    const other = switched.find(({ name }) => name === variable.name);
    return other ?? variable;
  });
  return [...kept, ...switched.filter(({ name }) => !env.some((variable) => variable.name === name))];
}

/** Lists are replaced as a whole by a merge patch, so each container goes back with all of its fields. */
function asRead(container: ContainerSpec): object {
  const { args, env, ...rest } = container;
  return { ...rest, ...(args.length > 0 && { args }), ...(env.length > 0 && { env }) };
}

function templatePatch({ object }: Program, spec: object): FixWrite {
  return patchOf(object, refOf(object), { spec: { template: { spec } } });
}
