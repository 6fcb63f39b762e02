import * as z from 'zod';
import type { KubeObject } from '../kubeObject';

/**
 * The fields of Kubernetes objects that the doctor looks at. What is missing, or of another form than a server sends
 * it, reads as empty: an examination says what it found and does not fail for it.
 */
const text = z.string().catch('');
const number = z.number().catch(0);
const textMap = z.record(z.string(), z.string()).catch({});
const list = <T extends z.ZodType>(item: T) => z.array(item).catch([]);

const environment = z.looseObject({ name: text, value: z.string().optional().catch(undefined) });
const container = z.looseObject({ name: text, image: text, args: list(z.string()), env: list(environment) });
export type ContainerSpec = z.infer<typeof container>;

const podSpec = z
  .object({ initContainers: list(container), containers: list(container) })
  .catch({ initContainers: [], containers: [] });

const condition = z.object({ type: text, status: text, reason: text, message: text });

const deployment = z.object({
  spec: z
    .object({
      replicas: z.number().catch(1),
      selector: z.object({ matchLabels: textMap }).catch({ matchLabels: {} }),
      template: z.object({ spec: podSpec }).catch({ spec: { initContainers: [], containers: [] } }),
    })
    .catch({
      replicas: 1,
      selector: { matchLabels: {} },
      template: { spec: { initContainers: [], containers: [] } },
    }),
  status: z.object({ readyReplicas: number, conditions: list(condition) }).catch({ readyReplicas: 0, conditions: [] }),
});

const stateDetail = z.object({ reason: text, message: text });
const containerStatus = z.object({
  name: text,
  imageID: text,
  restartCount: number,
  state: z
    .object({
      waiting: stateDetail.optional().catch(undefined),
      running: z.looseObject({}).optional().catch(undefined),
      terminated: stateDetail.extend({ exitCode: number }).optional().catch(undefined),
    })
    .catch({}),
  lastState: z.object({ terminated: stateDetail.extend({ exitCode: number }).optional().catch(undefined) }).catch({}),
});
export type ContainerStatus = z.infer<typeof containerStatus>;

const pod = z.object({
  spec: z
    .object({ nodeName: text, initContainers: list(container), containers: list(container) })
    .catch({ nodeName: '', initContainers: [], containers: [] }),
  status: z
    .object({
      phase: text,
      conditions: list(condition),
      initContainerStatuses: list(containerStatus),
      containerStatuses: list(containerStatus),
    })
    .catch({ phase: '', conditions: [], initContainerStatuses: [], containerStatuses: [] }),
});

const node = z.object({
  status: z
    .object({
      images: list(z.object({ names: list(z.string()) })),
      nodeInfo: z.object({ kubeletVersion: text }).catch({ kubeletVersion: '' }),
    })
    .catch({ images: [], nodeInfo: { kubeletVersion: '' } }),
});

const imageCache = z.object({
  status: z.object({ status: text, startTime: text }).catch({ status: '', startTime: '' }),
});

const service = z.object({ spec: z.object({ selector: textMap }).catch({ selector: {} }) });

const admissionRule = z.object({ apiGroups: list(z.string()), resources: list(z.string()) });
const webhook = z.object({
  failurePolicy: text,
  rules: list(admissionRule),
  clientConfig: z
    .object({
      caBundle: text,
      service: z.object({ namespace: text, name: text }).optional().catch(undefined),
    })
    .catch({ caBundle: '' }),
});
const webhookConfiguration = z.object({ webhooks: list(webhook) });

const reader =
  <T extends z.ZodType<object>>(schema: T) =>
  (object: KubeObject): z.infer<T> & { readonly metadata: KubeObject['metadata'] } => ({
    ...schema.parse(object),
    metadata: object.metadata,
  });

export const deploymentOf = reader(deployment);
export const podOf = reader(pod);
export const nodeOf = reader(node);
export const imageCacheOf = reader(imageCache);
export const serviceOf = reader(service);
export const webhookConfigurationOf = reader(webhookConfiguration);

export type Deployment = ReturnType<typeof deploymentOf>;
export type Pod = ReturnType<typeof podOf>;
export type Webhook = z.infer<typeof webhook>;

/** Whether an object carries all of these labels; no labels at all select nothing. */
export function isSelected({ metadata }: { readonly metadata: KubeObject['metadata'] }, labels: Labels): boolean {
  const wanted = Object.entries(labels);
  return wanted.length > 0 && wanted.every(([name, value]) => metadata.labels?.[name] === value);
}
type Labels = Readonly<Record<string, string>>;

/** Milliseconds since the epoch; null where there is no such time. */
export function timeOf(rfc3339: string | undefined): number | null {
  const time = Date.parse(rfc3339 ?? '');
  return Number.isNaN(time) ? null : time;
}
