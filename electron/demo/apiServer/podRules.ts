import type { Container, Pod, PodSpec } from '../objects';
import { fieldsOf, sameJson } from '../objects';
import type { FieldError } from './status';

/** What the real API server fills in on a pod, and what it refuses (1.35). */

export function withPodDefaults(pod: Pod): Pod {
  return { ...pod, spec: withPodSpecDefaults(pod.spec), status: { phase: 'Pending', qosClass: 'BestEffort' } };
}

/** The defaults of a pod's spec, which templates of workloads get as well. */
export function withPodSpecDefaults(spec: PodSpec): PodSpec {
  return {
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'ClusterFirst',
    securityContext: {},
    schedulerName: 'default-scheduler',
    ...spec,
    ...(spec.initContainers && { initContainers: spec.initContainers.map(withContainerDefaults) }),
    containers: spec.containers.map(withContainerDefaults),
  };
}

function withContainerDefaults(container: Container): Container {
  return {
    imagePullPolicy: /(^|[^:])@sha256:/.test(container.image ?? '')
      ? 'IfNotPresent'
      : isLatest(container.image ?? '')
        ? 'Always'
        : 'IfNotPresent',
    resources: {},
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    ...container,
  };
}

function isLatest(image: string): boolean {
  const tag = /:([^:/@]+)$/.exec(image)?.[1];
  return tag === undefined || tag === 'latest';
}

/** What admission adds to a pod that is created: its service account, that account's secrets, tolerations. */
export function admitted(pod: Pod, accountSecrets: readonly { name: string }[]): Pod {
  const account = pod.spec.serviceAccountName ?? 'default';
  const secrets = pod.spec.imagePullSecrets ?? [...accountSecrets];
  const { spec } = withDefaultTolerations(pod);
  return {
    ...pod,
    spec: {
      ...spec,
      serviceAccountName: account,
      serviceAccount: account,
      ...(secrets.length > 0 && { imagePullSecrets: secrets }),
      priority: pod.spec.priority ?? 0,
      enableServiceLinks: pod.spec.enableServiceLinks ?? true,
      preemptionPolicy: pod.spec.preemptionPolicy ?? 'PreemptLowerPriority',
    },
  };
}

/** Admission of every write puts these back where they are missing. */
export function withDefaultTolerations(pod: Pod): Pod {
  const tolerations = pod.spec.tolerations ?? [];
  const added = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']
    .filter((key) => !tolerations.some((known) => known.key === key || (!known.key && known.operator === 'Exists')))
    .map((key) => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 }));
  return added.length === 0 ? pod : { ...pod, spec: { ...pod.spec, tolerations: [...tolerations, ...added] } };
}

const required = (field: string): FieldError => ({ reason: 'FieldValueRequired', field, text: 'Required value' });

/** `at` is where the spec stands in its object: `spec`, `spec.template.spec`. */
export function podSpecErrors(spec: PodSpec, at = 'spec'): FieldError[] {
  const errors: FieldError[] = [];
  if (spec.containers.length === 0) errors.push(required(`${at}.containers`));
  const names = new Set<string>();
  for (const [field, list] of [
    ['containers', spec.containers],
    ['initContainers', spec.initContainers ?? []],
  ] as const) {
    list.forEach((container, index) => {
      const path = `${at}.${field}[${String(index)}]`;
      if (names.has(container.name)) {
        errors.push({
          reason: 'FieldValueDuplicate',
          field: `${path}.name`,
          text: `Duplicate value: "${container.name}"`,
        });
      }
      names.add(container.name);
      if (!container.name) errors.push(required(`${path}.name`));
      errors.push(...imageErrors(container.image ?? '', `${path}.image`));
    });
  }
  return errors;
}

/** The server does not read the reference; the kubelet does. */
function imageErrors(image: string, field: string): FieldError[] {
  if (image === '') return [required(field)];
  if (image === image.trim()) return [];
  return [
    {
      reason: 'FieldValueInvalid',
      field,
      text: `Invalid value: "${image}": must not have leading or trailing whitespace`,
    },
  ];
}

const mutableFields =
  'spec: Forbidden: pod updates may not change fields other than ' +
  '`spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` ' +
  '(only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was ' +
  'previously negative)';

/** Whether a pod may go from `before` to `after` by a plain write. */
export function podUpdateErrors(before: Pod, after: Pod): FieldError[] {
  const errors: FieldError[] = [];
  for (const field of ['containers', 'initContainers'] as const) {
    const was = before.spec[field] ?? [];
    const is = after.spec[field] ?? [];
    if (was.length !== is.length) {
      errors.push({
        reason: 'FieldValueForbidden',
        field: `spec.${field}`,
        text: 'Forbidden: pod updates may not add or remove containers',
      });
    }
    is.forEach((container, index) => {
      errors.push(...imageErrors(container.image ?? '', `spec.${field}[${String(index)}].image`));
    });
  }
  if (errors.length > 0) return errors;
  const was = before.spec.activeDeadlineSeconds;
  const is = after.spec.activeDeadlineSeconds;
  if (was !== undefined && (is === undefined || is > was)) {
    const why =
      is === undefined
        ? 'must not update from a positive integer to nil value'
        : 'must be less than or equal to previous value';
    return [
      {
        reason: 'FieldValueInvalid',
        field: 'spec.activeDeadlineSeconds',
        text: `Invalid value: ${is === undefined ? 'null' : String(is)}: ${why}`,
      },
    ];
  }
  const tolerations = after.spec.tolerations ?? [];
  const kept = (before.spec.tolerations ?? []).every((known) => tolerations.some((now) => sameJson(known, now)));
  if (!kept || !sameJson(frozen(before.spec), frozen(after.spec))) {
    errors.push({ reason: 'FieldValueForbidden', field: 'spec', text: mutableFields.slice('spec: '.length) });
  }
  return errors;
}

/** A spec without what may change. */
function frozen(spec: PodSpec) {
  const withoutImage = (container: Container) => ({ ...fieldsOf(container), image: undefined });
  return {
    ...spec,
    containers: spec.containers.map(withoutImage),
    initContainers: spec.initContainers?.map(withoutImage),
    tolerations: undefined,
    activeDeadlineSeconds: undefined,
  };
}
