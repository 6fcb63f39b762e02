import { isOver } from '../controllers/jobs';
import type { Fields, KubeObject, Node, Pod } from '../objects';
import { controllerOf } from '../objects';
import { ownedBy } from '../controllers/ownership';

/** Labels of everything that kube-fledged makes for pulling. */
export const jobLabels = {
  app: 'kubefledged',
  kubefledged: 'kubefledged-image-manager',
  controller: 'fledged',
} as const;

/** `:latest` and untagged images are pulled each time, present or not. */
export function pullsAlways(image: string): boolean {
  const tag = /:([^:/@]+)$/.exec(image)?.[1];
  return !image.includes('@') && (tag === undefined || tag === 'latest');
}

/**
 * Whether kube-fledged takes the image for present: its text occurs anywhere in the node's list of images, be
 * it as a part of another name.
 */
export function looksPresent(image: string, node: Node): boolean {
  return JSON.stringify(node.status?.images ?? []).includes(image);
}

/** The Job that pulls one image on one node. */
export function pullJob(cache: KubeObject, image: string, node: Node, helperImage: string, secrets: unknown): Fields {
  const labels = { ...jobLabels, imagecache: cache.metadata.name };
  const volumeMounts = [{ name: 'tmp-bin', mountPath: '/tmp/bin' }];
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { generateName: `${cache.metadata.name}-`, labels, ownerReferences: [ownedBy(cache)] },
    spec: {
      backoffLimit: 0,
      activeDeadlineSeconds: 3600,
      template: {
        metadata: { labels },
        spec: {
          nodeSelector: { 'kubernetes.io/hostname': node.metadata.labels?.['kubernetes.io/hostname'] ?? '' },
          initContainers: [
            {
              name: 'busybox',
              image: helperImage,
              imagePullPolicy: 'IfNotPresent',
              command: ['cp', '/bin/echo', '/tmp/bin'],
              volumeMounts,
            },
          ],
          containers: [
            {
              name: 'imagepuller',
              image,
              imagePullPolicy: pullsAlways(image) ? 'Always' : 'IfNotPresent',
              command: ['/tmp/bin/echo', 'Image pulled successfully!'],
              volumeMounts,
            },
          ],
          volumes: [{ name: 'tmp-bin', emptyDir: {} }],
          restartPolicy: 'Never',
          tolerations: [{ operator: 'Exists' }],
          ...(Array.isArray(secrets) && secrets.length > 0 && { imagePullSecrets: secrets as { name: string }[] }),
        },
      },
    },
  };
}

export interface PullVerdict {
  /** Null while the Job runs. */
  readonly ok: boolean | null;
  readonly reason: string;
  readonly message: string;
}

/** What kube-fledged makes of a Job: while it runs, what its pod's wanted container waits for. */
export function verdictOf(job: KubeObject, pods: readonly Pod[]): PullVerdict {
  const over = isOver(job);
  if (over === 'Complete') return { ok: true, reason: '', message: '' };
  const pod = pods.find((candidate) => controllerOf(candidate)?.uid === job.metadata.uid);
  const state = pod?.status?.containerStatuses?.[0]?.state;
  const told = state?.waiting ?? state?.terminated;
  return { ok: over === 'Failed' ? false : null, reason: told?.reason ?? '', message: told?.message ?? '' };
}
