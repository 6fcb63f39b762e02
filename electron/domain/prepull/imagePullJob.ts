import type { NodePull } from '../appState';
import { diagnose } from '../diagnosis/diagnosis';
import { fnv1a, imageSlug } from './imageCache';
import { familiarName, parseImageReference, withDefaultTag } from '../image/imageReference';
import { resources, type KubeObject } from '../kubeObject';
import { labels } from '../podSnapshot';
import type { PrepullLook } from './prepull';
import { pullsAnnotation } from './prepullAnnotation';

/**
 * OpenKruise's ImagePullJob: its controller writes the wish into the NodeImage of each node, whose daemon pulls through
 * the node's runtime and reports there. No pod is made.
 */

/** Kept to 50 characters, and the same for two instances of the app. */
export function imagePullJobName(image: string, nodes: readonly string[]): string {
  return `pullthrough-job-${imageSlug(image)}-${fnv1a([image, ...[...nodes].sort()].join('\n'))}`;
}

/** The daemon puts a digest where it expects a tag, and the runtime then refuses the name: such images are not for it. */
export function canPullByJob(image: string): boolean {
  return !image.includes('@');
}

/** `pullSecrets`: of its own namespace. Times are in seconds. */
export function imagePullJobManifest(
  namespace: string,
  image: string,
  nodes: readonly string[],
  pullSecrets: readonly string[],
): KubeObject {
  return {
    apiVersion: resources.ImagePullJob.apiVersion,
    kind: 'ImagePullJob',
    metadata: {
      namespace,
      name: imagePullJobName(image, nodes),
      labels: { [labels.managedBy]: labels.managedByValue },
      annotations: pullsAnnotation(image, nodes),
    },
    spec: {
      image,
      selector: { names: [...nodes] },
      // one node at a time when absent
      parallelism: nodes.length,
      // a second try would be one more error at the mirror, and hide the first one for its time
      pullPolicy: { timeoutSeconds: 600, backoffLimit: 0 },
      completionPolicy: { type: 'Always', activeDeadlineSeconds: 900, ttlSecondsAfterFinished: 300 },
      ...(pullSecrets.length > 0 && { pullSecrets: [...pullSecrets] }),
    },
  };
}

interface JobStatus {
  readonly completionTime?: string;
  readonly desired?: number;
  readonly succeeded?: number;
  readonly failed?: number;
  readonly message?: string;
}

interface NodeImageFields {
  readonly spec?: { readonly images?: Readonly<Record<string, { readonly tags?: readonly TagSpec[] }>> };
  readonly status?: { readonly imageStatuses?: Readonly<Record<string, { readonly tags?: readonly TagStatus[] }>> };
}
interface TagSpec {
  readonly tag: string;
  readonly version?: number;
  readonly ownerReferences?: readonly { readonly uid?: string }[];
}
interface TagStatus {
  readonly tag: string;
  readonly phase?: string;
  readonly progress?: number;
  readonly version?: number;
  readonly message?: string;
}

/**
 * What a job and the NodeImages of its nodes tell; `job` is null where there is none, `nodeImages` has those that could be
 * read. Without them the job's own counts tell of its end, when all nodes have one.
 */
export function readImagePullJob(
  job: KubeObject | null,
  nodeImages: ReadonlyMap<string, KubeObject>,
  nodes: readonly string[],
  image: string,
  now: number,
  mirrorHost: string,
): PrepullLook {
  if (job === null) return { is: 'read', object: 'missing', detail: '', pulls: {} };
  const { completionTime, desired = 0, succeeded = 0, message = '' } = (job.status ?? {}) as JobStatus;
  const pulls: Record<string, NodePull> = {};
  for (const node of nodes) {
    const pull = pullOn(nodeImages.get(node), job.metadata.uid ?? '', image, now, mirrorHost);
    if (pull) pulls[node] = pull;
  }
  const isDone = completionTime !== undefined;
  const isSuccess = isDone && succeeded === desired && desired >= nodes.length;
  if (isSuccess) for (const node of nodes) pulls[node] ??= { is: 'pulled', at: now };
  return { is: 'read', object: !isDone ? 'working' : isSuccess ? 'succeeded' : 'over', detail: message, pulls };
}

function pullOn(
  nodeImage: KubeObject | undefined,
  jobUid: string,
  image: string,
  now: number,
  mirrorHost: string,
): NodePull | null {
  const name = nameAndTag(image);
  if (!nodeImage || !name) return null;
  const { spec, status } = nodeImage as NodeImageFields;
  const wanted = spec?.images?.[name.name]?.tags?.find(({ tag }) => tag === name.tag);
  if (!wanted?.ownerReferences?.some(({ uid }) => uid === jobUid)) return null;
  const told = status?.imageStatuses?.[name.name]?.tags?.find(({ tag }) => tag === name.tag);
  // a report of another version is of an earlier wish for the same image
  if (!told || (told.version ?? 0) !== (wanted.version ?? 0)) return { is: 'queued' };
  const { phase = '', progress = 0, message = '' } = told;
  switch (phase) {
    case 'Succeeded':
      return { is: 'pulled', at: now };
    case 'Failed': {
      const { cause, needsLogin } = diagnose({ reason: 'ErrImagePull', message, image, mirrorHost });
      // the daemon's own trouble, such as not answering for long, is no word of the mirror's
      if (cause === 'unknown') return { is: 'unproven', at: now, why: 'helper-failed' };
      return { is: 'failed', at: now, cause, message, ...(needsLogin && { needsLogin }) };
    }
    case 'Pulling':
      // most runtimes tell it nothing between the beginning and the end
      return { is: 'pulling', since: now, ...(progress > 0 && progress < 100 && { percent: progress }) };
    default:
      return { is: 'queued' };
  }
}

/** As OpenKruise keys images: by the familiar name without tag, and the tag. */
function nameAndTag(image: string): { readonly name: string; readonly tag: string } | null {
  const parsed = parseImageReference(image);
  if (!parsed.ok) return null;
  const { tag } = withDefaultTag(parsed.reference);
  return { name: familiarName({ ...parsed.reference, tag: null, digest: null }), tag: tag ?? '' };
}
