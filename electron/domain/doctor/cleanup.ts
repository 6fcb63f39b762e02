import * as z from 'zod';
import { refOf, type KubeObject, type ObjectRef } from '../kubeObject';
import { annotations } from '../podSnapshot';

/** What is ours on a cluster and no longer needed, and what of ours has to stay; plain data, decided from what was read. */
export interface CleanupPlan {
  readonly remove: readonly Removal[];
  readonly leave: readonly Left[];
}

/** A whole object, or of a pod that is not ours the annotations that are. */
export type Removal =
  | { readonly is: 'object'; readonly object: ObjectRef; readonly uid: string | null }
  | {
      readonly is: 'annotations';
      readonly object: ObjectRef;
      readonly keys: readonly string[];
      /** A merge patch that a pod which has changed since refuses. */
      readonly patch: object;
    };

export interface Left {
  readonly object: ObjectRef;
  readonly why: LeftReason;
}

export type LeftReason =
  /** Another instance may be at work with it, up to this time in milliseconds since the epoch. */
  | { readonly is: 'young'; readonly until: number }
  /** This computer is to go on with it. */
  | { readonly is: 'journal' }
  /** It carries our label, and a name that we give to nothing. */
  | { readonly is: 'name' }
  /** It pulls or retags yet. */
  | { readonly is: 'working' }
  /** The container's own image text stands only in the annotation. */
  | { readonly is: 'swapped'; readonly container: string; readonly image: string; readonly original: string }
  /** Its containers are just going back to their own images. */
  | { readonly is: 'restoring' }
  /** Nobody can tell what the annotation says. */
  | { readonly is: 'unreadable' };

export interface CleanupFacts {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** How long another instance may be at work with an object, in milliseconds. */
  readonly leftoverAge: number;
  /** Everything that carries our label, of every kind that is made. */
  readonly ours: readonly KubeObject[];
  /** Pods that carry an annotation of ours. */
  readonly pods: readonly KubeObject[];
  /** What is to be gone on with on this computer, as text: names and uids stand in it as they are. */
  readonly journal: readonly string[];
}

const namePrefix = 'pullthrough-';
/** Those that are put on other people's pods. `pullthrough.dev/auto` is a person's own word, and stays. */
const onPods = [
  annotations.originalImages,
  annotations.swappedAt,
  annotations.restoring,
  annotations.restoreFailed,
] as const;

const originalsSchema = z.record(z.string(), z.string());
const containersSchema = z.array(z.object({ name: z.string(), image: z.string() }));
const podSchema = z.object({
  spec: z.object({
    containers: containersSchema,
    initContainers: containersSchema.optional(),
    ephemeralContainers: containersSchema.optional(),
  }),
});
const jobSchema = z.object({
  status: z.object({ conditions: z.array(z.object({ type: z.string(), status: z.string() })).optional() }).optional(),
});

/** Whether it is a pod with an annotation that is put on other people's pods. */
export function isAnnotated({ metadata }: KubeObject): boolean {
  return onPods.some((key) => metadata.annotations?.[key] !== undefined);
}

/** What can go, and what stays and why. What is going already is neither. */
export function planCleanup(facts: CleanupFacts): CleanupPlan {
  const remove: Removal[] = [];
  const leave: Left[] = [];
  const put = (decided: Removal | Left) => ('is' in decided ? remove.push(decided) : leave.push(decided));
  const isThere = ({ metadata }: KubeObject) => metadata.deletionTimestamp === undefined;
  for (const object of facts.ours.filter(isThere)) {
    // a Job's pods go with it
    if (object.metadata.ownerReferences?.some(({ controller }) => controller)) continue;
    const why = reasonToKeep(object, facts);
    const ref = refOf(object);
    put(why ? { object: ref, why } : { is: 'object', object: ref, uid: object.metadata.uid ?? null });
  }
  for (const pod of facts.pods.filter(isThere)) {
    const keys = onPods.filter((key) => pod.metadata.annotations?.[key] !== undefined);
    const why = reasonToKeepAnnotations(pod, facts);
    const object = refOf(pod);
    put(why ? { object, why } : { is: 'annotations', object, keys, patch: forgetting(pod, keys) });
  }
  return { remove, leave };
}

function reasonToKeep(object: KubeObject, { now, leftoverAge, journal }: CleanupFacts): LeftReason | null {
  const { name, creationTimestamp } = object.metadata;
  if (!name.startsWith(namePrefix)) return { is: 'name' };
  if (journal.some((state) => state.includes(name))) return { is: 'journal' };
  const until = (creationTimestamp === undefined ? now : Date.parse(creationTimestamp)) + leftoverAge;
  if (now < until) return { is: 'young', until };
  return object.kind === 'Job' && !hasEnded(object) ? { is: 'working' } : null;
}

function hasEnded(job: KubeObject): boolean {
  const { data } = jobSchema.safeParse(job);
  const ends = ['Complete', 'Failed'];
  return data?.status?.conditions?.some(({ type, status }) => ends.includes(type) && status === 'True') ?? false;
}

function reasonToKeepAnnotations(pod: KubeObject, { journal }: CleanupFacts): LeftReason | null {
  const { uid = '', annotations: notes = {} } = pod.metadata;
  const originals = parsed(notes[annotations.originalImages] ?? '{}');
  const spec = podSchema.safeParse(pod).data?.spec;
  if (!originals || !spec) return { is: 'unreadable' };
  const { containers, initContainers = [], ephemeralContainers = [] } = spec;
  for (const { name, image } of [...initContainers, ...containers, ...ephemeralContainers]) {
    const original = Object.hasOwn(originals, name) ? originals[name] : undefined;
    if (original !== undefined && original !== image) return { is: 'swapped', container: name, image, original };
  }
  if (uid !== '' && journal.some((state) => state.includes(uid))) return { is: 'journal' };
  return notes[annotations.restoring] === undefined ? null : { is: 'restoring' };
}

function parsed(text: string): Readonly<Record<string, string>> | undefined {
  try {
    return originalsSchema.safeParse(JSON.parse(text)).data;
  } catch {
    // a text that is no JSON says as little as one of another shape
    return undefined;
  }
}

/** Of exactly this pod as it was read: somebody may swap it in between. */
function forgetting({ metadata: { uid, resourceVersion } }: KubeObject, keys: readonly string[]): object {
  return { metadata: { uid, resourceVersion, annotations: Object.fromEntries(keys.map((key) => [key, null])) } };
}
